-- Purpose: records first accepted in the week after their due day.  Grain: one row per record.  Params: none.
SELECT f.sender_code AS code, f.kind, f.record_id, f.document_no, f.decision_date, d.due_date, f.accepted_date
FROM oversee_first f
JOIN oversee_due d USING (decision_date)
WHERE f.accepted_date > d.due_date
ORDER BY f.sender_code, d.due_date, f.record_id;
