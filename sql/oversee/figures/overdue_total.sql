-- Purpose: records overdue and still not accepted at the instant, whenever they were received.
-- Grain:   one row per kind.
-- Params:  as_of (timestamptz).
SELECT o.kind, count(*) AS records
FROM oversee_outstanding o
JOIN oversee_due d USING (decision_date)
WHERE d.due_date < (%(as_of)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date
GROUP BY o.kind
ORDER BY o.kind;
