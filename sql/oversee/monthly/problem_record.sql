-- Purpose: the problem records of the period: identities with a rejected row, why, and whether they were corrected.
-- Grain:   one row per identity; reasons are those of its last rejected row in the period.
-- Params:  as_of (timestamptz).
WITH last_rejected AS (
    SELECT DISTINCT ON (r.kind, r.record_id, r.loose_key) r.*
    FROM oversee_rejected r JOIN oversee_batch USING (batch_id)
    ORDER BY r.kind, r.record_id, r.loose_key, r.place DESC
),
row_reason AS (
    SELECT f.batch_id, f.row_no,
        string_agg(DISTINCT f.rule_id, '、') AS rule_ids, string_agg(DISTINCT f.message_zh, '；') AS messages
    FROM quality.finding f JOIN last_rejected l ON l.batch_id = f.batch_id AND l.row_no = f.row_no
    WHERE f.severity = 'error'
    GROUP BY f.batch_id, f.row_no
),
batch_reason AS (
    SELECT f.batch_id,
        string_agg(DISTINCT f.rule_id, '、') AS rule_ids, string_agg(DISTINCT f.message_zh, '；') AS messages
    FROM quality.finding f JOIN (SELECT DISTINCT batch_id FROM last_rejected) l USING (batch_id)
    WHERE f.severity = 'batch'
    GROUP BY f.batch_id
)
SELECT
    reported.owner_code, owner.name AS owner_name, l.sender_code, sender.name AS sender_name,
    l.kind, l.document_no, l.file_name, l.sheet, l.row_no,
    (l.received_at AT TIME ZONE 'Asia/Shanghai')::date AS received_date,
    coalesce(row_reason.rule_ids, batch_reason.rule_ids) AS rule_ids,
    coalesce(row_reason.messages, batch_reason.messages) AS messages,
    l.decision_date, due.due_date, l.record_id IS NOT NULL AS is_corrected,
    l.record_id IS NULL AND due.due_date < (%(as_of)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date AS is_overdue
FROM last_rejected l
JOIN oversee_reported reported
    ON reported.kind = l.kind
    AND (reported.record_id = l.record_id OR reported.loose_key = l.loose_key)
LEFT JOIN row_reason ON row_reason.batch_id = l.batch_id AND row_reason.row_no = l.row_no
LEFT JOIN batch_reason ON batch_reason.batch_id = l.batch_id
LEFT JOIN oversee_due due ON due.decision_date = l.decision_date
LEFT JOIN oversee_agency owner ON owner.code = reported.owner_code
LEFT JOIN oversee_agency sender ON sender.code = l.sender_code
ORDER BY owner.division_code NULLS LAST, reported.owner_code, l.kind, l.place;
