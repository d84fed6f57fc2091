-- Purpose: the deciding organ and the sender of each record as known at the instant.
-- Grain:   one row per record.
-- Params:  as_of (timestamptz).
CREATE TEMP TABLE oversee_record ON COMMIT DROP AS
SELECT 'licence' AS kind, record_id, organ_code, agency_code AS sender_code, document_no
FROM known.licence(%(as_of)s)
WHERE recorded_at <= %(as_of)s AND (retired_at IS NULL OR retired_at > %(as_of)s)
UNION ALL
SELECT 'penalty', record_id, organ_code, agency_code, document_no
FROM known.penalty(%(as_of)s)
WHERE recorded_at <= %(as_of)s AND (retired_at IS NULL OR retired_at > %(as_of)s);
