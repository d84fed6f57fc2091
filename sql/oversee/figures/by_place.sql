-- Purpose: all counts of standard 6.0 for the province, each section, prefecture, county and deciding organ.
-- Grain:   one row per (scope, code, kind); scope total | section | prefecture | county | agency; kind also 'all'.
-- Params:  as_of (timestamptz): overdue = due before its day in Asia/Shanghai.
WITH fact AS (
    SELECT
        r.owner_code, r.kind,
        1 AS reported,
        r.is_accepted::int AS accepted,
        r.is_first_passed::int AS first_passed,
        0 AS first_accepted, 0 AS late, 0 AS provisional,
        (NOT r.is_accepted AND d.due_date < (%(as_of)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date)::int
            AS overdue,
        r.rows_read, r.rows_repeated,
        r.is_unregistered::int AS unregistered
    FROM oversee_reported r
    LEFT JOIN oversee_due d USING (decision_date)
    UNION ALL
    SELECT
        f.owner_code, f.kind, 0, 0, 0,
        (d.due_date IS NOT NULL)::int, (f.accepted_date > d.due_date)::int, (d.due_date IS NULL)::int,
        0, 0, 0, 0
    FROM oversee_first f
    LEFT JOIN oversee_due d USING (decision_date)
),
by_owner AS (
    SELECT
        owner_code, kind,
        sum(reported) AS reported, sum(accepted) AS accepted, sum(first_passed) AS first_passed,
        sum(first_accepted) AS first_accepted, coalesce(sum(late), 0) AS late, sum(provisional) AS provisional,
        coalesce(sum(overdue), 0) AS overdue, sum(rows_read) AS rows_read, sum(rows_repeated) AS rows_repeated,
        sum(unregistered) AS unregistered
    FROM fact
    GROUP BY owner_code, kind
)
SELECT
    place.scope, place.code, k.kind,
    sum(o.reported)::bigint AS reported, sum(o.accepted)::bigint AS accepted,
    sum(o.first_passed)::bigint AS first_passed, sum(o.first_accepted)::bigint AS first_accepted,
    sum(o.late)::bigint AS late, sum(o.provisional)::bigint AS provisional, sum(o.overdue)::bigint AS overdue,
    sum(o.rows_read)::bigint AS rows_read, sum(o.rows_repeated)::bigint AS rows_repeated,
    sum(o.unregistered)::bigint AS unregistered
FROM by_owner o
LEFT JOIN oversee_agency a ON a.code = o.owner_code
CROSS JOIN LATERAL (VALUES
    ('total', ''), ('section', coalesce(a.section, 'unknown')), ('prefecture', a.prefecture_code),
    ('county', a.county_code), ('agency', o.owner_code)
) AS place (scope, code)
CROSS JOIN LATERAL (VALUES (o.kind), ('all')) AS k (kind)
WHERE place.code IS NOT NULL
GROUP BY place.scope, place.code, k.kind
ORDER BY place.scope, place.code, k.kind;
