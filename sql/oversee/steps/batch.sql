-- Purpose: the batches a report counts: deliveries received in the period; duplicate deliveries count in no figure.
-- Grain:   one row per batch.
-- Params:  period_start, period_end (timestamptz, half-open); as_of (timestamptz).
CREATE TEMP TABLE oversee_batch ON COMMIT DROP AS
SELECT b.batch_id, b.seq, b.kind, delivery.agency_code AS sender_code, delivery.channel
FROM known.batch(%(as_of)s) AS b
JOIN intake.delivery USING (delivery_id)
WHERE delivery.status <> 'duplicate'
    AND delivery.received_at >= %(period_start)s AND delivery.received_at < %(period_end)s
    AND coalesce(b.loaded_at, b.received_at) <= %(as_of)s;
