-- Purpose: 明细.csv of a batch of one kind: what became of every row read.  Grain: one row a file row, by row.
-- Params:  batch_id; formula: pattern of a text a spreadsheet takes for a formula, which gets an apostrophe (TX-13).
--          Written for core.licence, run on the table of the batch's kind.
WITH this AS (
    SELECT batch_id, seq, sheet, coalesce(refused_rule, '') = 'BT-06' AS is_foreign
    FROM intake.batch WHERE batch_id = %(batch_id)s
),
accepted AS (
    SELECT v.row_no, 'accepted' AS outcome, v.document_no AS record_no, v.record_id, v.version, r.due_date AS due,
           CASE WHEN r.batch_id = v.batch_id AND v.version = 1 THEN r.late_days END AS late_days
    FROM core.licence v JOIN core.record r USING (record_id)
    WHERE v.batch_id = %(batch_id)s
),
rejected AS (
    SELECT row_no, 'rejected', document_no, NULL::bigint, NULL::integer, due_date, NULL::integer
    FROM quality.rejected WHERE batch_id = %(batch_id)s
),
repeated AS (  -- the version in force when the batch was merged; a superseded row's content is in no version
    SELECT DISTINCT ON (o.row_no) o.row_no, o.outcome, v.document_no, o.record_id,
           CASE WHEN o.outcome <> 'superseded' THEN v.version END, r.due_date, NULL::integer
    FROM intake.row_outcome o
    JOIN core.record r USING (record_id)
    JOIN core.licence v USING (record_id)
    JOIN intake.batch b ON b.batch_id = v.batch_id
    WHERE o.batch_id = %(batch_id)s AND b.seq <= (SELECT seq FROM this)
    ORDER BY o.row_no ASC, v.version DESC
),
every AS (
    SELECT * FROM accepted UNION ALL SELECT * FROM rejected UNION ALL SELECT * FROM repeated
)
SELECT row_no AS "row", CASE WHEN is_foreign THEN NULL WHEN sheet ~ %(formula)s THEN '''' || sheet ELSE sheet END AS sheet, outcome,
       CASE WHEN is_foreign THEN NULL WHEN record_no ~ %(formula)s THEN '''' || record_no ELSE record_no END AS record_no,
       record_id, version, CASE WHEN NOT is_foreign THEN due END AS due, late_days
FROM every CROSS JOIN this
ORDER BY row_no
