"""The pages of the city's documents, in the frame of the system it runs on.

What a page says is the same on every system: the article is the report's, or a
few invented sentences; who published it, and what the meta tags say, follow
from the entry. `tests.city.systems` draws the frame around it.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.city.reports import ANNUAL
from tests.city.systems import UTF8, Paper, page_norm

if TYPE_CHECKING:
    from tests.city.city import City, Entry


def report(city: City, entry: Entry) -> str:
    """A report's page."""
    return city.cms.frame(_report(city, entry))


def report_printed(city: City, entry: Entry) -> str:
    """The print variant of a report, on a system that has one."""
    assert city.cms.printed_frame
    return city.cms.printed_frame(_report(city, entry))


def other(city: City, entry: Entry) -> str:
    """A page that is no report."""
    return city.cms.frame(_other(city, entry))


def other_printed(city: City, entry: Entry) -> str:
    """The print variant of a page that is no report."""
    assert city.cms.printed_frame
    return city.cms.printed_frame(_other(city, entry))


def _report(city: City, entry: Entry) -> Paper:
    truth = city.report_of(entry)
    publisher = truth.organ
    if "publisher-default" in truth.dress or entry.organ.whole_city:
        publisher = city.organs[1].name
    meta = page_norm(entry, publisher) if "page-norm" in truth.dress else {}
    return Paper(entry, publisher, ANNUAL, city.article(entry), meta, _charset(truth.dress))


def _other(city: City, entry: Entry) -> Paper:
    return Paper(entry, entry.organ.name, "通知公告", _other_article(city, entry), {})


def _charset(dress: tuple[str, ...]) -> str:
    if "gbk-meta" in dress:
        return '<meta http-equiv="Content-Type" content="text/html; charset=gb2312" />\n'
    return "" if {"gbk-header", "utf8-bom"} & set(dress) else UTF8


def _other_article(city: City, entry: Entry) -> str:
    """A few sentences; in the page about who has published, a table of organs and dates."""
    draw = random.Random(entry.number)
    text = "".join(
        f"<p>{words.format(draw.randint(2, 90), draw.randint(2, 90))}</p>\n"
        for words in draw.sample(FILLER, 3)
    )
    if "公布情况" in entry.title:
        rows = "".join(
            f"<tr><td>{number}</td><td>{e.organ.name}</td><td>{e.moment:%m月%d日}</td></tr>\n"
            for number, e in enumerate(_published_with(city, entry), 1)
        )
        text += (
            f'<table border="1"><tr><th>序号</th><th>单位</th><th>日期</th></tr>\n{rows}</table>'
        )
    return text


FILLER = (
    "各单位要对照任务清单逐项落实，按月报送进度，全年共安排{}项任务，涉及{}个科室。",
    "检查发现问题{}个，已整改{}个，其余列入下一季度计划。",
    "会议听取了情况汇报，研究了下一步安排，{}名代表和{}名工作人员参加。",
    "公告期为{}日，有意见的可以书面形式提出，共有{}个窗口受理。",
    "本文件自公布之日起施行，原有{}个文件、{}条规定同时停止执行。",
)


def _published_with(city: City, entry: Entry) -> list[Entry]:
    year = entry.moment.year
    return [e for e in city.report_entries() if e.moment.year == year][:200]
