-- Purpose: records first accepted in the period, with the decision date their clock runs from.
-- Grain:   one row per record.
-- Params:  period_start, period_end (timestamptz, half-open); as_of (timestamptz).
-- Needs:   oversee_record, oversee_agency.  First acceptance = version 1; the decision date is that of version 1.
CREATE TEMP TABLE oversee_first ON COMMIT DROP AS
WITH opened AS (
    SELECT 'licence' AS kind, record_id, agency_code, decision_date, recorded_at
    FROM core.licence
    WHERE version = 1 AND recorded_at >= %(period_start)s AND recorded_at < %(period_end)s
        AND recorded_at <= %(as_of)s
    UNION ALL
    SELECT 'penalty', record_id, agency_code, decision_date, recorded_at
    FROM core.penalty
    WHERE version = 1 AND recorded_at >= %(period_start)s AND recorded_at < %(period_end)s
        AND recorded_at <= %(as_of)s
)
SELECT
    o.kind, o.record_id, o.agency_code AS sender_code, o.decision_date,
    (o.recorded_at AT TIME ZONE 'Asia/Shanghai')::date AS accepted_date,
    v.document_no,
    coalesce(organ.code, v.sender_code) AS owner_code
FROM opened o
JOIN oversee_record v USING (record_id)
LEFT JOIN oversee_agency organ ON organ.code = v.organ_code;
