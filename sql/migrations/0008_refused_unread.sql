-- Purpose: a delivery refused before it was opened (a link, a device, a file over the limit) has a reason, no copy.
ALTER TABLE intake.delivery ALTER COLUMN sha256 DROP NOT NULL;
ALTER TABLE intake.delivery ADD COLUMN refusal text;
ALTER TABLE intake.delivery ADD CONSTRAINT delivery_archived_or_refused
CHECK (num_nonnulls(sha256, refusal) = 1);
COMMENT ON COLUMN intake.delivery.sha256 IS 'Name of its copy in archive/; null when it was refused unopened.';
COMMENT ON COLUMN intake.delivery.refusal IS 'Chinese reason why it was not opened (BT-11), null for all others.';
