-- Purpose: where each row of some batches ended.  Grain: one row a place.
-- Params:  batch_ids (text[]).
SELECT batch_id, row_no, outcome FROM intake.placed_row WHERE batch_id = ANY(%(batch_ids)s);
