-- Purpose: one record for every accepted row whose identity is new; `opened` tells which number a row got.
-- Grain:   one row a record. Numbers follow the rows of the file, so that their versions are stored in file order.
--          A record of declared old stock (`is_backlog`) is never late.
-- Params:  batch_id, kind, key_id, received_at, due_days (date[]), late_days (integer[]) for the distinct due days,
--          stock_days (date[]): those decision days among the rows that the sender declared as old stock.
CREATE TEMPORARY TABLE opened ON COMMIT DROP AS
SELECT
    n.row_no, n.identity_key, n.decision_date, n.due_date,
    coalesce(r.record_id, n.number * 100 + (98 - (n.number * 100) %% 97)) AS record_id
FROM (
    SELECT row_no, identity_key, decision_date, due_date, nextval('core.record_number') AS number
    FROM (
        SELECT row_no, identity_key, decision_date, due_date FROM decision
        WHERE refused_by IS NULL AND outcome IS NULL AND record_id IS NULL
        ORDER BY row_no
    ) AS fresh
) AS n
LEFT JOIN core.reserved_number AS r ON r.identity_key = n.identity_key;

ANALYZE opened;

INSERT INTO core.record (
    record_id, kind, identity_key, key_id, batch_id, first_accepted_at, decision_date, due_date, late_days,
    is_backlog
)
SELECT
    o.record_id, %(kind)s, o.identity_key, %(key_id)s, %(batch_id)s, %(received_at)s, o.decision_date, o.due_date,
    CASE WHEN o.decision_date = ANY(%(stock_days)s::date[]) THEN 0 ELSE coalesce(late.days, 0) END,
    o.decision_date = ANY(%(stock_days)s::date[])
FROM opened AS o
LEFT JOIN unnest(%(due_days)s::date[], %(late_days)s::integer[]) AS late (due, days) ON late.due = o.due_date
ORDER BY o.identity_key;
