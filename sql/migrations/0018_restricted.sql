-- Purpose: rows that must not be kept (secrecy marks, sealed records of 治安管理 penalties): which row it was, and nothing it
--          holds. Its cells stand in the archived file and in landing alone.
CREATE TABLE quality.restricted (
    batch_id text NOT NULL REFERENCES intake.batch,
    row_no integer NOT NULL,
    kind text NOT NULL,
    identity_key uuid,
    decision_key uuid,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (batch_id, row_no)
);
COMMENT ON TABLE quality.restricted IS
'Rejected rows of which no value may be kept (PI-07, PI-10); keyed hashes tell whether the decision came again.';
COMMENT ON COLUMN quality.restricted.identity_key IS 'As core.record.identity_key; null = not to be formed.';
COMMENT ON COLUMN quality.restricted.decision_key IS 'As core.licence.decision_key; null = not to be formed.';

-- Every rejected row, wherever it is kept; of restricted ones only their place and keys.
CREATE VIEW quality.rejected AS
SELECT
    batch_id, row_no, sheet, kind, identity_key, decision_key, organ_code, document_no, decision_date, due_date,
    recorded_at, FALSE AS is_restricted
FROM quality.quarantine
UNION ALL
SELECT
    r.batch_id, r.row_no, b.sheet, r.kind, r.identity_key, r.decision_key, NULL, NULL, NULL, NULL, r.recorded_at, TRUE
FROM quality.restricted AS r INNER JOIN intake.batch AS b ON b.batch_id = r.batch_id;

CALL history.follow('quality', 'restricted');
CREATE FUNCTION known.rejected(as_of timestamptz) RETURNS SETOF quality.rejected LANGUAGE sql STABLE AS $$
    SELECT batch_id, row_no, sheet, kind, identity_key, decision_key, organ_code, document_no, decision_date, due_date,
        recorded_at, FALSE
    FROM known.quarantine(as_of)
    UNION ALL
    SELECT r.batch_id, r.row_no, b.sheet, r.kind, r.identity_key, r.decision_key, NULL, NULL, NULL, NULL, r.recorded_at, TRUE
    FROM known.restricted(as_of) AS r INNER JOIN intake.batch AS b ON b.batch_id = r.batch_id
$$;
