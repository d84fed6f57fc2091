-- Purpose: files dropped for the registry: what was received, what became of it, what its answer says.
CREATE TABLE intake.registry_delivery (
    delivery_id text PRIMARY KEY,
    seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    file_name text NOT NULL,
    sha256 text,
    size_bytes bigint NOT NULL,
    refusal text,
    received_at timestamptz NOT NULL,
    spool_id uuid UNIQUE,
    status text NOT NULL CHECK (status IN ('taken', 'judged', 'answered')),
    registry_file text,
    rows_read integer NOT NULL DEFAULT 0,
    rows_added integer NOT NULL DEFAULT 0,
    rows_retired integer NOT NULL DEFAULT 0,
    rows_unchanged integer NOT NULL DEFAULT 0,
    findings jsonb NOT NULL DEFAULT '[]',
    CHECK (num_nonnulls(sha256, refusal) = 1)
);
COMMENT ON TABLE intake.registry_delivery IS 'One file from registry/inbox/; its bytes are archive/<sha256>.';
COMMENT ON COLUMN intake.registry_delivery.seq IS 'Order of arrival.';
COMMENT ON COLUMN intake.registry_delivery.refusal IS 'Chinese reason why it was not opened, null for all others.';
COMMENT ON COLUMN intake.registry_delivery.spool_id IS
    'Folder the file was moved to out of its inbox; makes taking it twice impossible.';
COMMENT ON COLUMN intake.registry_delivery.status IS 'taken (archived) → judged (applied or refused) → answered.';
COMMENT ON COLUMN intake.registry_delivery.registry_file IS 'Which registry file its header says it is; null = none.';
COMMENT ON COLUMN intake.registry_delivery.rows_added IS 'Rows recorded: new ones and changed ones.';
COMMENT ON COLUMN intake.registry_delivery.rows_retired IS 'Rows no longer believed: vanished ones and changed ones.';
COMMENT ON COLUMN intake.registry_delivery.findings IS
    'Why it was refused, as its receipt tells; empty = applied. Values are masked.';
