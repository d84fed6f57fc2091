-- Purpose: the head of a receipt.  Grain: one row, the batch.
-- Params:  batch_id.
SELECT b.batch_id, b.seq, b.delivery_id, d.first_delivery_id, d.file_name, b.member, b.sheet, d.sha256, b.agency_code,
       b.kind, b.layout, b.rulebook_version, b.received_at, b.refused_rule, d.status AS delivery_status, d.channel,
       b.rows_read, b.rows_accepted, b.rows_rejected, b.rows_unchanged, b.rows_duplicate, b.rows_superseded,
       b.blank_rows, b.remarks, b.fix_count
FROM intake.batch b JOIN intake.delivery d USING (delivery_id)
WHERE b.batch_id = %(batch_id)s
