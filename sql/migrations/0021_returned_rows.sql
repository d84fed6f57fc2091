-- Purpose: the round trip of 需修改.xlsx (Article 12): which rows of a delivery are rows handed out for correction, what was
--          changed in them, and so which findings are closed and when a decision first arrived.
CREATE TABLE intake.returned_row (
    batch_id text NOT NULL REFERENCES intake.batch DEFERRABLE,
    row_no integer NOT NULL,
    origin_batch_id text NOT NULL REFERENCES intake.batch DEFERRABLE,
    origin_row_no integer NOT NULL,
    first_batch_id text NOT NULL REFERENCES intake.batch DEFERRABLE,
    first_row_no integer NOT NULL,
    PRIMARY KEY (batch_id, row_no)
);
CREATE INDEX returned_row_origin ON intake.returned_row (origin_batch_id, origin_row_no);
COMMENT ON TABLE intake.returned_row IS 'Rows that came back with the key they were handed out with: as received, whatever the rules say.';
COMMENT ON COLUMN intake.returned_row.origin_batch_id IS 'The rejected row the key stands for; an earlier batch of the same agency.';
COMMENT ON COLUMN intake.returned_row.first_batch_id IS 'Where the row first arrived, over any number of corrections.';

CREATE TABLE quality.returned_change (
    batch_id text NOT NULL REFERENCES intake.batch,
    row_no integer NOT NULL,
    field text NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    PRIMARY KEY (batch_id, row_no, field)
);
COMMENT ON TABLE quality.returned_change IS 'Cells of a returned row that differ from the row as sent, masked; none of restricted rows.';
COMMENT ON COLUMN quality.returned_change.field IS 'Official column code, or the header of a column that is no field.';
CALL history.follow('quality', 'returned_change');

CREATE VIEW quality.answered_row AS
SELECT
    t.origin_batch_id AS batch_id, t.origin_row_no AS row_no, t.batch_id AS by_batch_id, t.row_no AS by_row_no,
    b.received_at AS answered_at
FROM intake.returned_row AS t INNER JOIN intake.batch AS b ON b.batch_id = t.batch_id
WHERE b.refused_rule IS NULL;
COMMENT ON VIEW quality.answered_row IS
'Rejected rows that came back by key: their findings are closed, the returned row has its own. A refused batch closes nothing.';

CREATE VIEW quality.correctable AS
SELECT q.batch_id, q.row_no, q.sheet, q.kind, q.cells, q.identity_key, q.document_no FROM quality.quarantine AS q
WHERE NOT EXISTS (
    SELECT FROM quality.finding AS f WHERE f.batch_id = q.batch_id AND f.row_no = q.row_no AND f.rule_id = 'RT-04'
);
COMMENT ON VIEW quality.correctable IS
'Rejected rows that are handed out for correction: not those whose newer state was answered already (RT-04).';

CREATE VIEW core.arrival AS
SELECT opened.record_id, coalesce(first_batch.received_at, own.received_at) AS first_arrived_at
FROM (
    SELECT record_id, batch_id, row_no FROM core.licence WHERE version = 1
    UNION ALL
    SELECT record_id, batch_id, row_no FROM core.penalty WHERE version = 1
) AS opened
INNER JOIN intake.batch AS own ON own.batch_id = opened.batch_id
LEFT JOIN intake.returned_row AS t ON t.batch_id = opened.batch_id AND t.row_no = opened.row_no
LEFT JOIN intake.batch AS first_batch ON first_batch.batch_id = t.first_batch_id;
COMMENT ON VIEW core.arrival IS 'When a decision first arrived, accepted or not (standard 5): the clock a correction does not reset.';
