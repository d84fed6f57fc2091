"""昆明市市场监督管理局 of the sample province: its exchange tables, as the demo fills them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from gongshi.intake.sources.base import TableSource


class KunmingMarketBureau(TableSource):
    """Texts throughout, also dates (YYYY/MM/DD) and amounts (万元); RECID bigint, SJC with time zone."""

    source_id = "kunming_market_bureau"
    agency_code = "11530100048945871T"
    tables: ClassVar[Mapping[str, str]] = {"licence": "xzxk", "penalty": "xzcf"}
