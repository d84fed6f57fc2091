-- Purpose: findings of a batch by rule, all of them.  Grain: one row a rule and severity, in rule order.
-- Params:  batch_id.
SELECT rule_id, severity, count(*) AS findings
FROM quality.finding
WHERE batch_id = %(batch_id)s
GROUP BY rule_id, severity ORDER BY rule_id, severity
