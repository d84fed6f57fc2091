-- Purpose: what rows of earlier layouts say and no field of S2018b holds: how widely a record may be published (信息使用范围),
--          that it was revoked or is disputed, how serious it is. A version names its batch and row.
CREATE TABLE core.row_attribute (
    batch_id text NOT NULL REFERENCES intake.batch,
    row_no integer NOT NULL,
    name text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (batch_id, row_no, name)
);
COMMENT ON TABLE core.row_attribute IS 'What a row that was not rejected said beside the fields of its kind (layout L2015).';
COMMENT ON COLUMN core.row_attribute.name IS
'publication_range (政务共享, 授权查询, or as written; absent = may be published), life_cycle (撤销, 异议, 其他), severity, item_code, place_code, updated_at.';
