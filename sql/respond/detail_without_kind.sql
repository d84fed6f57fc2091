-- Purpose: 明细.csv of a batch whose kind has no table: a zero report, or a file refused before its kind was known.
-- Grain:   one row a file row, by row.
-- Params:  batch_id; formula: pattern of a text a spreadsheet takes for a formula, which gets an apostrophe (TX-13).
SELECT z.row_no AS "row", CASE WHEN b.sheet ~ %(formula)s THEN '''' || b.sheet ELSE b.sheet END AS sheet, 'accepted' AS outcome, NULL::text AS record_no, NULL::bigint AS record_id,
       NULL::integer AS version, NULL::date AS due, NULL::integer AS late_days
FROM intake.zero_report z JOIN intake.batch b USING (batch_id)
WHERE z.batch_id = %(batch_id)s
UNION ALL
SELECT q.row_no, CASE WHEN coalesce(b.refused_rule, '') <> 'BT-06' THEN CASE WHEN b.sheet ~ %(formula)s THEN '''' || b.sheet ELSE b.sheet END END, 'rejected', NULL, NULL, NULL, NULL, NULL
FROM quality.quarantine q JOIN intake.batch b USING (batch_id)
WHERE q.batch_id = %(batch_id)s
ORDER BY 1
