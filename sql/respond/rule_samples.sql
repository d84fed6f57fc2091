-- Purpose: what went wrong in a batch, by rule and column, with the first rows it concerns.
-- Grain:   one row a severity, rule and column; errors before warnings, frequent ones first.
-- Params:  batch_id, rows_shown.
WITH numbered AS (
    SELECT severity, rule_id, field, row_no, message_zh, suggestion_zh, responsible,
           row_number() OVER (PARTITION BY severity, rule_id, field ORDER BY row_no NULLS FIRST, message_zh) AS place
    FROM quality.finding
    WHERE batch_id = %(batch_id)s
)
SELECT severity, rule_id, field, responsible, count(*) AS findings,
       min(message_zh) FILTER (WHERE place = 1) AS message_zh,
       min(suggestion_zh) FILTER (WHERE place = 1) AS suggestion_zh,
       array_agg(DISTINCT row_no) FILTER (WHERE place <= %(rows_shown)s AND row_no IS NOT NULL) AS rows
FROM numbered
GROUP BY severity, rule_id, field, responsible
ORDER BY array_position(ARRAY['batch', 'error', 'warning'], severity) ASC, count(*) DESC, rule_id ASC, field ASC NULLS FIRST
