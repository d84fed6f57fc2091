"""`python -m gongshi.validate`: write the suites generated from the rule book (`make suites`)."""

from __future__ import annotations

from gongshi.platform.resources import expectations_folder
from gongshi.standard.kinds import KINDS
from gongshi.validate.sets import set_suite
from gongshi.validate.suites import row_suite, write_suites


def main() -> None:
    """Write `expectations/suites/*.json`."""
    suites = [make(kind) for kind in KINDS.values() for make in (row_suite, set_suite)]
    for path in write_suites(expectations_folder() / "suites", suites):
        print(path)


if __name__ == "__main__":
    main()
