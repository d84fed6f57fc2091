-- Every staged row has exactly one outcome: a version, an outcome row or a quarantine row (architecture, section 1).
WITH staged AS (
    -- compared per batch as a whole: count, sum and hash of the row numbers agree only when each staged row stands once
    -- among the placed ones and no other does
    SELECT
        s.batch_seq AS seq, count(*) AS placed_rows, sum(s.row_no) AS numbers,
        bit_xor(hashint8extended(s.row_no, 42)) AS digest
    FROM {batch} AS s GROUP BY s.batch_seq
),

own_batch AS (
    SELECT b.batch_id, b.seq FROM intake.batch AS b INNER JOIN staged ON staged.seq = b.seq
),

place AS (
    SELECT o.seq, v.row_no FROM core.{kind} AS v INNER JOIN own_batch AS o ON o.batch_id = v.batch_id
    UNION ALL
    SELECT o.seq, r.row_no FROM intake.row_outcome AS r INNER JOIN own_batch AS o ON o.batch_id = r.batch_id
    UNION ALL
    SELECT o.seq, q.row_no FROM quality.rejected AS q INNER JOIN own_batch AS o ON o.batch_id = q.batch_id
    WHERE EXISTS (
        SELECT FROM quality.finding AS f
        WHERE f.batch_id = q.batch_id AND f.row_no = q.row_no AND f.rule_id IN ('XR-05', 'XR-06', 'XR-07')
    )
),

placed AS (
    SELECT
        seq, count(*) AS placed_rows, sum(row_no) AS numbers, bit_xor(hashint8extended(row_no, 42)) AS digest
    FROM place GROUP BY seq
)

SELECT staged.seq FROM staged LEFT JOIN placed ON placed.seq = staged.seq
WHERE (staged.placed_rows, staged.numbers, staged.digest)
    IS DISTINCT FROM (placed.placed_rows, placed.numbers, placed.digest)
