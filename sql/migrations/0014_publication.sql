-- Purpose: what a finding means for publishing its row (standard 4.11: `hold` until a correction, `never`), kept with the
--          finding, so that a version, which names its batch and row, knows by what its row was found to hold.
ALTER TABLE quality.finding ADD COLUMN publication text NOT NULL DEFAULT 'none'
CHECK (publication IN ('none', 'hold', 'never'));
COMMENT ON COLUMN quality.finding.publication IS
'What the rule says about publishing the row: none, hold (until it is corrected) or never.';

-- Rows that are not published, and by which rules; the strongest effect counts: never, then hold.
CREATE VIEW quality.withheld AS
SELECT batch_id, row_no, max(publication) AS publication, array_agg(DISTINCT rule_id ORDER BY rule_id) AS rule_ids
FROM quality.finding
WHERE publication <> 'none' AND row_no IS NOT NULL
GROUP BY batch_id, row_no;
