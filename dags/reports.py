"""The four reports, one DAG each, from one table: what differs between them is data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from airflow.sdk import DAG, Param, dag, get_current_context, task

from gongshi.platform.dag_support import WAREHOUSE_POOL, clock_params, common, every, instant


@dataclass(frozen=True)
class Report:
    """A report's schedule and words."""

    dag_id: str
    cadence: str
    cron: str
    name_zh: str
    period_example: str
    purpose_zh: str
    output_zh: str


REPORTS = (
    Report(
        "daily_monitoring", "daily", "30 7 * * *", "每日监测", "2026-05-10",
        "每天 07:30 汇总前一日的报送、超期与问题数据。", "监测表（xlsx）与网页（html）",
    ),
    Report(
        "weekly_feedback", "weekly", "0 8 * * 1", "每周反馈", "2026-W19",
        "每周一 08:00 把上周（周一至周日）仍未解决的问题反馈给每个单位。", "每个有未决问题的单位一份工作簿（xlsx）",
    ),
    Report(
        "monthly_bulletin", "monthly", "0 8 2 * *", "每月通报", "2026-05",
        "每月 2 日 08:00 编制上月“双公示”通报。", "通报（docx）与附表（xlsx）",
    ),
    Report(
        "quarterly_assessment", "quarterly", "0 8 5 1,4,7,10 *", "每季评估", "2026-Q2",
        "每季度首月 5 日 08:00 编制上季度评估。", "评估报告（docx）与指标表（xlsx）",
    ),
)  # fmt: skip

DOC = """## {name_zh}

{purpose_zh}

- **输入**：数据仓库中截至运行时刻已记录的数据与登记信息。
- **输出**：`reports/{cadence}/<期间>/`：{output_zh}，以及 `figures.json`。
- **重跑**：安全。同一时刻、同一期间重跑，数字完全相同，文件被原样替换；补出某一期时填参数 `period`（例如 `{period_example}`）。
- **失败时**：看失败任务的日志中 `ALERT` 一行。数据库连不上：运行 `gongshi db start` 或检查 `GONGSHI_DATABASE_URL`；
  磁盘满：清理后重跑；期间写错：按上例改正后重新触发。处理后对失败任务点 Clear 重跑，期间不变。
"""


def build(report: Report) -> DAG:
    """The DAG of one report."""
    params = clock_params() | {
        "period": Param(
            None,
            type=["null", "string"],
            title="期间 period",
            description=f"留空为运行时刻之前的最近一期；例如 {report.period_example}。",
        )
    }

    @dag(
        dag_id=report.dag_id,
        dag_display_name=report.name_zh,
        schedule=every(report.cron),
        params=params,
        doc_md=DOC.format(**vars(report)),
        **common("报告"),
    )
    def report_dag() -> None:
        @task(task_id="report", task_display_name=report.name_zh, pool=WAREHOUSE_POOL)
        def make_report() -> dict[str, Any]:
            context = get_current_context()
            at = instant(context, of_tick=True)
            from gongshi import flow
            from gongshi.platform.settings import load_settings

            return flow.report(load_settings(), report.cadence, context["params"].get("period"), at)

        make_report()

    return report_dag()


for _report in REPORTS:
    globals()[_report.dag_id] = build(_report)
