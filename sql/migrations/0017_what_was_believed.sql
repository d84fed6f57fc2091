-- Purpose: facts that a revalidation replaced are kept with the time until which they were believed, so that a report as
--          of an instant before it prints the same figures.
CREATE SCHEMA history;
COMMENT ON SCHEMA history IS 'Facts as they were before a revalidation replaced them; known.<table>(as_of) reads both.';
CREATE SCHEMA known;
COMMENT ON SCHEMA known IS 'The fact tables as believed at an instant.';

CREATE TABLE history.fact (
    source_schema text NOT NULL,
    name text PRIMARY KEY
);
COMMENT ON TABLE history.fact IS 'Tables whose rows follow from landed rows, registry and rule book, and can be made anew.';

-- Makes a table a fact table, or lets its history follow when it got columns: call it after every change of one.
CREATE PROCEDURE history.follow(source_schema text, fact text) LANGUAGE plpgsql AS $$
DECLARE
    source regclass := format('%I.%I', source_schema, fact)::regclass;
    names text;
    item record;
BEGIN
    INSERT INTO history.fact VALUES (source_schema, fact) ON CONFLICT DO NOTHING;
    EXECUTE format('ALTER TABLE %s ADD COLUMN IF NOT EXISTS believed_from timestamptz', source);
    EXECUTE format('CREATE TABLE IF NOT EXISTS history.%I (believed_to timestamptz NOT NULL)', fact);
    FOR item IN SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
        WHERE attrelid = source AND attnum > 0 AND NOT attisdropped ORDER BY attnum
    LOOP
        EXECUTE format('ALTER TABLE history.%I ADD COLUMN IF NOT EXISTS %I %s', fact, item.name, item.type);
    END LOOP;
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO names FROM pg_attribute
    WHERE attrelid = source AND attnum > 0 AND NOT attisdropped;
    EXECUTE format(
        'CREATE OR REPLACE FUNCTION known.%1$I(as_of timestamptz) RETURNS SETOF %2$s LANGUAGE sql STABLE AS $body$
            SELECT %3$s FROM %2$s WHERE believed_from IS NULL OR believed_from <= as_of
            UNION ALL
            SELECT %3$s FROM history.%1$I
            WHERE (believed_from IS NULL OR believed_from <= as_of) AND believed_to > as_of
        $body$', fact, source, names);
    -- a fact is replaced row by row within one transaction: what refers to it is looked at when it ends
    FOR item IN SELECT conrelid::regclass AS owner, conname AS name FROM pg_constraint
        WHERE contype = 'f' AND (confrelid = source OR conrelid = source) AND NOT condeferrable
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY IMMEDIATE', item.owner, item.name);
    END LOOP;
END
$$;

CALL history.follow('intake', 'batch');
CALL history.follow('intake', 'row_outcome');
CALL history.follow('core', 'record');
CALL history.follow('core', 'licence');
CALL history.follow('core', 'penalty');
CALL history.follow('core', 'provenance');
CALL history.follow('core', 'former_identity');
CALL history.follow('core', 'row_attribute');
CALL history.follow('quality', 'finding');
CALL history.follow('quality', 'fix');
CALL history.follow('quality', 'quarantine');
CALL history.follow('quality', 'cause');

CREATE INDEX history_record_identity ON history.record (identity_key);
CREATE INDEX history_former_identity_key ON history.former_identity (identity_key);
CREATE VIEW known.identity AS
SELECT identity_key, record_id FROM core.known_identity
UNION ALL
SELECT identity_key, record_id FROM history.record
UNION ALL
SELECT identity_key, record_id FROM history.former_identity;
COMMENT ON VIEW known.identity IS 'Identities records have or had, also those a revalidation took away.';

CREATE TABLE core.reserved_number (
    identity_key uuid PRIMARY KEY,
    record_id bigint NOT NULL
);
COMMENT ON TABLE core.reserved_number IS
'Record numbers agencies know already, for identities opened anew in a scratch warehouse; empty in the warehouse itself.';

CREATE TABLE audit.revalidation (
    revalidation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    operating_user text NOT NULL,
    selection text NOT NULL,
    rulebook_version text NOT NULL,
    backup text NOT NULL,
    batches integer NOT NULL,
    changed_rows integer NOT NULL
);
COMMENT ON TABLE audit.revalidation IS 'Every `gongshi revalidate` that changed something.';
COMMENT ON COLUMN audit.revalidation.backup IS 'Folder below GONGSHI_HOME with the replaced state.';

CREATE TABLE audit.revalidated_row (
    revalidation_id bigint NOT NULL REFERENCES audit.revalidation,
    batch_id text NOT NULL,
    row_no integer NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    PRIMARY KEY (revalidation_id, batch_id, row_no)
);
COMMENT ON TABLE audit.revalidated_row IS 'Rows whose outcome another rule book changed: the outcome before and after.';
CREATE INDEX revalidated_row_batch ON audit.revalidated_row (batch_id);
