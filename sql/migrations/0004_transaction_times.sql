-- Purpose: when a batch was loaded and which identities records had before, so that a report as of an instant sees what
--          was known then, also when a killed load was finished later or an identity was corrected since.
ALTER TABLE intake.batch ADD COLUMN loaded_at timestamptz;
COMMENT ON COLUMN intake.batch.loaded_at IS
    'Clock of the run that merged it; null = refused before reading, then received_at counts.';

CREATE TABLE core.former_identity (
    record_id bigint NOT NULL REFERENCES core.record,
    identity_key uuid NOT NULL,
    retired_at timestamptz NOT NULL
);
COMMENT ON TABLE core.former_identity IS 'Identities a record had until a correction by 记录编号 changed them.';
