-- Purpose: the registry of Articles 3 to 8 and 14: zones, successions of agencies, rights to report for others, answerable
--          people, item lists with their secrecy review, who owes which item, declared backlogs, the register of legal entities.
ALTER TABLE ref.division DROP CONSTRAINT division_level_check;
ALTER TABLE ref.division ADD CONSTRAINT division_level_check
CHECK (level IN ('province', 'prefecture', 'county', 'zone'));
COMMENT ON COLUMN ref.division.code IS
    'GB/T 2260; of a zone (开发区), which has none there: six digits of the division it lies in and three of its own.';
COMMENT ON COLUMN ref.division.level IS 'province, prefecture, county, or zone: a 开发区 within its parent.';

ALTER TABLE ref.agency ADD COLUMN line text;
COMMENT ON COLUMN ref.agency.line IS '条线: the line of work whose agencies one agency may report for (省级统一归集); null = in none.';
COMMENT ON COLUMN ref.agency.code IS '统一社会信用代码. A row a name and period; an old code stays valid for decisions of its time.';

CREATE TABLE ref.agency_succession (
    agency_code text NOT NULL,
    successor_code text NOT NULL,
    manner text NOT NULL CHECK (manner IN ('更名', '合并', '分设', '划转', '撤销')),
    took_over_on date NOT NULL,
    basis text,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz
);
COMMENT ON TABLE ref.agency_succession IS 'Who took over an agency''s powers: one row an agency and successor, believed from recorded_at on.';
COMMENT ON COLUMN ref.agency_succession.agency_code IS 'The predecessor.';
COMMENT ON COLUMN ref.agency_succession.manner IS '更名, 合并, 分设, 划转 or 撤销.';
COMMENT ON COLUMN ref.agency_succession.took_over_on IS 'First day on which the successor decides in its place.';

CREATE TABLE ref.reporting_right (
    agency_code text NOT NULL,
    scope text NOT NULL CHECK (scope IN ('agency', 'division', 'line')),
    granted_for text NOT NULL,
    kinds text,
    basis text NOT NULL,
    valid daterange NOT NULL,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz
);
COMMENT ON TABLE ref.reporting_right IS 'Who may report what another agency decided (Article 8): one row a right and period.';
COMMENT ON COLUMN ref.reporting_right.agency_code IS 'The agency that may report.';
COMMENT ON COLUMN ref.reporting_right.scope IS
    'agency: one agency; division: all of a division and below it; line: all of a 条线 in the agency''s division and below it.';
COMMENT ON COLUMN ref.reporting_right.granted_for IS 'Agency code, division code or name of the line, as scope says.';
COMMENT ON COLUMN ref.reporting_right.kinds IS 'Kinds of record it covers, separated by ";"; null = all.';

COMMENT ON TABLE ref.contact IS
    'Who answers for an agency (Articles 4, 14): 分管领导, 相关内设机构, 责任处（科）室负责人, 联络员; one row a person and period.';
COMMENT ON COLUMN ref.contact.office IS '内设机构, 责任处（科）室.';
COMMENT ON COLUMN ref.contact.name IS 'Empty only where the role is an office (相关内设机构).';

ALTER TABLE ref.item ADD COLUMN list_version text;
ALTER TABLE ref.item ADD COLUMN secrecy_reviewed_on date;
ALTER TABLE ref.item ADD COLUMN secrecy_result text CHECK (secrecy_result IN ('通过', '不予公开'));
ALTER TABLE ref.item ADD COLUMN publication text CHECK (publication IN ('已公开', '未公开'));
COMMENT ON TABLE ref.item IS '事项目录 of an agency (Articles 5, 6): one row an item and period.';
COMMENT ON COLUMN ref.item.list_version IS 'Version of the list as the agency names it.';
COMMENT ON COLUMN ref.item.secrecy_reviewed_on IS 'Day of the 保密审查; null = not reviewed.';
COMMENT ON COLUMN ref.item.secrecy_result IS 'Its result: 通过 or 不予公开.';
COMMENT ON COLUMN ref.item.publication IS 'Is the item published: 已公开 or 未公开.';

CREATE TABLE ref.reported_kind (
    kind text NOT NULL,
    basis text NOT NULL,
    valid daterange NOT NULL,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz
);
COMMENT ON TABLE ref.reported_kind IS
    'The other kinds of the 《“双公示”及其他5类行政管理事项报送清单》 (Article 14); without a row the five of registry/read.py.';

CREATE TABLE ref.reporting_duty (
    agency_code text NOT NULL,
    kind text NOT NULL,
    item_code text,
    basis text,
    valid daterange NOT NULL,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz
);
COMMENT ON TABLE ref.reporting_duty IS '《“双公示”及其他5类行政管理事项报送清单》 (Article 14): what an agency owes.';
COMMENT ON COLUMN ref.reporting_duty.item_code IS 'Item of the agency''s 事项目录; null = every item of the kind.';

CREATE TABLE ref.backlog (
    agency_code text NOT NULL,
    kind text,
    decided_from date NOT NULL,
    decided_to date NOT NULL,
    declared_on date NOT NULL,
    basis text NOT NULL,
    valid daterange NOT NULL,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz
);
COMMENT ON TABLE ref.backlog IS 'Declared first loads of old stock (历史存量): left out of 迟报率 and said so.';
COMMENT ON COLUMN ref.backlog.agency_code IS 'The sender.';
COMMENT ON COLUMN ref.backlog.kind IS 'Null = all kinds.';
COMMENT ON COLUMN ref.backlog.decided_from IS 'First decision day of the stock.';
COMMENT ON COLUMN ref.backlog.decided_to IS 'Last decision day of the stock, inclusive.';
COMMENT ON COLUMN ref.backlog.valid IS 'Days on which it may be delivered.';

CREATE TABLE ref.legal_entity (
    uscc text NOT NULL,
    name text NOT NULL,
    known_on date NOT NULL,
    recorded_at timestamptz NOT NULL,
    retired_at timestamptz
);
CREATE UNIQUE INDEX legal_entity_current ON ref.legal_entity (uscc) WHERE retired_at IS NULL;
COMMENT ON TABLE ref.legal_entity IS '法人库: registered names by 统一社会信用代码, loaded in bulk.';
COMMENT ON COLUMN ref.legal_entity.known_on IS 'Day as of which the register said so.';
