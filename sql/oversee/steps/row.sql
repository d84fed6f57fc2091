-- Purpose: each row read in the period once, with its one outcome, from the tables that hold it.
-- Grain:   one row per row read; `place` orders rows by arrival (batch, then row).
-- Params:  as_of (timestamptz).  Needs: oversee_batch, oversee_rejected.
CREATE TEMP TABLE oversee_row ON COMMIT DROP AS
SELECT (b.seq << 32) | v.row_no AS place, 'licence' AS kind, b.sender_code, 'accepted' AS outcome,
    v.record_id, NULL::text AS loose_key
FROM known.licence(%(as_of)s) v JOIN oversee_batch b USING (batch_id)
WHERE v.recorded_at <= %(as_of)s
UNION ALL
SELECT (b.seq << 32) | v.row_no, 'penalty', b.sender_code, 'accepted', v.record_id, NULL
FROM known.penalty(%(as_of)s) v JOIN oversee_batch b USING (batch_id)
WHERE v.recorded_at <= %(as_of)s
UNION ALL
SELECT (b.seq << 32) | o.row_no, b.kind, b.sender_code, o.outcome, o.record_id, NULL
FROM known.row_outcome(%(as_of)s) o JOIN oversee_batch b USING (batch_id)
UNION ALL
SELECT r.place, r.kind, b.sender_code, 'rejected', r.record_id, r.loose_key
FROM oversee_rejected r JOIN oversee_batch b USING (batch_id);
