"""Which form a report follows that shows no statutory table: by its year and its headings.

Reports on 2008 to 2013 tell the six things that article 32 of the Regulations of 2007 asks
for, under headings of their own. A later report without tables is a copy that lost them,
and its form stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines import forms
from pipelines.labels import bare
from pipelines.report import Form

_FIRST_YEAR = 2008
_PARTS = (
    r"概述|概况|(?:总体|基本)情况|组织领导|制度建设",
    r"主动公开|公开政府信息",
    r"依申请公开|申请公开|不予公开",
    r"收费|减免",
    r"行政复议|行政诉讼|申诉",
    r"问题|不足|改进|打算",
)
"""Words of the headings, one line for each part of such a report."""
_PROVE = 3
"""So many parts with a heading make a report of this form."""
_ORDINAL = re.compile(r"\s*(?:第?[一二三四五六七八九][、.．,，部]|[(（][一二三四五六七八九][)）])")
_HEADING = 40
"""Characters within which a heading says what it is about; its first paragraph may run on."""


def form(shown: Form, year: int | None, lines: Iterable[str]) -> Form:
    """The form of a report: the one its tables `shown`, else what year and headings tell."""
    if shown != "unknown" or year is None or year < _FIRST_YEAR:
        return shown
    early = forms.due(year) == "narrative_2008"
    return "narrative_2008" if early and _parts(lines) >= _PROVE else shown


def _parts(lines: Iterable[str]) -> int:
    headings = [bare(line[:_HEADING]) for line in lines if _ORDINAL.match(line)]
    return sum(any(re.search(part, heading) for heading in headings) for part in _PARTS)
