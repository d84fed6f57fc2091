-- Purpose: what the rules across records need: counterparts found by a key, who else sent a record, records of declared
--          old stock, and which of the two templates a sheet follows.
CREATE FUNCTION core.organisation_key(uscc text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN hashtextextended(uscc, 0);
COMMENT ON FUNCTION core.organisation_key IS 'Key of an organisation among counterparts; that of a person is a keyed hash.';

ALTER TABLE stage.licence ADD COLUMN person_key bigint;
ALTER TABLE stage.penalty ADD COLUMN person_key bigint;
ALTER TABLE core.licence ADD COLUMN party_key bigint;
ALTER TABLE core.penalty ADD COLUMN party_key bigint;
COMMENT ON COLUMN core.licence.party_key IS
'Finds the counterpart: core.organisation_key, or 8 bytes of the HMAC of an ID number (null: a person stored before this column).';
COMMENT ON COLUMN core.penalty.party_key IS
'Finds the counterpart: core.organisation_key, or 8 bytes of the HMAC of an ID number (null: a person stored before this column).';
UPDATE core.licence SET party_key = core.organisation_key(party_uscc) WHERE party_uscc IS NOT NULL;
UPDATE core.penalty SET party_key = core.organisation_key(party_uscc) WHERE party_uscc IS NOT NULL;
CREATE INDEX licence_party ON core.licence (party_key);
CREATE INDEX penalty_party ON core.penalty (party_key);

CREATE TABLE core.provenance (
    record_id bigint NOT NULL REFERENCES core.record,
    agency_code text NOT NULL,
    batch_id text NOT NULL REFERENCES intake.batch,
    row_no integer NOT NULL,
    PRIMARY KEY (record_id, agency_code)
);
COMMENT ON TABLE core.provenance IS
'Who else sent a record than the sender of its version 1, and its first row: system of the line and local organ (Article 11).';
CREATE INDEX provenance_batch ON core.provenance (batch_id);

ALTER TABLE core.record ADD COLUMN is_backlog boolean NOT NULL DEFAULT FALSE;
COMMENT ON COLUMN core.record.is_backlog IS
'Old stock its sender had declared when it arrived: counted in no 迟报率, never late.';

ALTER TABLE intake.batch ADD COLUMN template_form text CHECK (template_form IN ('org', 'person'));
COMMENT ON COLUMN intake.batch.template_form IS
'Template its columns follow: org (法人) or person (自然人); null = those of both, or neither.';
