"""The city: its organs, columns and addresses, and the truth of every report.

Everything follows from (organs, years, seed). Addresses and titles of all pages
are made at the start; figures and HTML only when a page is asked for, so a city
of ten thousand reports is as quick to start as to describe.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.city import reports
from tests.city.organs import CITY, Organ, organs
from tests.city.reports import ANNUAL
from tests.city.systems import changzhou

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tests.city.systems import Cms
    from tests.city.truth import TrueReport

HOST = changzhou.CMS.host
"""The host of a city that runs on the system of 常州, as it does when not told another."""
FORBIDDEN = ("/search.php", "/stat.php", "/admin/")
"""What robots.txt forbids. Every page links to some of it."""

FAULTS: Mapping[str, str] = {
    "rows-renamed": "the element or class that holds the rows of a list has another name",
    "pager-gone": "no list says how many pages it has, or leads to the next",
    "article-renamed": "the element that holds a document's article has another name",
    "date-format-changed": "lists print month and day, and no year",
    "links-scripted": "the rows of a list lead to javascript:, and to no address",
    "script-only-list": "lists are drawn by script: the page holds none of their rows",
    "empty": "every column lists nothing and states a total of 0",
    "page-2-missing": "the second page of every list is a 404",
    "paging-down": "every page of a list after the first is a 500",
    "first-page-again": "every page of a list shows the rows of its first",
    "pages-overlap": "every page of a list begins with the last five rows of the one before",
    "home-on-page-2": "every page of a list after the first is the home page",
    "lists-sent-home": "every column redirects to the home page",
    "login-on-page-2": "the second page of every list is a login page with status 200",
    "challenge-on-page-3": "the third page of every list is a challenge with status 200",
    "total-lies": "every pager states seven rows, or a page, more than the column has",
    "blocked-403": "every page but robots.txt is refused with 403",
    "blocked-412": "every page but robots.txt is refused with 412",
    "blocked-521": "every page but robots.txt is a challenge with status 521",
    "soft-404": "report pages are an error page with status 200",
    "reports-gone": "report pages are a 404",
    "captcha": "report pages ask for a captcha, with status 200",
    "oldest-first": "every column lists its oldest entry first, which harms nobody",
    "empty-file": "one report page has no bytes",
    "no-report": "one listed report is a page of another kind",
    "unavailable": "every answer is a 503",
    "robots-all": "robots.txt forbids everything",
    "robots-503": "robots.txt is a 503",
    "changed-cell": "one figure of one report differs from the plain city",
    "flaky": "every seventh answer is a 503 that asks to come back in a second",
}
"""Every way the whole city can misbehave, and what it does."""

BESIDE_REPORTS: tuple[tuple[float, str], ...] = (
    (1.0, "{organ}政府信息公开指南"),
    (0.5, "{organ}{year}年度法治政府建设情况报告"),
    (0.3, "{organ}{year}年政府信息公开工作年度报告编制说明"),
    (0.3, "{organ}{year}年政务公开工作总结"),
    (0.2, "{organ}{year}年政府网站工作年度报表"),
)
"""Pages among an organ's reports that are none, and how often an organ has one."""

BESIDE_ALL_REPORTS = (
    "关于做好{year}年度政府信息公开工作年度报告编制和公布工作的通知",
    "{year}年度全市政府信息公开工作年度报告公布情况",
    "{year}年" + CITY + "人民政府工作报告",
    "市政府办公室召开{year}年度政府信息公开年报编制部署会",
    "《" + CITY + "人民政府{year}年政府信息公开工作年度报告》公布",
)
"""Pages of each year in the joint column that are no reports."""

POLICIES = (
    "关于印发《" + CITY + "{thing}管理办法》的通知",
    "关于进一步加强{thing}工作的实施意见",
    "关于公布{thing}目录（{year}年版）的通知",
)
NOTICES = (
    "关于{year}年{thing}专项检查情况的通报",
    "{organ}{year}年{thing}项目招标公告",
    "{organ}召开{thing}工作推进会，部署全年任务并对各科室提出明确要求",
)
THINGS = ("河道保洁", "校车安全", "老旧小区改造", "公共停车", "农贸市场", "档案数字化", "节水用水")


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One page of the portal that lists lead to."""

    number: str
    """Its fifteen digits."""
    title: str
    time: int
    """When it was published, Unix time."""
    organ: Organ
    year: int | None
    """The report year; None for a page that is no report."""
    kind: str
    """The kind of column it stands in: 01 policies, 02 notices, 03 reports, 09 the joint one."""
    cms: Cms = dataclasses.field(compare=False, repr=False)

    @property
    def path(self) -> str:
        return self.cms.document(self)

    @property
    def print_path(self) -> str:
        """Address of the print variant; empty when the system has none."""
        return self.cms.printed(self) if self.cms.printed else ""

    @property
    def moment(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.time, reports.CHINA)

    def link(self, host: str) -> str:
        """The address as lists print it: most relative, some absolute, a few of these https."""
        style = int(self.number[-1])
        if style < 6:
            return self.path
        return f"{'https' if style == 9 else 'http'}://{host}{self.path}"


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One column (栏目) of an organ, newest entry first."""

    code: str
    kind: str
    """01 policies, 02 notices, 03 reports, 09 the reports of all organs."""
    name: str
    organ: Organ
    entries: tuple[Entry, ...]
    cms: Cms = dataclasses.field(compare=False, repr=False)
    more: int = 0
    """How many rows it claims to have beyond those it has."""
    again: int = 0
    """How many rows of a page the next one shows again."""

    @property
    def path(self) -> str:
        return self.cms.column(self)

    @property
    def stated(self) -> int:
        """How many rows the column says it has."""
        return len(self.entries) + self.more

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.entries) // self.cms.rows))

    @property
    def stated_pages(self) -> int:
        """How many pages a column says it has that states nothing else."""
        return self.pages + (self.more > 0)

    def page(self, number: int) -> tuple[Entry, ...]:
        """The entries on page `number`, counted from 1; none beyond the last page."""
        return self.span((number - 1) * self.cms.rows, self.cms.rows)

    def span(self, first: int, size: int) -> tuple[Entry, ...]:
        """What is given of `size` entries from `first` on, counted from 0."""
        start = first - first // self.cms.rows * self.again
        return self.entries[start : start + size]


class City:
    """A made-up city of `count` organs with one report a year each, on the system `cms`.

    `faults` are names of `FAULTS`. Raises ValueError for one that is not, for a
    year before 2019, and for a number of organs that cannot be named.
    """

    def __init__(
        self,
        count: int = 12,
        years: Iterable[int] = range(2019, 2026),
        seed: int = 7,
        faults: Collection[str] = (),
        cms: Cms = changzhou.CMS,
    ) -> None:
        self.seed = seed
        self.cms = cms
        self.years = tuple(years)
        if not self.years or min(self.years) < 2019:
            raise ValueError(f"the city has reports from 2019 on, not of {self.years}")
        if unknown := set(faults) - set(FAULTS):
            raise ValueError(f"no such fault: {unknown}; there are {', '.join(FAULTS)}")
        self.faults = frozenset(faults)
        self.organs = organs(count)
        self.entries: dict[str, Entry] = {}
        self.columns: dict[str, Column] = {}
        for organ in self.organs:
            self._settle(organ)
        self._add_column("09", "全市" + ANNUAL, self.organs[1], self._joint())
        self._at = {entry.path: entry for entry in self.entries.values()}
        self._at |= {e.print_path: e for e in self.entries.values() if e.print_path}
        self._columns_at = {column.path: column for column in self.columns.values()}
        self.report_of = functools.lru_cache(maxsize=64)(self._report_of)

    @property
    def victim(self) -> Entry:
        """The report that faults of a single page fall on: the office's latest."""
        office = self.organs[1]
        return next(e for e in self.columns[f"{office.code}_03"].entries if e.year is not None)

    def entry_at(self, url: str) -> Entry | None:
        """The page of an address, print variant included; None when there is none."""
        parts = urlsplit(url)
        return self._at.get(parts._replace(scheme="", netloc="", fragment="").geturl())

    def column_at(self, path: str) -> Column | None:
        """The column whose first page has this path, as the city's faults make it."""
        column = self._columns_at.get(path)
        return column and self.shown(column)

    def shown(self, column: Column) -> Column:
        """The column as it is listed: a fault may empty it, or have it claim more rows."""
        if "empty" in self.faults:
            return dataclasses.replace(column, entries=())
        if "total-lies" in self.faults:
            return dataclasses.replace(column, more=7)
        if "first-page-again" in self.faults:
            return dataclasses.replace(column, again=self.cms.rows)
        if "pages-overlap" in self.faults:
            return dataclasses.replace(column, again=5)
        if "oldest-first" in self.faults:
            return dataclasses.replace(column, entries=column.entries[::-1])
        return column

    def report_at(self, url: str) -> TrueReport | None:
        """The truth of the report at an address, whatever its host and scheme."""
        entry = self.entry_at(url)
        return self.report_of(entry) if entry and entry.year is not None else None

    def reports(self) -> Iterator[TrueReport]:
        """The truth of every report, organ by organ, year by year."""
        for entry in self.report_entries():
            yield self._report_of(entry)

    def report_entries(self) -> Iterator[Entry]:
        return (entry for entry in self.entries.values() if entry.year is not None)

    def article(self, entry: Entry) -> str:
        """The HTML of a report's article."""
        return reports.article(self.seed, entry.organ, self.report_of(entry))

    def columns_of(self, organ: Organ) -> Iterator[Column]:
        return (column for column in self.columns.values() if column.organ is organ)

    def lists(self) -> list[Mapping[str, Any]]:
        """What each column states of itself and lists, as plain data."""
        return [
            {
                "url": f"http://{self.cms.host}{column.path}",
                "name": column.name,
                "organ": column.organ.name,
                "total": len(column.entries),
                "pages": column.pages,
                "reports": [e.path for e in column.entries if e.year is not None],
                "others": [e.path for e in column.entries if e.year is None],
            }
            for column in self.columns.values()
        ]

    def _report_of(self, entry: Entry) -> TrueReport:
        assert entry.year is not None
        host = self.cms.host
        link = entry.link(host)
        return reports.true_report(
            self.seed,
            entry.organ,
            entry.year,
            url=link if link.startswith("http") else f"http://{host}{link}",
            print_url=f"http://{host}{entry.print_path}" if entry.print_path else "",
            changed="changed-cell" in self.faults and entry == self.victim,
        )

    def _settle(self, organ: Organ) -> None:
        """Give an organ its pages and columns."""
        draw = random.Random(f"{self.seed}|{organ.code}|pages")
        annual = [
            self._add(
                organ,
                reports.title(self.seed, organ, year),
                int(reports.published(self.seed, organ, year).timestamp()),
                draw,
                year,
                "03",
            )
            for year in self.years
        ]
        annual += [
            self._other(organ, words, draw, "03")
            for chance, words in BESIDE_REPORTS
            if draw.random() < chance
        ]
        policies = [
            self._other(organ, draw.choice(POLICIES), draw, "01")
            for _ in range(draw.randint(2, 45))
        ]
        notices = [
            self._other(organ, draw.choice(NOTICES), draw, "02") for _ in range(draw.randint(2, 25))
        ]
        self._add_column("01", "政策文件", organ, policies)
        self._add_column("02", "通知公告", organ, notices)
        self._add_column("03", ANNUAL, organ, annual)

    def _joint(self) -> list[Entry]:
        """Every report, and what the office writes about reports each year."""
        office = self.organs[1]
        draw = random.Random(f"{self.seed}|joint")
        others = [
            self._other(office, words, draw, "09", year)
            for year in self.years
            for words in BESIDE_ALL_REPORTS
        ]
        return [*self.report_entries(), *others]

    def _other(
        self, organ: Organ, words: str, draw: random.Random, kind: str, year: int = 0
    ) -> Entry:
        year = year or draw.choice(self.years)
        title = words.format(organ=organ.name, year=year, thing=draw.choice(THINGS))
        start = dt.datetime(year + 1, 1, 1, tzinfo=reports.CHINA).timestamp()
        return self._add(organ, title, int(start) + draw.randrange(300 * 86400), draw, None, kind)

    def _add(
        self,
        organ: Organ,
        title: str,
        time: int,
        draw: random.Random,
        year: int | None,
        kind: str,
    ) -> Entry:
        number = ""
        while not number or number in self.entries:
            lead = 2 if draw.random() < 0.125 else 3
            noise = draw.randrange(10000, 100000)
            number = f"{noise // 10 ** (5 - lead)}{time}{noise % 10 ** (5 - lead):0{5 - lead}d}"
        entry = Entry(number, title, time, organ, year, kind, self.cms)
        self.entries[number] = entry
        return entry

    def _add_column(self, kind: str, name: str, organ: Organ, entries: list[Entry]) -> None:
        code = f"{organ.code}_{kind}"
        newest = tuple(sorted(entries, key=lambda entry: (-entry.time, entry.number)))
        self.columns[code] = Column(code, kind, name, organ, newest, self.cms)
