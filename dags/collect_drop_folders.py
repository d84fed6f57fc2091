"""## 收集报送文件夹

各单位报送文件夹（以及 `registry/inbox/`）中有文件写完，即收进来，核验、入库并出具回执；另每 5 分钟巡查一次，补收漏报的文件。

- **输入**：`dropbox/<单位代码>/inbox/` 中的文件（xlsx、CSV、零报告等）和 `registry/inbox/` 中的登记文件；仍在写入的文件，写完时另起一次运行。
- **输出**：`archive/`（原件）、数据仓库、`dropbox/<单位代码>/feedback/`（回执、明细、需修改表）。
- **公平**：一次运行最多收 1,000 个文件、512 MB，各单位轮流；余下的随即另起一次运行，某单位大量报送不耽误其他单位。
- **重跑**：安全。文件按 SHA-256 与单位登记，已收、已入库、已答复的不会重复处理；中断后重跑会接着做完。
- **失败时**：看失败任务的日志中 `ALERT` 一行。数据库连不上：运行 `gongshi db start` 或检查 `GONGSHI_DATABASE_URL`；磁盘满：清理后重跑。
  数据有错不会使任务失败，错误写在回执里。处理后对失败任务点 Clear 重跑；再用 `gongshi ledger` 核对。
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from gongshi.platform.dag_support import (
    WAREHOUSE_POOL,
    clock_params,
    common,
    inboxes,
    instant,
    on_files_or_every,
)

MOST_FILES, MOST_BYTES = 1_000, 1 << 29
"""One run takes no more, agencies in turns, and starts the next one: behind a flood nobody waits for more than a run."""


@dag(
    dag_display_name="收集报送文件夹",
    schedule=on_files_or_every("*/5 * * * *"),
    params=clock_params(),
    doc_md=__doc__,
    **common("报送"),
)
def collect_drop_folders() -> None:
    @task(pool=WAREHOUSE_POOL, task_display_name="收件存档")
    def take() -> dict[str, Any]:
        from gongshi import flow
        from gongshi.platform.settings import load_settings

        settings = load_settings()
        most = None if settings.replay else (MOST_FILES, MOST_BYTES)
        return flow.take(settings, instant(get_current_context()), most=most)

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

    @task(outlets=[inboxes()], task_display_name="接着收")
    def go_on(taken: dict[str, Any]) -> None:
        """Start the next run when files were left; a skipped task tells nothing."""
        if not taken["left"]:
            raise AirflowSkipException("nothing was left")

    taken = take()
    taken >> load() >> answer() >> go_on(taken)


collect_drop_folders()
