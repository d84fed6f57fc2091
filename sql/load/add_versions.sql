-- Purpose: version 1 of the records that are opened.
-- Params:  batch_seq, first_row, last_row, batch_id, agency_code, at.  {kind}, {names}, {columns}: table and content columns.
INSERT INTO core.{kind} (
    record_id, version, batch_id, row_no, agency_code, is_withdrawn, decision_key, party_key, source_stamp, recorded_at, {names}
)
SELECT
    o.record_id, 1, %(batch_id)s, s.row_no, %(agency_code)s, FALSE, s.decision_key, o.party_key, s.source_stamp, %(at)s,
    {columns}
FROM opened AS o
INNER JOIN stage.{kind} AS s ON s.batch_seq = %(batch_seq)s AND s.row_no = o.row_no
WHERE s.row_no BETWEEN %(first_row)s AND %(last_row)s;
