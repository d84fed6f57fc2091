-- Purpose: one record for every accepted row whose identity is new; its number goes back into `decision`.
-- Params:  batch_seq, batch_id, kind, key_id, received_at, due_days (date[]), late_days (integer[]) for the distinct due days.
CREATE TEMPORARY TABLE opened ON COMMIT DROP AS
SELECT row_no, identity_key, number * 100 + (98 - (number * 100) %% 97) AS record_id
FROM (
    SELECT row_no, identity_key, nextval('core.record_number') AS number
    FROM (
        SELECT row_no, identity_key FROM decision
        WHERE refused_by IS NULL AND outcome IS NULL AND record_id IS NULL
        ORDER BY identity_key
    ) AS fresh
) AS numbered;

INSERT INTO core.record (
    record_id, kind, identity_key, key_id, batch_id, first_accepted_at, decision_date, due_date, late_days
)
SELECT
    o.record_id, %(kind)s, o.identity_key, %(key_id)s, %(batch_id)s, %(received_at)s, s.decision_date, s.due_date,
    coalesce(late.days, 0)
FROM opened AS o
INNER JOIN stage.{kind} AS s ON s.batch_seq = %(batch_seq)s AND s.row_no = o.row_no
LEFT JOIN unnest(%(due_days)s::date[], %(late_days)s::integer[]) AS late (due, days) ON late.due = s.due_date
ORDER BY o.identity_key;
