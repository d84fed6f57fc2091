-- Purpose: find the rows of one batch without reading the table: a batch's rows lie together, so block ranges suffice
--          and cost next to nothing while loading.
CREATE INDEX licence_batch ON core.licence USING brin (batch_id) WITH (pages_per_range = 32);
CREATE INDEX penalty_batch ON core.penalty USING brin (batch_id) WITH (pages_per_range = 32);
CREATE INDEX record_batch ON core.record USING brin (batch_id) WITH (pages_per_range = 32);
