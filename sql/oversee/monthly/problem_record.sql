-- Purpose: the problem records of the period: identities with a rejected row, why, and whether they were corrected.
-- Grain:   one row per identity; reasons are those of its last rejected row in the period.
-- Params:  as_of (timestamptz).
WITH last_rejected AS (
    SELECT DISTINCT ON (r.kind, r.record_id, r.loose_key) r.*
    FROM oversee_rejected r JOIN oversee_batch USING (batch_id)
    ORDER BY r.kind ASC, r.record_id ASC, r.loose_key ASC, r.place DESC
),
reason AS (
    SELECT place,
        string_agg(DISTINCT rule_id, '、') AS rule_ids, string_agg(DISTINCT message_zh, '；') AS messages
    FROM oversee_reason JOIN last_rejected USING (place)
    GROUP BY place
),
placed AS (
    SELECT l.*, reported.owner_code
    FROM last_rejected l JOIN oversee_reported reported USING (record_id)
    UNION ALL
    SELECT l.*, reported.owner_code
    FROM last_rejected l JOIN oversee_reported reported ON reported.kind = l.kind AND reported.loose_key = l.loose_key
)
SELECT
    p.owner_code, owner.name AS owner_name, p.sender_code, sender.name AS sender_name,
    p.kind, p.document_no, p.file_name, p.sheet, p.row_no,
    (p.received_at AT TIME ZONE 'Asia/Shanghai')::date AS received_date,
    reason.rule_ids, reason.messages, p.decision_date, due.due_date,
    p.record_id IS NOT NULL AS is_corrected,
    p.record_id IS NULL AND due.due_date < (%(as_of)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date AS is_overdue
FROM placed p
LEFT JOIN reason USING (place)
LEFT JOIN oversee_due due ON due.decision_date = p.decision_date
LEFT JOIN oversee_agency owner ON owner.code = p.owner_code
LEFT JOIN oversee_agency sender ON sender.code = p.sender_code
ORDER BY owner.division_code NULLS LAST, p.owner_code, p.kind, p.place;
