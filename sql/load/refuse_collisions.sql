-- Purpose: a row whose identity another row of the batch is just being corrected to would be a second record of that
--          identity: XR-06. Only batches that name record numbers need it.
UPDATE decision AS d SET refused_by = 'XR-06'
WHERE d.refused_by IS NULL AND d.identity_key IS NOT NULL AND EXISTS (
    SELECT FROM decision AS c
    WHERE c.refused_by IS NULL AND c.record_ref IS NOT NULL AND NOT c.is_withdrawal
        AND c.identity_key = d.identity_key AND c.group_key <> d.group_key
        AND (d.record_ref IS NULL OR c.row_no < d.row_no)
);
