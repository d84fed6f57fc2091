"""`python -m gongshi.validate.docs`: Data Docs of the kept results, as Great Expectations builds them.

Its pages load style sheets from public CDNs: in a closed network they open as bare HTML. People read 回执.html; these
pages are for whoever wants to see what Great Expectations itself says of a run.
"""

from __future__ import annotations

from pathlib import Path

from gongshi.platform.settings import Settings, load_settings
from gongshi.standard import rulebook
from gongshi.validate.project import open_context
from gongshi.validate.suites import suite_folder

SITE = "local"


def build_data_docs(settings: Settings) -> Path:
    """Build the pages of all suites of the shipped rule book and all kept results; returns their `index.html`."""
    import gongshi.validate.expectations  # noqa: F401 - registers the classes the suites name

    context = open_context(settings, suite_folder(settings, rulebook.shipped().version))
    context.build_data_docs(site_names=[SITE])
    return settings.home / "data_docs" / "index.html"


if __name__ == "__main__":
    print(build_data_docs(load_settings()))
