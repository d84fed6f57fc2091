-- Purpose: the causes many findings of a batch share, in the order they are told.  Grain: one row a cause.
-- Params:  batch_id.
SELECT cause, message_zh, suggestion_zh, findings, rows
FROM quality.cause
WHERE batch_id = %(batch_id)s
ORDER BY place
