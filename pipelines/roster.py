"""Rosters: pages that list who has published an annual report (公布情况).

An office that oversees disclosure prints, once a year, a table of all organs
that owe a report, with dates or links. It is the only statement of how many
there must be, so what was found is held against it (`crawler.coverage`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.media import open_page
from pipelines.page import Grid, UnreadError, squeeze

if TYPE_CHECKING:
    from collections.abc import Collection

    from pipelines.document import Document

HEADING = re.compile(r"(?:公开|公布|报送|责任)?(?:单位|部门|机构|机关|主体)(?:名称|全称)?")
"""Head of the column with the organs' names."""

NAME = re.compile(r"[\u4e00-\u9fff（）()、]{2,40}")
"""What an organ's name is made of."""

TOTAL = re.compile(r"合计|总计|小计|备注.*")
"""Rows that name no organ."""


def organs(document: Document) -> tuple[str, ...]:
    """The organs that a roster names, each once, as printed; none when it has no table of them."""
    try:
        page = open_page(document)
    except UnreadError:
        return ()
    found: dict[str, None] = {}
    for grid in page.grids:
        found |= dict.fromkeys(_named(grid))
    return tuple(found)


def _named(grid: Grid) -> list[str]:
    rows: dict[int, dict[int, str]] = {}
    for slot in grid.slots:
        rows.setdefault(slot.row, {})[slot.column] = squeeze(slot.text)
    for row, cells in sorted(rows.items()):
        heads = [column for column, text in cells.items() if HEADING.fullmatch(text)]
        if heads:
            # Wide tables print two or three lists side by side.
            below = (rows[other].get(column, "") for other in rows if other > row
                     for column in heads)  # fmt: skip
            return [name for name in below if NAME.fullmatch(name) and not TOTAL.fullmatch(name)]
    return []


def missing(named: Collection[str], found: Collection[str]) -> list[str]:
    """The organs named of which no report was found, in their order.

    A roster and a report name an organ with the city or without: 市教育局 is 常州市教育局.
    """
    return [name for name in named if not any(_same(name, other) for other in found)]


def _same(one: str, other: str) -> bool:
    return one == other or (
        min(len(one), len(other)) > 2 and (one.endswith(other) or other.endswith(one))
    )
