-- Purpose: names of the divisions of one level as known at the instant, in GB/T 2260 order; a county with its prefecture.
-- Grain:   one row per division.
-- Params:  level (text); last_day (date); as_of (timestamptz).
WITH known AS (
    SELECT DISTINCT ON (code) code, name, parent_code, level
    FROM ref.division
    WHERE recorded_at <= %(as_of)s AND (retired_at IS NULL OR retired_at > %(as_of)s)
    ORDER BY code ASC, (valid @> %(last_day)s::date) DESC, lower(valid) DESC NULLS LAST
)
SELECT division.code, coalesce(parent.name, '') || division.name AS name
FROM known AS division
LEFT JOIN known AS parent ON parent.code = division.parent_code AND parent.level = 'prefecture'
WHERE division.level = %(level)s
ORDER BY division.code;
