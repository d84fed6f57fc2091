-- Purpose: the reporting organs' work (Article 8: who reports may differ from who decides), the same counts.
-- Grain:   one row per (sender, kind); kind also 'all'.  Sums exceed the total where two senders report one record.
-- Params:  as_of (timestamptz).
WITH seen AS (
    SELECT
        sender_code, kind, record_id, loose_key,
        min(place) AS first_place, min(place) FILTER (WHERE outcome <> 'rejected') AS first_passed_place,
        count(*) AS rows_read,
        count(*) FILTER (WHERE outcome IN ('duplicate', 'superseded', 'unchanged')) AS rows_repeated
    FROM oversee_row
    GROUP BY sender_code, kind, record_id, loose_key
),
fact AS (
    SELECT
        s.sender_code, s.kind, 1 AS reported, (s.record_id IS NOT NULL)::int AS accepted,
        (s.first_passed_place IS NOT DISTINCT FROM s.first_place)::int AS first_passed,
        0 AS first_accepted, 0 AS late, 0 AS provisional,
        (d.due_date < (%(as_of)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date)::int AS overdue,
        s.rows_read, s.rows_repeated
    FROM seen s
    LEFT JOIN oversee_outstanding o ON o.kind = s.kind AND o.loose_key = s.loose_key
    LEFT JOIN oversee_due d ON d.decision_date = o.decision_date
    UNION ALL
    SELECT
        f.sender_code, f.kind, 0, 0, 0,
        (d.due_date IS NOT NULL)::int, (f.accepted_date > d.due_date)::int, (d.due_date IS NULL)::int, 0, 0, 0
    FROM oversee_first f
    LEFT JOIN oversee_due d USING (decision_date)
)
SELECT
    f.sender_code AS code, k.kind,
    sum(reported)::bigint AS reported, sum(accepted)::bigint AS accepted, sum(first_passed)::bigint AS first_passed,
    sum(first_accepted)::bigint AS first_accepted, coalesce(sum(late), 0)::bigint AS late,
    sum(provisional)::bigint AS provisional, coalesce(sum(overdue), 0)::bigint AS overdue,
    sum(rows_read)::bigint AS rows_read, sum(rows_repeated)::bigint AS rows_repeated, 0::bigint AS unregistered
FROM fact f
CROSS JOIN LATERAL (VALUES (f.kind), ('all')) AS k (kind)
GROUP BY f.sender_code, k.kind
ORDER BY f.sender_code, k.kind;
