-- Purpose: what the receipt of a batch says of declared old stock; judged anew, in the place of what it said before.
-- Params:  batch_id, remark (text, null = no old stock), former (text: LIKE pattern of such a remark).
UPDATE intake.batch AS b SET remarks = (
    SELECT coalesce(array_agg(told.remark ORDER BY told.place), '{}')
    FROM (
        SELECT CASE WHEN r.remark LIKE %(former)s THEN %(remark)s ELSE r.remark END AS remark, r.place
        FROM unnest(b.remarks) WITH ORDINALITY AS r (remark, place)
        UNION ALL
        SELECT %(remark)s, cardinality(b.remarks) + 1
        WHERE NOT EXISTS (SELECT FROM unnest(b.remarks) AS r (remark) WHERE r.remark LIKE %(former)s)
    ) AS told
    WHERE told.remark IS NOT NULL
)
WHERE b.batch_id = %(batch_id)s
    AND (%(remark)s IS NOT NULL OR EXISTS (SELECT FROM unnest(b.remarks) AS r (remark) WHERE r.remark LIKE %(former)s));
