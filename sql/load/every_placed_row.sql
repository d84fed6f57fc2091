-- Purpose: where each row ever read ended.  Grain: one row a place.  Params: none.
SELECT batch_id, row_no, 'accepted' AS outcome FROM core.licence
UNION ALL
SELECT batch_id, row_no, 'accepted' FROM core.penalty
UNION ALL
SELECT batch_id, row_no, 'accepted' FROM intake.zero_report
UNION ALL
SELECT batch_id, row_no, 'rejected' FROM quality.rejected
UNION ALL
SELECT batch_id, row_no, outcome FROM intake.row_outcome;
