-- Purpose: an identity begins with its decision's key, so that the unique index of identities also finds all records of
--          a decision, and the versions need no index of their own for that.
CREATE FUNCTION core.identity_of(decision uuid, whole uuid) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (left(decision::text, 18) || left(replace(whole::text, '-', ''), 16))::uuid;
COMMENT ON FUNCTION core.identity_of IS 'First 8 bytes of the decision''s key, then of the key of decision and counterpart.';

CREATE FUNCTION core.first_identity(decision uuid) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (left(decision::text, 18) || '-0000-000000000000')::uuid;
CREATE FUNCTION core.last_identity(decision uuid) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (left(decision::text, 18) || '-ffff-ffffffffffff')::uuid;
COMMENT ON FUNCTION core.first_identity IS 'The identities of a decision lie between this one and core.last_identity.';

UPDATE core.record AS r SET identity_key = core.identity_of(v.decision_key, r.identity_key)
FROM (
    SELECT record_id, decision_key FROM core.licence WHERE retired_at IS NULL
    UNION ALL
    SELECT record_id, decision_key FROM core.penalty WHERE retired_at IS NULL
) AS v
WHERE v.record_id = r.record_id;

-- the version a correction ended carries the decision the identity of then was about
UPDATE core.former_identity AS f SET identity_key = core.identity_of(v.decision_key, f.identity_key)
FROM (
    SELECT record_id, decision_key, retired_at FROM core.licence
    UNION ALL
    SELECT record_id, decision_key, retired_at FROM core.penalty
) AS v
WHERE v.record_id = f.record_id AND v.retired_at = f.retired_at;

UPDATE quality.quarantine SET identity_key = core.identity_of(decision_key, identity_key)
WHERE identity_key IS NOT NULL;

CREATE INDEX former_identity_key ON core.former_identity (identity_key);
CREATE VIEW core.known_identity AS
SELECT identity_key, record_id FROM core.record
UNION ALL
SELECT identity_key, record_id FROM core.former_identity;
COMMENT ON VIEW core.known_identity IS 'Identities records have or had.';

DROP INDEX core.licence_decision;
DROP INDEX core.penalty_decision;
COMMENT ON COLUMN core.record.identity_key IS
'8 bytes each of two HMAC-SHA-256: of kind, organ, document number (the decision), and of these and the counterpart.';
