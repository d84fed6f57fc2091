"""HTML pages from jinja2 templates kept as package files; every value is escaped, and what is unseen is shown.

A step keeps its templates in `<package>/templates/*.html.j2` and extends `page.html.j2` of this package: an A4 page
that prints as it looks, with its style inside, so that it opens in a closed network.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gongshi.documents.plain import printable

_BASE = "gongshi.documents"


@cache
def environment(package: str) -> Environment:
    """Templates of `package` first, then the base page; a name missing in the context raises."""
    loaders = [PackageLoader(name, "templates") for name in dict.fromkeys((package, _BASE))]
    made = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    made.filters["number"] = lambda value: f"{value:,}"
    return made


def _shown(value: Any) -> Any:
    """What a template prints of a value, before it is escaped."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def render(package: str, template: str, **context: Any) -> str:
    """The text of `<package>/templates/<template>` filled with `context`."""
    return environment(package).get_template(template).render(**context)
