"""What the reading makes of a few sentences, for tests of it."""

from __future__ import annotations

from pipelines import narrative
from pipelines.page import Line
from pipelines.report import Indicator

OFFICE = "临江市人民政府办公室"
BUREAU = "临江市水务局"


def lines(*texts: str) -> list[Line]:
    return [Line(text, f"line={n}".__str__, 0) for n, text in enumerate(texts, 1)]


def said(*texts: str, organ: str = BUREAU) -> tuple[Indicator, ...]:
    return narrative.indicators(lines(*texts), organ)


def named(*texts: str, organ: str = BUREAU) -> list[tuple[str | None, float, str]]:
    return [(each.indicator, each.value, each.unit) for each in said(*texts, organ=organ)]
