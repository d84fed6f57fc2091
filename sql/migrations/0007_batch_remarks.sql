-- Purpose: what a reader says of a file beside its rows (hidden sheets read, lines that are no data), for the receipt.
ALTER TABLE intake.batch ADD COLUMN remarks text [] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN intake.batch.remarks IS 'Chinese sentences about the file as a whole, as its receipt prints them.';
