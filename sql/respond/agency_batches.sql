-- Purpose: the batches of an agency for its feedback page, newest first, each with what is still to be mended.
-- Grain:   one row a batch.  A rejected row is open until a later batch brings a version of the same decision, or
--          brings it again and has it rejected again (then it is open there), or its correction workbook comes back.
-- Params:  agency_code, most, day (today, Asia/Shanghai).
WITH listed AS (
    SELECT b.*, d.file_name, d.first_delivery_id
    FROM intake.batch b JOIN intake.delivery d USING (delivery_id)
    WHERE b.agency_code = %(agency_code)s AND b.status IN ('merged', 'answered')
    ORDER BY b.seq DESC LIMIT %(most)s
),
unmended AS (
    SELECT q.batch_id, q.due_date
    FROM quality.quarantine q JOIN listed b USING (batch_id), (SELECT max(seq) AS seq FROM intake.batch) AS newest
    WHERE b.refused_rule IS NULL
      AND (b.seq = newest.seq OR (
          NOT EXISTS (SELECT FROM core.known_identity k JOIN core.licence v USING (record_id) JOIN intake.batch o ON o.batch_id = v.batch_id
                      WHERE k.identity_key BETWEEN core.first_identity(q.decision_key) AND core.last_identity(q.decision_key)
                        AND v.decision_key = q.decision_key AND o.seq > b.seq)
          AND NOT EXISTS (SELECT FROM core.known_identity k JOIN core.penalty v USING (record_id) JOIN intake.batch o ON o.batch_id = v.batch_id
                      WHERE k.identity_key BETWEEN core.first_identity(q.decision_key) AND core.last_identity(q.decision_key)
                        AND v.decision_key = q.decision_key AND o.seq > b.seq)
          AND NOT EXISTS (SELECT FROM quality.rejected r JOIN intake.batch o ON o.batch_id = r.batch_id
                      WHERE r.decision_key = q.decision_key AND o.seq > b.seq)))
      AND NOT EXISTS (SELECT FROM quality.answered_row a WHERE a.batch_id = q.batch_id AND a.row_no = q.row_no)
      AND EXISTS (SELECT FROM quality.correctable c WHERE c.batch_id = q.batch_id AND c.row_no = q.row_no)
),
open_rows AS (
    SELECT batch_id, count(*) AS open, min(due_date) FILTER (WHERE due_date >= %(day)s) AS next_due,
           count(*) FILTER (WHERE due_date < %(day)s) AS overdue
    FROM unmended GROUP BY batch_id
)
SELECT b.batch_id, b.received_at, b.file_name, b.sheet, b.kind, b.refused_rule, b.remarks, b.first_delivery_id,
       b.rows_read, b.rows_accepted, b.rows_rejected, b.rows_unchanged, b.warning_count, b.late_rows,
       coalesce(o.open, 0) AS open, o.next_due, coalesce(o.overdue, 0) AS overdue,
       EXISTS (SELECT FROM intake.zero_report z WHERE z.batch_id = b.batch_id) AS is_zero_report
FROM listed b LEFT JOIN open_rows o USING (batch_id)
ORDER BY b.seq DESC
