-- Purpose: the current version of every record that gets a new one ends now; a corrected identity moves with it.
-- Params:  at, key_id.  {kind}: the kind's table.
UPDATE core.{kind} AS v SET retired_at = %(at)s
FROM decision AS d
WHERE d.refused_by IS NULL AND d.outcome IS NULL AND d.record_id IS NOT NULL
    AND v.record_id = d.record_id AND v.version = d.current_version;

INSERT INTO core.former_identity (record_id, identity_key, retired_at)
SELECT r.record_id, r.identity_key, %(at)s
FROM decision AS d INNER JOIN core.record AS r ON r.record_id = d.record_id
WHERE d.refused_by IS NULL AND d.outcome IS NULL AND d.record_ref IS NOT NULL AND NOT d.is_withdrawal
    AND r.identity_key <> d.identity_key;

UPDATE core.record AS r SET identity_key = d.identity_key, key_id = %(key_id)s
FROM decision AS d
WHERE d.refused_by IS NULL AND d.outcome IS NULL AND d.record_ref IS NOT NULL AND NOT d.is_withdrawal
    AND r.record_id = d.record_id AND r.identity_key <> d.identity_key;
