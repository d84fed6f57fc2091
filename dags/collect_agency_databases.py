"""## 收集部门业务库

每天 01:00 按水位线增量读取各部门业务库的交换表，核验、入库并出具回执。

- **输入**：`intake/sources/` 中登记的来源；连接地址取自 `GONGSHI_SOURCE_<来源编号>_URL`。
- **输出**：`archive/`（读到的行，Parquet）、数据仓库、`dropbox/<单位代码>/feedback/`（回执）。
- **重跑**：安全。每个来源从上次成功的水位线继续，读过的行不会重复入库；各来源互不影响，可单独重跑一个。
- **失败时**：看失败来源的日志中 `ALERT` 一行。连不上：与该部门确认地址、账号和网络后，对该来源的任务点 Clear 重跑；
  表结构变了：按日志所列字段与该部门核对，再改 `intake/sources/` 中的来源文件。
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, get_current_context, task

from gongshi.platform.dag_support import WAREHOUSE_POOL, clock_params, common, every, instant


@dag(
    dag_display_name="收集部门业务库",
    schedule=every("0 1 * * *"),
    params=clock_params(),
    doc_md=__doc__,
    **common("报送"),
)
def collect_agency_databases() -> None:
    @task(task_display_name="列出来源")
    def sources() -> list[str]:
        instant(get_current_context())
        from gongshi import flow
        from gongshi.platform.settings import load_settings

        return flow.sources(load_settings())

    @task(pool=WAREHOUSE_POOL, task_display_name="读取一个来源", map_index_template="{{ source }}")
    def pull(source_id: str) -> dict[str, Any]:
        from gongshi import flow
        from gongshi.platform.settings import load_settings

        context = get_current_context()
        context["source"] = source_id  # type: ignore[typeddict-unknown-key]  # shown as the mapped task's label
        return flow.pull(load_settings(), source_id, instant(context))

    pull.expand(source_id=sources())


collect_agency_databases()
