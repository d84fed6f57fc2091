"""## 收集部门业务库

每天 01:00 增量读取各部门业务库：业务视图按时间戳水位线读取；前置机交换表按状态读取，核验后把结果写回状态列与错误列。

- **输入**：`intake/sources/` 中登记的来源；地址与口令存于与来源同名的 Airflow Connection（或环境变量 `AIRFLOW_CONN_<来源编号>`）。
- **输出**：`archive/`（读到的行，Parquet）、数据仓库、`dropbox/<单位代码>/feedback/`（回执）、交换表的状态列；
  每张表每次读取都在数据传送日志 `intake.transfer_log` 中留一行。
- **重跑**：安全。每张表从上次成功处继续，读过的行不会重复入库；各表互不影响，可单独重跑一个。
- **失败时**：看失败来源的日志中 `ALERT` 一行，或运行 `gongshi source list`。连不上：与该部门确认地址、账号和网络后，对该来源的任务点 Clear 重跑；
  表结构变了：按日志所列字段与该部门核对，再改 `intake/sources/` 中的来源文件，确属取消的字段运行 `gongshi source accept-columns <来源编号>`；
  对方停机维护：`gongshi source pause <来源编号> --reason …`，恢复后 `resume`，下次运行自动补齐。
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import TriggerRule, dag, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowFailException

from gongshi.platform.dag_support import WAREHOUSE_POOL, clock_params, common, every, instant


@dag(
    dag_display_name="收集部门业务库",
    schedule=every("0 1 * * *"),
    params=clock_params(),
    doc_md=__doc__,
    **common("报送"),
)
def collect_agency_databases() -> None:
    @task(pool=WAREHOUSE_POOL, task_display_name="列出各表")
    def tables() -> list[dict[str, str]]:
        at = instant(get_current_context())
        from gongshi import flow
        from gongshi.platform.agency_connections import address
        from gongshi.platform.settings import load_settings

        return flow.tables(load_settings(), at, address)

    @task(task_display_name="读取一张表", map_index_template="{{ table }}")
    def fetch(table: dict[str, str]) -> int:
        from gongshi import flow
        from gongshi.platform.agency_connections import address
        from gongshi.platform.settings import load_settings

        context = _labelled(table)
        return flow.fetch_table(load_settings(), **table, at=instant(context), addresses=address)

    # what came before a connection was lost is landed too
    @task(
        pool=WAREHOUSE_POOL, task_display_name="核验入库", map_index_template="{{ table }}",
        trigger_rule=TriggerRule.ALL_DONE,
    )  # fmt: skip
    def land(table: dict[str, str]) -> dict[str, Any]:
        from gongshi import flow
        from gongshi.platform.settings import load_settings

        context = _labelled(table)
        return flow.land_table(load_settings(), **table, at=instant(context))

    @task(task_display_name="写回结果", map_index_template="{{ table }}", trigger_rule=TriggerRule.ALL_DONE)
    def tell(table: dict[str, str], landed: dict[str, Any] | None) -> int:
        from gongshi import flow
        from gongshi.platform.agency_connections import address
        from gongshi.platform.settings import load_settings

        context = _labelled(table)
        told = flow.tell_table(load_settings(), **table, at=instant(context), addresses=address)
        if not landed or not landed["is_whole"]:
            raise AirflowFailException(
                f"{table} was not read to its end: see its tasks before, or the transfer log."
            )
        return told

    @task_group
    def one(table: dict[str, str]) -> None:
        landed = land(table)
        fetch(table) >> landed
        tell(table, landed)

    one.expand(table=tables())


def _labelled(table: dict[str, str]) -> Any:
    """The task's context, which shows the table as the mapped task's label."""
    context = get_current_context()
    context["table"] = f"{table['source_id']} · {table['kind']}"  # type: ignore[typeddict-unknown-key]
    return context


collect_agency_databases()
