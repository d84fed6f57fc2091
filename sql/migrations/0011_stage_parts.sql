-- Purpose: the rows of a part of a batch are found without looking at its other parts.
DROP INDEX stage.stage_licence_batch;
DROP INDEX stage.stage_penalty_batch;
CREATE INDEX stage_licence_row ON stage.licence (batch_seq, row_no);
CREATE INDEX stage_penalty_row ON stage.penalty (batch_seq, row_no);
