-- Purpose: records first accepted in the period, with the decision date their clock runs from; declared old stock, which
--          counts in no 迟报率 (standard 6.0), left out.
-- Grain:   one row per record.
-- Params:  period_start, period_end (timestamptz, half-open); as_of (timestamptz).
-- Needs:   oversee_record, oversee_agency.  The sender and the decision date are those of the first acceptance.
CREATE TEMP TABLE oversee_first ON COMMIT DROP AS
WITH opened AS (
    SELECT r.kind, r.record_id, r.decision_date, r.first_accepted_at, b.agency_code AS sender_code
    FROM known.record(%(as_of)s) r JOIN known.batch(%(as_of)s) b USING (batch_id)
    WHERE r.first_accepted_at >= %(period_start)s AND r.first_accepted_at < %(period_end)s
        AND NOT r.is_backlog
)
SELECT
    o.kind, o.record_id, o.sender_code, o.decision_date,
    (o.first_accepted_at AT TIME ZONE 'Asia/Shanghai')::date AS accepted_date,
    v.document_no,
    coalesce(organ.code, v.sender_code) AS owner_code
FROM opened o
JOIN oversee_record v USING (record_id)
LEFT JOIN oversee_agency organ ON organ.code = v.organ_code;
