"""The kinds of record the product knows; a new kind is one module here and one migration."""

from gongshi.standard.kinds.licence import LICENCE
from gongshi.standard.kinds.penalty import PENALTY
from gongshi.standard.model import Kind

KINDS: dict[str, Kind] = {kind.name: kind for kind in (LICENCE, PENALTY)}

__all__ = ["KINDS", "LICENCE", "PENALTY"]
