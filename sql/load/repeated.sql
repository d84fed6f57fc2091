-- Purpose: outcomes `duplicate` (XR-01) and `superseded` (XR-02) among the rows of one identity in a batch: a row like
--          the nearest earlier one repeats it; of the others only the last counts.
-- Params:  batch_seq.  {kind}, {columns}: the kind's table and content columns.
WITH several AS (
    SELECT group_key FROM decision WHERE refused_by IS NULL GROUP BY group_key HAVING count(*) > 1
),

content AS (
    SELECT d.row_no, d.group_key, md5(row(d.is_withdrawal, d.record_ref IS NOT NULL, {columns})::text) AS digest
    FROM several
    INNER JOIN decision AS d ON d.group_key = several.group_key AND d.refused_by IS NULL
    INNER JOIN stage.{kind} AS s ON s.batch_seq = %(batch_seq)s AND s.row_no = d.row_no
),

compared AS (
    SELECT
        row_no, group_key,
        lag(row_no) OVER rows_of_identity AS earlier_row_no,
        digest = lag(digest) OVER rows_of_identity AS repeats
    FROM content
    WINDOW rows_of_identity AS (PARTITION BY group_key ORDER BY row_no)
),

chosen AS (
    SELECT
        row_no, earlier_row_no, coalesce(repeats, FALSE) AS repeats,
        max(row_no) FILTER (WHERE NOT coalesce(repeats, FALSE)) OVER (PARTITION BY group_key) AS last_row_no
    FROM compared
)

UPDATE decision AS d
SET
    outcome = CASE WHEN c.repeats THEN 'duplicate' ELSE 'superseded' END,
    other_row_no = CASE WHEN c.repeats THEN c.earlier_row_no ELSE c.last_row_no END
FROM chosen AS c
WHERE d.row_no = c.row_no AND (c.repeats OR c.row_no <> c.last_row_no);
