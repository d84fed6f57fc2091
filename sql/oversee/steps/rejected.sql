-- Purpose: every rejected row known at the instant and the identity it counts with (standard 6.0): the one record that
--          has its organ and document number, else its own identity, else the row by itself.
-- Grain:   one row per rejected row; `place` orders rows by arrival; `record_id` null = not accepted, then `loose_key`
--          tells identities apart; `is_open` false = it came back in its correction workbook, or repeats what did.
-- Params:  as_of (timestamptz).  Needs: oversee_record.
-- Rows of a batch whose kind was not recognised belong to no kind's figure; daily monitoring lists the batch.
CREATE TEMP TABLE oversee_rejected ON COMMIT DROP AS
WITH rejected AS (
    SELECT
        q.batch_id, q.row_no, (b.seq << 32) | q.row_no AS place, coalesce(q.kind, b.kind) AS kind,
        d.agency_code AS sender_code, d.received_at, d.file_name, q.sheet, q.identity_key, q.decision_key,
        q.organ_code, q.document_no, q.decision_date, q.is_restricted
    FROM known.rejected(%(as_of)s) q
    JOIN known.batch(%(as_of)s) b USING (batch_id)
    JOIN intake.delivery d USING (delivery_id)
    WHERE q.recorded_at <= %(as_of)s AND d.status <> 'duplicate' AND coalesce(q.kind, b.kind) IS NOT NULL
),
asked AS (
    SELECT DISTINCT decision_key FROM rejected WHERE decision_key IS NOT NULL
),
candidate AS (
    SELECT DISTINCT a.decision_key, k.record_id
    FROM asked a
    JOIN known.identity k
        ON k.identity_key BETWEEN core.first_identity(a.decision_key) AND core.last_identity(a.decision_key)
),
current_version AS (
    SELECT v.decision_key, v.record_id
    FROM known.licence(%(as_of)s) v JOIN candidate USING (record_id, decision_key)
    WHERE v.recorded_at <= %(as_of)s AND (v.retired_at IS NULL OR v.retired_at > %(as_of)s)
    UNION ALL
    SELECT v.decision_key, v.record_id
    FROM known.penalty(%(as_of)s) v JOIN candidate USING (record_id, decision_key)
    WHERE v.recorded_at <= %(as_of)s AND (v.retired_at IS NULL OR v.retired_at > %(as_of)s)
),
only_record AS (
    SELECT decision_key, min(record_id) AS record_id
    FROM current_version
    GROUP BY decision_key
    HAVING count(*) = 1
),
-- each record's identity at the instant: the one it had before its first correction after it, else today's
identity AS (
    SELECT r.record_id, r.identity_key
    FROM known.record(%(as_of)s) r JOIN oversee_record USING (record_id)
    WHERE r.identity_key IN (SELECT identity_key FROM rejected)
        AND NOT EXISTS (
            SELECT FROM known.former_identity(%(as_of)s) f WHERE f.record_id = r.record_id AND f.retired_at > %(as_of)s
        )
    UNION ALL
    SELECT f.record_id, f.identity_key
    FROM known.former_identity(%(as_of)s) f JOIN oversee_record USING (record_id)
    WHERE f.retired_at = (
        SELECT min(n.retired_at) FROM known.former_identity(%(as_of)s) n
        WHERE n.record_id = f.record_id AND n.retired_at > %(as_of)s
    )
),
matched AS (
    SELECT
        r.*,
        coalesce(
            o.record_id,
            own.record_id
        ) AS record_id
    FROM rejected r
    LEFT JOIN only_record o ON o.decision_key = r.decision_key
    LEFT JOIN identity own ON own.identity_key = r.identity_key
)
SELECT
    batch_id, row_no, place, kind, sender_code, received_at, file_name, sheet, organ_code, document_no, decision_date,
    is_restricted, record_id,
    NOT EXISTS (
        SELECT FROM intake.returned_row t JOIN known.batch(%(as_of)s) b ON b.batch_id = t.batch_id
        WHERE t.origin_batch_id = matched.batch_id AND t.origin_row_no = matched.row_no
            AND b.received_at <= %(as_of)s AND b.refused_rule IS NULL
    ) AND NOT EXISTS (
        SELECT FROM known.finding(%(as_of)s) f
        WHERE f.batch_id = matched.batch_id AND f.row_no = matched.row_no AND f.rule_id = 'RT-04'
    ) AS is_open,
    CASE WHEN record_id IS NULL THEN coalesce(identity_key::text, batch_id || '/' || row_no) END AS loose_key
FROM matched;
