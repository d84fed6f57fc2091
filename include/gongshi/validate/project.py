"""Opening the Great Expectations project (`expectations/great_expectations.yml`)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from gongshi.platform.resources import expectations_folder
from gongshi.platform.settings import Settings
from gongshi.standard.masking import mask_text


def reason_not_run(exception_info: dict[str, Any] | None) -> str | None:
    """First line of what stopped an expectation, without personal data; None when nothing did.

    Great Expectations has two shapes: flat when all went well, keyed by metric when one raised.
    """
    info = exception_info or {}
    raised = [
        part for part in (info, *info.values()) if isinstance(part, dict) and part.get("raised_exception")
    ]
    return mask_text(str(raised[0].get("exception_message")).partition("\n")[0]) if raised else None


def open_context(settings: Settings, suites: Path, *, is_file: bool = True) -> Any:
    """A data context whose suites lie in `suites` and whose results go to the home's `validations/`.

    Args:
        settings: whose home keeps the results.
        suites: folder of the suites.
        is_file: False opens the same project in memory, for data sources that must not be written into its file.
    """
    import great_expectations as gx
    from great_expectations.data_context.types.base import DataContextConfig

    settings.validations.mkdir(parents=True, exist_ok=True, mode=0o700)
    folders = {
        "GONGSHI_SUITES": str(suites),
        "GONGSHI_VALIDATIONS": str(settings.validations),
        "GONGSHI_DATA_DOCS": str(settings.home / "data_docs"),
    }
    if is_file:
        os.environ.update(folders)
        root: Any = str(expectations_folder())
        return gx.get_context(mode="file", context_root_dir=root)
    from great_expectations.core.yaml_handler import YAMLHandler

    text = (expectations_folder() / "great_expectations.yml").read_text("utf-8")
    for name, folder in folders.items():
        text = text.replace(f"${{{name}}}", folder)
    config: Any = YAMLHandler().load(text)
    del config["fluent_datasources"]
    project: Any = DataContextConfig(**config)
    return gx.get_context(mode="ephemeral", project_config=project)
