-- Purpose: the warehouse of architecture section 3. Every version and every registry row carries validity (`valid`)
-- and transaction time (`recorded_at`, `retired_at`; null = still what we believe). Both come from the argument clock.
CREATE SCHEMA ref;       -- registry: who owes what
CREATE SCHEMA intake;    -- deliveries, batches, outcomes, transfer log
CREATE SCHEMA stage;     -- rows on their way into core
CREATE SCHEMA core;      -- records and their versions
CREATE SCHEMA quality;   -- findings, fixes, quarantine
CREATE SCHEMA casework;
CREATE SCHEMA publish;
CREATE SCHEMA mart;
CREATE SCHEMA audit;

-- ---------------------------------------------------------------- registry
CREATE TABLE ref.agency_key (
    agency_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE
);
COMMENT ON TABLE ref.agency_key IS 'One row an agency ever known; code = 统一社会信用代码.';

CREATE TABLE ref.division (
    division_id integer NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    parent_code text,
    level text NOT NULL CHECK (level IN ('province', 'prefecture', 'county')),
    valid daterange NOT NULL,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz,
    EXCLUDE USING gist (int4range(division_id, division_id, '[]') WITH &&, valid WITH &&) WHERE (retired_at IS NULL)
);

CREATE TABLE ref.agency (
    agency_id integer NOT NULL REFERENCES ref.agency_key,
    code text NOT NULL,
    name text NOT NULL,
    short_name text,
    division_code text NOT NULL,
    level text NOT NULL CHECK (level IN ('province', 'prefecture', 'county')),
    is_central boolean NOT NULL,
    valid daterange NOT NULL,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz,
    EXCLUDE USING gist (int4range(agency_id, agency_id, '[]') WITH &&, valid WITH &&) WHERE (retired_at IS NULL)
);
CREATE INDEX agency_code ON ref.agency (code);

CREATE TABLE ref.agency_alias (
    agency_id integer NOT NULL REFERENCES ref.agency_key,
    code text NOT NULL,
    alias text NOT NULL,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz
);

CREATE TABLE ref.lead_department (
    division_id integer NOT NULL,
    division_code text NOT NULL,
    agency_code text NOT NULL,
    valid daterange NOT NULL,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz,
    EXCLUDE USING gist (int4range(division_id, division_id, '[]') WITH &&, valid WITH &&) WHERE (retired_at IS NULL)
);

CREATE TABLE ref.contact (
    agency_id integer NOT NULL REFERENCES ref.agency_key,
    agency_code text NOT NULL,
    role text NOT NULL,
    office text,
    name text NOT NULL,
    phone text,
    valid daterange NOT NULL,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz
);
CREATE INDEX contact_agency ON ref.contact (agency_code);

CREATE TABLE ref.item (
    agency_id integer NOT NULL REFERENCES ref.agency_key,
    agency_code text NOT NULL,
    item_code text NOT NULL,
    item_name text NOT NULL,
    kind text NOT NULL,
    valid daterange NOT NULL,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz
);

CREATE TABLE ref.holiday (
    day date NOT NULL,
    is_workday boolean NOT NULL,
    name text NOT NULL,
    source_notice text NOT NULL,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz
);
COMMENT ON TABLE ref.holiday IS 'Days that differ from Monday–Friday working; a year is covered when it has a row here.';
CREATE UNIQUE INDEX holiday_current ON ref.holiday (day) WHERE retired_at IS NULL;

CREATE TABLE ref.rulebook (
    version text NOT NULL,
    content jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz
);
CREATE UNIQUE INDEX rulebook_version ON ref.rulebook (version);

CREATE TABLE ref.identity_key (
    key_id text PRIMARY KEY,
    recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE ref.identity_key IS 'Id of the HMAC key that made the identity keys; the key itself is a file.';

-- ---------------------------------------------------------------- intake
CREATE SEQUENCE intake.batch_number;
CREATE TABLE intake.delivery (
    delivery_id text PRIMARY KEY,
    seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    agency_code text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('drop_folder', 'database')),
    source_id text,
    file_name text NOT NULL,
    sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    received_at timestamptz NOT NULL,
    spool_id uuid UNIQUE,
    first_delivery_id text REFERENCES intake.delivery,
    status text NOT NULL CHECK (status IN ('taken', 'read', 'duplicate'))
);
COMMENT ON COLUMN intake.delivery.agency_code IS 'The sender: owner of the folder or of the source.';
COMMENT ON COLUMN intake.delivery.file_name IS 'As dropped; for a table pull <source>:<table>.';
CREATE INDEX delivery_content ON intake.delivery (agency_code, sha256);
CREATE INDEX delivery_received ON intake.delivery (received_at);

CREATE TABLE intake.batch (
    batch_id text PRIMARY KEY,
    seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    delivery_id text NOT NULL REFERENCES intake.delivery,
    agency_code text NOT NULL,
    kind text CHECK (kind IN ('licence', 'penalty')),
    layout text,
    member text,
    sheet text,
    header_row integer,
    rulebook_version text NOT NULL,
    received_at timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('landed', 'merged', 'answered')),
    refused_rule text,
    rows_read integer NOT NULL DEFAULT 0,
    rows_accepted integer NOT NULL DEFAULT 0,
    rows_rejected integer NOT NULL DEFAULT 0,
    rows_unchanged integer NOT NULL DEFAULT 0,
    rows_duplicate integer NOT NULL DEFAULT 0,
    rows_superseded integer NOT NULL DEFAULT 0,
    blank_rows integer NOT NULL DEFAULT 0,
    error_count integer NOT NULL DEFAULT 0,
    warning_count integer NOT NULL DEFAULT 0,
    fix_count integer NOT NULL DEFAULT 0,
    late_rows integer NOT NULL DEFAULT 0
);
COMMENT ON COLUMN intake.batch.refused_rule IS 'Rule that refused the whole batch (BT-…), null when its rows were judged one by one.';
CREATE INDEX batch_delivery ON intake.batch (delivery_id);
CREATE INDEX batch_received ON intake.batch (received_at);

CREATE TABLE intake.row_outcome (
    batch_id text NOT NULL REFERENCES intake.batch,
    row_no integer NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('duplicate', 'superseded', 'unchanged')),
    other_row_no integer,
    record_id bigint NOT NULL,
    PRIMARY KEY (batch_id, row_no)
);
COMMENT ON TABLE intake.row_outcome IS
    'Rows that made neither a version (accepted: core.<kind>) nor a quarantine row (rejected: quality.quarantine).';

CREATE TABLE intake.zero_report (
    batch_id text NOT NULL REFERENCES intake.batch,
    row_no integer NOT NULL,
    agency_code text NOT NULL,
    kind text NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    reported_by text,
    responsible text,
    reason text,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (batch_id, row_no)
);
COMMENT ON COLUMN intake.zero_report.period_end IS 'Last day, inclusive.';

CREATE TABLE intake.watermark (
    source_id text NOT NULL,
    kind text NOT NULL,
    stamp timestamptz NOT NULL,
    row_key bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (source_id, kind)
);

CREATE TABLE intake.transfer_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id text NOT NULL,
    kind text,
    at timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('ok', 'empty', 'failed')),
    rows_read integer NOT NULL DEFAULT 0,
    delivery_id text,
    message text NOT NULL
);
COMMENT ON TABLE intake.transfer_log IS '数据传送日志 (Article 12): one row a pull.';

-- ---------------------------------------------------------------- core
CREATE SEQUENCE core.record_number;
CREATE TABLE core.record (
    record_id bigint PRIMARY KEY,
    kind text NOT NULL,
    identity_key uuid NOT NULL UNIQUE,
    key_id text NOT NULL,
    batch_id text NOT NULL,
    first_accepted_at timestamptz NOT NULL,
    decision_date date NOT NULL,
    due_date date,
    late_days integer NOT NULL DEFAULT 0
);
COMMENT ON TABLE core.record IS 'One row a decision (identity, standard 4.10); its content is in core.<kind>, by version.';
COMMENT ON COLUMN core.record.record_id IS '记录编号 JLBH: n*100 + (98 - n*100 mod 97).';
COMMENT ON COLUMN core.record.identity_key IS 'First 16 bytes of an HMAC-SHA-256 of kind, organ, document number, counterpart.';
COMMENT ON COLUMN core.record.decision_date IS 'As first accepted: the clock of the record runs from it.';
COMMENT ON COLUMN core.record.due_date IS 'As computed at the first acceptance; null = provisional, the year is not covered.';

CREATE TABLE core.licence (
    record_id bigint NOT NULL REFERENCES core.record,
    version integer NOT NULL,
    batch_id text NOT NULL,
    row_no integer NOT NULL,
    agency_code text NOT NULL,
    is_withdrawn boolean NOT NULL,
    decision_key uuid NOT NULL,
    source_stamp timestamptz,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz,
    party_name text, party_category text, party_uscc text, party_registration_no text,
    party_organisation_code text, party_tax_no text, party_institution_no text, party_society_no text,
    representative_name text, representative_id_type text, representative_id_no text,
    party_id_type text, party_id_no text,
    document_name text, document_no text NOT NULL, licence_category text, certificate_name text, certificate_no text,
    content text, decision_date date NOT NULL, valid_from date, valid_to date,
    organ_name text NOT NULL, organ_code text NOT NULL, state text, source_name text, source_code text, remark text,
    PRIMARY KEY (record_id, version)
);
CREATE INDEX licence_decision ON core.licence (decision_key);
COMMENT ON TABLE core.licence IS '行政许可: one row a version; the current one has retired_at null.';
COMMENT ON COLUMN core.licence.agency_code IS 'The reporting agency (sender); organ_code is the deciding one (Article 8).';
COMMENT ON COLUMN core.licence.decision_key IS 'HMAC of kind, organ and document number: finds the decision whoever the counterpart.';

CREATE TABLE core.penalty (
    record_id bigint NOT NULL REFERENCES core.record,
    version integer NOT NULL,
    batch_id text NOT NULL,
    row_no integer NOT NULL,
    agency_code text NOT NULL,
    is_withdrawn boolean NOT NULL,
    decision_key uuid NOT NULL,
    source_stamp timestamptz,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz,
    party_name text, party_category text, party_uscc text, party_registration_no text,
    party_organisation_code text, party_tax_no text, party_institution_no text, party_society_no text,
    representative_name text, representative_id_type text, representative_id_no text,
    party_id_type text, party_id_no text,
    document_no text NOT NULL, violation_type text, facts text, legal_basis text, penalty_categories text, content text,
    fine_yuan numeric(20, 2), confiscated_yuan numeric(20, 2), certificates_affected text,
    decision_date date NOT NULL, valid_to date, publish_until date,
    organ_name text NOT NULL, organ_code text NOT NULL, source_name text, source_code text, remark text,
    PRIMARY KEY (record_id, version)
);
CREATE INDEX penalty_decision ON core.penalty (decision_key);
COMMENT ON TABLE core.penalty IS '行政处罚: one row a version; the current one has retired_at null.';

-- ---------------------------------------------------------------- stage: unlogged, emptied when its batches are merged
CREATE UNLOGGED TABLE stage.licence (
    batch_seq bigint NOT NULL,
    row_no integer NOT NULL,
    identity_key uuid,
    decision_key uuid,
    same_number_rows integer,
    operation text,
    record_ref bigint,
    source_stamp timestamptz,
    due_date date,
    party_name text, party_category text, party_uscc text, party_registration_no text,
    party_organisation_code text, party_tax_no text, party_institution_no text, party_society_no text,
    representative_name text, representative_id_type text, representative_id_no text,
    party_id_type text, party_id_no text,
    document_name text, document_no text, licence_category text, certificate_name text, certificate_no text,
    content text, decision_date date, valid_from date, valid_to date,
    organ_name text, organ_code text, state text, source_name text, source_code text, remark text
);
CREATE INDEX stage_licence_batch ON stage.licence (batch_seq);

CREATE UNLOGGED TABLE stage.penalty (
    batch_seq bigint NOT NULL,
    row_no integer NOT NULL,
    identity_key uuid,
    decision_key uuid,
    same_number_rows integer,
    operation text,
    record_ref bigint,
    source_stamp timestamptz,
    due_date date,
    party_name text, party_category text, party_uscc text, party_registration_no text,
    party_organisation_code text, party_tax_no text, party_institution_no text, party_society_no text,
    representative_name text, representative_id_type text, representative_id_no text,
    party_id_type text, party_id_no text,
    document_no text, violation_type text, facts text, legal_basis text, penalty_categories text, content text,
    fine_yuan numeric(20, 2), confiscated_yuan numeric(20, 2), certificates_affected text,
    decision_date date, valid_to date, publish_until date,
    organ_name text, organ_code text, source_name text, source_code text, remark text
);
CREATE INDEX stage_penalty_batch ON stage.penalty (batch_seq);

-- ---------------------------------------------------------------- quality
CREATE TABLE quality.finding (
    batch_id text NOT NULL REFERENCES intake.batch,
    row_no integer,
    sheet text,
    field text,
    rule_id text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('error', 'warning', 'batch')),
    message_zh text NOT NULL,
    value_masked text,
    suggestion_zh text,
    record_no text,
    due_date date,
    responsible text NOT NULL CHECK (responsible IN ('agency', 'platform'))
);
COMMENT ON COLUMN quality.finding.field IS 'Official column code (XK_WSH …); null for a finding about the row or batch.';
COMMENT ON COLUMN quality.finding.record_no IS '文书号 as sent.';
CREATE INDEX finding_batch ON quality.finding (batch_id, row_no);

CREATE TABLE quality.fix (
    batch_id text NOT NULL REFERENCES intake.batch,
    row_no integer NOT NULL,
    field text,
    rule_id text NOT NULL,
    original text,
    fixed text
);
COMMENT ON TABLE quality.fix IS 'Normalisations (effect fix): restricted, the original may hold an ID number.';
CREATE INDEX fix_batch ON quality.fix (batch_id);

CREATE TABLE quality.quarantine (
    batch_id text NOT NULL REFERENCES intake.batch,
    row_no integer NOT NULL,
    sheet text,
    kind text,
    cells jsonb NOT NULL,
    identity_key uuid,
    decision_key uuid,
    organ_code text,
    document_no text,
    decision_date date,
    due_date date,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (batch_id, row_no)
);
COMMENT ON TABLE quality.quarantine IS 'Rejected rows with their cells as read: restricted.';
COMMENT ON COLUMN quality.quarantine.cells IS 'Field or header name → text as read; a ragged row has the list of its cells under "_cells".';
CREATE INDEX quarantine_decision ON quality.quarantine (decision_key);

-- ---------------------------------------------------------------- audit
CREATE TABLE audit.replay_step (
    seed integer NOT NULL,
    step_no integer NOT NULL,
    at timestamptz NOT NULL,
    dag_id text NOT NULL,
    completed_at timestamptz NOT NULL,
    PRIMARY KEY (seed, step_no)
);
CREATE TABLE audit.full_export (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    operating_user text NOT NULL,
    selection jsonb NOT NULL,
    rows integer NOT NULL
);
COMMENT ON TABLE audit.full_export IS 'Every `gongshi export --full`: unmasked personal data left the warehouse.';
