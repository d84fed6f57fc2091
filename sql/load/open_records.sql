-- Purpose: one record for every accepted row whose identity is new.
-- Grain:   one row a record. A record of declared old stock (`is_backlog`) is never late.
-- Params:  batch_id, kind, key_id, received_at, due_days (date[]), late_days (integer[]) for the distinct due days,
--          stock_days (date[]): those decision days among the rows that the sender declared as old stock.
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
ORDER BY o.row_no;
