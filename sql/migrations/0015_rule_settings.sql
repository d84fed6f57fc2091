-- Purpose: switches and thresholds of the rule book as data, with validity and transaction time; the rule book itself is
--          kept with its content whenever a batch is judged by it.
CREATE TABLE ref.rule_setting (
    rule_id text NOT NULL,
    kind text,
    field text,
    setting text NOT NULL,
    value text NOT NULL,
    basis text NOT NULL,
    valid daterange NOT NULL,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz
);
COMMENT ON TABLE ref.rule_setting IS
    '规则参数: what differs from the shipped rule book, by day of receipt (registry file rule_settings).';
COMMENT ON COLUMN ref.rule_setting.kind IS 'Kind of record it holds for; null = all.';
COMMENT ON COLUMN ref.rule_setting.field IS 'Field of the cases it holds for, our name or the official code; null = all.';
COMMENT ON COLUMN ref.rule_setting.setting IS 'enabled, effect, publication, check or the name of a parameter.';
COMMENT ON COLUMN ref.rule_setting.basis IS 'Decision or notice the change rests on.';
COMMENT ON TABLE ref.rulebook IS 'Every rule book a batch was judged by, with its content, from its release or first use.';
