-- Purpose: records that are invalid from their first report on.
-- Grain:   one row a warned row.  Params: batch_seq, first_row, last_row.  {kind}: the kind's tables.
SELECT d.row_no FROM decision AS d
INNER JOIN stage.{kind} AS s ON s.batch_seq = %(batch_seq)s AND s.row_no = d.row_no
WHERE s.row_no BETWEEN %(first_row)s AND %(last_row)s AND s.state = '2'
    AND d.refused_by IS NULL AND d.outcome IS NULL AND d.record_id IS NULL
ORDER BY d.row_no
