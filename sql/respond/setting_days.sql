-- Purpose: since when, and until when, settings lie over the shipped rules, as believed at an instant and valid on its day.
-- Grain:   one row per rule: the latest first day and the earliest day of change among its settings.
-- Params:  at (timestamptz), on_day (date).
SELECT rule_id, max(lower(valid)) AS since, min(upper(valid) - 1) AS until
FROM ref.rule_setting
WHERE recorded_at <= %(at)s AND (retired_at IS NULL OR retired_at > %(at)s) AND valid @> %(on_day)s::date
GROUP BY rule_id
ORDER BY rule_id;
