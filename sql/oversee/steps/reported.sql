-- Purpose: 上报量, one row an identity: whether it is accepted, whether its first row in the period passed, whose it is.
-- Grain:   one row per identity with a row in the period.
-- Params:  none.  Needs: oversee_row, oversee_rejected, oversee_record, oversee_agency.
-- An organ that is in no registry row cannot be placed: its records are counted with the sender and flagged.
CREATE TEMP TABLE oversee_reported ON COMMIT DROP AS
WITH seen AS (
    SELECT
        kind, record_id, loose_key,
        min(place) AS first_place,
        min(place) FILTER (WHERE outcome <> 'rejected') AS first_passed_place,
        count(*) AS rows_read,
        count(*) FILTER (WHERE outcome IN ('duplicate', 'superseded', 'unchanged')) AS rows_repeated
    FROM oversee_row
    GROUP BY kind, record_id, loose_key
),
last_rejected AS (
    SELECT DISTINCT ON (r.kind, r.loose_key) r.kind, r.loose_key, r.organ_code, r.sender_code, r.decision_date
    FROM oversee_rejected r
    WHERE r.loose_key IS NOT NULL
    ORDER BY r.kind ASC, r.loose_key ASC, r.place DESC
),
placed AS (
    SELECT s.*, v.organ_code, v.sender_code, NULL::date AS decision_date
    FROM seen s JOIN oversee_record v USING (record_id)
    UNION ALL
    SELECT s.*, l.organ_code, l.sender_code, l.decision_date
    FROM seen s JOIN last_rejected l ON l.kind = s.kind AND l.loose_key = s.loose_key
)
SELECT
    p.kind, p.record_id, p.loose_key,
    p.record_id IS NOT NULL AS is_accepted,
    coalesce(p.first_passed_place = p.first_place, false) AS is_first_passed,
    p.rows_read, p.rows_repeated, p.decision_date,
    coalesce(organ.code, p.sender_code) AS owner_code,
    organ.code IS NULL AS is_unregistered
FROM placed p
LEFT JOIN oversee_agency organ ON organ.code = p.organ_code;
