-- Purpose: last on-time day per decision date, computed with the calendar as known at the instant.
-- Grain:   one row per decision date; due_date null = provisional, the year is not covered (standard 5).
-- Params:  decision_dates, due_dates (date[], same length).
CREATE TEMP TABLE oversee_due ON COMMIT DROP AS
SELECT decision_date, due_date
FROM unnest(%(decision_dates)s::date[], %(due_dates)s::date[]) AS t (decision_date, due_date);
