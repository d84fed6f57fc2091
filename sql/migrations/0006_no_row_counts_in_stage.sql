-- Purpose: how many rows of a batch carry one number is asked of the stage where it matters, no longer staged with each.
ALTER TABLE stage.licence DROP COLUMN same_number_rows;
ALTER TABLE stage.penalty DROP COLUMN same_number_rows;
