-- Purpose: tables of agencies are read whatever their row ids are, a row changed within one stamp is read again, verdicts
--          are written back to exchange tables, and a source can be paused.
ALTER TABLE intake.watermark DROP COLUMN row_key;
ALTER TABLE intake.watermark ADD COLUMN fields text [] NOT NULL DEFAULT '{}';
ALTER TABLE intake.watermark ADD COLUMN counted_before timestamptz;
ALTER TABLE intake.watermark ADD COLUMN rows_before bigint;
COMMENT ON COLUMN intake.watermark.stamp IS 'Newest stamp read, never later than the pull itself: a stamp of the future moves nothing.';
COMMENT ON COLUMN intake.watermark.fields IS 'Fields the table had when it was read last: one that vanishes stops the reading.';
COMMENT ON COLUMN intake.watermark.rows_before IS
'Rows with a stamp before counted_before, all read: more of them at a later pull were written late. Null = never counted.';

DELETE FROM intake.source_row; -- what they tell is read again once, and found unchanged
ALTER TABLE intake.source_row DROP CONSTRAINT source_row_pkey;
ALTER TABLE intake.source_row ALTER COLUMN row_key TYPE text;
ALTER TABLE intake.source_row ADD COLUMN digest bytea NOT NULL;
ALTER TABLE intake.source_row ADD COLUMN batch_id text NOT NULL REFERENCES intake.batch DEFERRABLE;
ALTER TABLE intake.source_row ADD COLUMN row_no integer NOT NULL;
ALTER TABLE intake.source_row ADD COLUMN told smallint CHECK (told IN (0, 2));
ALTER TABLE intake.source_row ADD PRIMARY KEY (source_id, kind, digest);
COMMENT ON TABLE intake.source_row IS
'Rows read from (watermark - look-back) on, and those of an exchange table whose verdict the agency has not got; others are pruned.';
COMMENT ON COLUMN intake.source_row.digest IS 'BLAKE2b, 16 bytes, of row id, stamp and filled fields: other content under one stamp is another row.';
COMMENT ON COLUMN intake.source_row.told IS 'Exchange table: 0 = verdict not written back yet, 2 = written; null for a view.';

ALTER TABLE intake.transfer_log DROP CONSTRAINT transfer_log_status_check;
ALTER TABLE intake.transfer_log ADD CHECK (status IN ('ok', 'empty', 'failed', 'paused'));
ALTER TABLE intake.transfer_log ADD COLUMN action text NOT NULL DEFAULT 'read' CHECK (action IN ('read', 'told'));
ALTER TABLE intake.transfer_log ADD COLUMN rows_told integer NOT NULL DEFAULT 0;
COMMENT ON TABLE intake.transfer_log IS '数据传送日志 (Article 12): one row a delivery read, an attempt without one, or verdicts written back.';
COMMENT ON COLUMN intake.transfer_log.action IS 'read = from the agency; told = verdicts written back to it.';

CREATE TABLE intake.source_pause (
    source_id text NOT NULL,
    paused_at timestamptz NOT NULL,
    operating_user text NOT NULL,
    reason text NOT NULL,
    resumed_at timestamptz,
    PRIMARY KEY (source_id, paused_at)
);
CREATE UNIQUE INDEX source_pause_open ON intake.source_pause (source_id) WHERE resumed_at IS NULL;
COMMENT ON TABLE intake.source_pause IS 'Times in which an agency database is not asked; resumed_at null = paused now.';
