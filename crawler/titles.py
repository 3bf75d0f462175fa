"""Which rows of a list lead to an annual report, and to the report of which year.

A title is all that a list shows, so this is a choice of what to fetch and no
more: what the page says is decided by `pipelines.identity`. The choice leans
towards fetching, since a page too many is marked unread and a page too few is
lost. 图解 and 图片版 do not exclude: pages so named have held the full report.
"""

from __future__ import annotations

import re
import unicodedata

NAME = re.compile(
    # 常州市人民政府办公室2021年政府信息公开工作年度报告, …信息公开年报, …信公开 (a misprint seen)
    r"信息?公开.{0,8}(?:年度报告?|年报|工作报告)"
    # 政府信息公开工作2021年度报告
    r"|信息公开(?:工作)?20\d\d年?度?(?:工作)?报告?"
)
"""What an annual report is called."""

BEFORE = re.compile(
    r"编制|填报|做好|部署|召开|培训"  # how to write reports, and meetings about it
    r"|解读"  # about a report
)
"""Words that, before the name, make it a page about reports."""

AFTER = re.compile(
    r"通知|格式|模板|样表|指南|要点|制度|办法|规定|方案|意见"  # how reports are to be written
    r"|编制|填报|部署|培训|会$"
    r"|公布|发布|通报|考核|评估|评议|情况|总结"  # who wrote them, and how well
    r"|说明|解读|^表"  # what goes with them
)
"""Words that, after the name, make it a page about reports."""

ISSUED = re.compile(r"印发.*(?:年度报告|年报)》?的通知$")
"""A notice that issues a report carries the report itself."""

ROSTER = re.compile(r"(?:公布|发布|报送)情况")
"""A page that lists who has published a report, which is none itself."""

YEAR = re.compile(r"(?<!\d)(20\d\d)\s*(年度|年)?")
HAN_YEAR = re.compile(r"二[〇○零O0]([〇○零O0一二三四五六七八九]{2})\s*年")
HAN_DIGITS = str.maketrans("〇○零O一二三四五六七八九", "0000123456789")


def folded(title: str) -> str:
    """The title with full-width digits and signs as ASCII, and without white space."""
    return "".join(unicodedata.normalize("NFKC", title).split())


def is_report(title: str) -> bool:
    """Whether a row of this title is fetched as an annual report."""
    plain = folded(title)
    name = NAME.search(plain)
    if not name:
        return False
    about = BEFORE.search(plain[: name.start()]) or AFTER.search(plain[name.end() :])
    return bool(ISSUED.search(plain)) or not about


def is_roster(title: str) -> bool:
    """Whether a row of this title leads to a list of who has published an annual report."""
    plain = folded(title)
    name = NAME.search(plain)
    return bool(name and ROSTER.search(plain[name.end() :]))


def report_year(title: str, date: str) -> int | None:
    """The year reported on: the title's, else the year before the row's date, else None.

    A title that prints two years means the one it calls a year (2022年度) over
    the one of a document number (〔2023〕5号).
    """
    plain = folded(title)
    if found := YEAR.findall(plain):
        called = [year for year, unit in found if unit]
        return int((called or [found[0][0]])[0])
    if spelled := HAN_YEAR.search(plain):
        return 2000 + int(spelled[1].translate(HAN_DIGITS))
    if printed := YEAR.search(folded(date)):
        return int(printed[1]) - 1
    return None
