"""Near misses of organs (standard 4.9)."""

from __future__ import annotations

from gongshi.sample.planted import Near

_OBSERVED = {"source_name": "云南省气象局", "source_code": "12100000041104586L"}
"""An institution (prefix 12) of the sample's registry."""

ORGAN_NEAR_MISSES = (
    Near("AG-01", lambda r, g: {"organ_name": f"　{r['organ_name']}"}),
    Near("AG-02", lambda r, g: {"organ_code": f" {r['organ_code'].lower()}"}),
    Near("AG-03", _OBSERVED),
    Near("AG-04", lambda r, g: {"source_name": f"{r['source_name']}\u200b"}),
)
