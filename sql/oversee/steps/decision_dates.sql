-- Purpose: the decision dates whose due day the report needs.  Grain: one row per date.  Params: none.
SELECT decision_date FROM oversee_first WHERE decision_date IS NOT NULL
UNION
SELECT decision_date FROM oversee_rejected WHERE decision_date IS NOT NULL
ORDER BY 1;
