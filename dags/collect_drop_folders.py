"""## 收集报送文件夹

每 5 分钟把各单位报送文件夹中已写完的文件收进来，核验、入库并出具回执。

- **输入**：`dropbox/<单位代码>/inbox/` 中的文件（xlsx、CSV、零报告等）；仍在写入的文件最多等 4 分钟，没写完的留给下一次。
- **输出**：`archive/`（原件）、数据仓库、`dropbox/<单位代码>/feedback/`（回执、明细、需修改表）。
- **重跑**：安全。文件按 SHA-256 与单位登记，已收、已入库、已答复的不会重复处理；中断后重跑会接着做完。
- **失败时**：看失败任务的日志中 `ALERT` 一行。数据库连不上：运行 `gongshi db start` 或检查 `GONGSHI_DATABASE_URL`；磁盘满：清理后重跑。
  数据有错不会使任务失败，错误写在回执里。处理后对失败任务点 Clear 重跑；再用 `gongshi ledger` 核对。
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, get_current_context, task

from gongshi.platform.dag_support import WAREHOUSE_POOL, clock_params, common, every, instant
from gongshi.platform.watch import WaitForSettledInboxes


@dag(
    dag_display_name="收集报送文件夹",
    schedule=every("*/5 * * * *"),
    params=clock_params(),
    doc_md=__doc__,
    **common("报送"),
)
def collect_drop_folders() -> None:
    @task(pool=WAREHOUSE_POOL, task_display_name="收件存档")
    def take() -> dict[str, Any]:
        from gongshi import flow
        from gongshi.platform.settings import load_settings

        return flow.take(load_settings(), instant(get_current_context()))

    @task(pool=WAREHOUSE_POOL, task_display_name="核验入库")
    def load() -> dict[str, Any]:
        from gongshi import flow
        from gongshi.platform.settings import load_settings

        return flow.load(load_settings(), instant(get_current_context()))

    @task(pool=WAREHOUSE_POOL, task_display_name="出具回执")
    def answer() -> dict[str, Any]:
        from gongshi import flow
        from gongshi.platform.settings import load_settings

        return flow.answer(load_settings(), instant(get_current_context()))

    wait = WaitForSettledInboxes(task_id="wait", task_display_name="等待写完")
    wait >> take() >> load() >> answer()


collect_drop_folders()
