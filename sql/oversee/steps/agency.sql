-- Purpose: the registry as known at an instant, with the part of a report each agency is counted in.
-- Grain:   one row per agency code.
-- Params:  first_day, last_day (date, inclusive: the period); as_of (timestamptz).
-- An agency of a zone (开发区) is counted in the division the zone lies in.
-- Central units stand apart (standard 6.0), so they are in no prefecture and no county.
CREATE TEMP TABLE oversee_agency ON COMMIT DROP AS
WITH division AS (
    SELECT DISTINCT ON (code) code, parent_code, level
    FROM ref.division
    WHERE recorded_at <= %(as_of)s AND (retired_at IS NULL OR retired_at > %(as_of)s)
    ORDER BY code, (valid @> %(last_day)s::date) DESC, lower(valid) DESC NULLS LAST
),
known AS (
    SELECT *, bool_or(valid && daterange(%(first_day)s::date, %(last_day)s::date, '[]')) OVER (PARTITION BY code)
        AS is_obliged
    FROM ref.agency
    WHERE recorded_at <= %(as_of)s AND (retired_at IS NULL OR retired_at > %(as_of)s)
),
latest AS (
    SELECT DISTINCT ON (code) code, name, division_code, level, is_central, is_obliged
    FROM known
    ORDER BY code, (valid @> %(last_day)s::date) DESC, lower(valid) DESC NULLS LAST
),
agency AS (
    SELECT
        latest.code,
        latest.name,
        CASE zone.level WHEN 'zone' THEN zone.parent_code ELSE latest.division_code END AS division_code,
        latest.level,
        latest.is_central,
        latest.is_obliged
    FROM latest
    LEFT JOIN division AS zone ON zone.code = latest.division_code
)
SELECT
    agency.code,
    agency.name,
    agency.division_code,
    agency.level,
    agency.is_central,
    agency.is_obliged,
    CASE
        WHEN agency.is_central THEN 'central'
        WHEN agency.level = 'province' THEN 'province'
        ELSE 'local'
    END AS section,
    CASE WHEN NOT agency.is_central AND agency.level <> 'province' THEN
        CASE division.level WHEN 'county' THEN division.parent_code ELSE agency.division_code END
    END AS prefecture_code,
    CASE WHEN NOT agency.is_central AND agency.level = 'county' THEN agency.division_code END AS county_code
FROM agency
LEFT JOIN division ON division.code = agency.division_code;
