-- Purpose: rows that made neither a version nor a quarantine row.
-- Params:  batch_id.
INSERT INTO intake.row_outcome (batch_id, row_no, outcome, other_row_no, record_id)
SELECT %(batch_id)s, d.row_no, d.outcome, d.other_row_no, coalesce(d.record_id, chosen.new_record_id)
FROM decision AS d
LEFT JOIN decision AS chosen
    ON d.record_id IS NULL AND chosen.group_key = d.group_key AND chosen.outcome IS NULL AND chosen.refused_by IS NULL
WHERE d.outcome IS NOT NULL;
