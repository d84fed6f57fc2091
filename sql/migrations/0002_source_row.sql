-- Purpose: which rows of a table source were read within its look-back, so that a row that became visible late (its
-- transaction committed after a newer one was read) is read once, and no row twice.
CREATE TABLE intake.source_row (
    source_id text NOT NULL,
    kind text NOT NULL,
    row_key bigint NOT NULL,
    stamp timestamptz NOT NULL,
    PRIMARY KEY (source_id, kind, row_key, stamp)
);
COMMENT ON TABLE intake.source_row IS 'Rows read from (watermark - look-back) on; older ones are pruned at each pull.';
COMMENT ON COLUMN intake.source_row.row_key IS 'The sender''s row id (RECID).';
COMMENT ON COLUMN intake.source_row.stamp IS 'The sender''s own time stamp of the row (SJC).';
