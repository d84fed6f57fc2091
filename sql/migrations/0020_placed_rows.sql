-- Purpose: one answer to where a row ended, for the ledger and for judging rows anew.
CREATE VIEW intake.placed_row AS
SELECT batch_id, row_no, 'accepted' AS outcome FROM core.licence
UNION ALL
SELECT batch_id, row_no, 'accepted' FROM core.penalty
UNION ALL
SELECT batch_id, row_no, 'accepted' FROM intake.zero_report
UNION ALL
SELECT batch_id, row_no, 'rejected' FROM quality.rejected
UNION ALL
SELECT batch_id, row_no, outcome FROM intake.row_outcome;
COMMENT ON VIEW intake.placed_row IS
'Each row read with its outcome, from the tables that hold it; a row that stands twice or never is a fault.';
