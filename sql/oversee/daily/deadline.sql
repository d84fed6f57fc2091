-- Purpose: rejected records still not accepted that are overdue or due soon, most urgent first.
-- Grain:   one row per identity.
-- Params:  as_of (timestamptz); last_due (date): the last due day that still counts as near.
SELECT
    o.kind, o.owner_code AS code, owner.name, o.sender_code, sender.name AS sender_name, o.document_no,
    o.file_name, o.row_no, o.decision_date, d.due_date,
    d.due_date < (%(as_of)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date AS is_overdue
FROM oversee_outstanding o
JOIN oversee_due d USING (decision_date)
LEFT JOIN oversee_agency owner ON owner.code = o.owner_code
LEFT JOIN oversee_agency sender ON sender.code = o.sender_code
WHERE d.due_date <= %(last_due)s
ORDER BY d.due_date, o.owner_code, o.place;
