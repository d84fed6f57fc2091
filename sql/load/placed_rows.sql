-- Purpose: where each row of one batch ended.  Grain: one row a place; a row that stands twice or never is a fault.
-- Params:  batch_id.
SELECT row_no, 'accepted' AS outcome FROM core.licence WHERE batch_id = %(batch_id)s
UNION ALL
SELECT row_no, 'accepted' FROM core.penalty WHERE batch_id = %(batch_id)s
UNION ALL
SELECT row_no, 'accepted' FROM intake.zero_report WHERE batch_id = %(batch_id)s
UNION ALL
SELECT row_no, 'rejected' FROM quality.rejected WHERE batch_id = %(batch_id)s
UNION ALL
SELECT row_no, outcome FROM intake.row_outcome WHERE batch_id = %(batch_id)s;
