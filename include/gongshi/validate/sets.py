"""The set suite: Great Expectations asserts, on `stage` joined to `core`, what the merge decided (standard 4.10).

The statements lie in `sql/validate/`; each returns the staged rows that break its promise, so a finding here is our
mistake, never an agency's.
"""

from __future__ import annotations

import uuid
import warnings
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy.engine import make_url

from gongshi.errors import GongshiError
from gongshi.platform.database import WORK_MEMORY, database_url
from gongshi.platform.resources import sql_folder
from gongshi.platform.settings import Settings
from gongshi.standard import rulebook
from gongshi.standard.model import Kind
from gongshi.validate.project import open_context, reason_not_run
from gongshi.validate.suites import NAMESPACE, load_suite, suite_folder


class MergeBrokePromiseError(GongshiError):
    """Raised when the merged rows break a promise of standard 4.10; the batches are merged, but not answered."""


def set_suite_name(kind: str) -> str:
    """`licence_set`."""
    return f"{kind}_set"


def set_suite(kind: Kind) -> dict[str, Any]:
    """The set suite of a kind as Great Expectations stores it."""
    name = set_suite_name(kind.name)
    paths = sorted((sql_folder() / "validate").glob("*.sql"))
    return {
        "name": name,
        "id": str(uuid.uuid5(NAMESPACE, name)),
        "expectations": [_expectation(name, kind, path.stem, path.read_text("utf-8")) for path in paths],
        "meta": {"rulebook": rulebook.shipped().version, "kind": kind.name},
        "notes": f"generated from sql/validate by `make suites`, do not edit: {kind.label_zh}",
    }


def _expectation(suite: str, kind: Kind, promise: str, text: str) -> dict[str, Any]:
    comment, _, query = text.partition("\n")
    names = [f.column for f in kind.fields]
    words = {f"content_{alias}": ", ".join(f"{alias}.{name}" for name in names) for alias in "sev"}
    return {
        "type": "expect_merge_to_keep_promise",
        "kwargs": {"unexpected_rows_query": query.strip().format(batch="{batch}", kind=kind.name, **words)},
        "id": str(uuid.uuid5(NAMESPACE, f"{suite}/{promise}")),
        "meta": {"promise": promise},
        "severity": "critical",
        "description": comment.removeprefix("-- "),
    }


def assert_set(settings: Settings, kind: str, at: datetime) -> None:
    """Run the set suite of a kind on what is staged.

    Raises:
        MergeBrokePromiseError: naming the promise and how many rows break it.
    """
    from great_expectations.core.run_identifier import RunIdentifier

    definition = _definition(settings, kind)
    result = definition.run(run_id=RunIdentifier(run_name=f"{at:%Y%m%dT%H%M%S}", run_time=at))
    broken = [_told(item) for item in result.results if not item.success]
    if broken or len(result.results) != len(definition.suite.expectations):
        raise MergeBrokePromiseError(
            f"set suite {definition.suite.name}: {'; '.join(broken) or 'not every expectation was judged'}. The batches "
            f"staged in stage.{kind} are merged but not answered; look at the merge before answering them."
        )


def _told(item: Any) -> str:
    promise = item.expectation_config.meta["promise"]
    found = item.result.get("observed_value")
    what = (
        f"{found} rows" if found is not None else f"could not be asked: {reason_not_run(item.exception_info)}"
    )
    return f"{promise} ({item.expectation_config.description}): {what}"


@cache
def _definition(settings: Settings, kind: str) -> Any:
    import great_expectations as gx

    folder = suite_folder(settings, rulebook.shipped().version)
    context = open_context(settings, folder, is_file=False)
    suite = load_suite(context, folder, set_suite_name(kind))
    with warnings.catch_warnings():  # it would rather have a Postgres source, which refuses a unix socket
        warnings.simplefilter("ignore")
        source = context.data_sources.add_sql(
            name="warehouse", connection_string=_connection_string(settings)
        )
        asset = source.add_table_asset(name=f"stage_{kind}", table_name=kind, schema_name="stage")
    batches = asset.add_batch_definition_whole_table("whole")
    return context.validation_definitions.add(
        gx.ValidationDefinition(name=suite.name, data=batches, suite=suite)
    )


def _connection_string(settings: Settings) -> str:
    url = make_url(database_url(settings)).update_query_dict({"options": f"-c work_mem={WORK_MEMORY}"})
    text = url.render_as_string(hide_password=False)
    return text.replace("$", r"\$")  # Great Expectations would look a $NAME up in the environment
