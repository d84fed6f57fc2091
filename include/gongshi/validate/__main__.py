"""`python -m gongshi.validate`: write the suites generated from the rule book (`make suites`)."""

from __future__ import annotations

from gongshi.platform.resources import expectations_folder
from gongshi.standard.kinds import KINDS
from gongshi.standard.rulebook import shipped
from gongshi.validate.sets import set_suite
from gongshi.validate.suites import row_suite, write_suites


def main() -> None:
    """Write `expectations/suites/*.json`."""
    suites = [
        suite for kind in KINDS.values() for suite in (row_suite(shipped(), kind.name), set_suite(kind))
    ]
    for path in write_suites(expectations_folder() / "suites", suites):
        print(path)


if __name__ == "__main__":
    main()
