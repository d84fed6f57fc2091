-- Purpose: what many findings of a batch have in common, said once in its receipt.
CREATE TABLE quality.cause (
    batch_id text NOT NULL REFERENCES intake.batch,
    place smallint NOT NULL,
    cause text NOT NULL,
    message_zh text NOT NULL,
    suggestion_zh text NOT NULL,
    findings integer NOT NULL,
    rows integer [] NOT NULL,
    PRIMARY KEY (batch_id, place)
);
COMMENT ON TABLE quality.cause IS 'Causes many findings of a batch share, found by trying their correction when the batch was loaded.';
COMMENT ON COLUMN quality.cause.place IS '1…n: the order in the receipt.';
COMMENT ON COLUMN quality.cause.cause IS 'Name of the cause: shifted_columns, yuan_for_wan …';
COMMENT ON COLUMN quality.cause.message_zh IS 'What went wrong; holds no personal data.';
COMMENT ON COLUMN quality.cause.suggestion_zh IS 'The one correction.';
COMMENT ON COLUMN quality.cause.findings IS 'Findings of the batch that vanish with this correction alone.';
COMMENT ON COLUMN quality.cause.rows IS 'The first rows concerned, as the clerk sees them.';
