-- Purpose: the versions of a record with the batch and file each came from.  Grain: one row a version.
-- Params:  record_id; written for core.licence, run on the table of its kind.  `content` holds the columns of the field table.
SELECT v.version, v.batch_id, v.row_no, v.agency_code, v.is_withdrawn, v.recorded_at, v.retired_at, v.document_no,
       v.organ_code, v.organ_name, to_jsonb(v) AS content,
       b.sheet, b.received_at, b.rulebook_version, d.delivery_id, d.file_name, d.sha256, d.channel
FROM core.licence v JOIN intake.batch b USING (batch_id) JOIN intake.delivery d USING (delivery_id)
WHERE v.record_id = %(record_id)s
ORDER BY v.version
