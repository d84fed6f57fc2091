-- Purpose: names for what was decided: `decision`, a row a staged row, and of those that open a record `opened`.
CREATE TEMPORARY VIEW decision AS SELECT * FROM {decided};

CREATE TEMPORARY VIEW opened AS
SELECT row_no, identity_key, decision_key, decision_date, due_date, party_key, new_record_id AS record_id
FROM decision
WHERE refused_by IS NULL AND outcome IS NULL AND record_id IS NULL;
