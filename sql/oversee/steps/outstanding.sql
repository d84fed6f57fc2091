-- Purpose: identities rejected at some time and still without an accepted version at the instant, whenever received.
-- Grain:   one row per identity; names and dates are those of its last rejected row.
-- Params:  none.  Needs: oversee_rejected, oversee_agency.
-- An identity whose last row is restricted is none: it must not be sent again. A row that came back by its key is judged
-- where it came back.
CREATE TEMP TABLE oversee_outstanding ON COMMIT DROP AS
WITH last_rejected AS (
    SELECT DISTINCT ON (kind, loose_key) *
    FROM oversee_rejected
    WHERE loose_key IS NOT NULL AND is_open
    ORDER BY kind ASC, loose_key ASC, place DESC
)
SELECT
    r.kind, r.loose_key, r.batch_id, r.row_no, r.place, r.sender_code, r.received_at, r.file_name, r.sheet,
    r.document_no, r.decision_date, coalesce(organ.code, r.sender_code) AS owner_code
FROM last_rejected r
LEFT JOIN oversee_agency organ ON organ.code = r.organ_code
WHERE NOT r.is_restricted;
