-- Purpose: the holiday table as known at the instant.  Grain: one row per day.  Params: as_of (timestamptz).
SELECT day, is_workday
FROM ref.holiday
WHERE recorded_at <= %(as_of)s AND (retired_at IS NULL OR retired_at > %(as_of)s)
ORDER BY day;
