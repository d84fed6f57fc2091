-- Purpose: the last self-checks of an agency for its page.  Grain: one row a checked file, newest first.
-- Params:  agency_code, most.
SELECT check_id, received_at, file_name, result, scope, signer
FROM intake.self_check
WHERE agency_code = %(agency_code)s AND status = 'answered'
ORDER BY seq DESC LIMIT %(most)s
