-- Purpose: by when the rejected rows of a batch can still be sent on time.  Grain: one row.
-- Params:  batch_id, day (date of receipt, Asia/Shanghai).
SELECT count(*) AS rejected,
       count(*) FILTER (WHERE due_date >= %(day)s) AS open,
       min(due_date) FILTER (WHERE due_date >= %(day)s) AS earliest,
       max(due_date) FILTER (WHERE due_date >= %(day)s) AS latest,
       count(*) FILTER (WHERE due_date < %(day)s) AS overdue,
       count(*) FILTER (WHERE due_date IS NULL AND decision_date IS NOT NULL) AS provisional,
       count(*) FILTER (WHERE decision_date IS NULL) AS undated
FROM quality.quarantine
WHERE batch_id = %(batch_id)s
