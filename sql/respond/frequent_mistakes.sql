-- Purpose: which rules were told most often in what arrived up to an instant, by field.  Grain: one row per rule and field.
-- Params:  as_of (timestamptz), most.
SELECT f.rule_id, f.field, count(*) AS findings, count(DISTINCT b.agency_code) AS agencies
FROM quality.finding f
JOIN intake.batch b USING (batch_id)
WHERE b.received_at <= %(as_of)s
GROUP BY f.rule_id, f.field
ORDER BY findings DESC, f.rule_id ASC, f.field ASC
LIMIT %(most)s;
