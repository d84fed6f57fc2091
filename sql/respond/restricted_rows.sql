-- Purpose: the rows of a batch that must not be sent, and the rules that say so.  Grain: one row a restricted row, by row.
-- Params:  batch_id.
SELECT r.row_no, d.file_name, string_agg(DISTINCT f.rule_id, '、') AS rule_ids, string_agg(DISTINCT f.message_zh, '；') AS messages
FROM quality.restricted r
JOIN intake.batch b ON b.batch_id = r.batch_id
JOIN intake.delivery d ON d.delivery_id = b.delivery_id
LEFT JOIN quality.finding f ON f.batch_id = r.batch_id AND f.row_no = r.row_no
WHERE r.batch_id = %(batch_id)s
GROUP BY r.row_no, d.file_name
ORDER BY r.row_no
