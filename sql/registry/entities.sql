-- Purpose: 法人库 as known at an instant.  Grain: one row per code, in the order of its bytes.
-- Params:  as_of (timestamptz).
SELECT uscc, name, known_on
FROM ref.legal_entity
WHERE recorded_at <= %(as_of)s AND (retired_at IS NULL OR retired_at > %(as_of)s)
ORDER BY uscc COLLATE "C"
