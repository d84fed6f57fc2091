-- Purpose: records that are invalid from their first report on.
-- Grain:   one row a warned row.  Params: candidates (integer[]: rows of state 2).
SELECT o.row_no FROM opened AS o WHERE o.row_no = ANY(%(candidates)s) ORDER BY o.row_no
