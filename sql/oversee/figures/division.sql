-- Purpose: names of the divisions of one level as known at the instant, in GB/T 2260 order.
-- Grain:   one row per division.
-- Params:  level (text); last_day (date); as_of (timestamptz).
SELECT DISTINCT ON (code) code, name, parent_code
FROM ref.division
WHERE level = %(level)s AND recorded_at <= %(as_of)s AND (retired_at IS NULL OR retired_at > %(as_of)s)
ORDER BY code, (valid @> %(last_day)s::date) DESC, lower(valid) DESC NULLS LAST;
