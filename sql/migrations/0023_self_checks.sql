-- Purpose: files checked and never loaded (Article 13): what was checked, by which rules, with what result; and from it the
--          record of the agency's inspections of itself.
CREATE TABLE intake.self_check (
    check_id text PRIMARY KEY,
    seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    agency_code text NOT NULL,
    file_name text NOT NULL,
    sha256 text,
    size_bytes bigint NOT NULL,
    refusal text,
    received_at timestamptz NOT NULL,
    spool_id uuid UNIQUE,
    status text NOT NULL CHECK (status IN ('taken', 'answered')),
    rulebook_version text,
    result text CHECK (result IN ('passed', 'errors', 'refused')),
    rows_read integer NOT NULL DEFAULT 0,
    rows_rejected integer NOT NULL DEFAULT 0,
    errors integer NOT NULL DEFAULT 0,
    warnings integer NOT NULL DEFAULT 0,
    scope text,
    signer text,
    CHECK (num_nonnulls(sha256, refusal) = 1)
);
CREATE INDEX self_check_content ON intake.self_check (agency_code, sha256);
COMMENT ON TABLE intake.self_check IS
'One file from selfcheck/: checked, answered with a slip, never loaded. Each is a record of self-inspection (Article 13).';
COMMENT ON COLUMN intake.self_check.refusal IS 'Chinese reason why it was not opened, null for all others.';
COMMENT ON COLUMN intake.self_check.spool_id IS
'Folder the file was moved to out of its folder; makes taking it twice impossible.';
COMMENT ON COLUMN intake.self_check.rulebook_version IS 'The rules it was checked by; null until it is answered.';
COMMENT ON COLUMN intake.self_check.result IS 'passed = no error; errors = some row would be rejected; refused = the file as a whole would be.';
COMMENT ON COLUMN intake.self_check.scope IS 'What was inspected, as the record says: kinds and rows.';
COMMENT ON COLUMN intake.self_check.signer IS 'Who answers for it: the head registered for the agency on that day, null = none is.';
