"""`python -m gongshi.sample all-faults|no-faults --kind K [--layout L] [--on DAY] -o FILE`: files whose findings are known.

What must be told of each row is printed as CSV; `gongshi check FILE --at <the day>` tells exactly that; of all
faults with `--agency` and the code of the sample's market bureau of 昆明, 11…, which sends them.
"""

from __future__ import annotations

import argparse
import csv
import sys
from datetime import date
from pathlib import Path

from gongshi.sample.fault_files import LAYOUTS, REPORTED_ON, all_faults, no_faults
from gongshi.standard.kinds import KINDS

FILES = {"all-faults": all_faults, "no-faults": no_faults}


def main() -> int:
    """Write one file and print its truth."""
    parser = argparse.ArgumentParser(prog="python -m gongshi.sample", description=__doc__)
    parser.add_argument("file", choices=FILES)
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--layout", choices=LAYOUTS, default=LAYOUTS[0])
    parser.add_argument(
        "--on", type=date.fromisoformat, default=REPORTED_ON, metavar="DAY", help="day of report; %(default)s"
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=".csv or .xlsx")
    given = parser.parse_args()
    written = FILES[given.file](given.kind, given.layout, on=given.on).write(given.output)
    truth = csv.writer(sys.stdout, lineterminator="\n")
    truth.writerow(("row", "made_for", "told", "column", "severity"))
    for number, row in enumerate(written.rows, 2):
        for told in row.told or [("", "", "")]:
            truth.writerow((number, row.rule, *told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
