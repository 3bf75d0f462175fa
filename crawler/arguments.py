"""The arguments of a crawl, `-a NAME=VALUE`, checked before anything is fetched."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class ArgumentError(ValueError):
    """An argument that a crawl does not have, or a value that it cannot take."""


@dataclasses.dataclass(frozen=True, slots=True)
class Arguments:
    """What one run was asked to do. Two runs with equal arguments can be compared."""

    url: str = ""
    """Address to start from, of a portal that no file describes; empty for the others."""
    years: tuple[int, int] | None = None
    """First and last report year wanted; None for every year."""
    sample: int | None = None
    """Stop after this many reports; None for all."""
    recheck: dt.timedelta | None = None
    """A report captured more recently than this is not asked for again; None leaves it to
    `crawler.recheck`, which goes by the report's year."""
    requisites: bool = True
    """Whether stylesheets, pictures and scripts of report pages are fetched too."""
    accept_gone: bool = False
    """Whether somebody has looked at what left the lists: later runs are held against this one."""
    resume: bool = True
    """Whether to go on with a run that was interrupted; changes what is fetched, not what is asked
    for, so runs that differ in it alone are compared; and so are those that accept what is gone."""

    def wants(self, year: int | None) -> bool:
        """Whether a report of this year is wanted; one of an unknown year always is."""
        return self.years is None or year is None or self.years[0] <= year <= self.years[1]

    def to_json(self) -> dict[str, str]:
        """As they are written on the command line, only what was given, in declared order."""
        given: dict[str, str] = {}
        if self.url:
            given["url"] = self.url
        if self.years:
            given["years"] = f"{self.years[0]}-{self.years[1]}"
        if self.sample is not None:
            given["sample"] = str(self.sample)
        if self.recheck is not None:
            given["recheck"] = f"{self.recheck.days}d"
        if not self.requisites:
            given["requisites"] = "no"
        return given


UNDECLARED = "portal"
"""The spider of any portal that no file describes: it alone takes an address, and needs one."""


def parse(given: Mapping[str, str], portal: str) -> Arguments:
    """Arguments from the text of the command line; ArgumentError says what to write instead."""
    # Schedulers add arguments of their own: Scrapyd a `_job`.
    given = {name: said for name, said in given.items() if not name.startswith("_")}
    for name in given:
        if name not in EXAMPLES:
            known = ", ".join(f"-a {example}" for example in EXAMPLES.values())
            raise ArgumentError(f"unknown argument {name!r}; a crawl takes {known}")
    if ("url" in given) != (portal == UNDECLARED):
        raise ArgumentError(
            f"-a url=URL belongs to `scrapy crawl {UNDECLARED}`, which needs it: write it like"
            f" scrapy crawl {UNDECLARED} -a {EXAMPLES['url']}"
        )
    if given.get("requisites", "no") != "no":
        raise _bad("requisites", given, "only `no` is possible: leave it out to fetch them")
    if given.get("accept", "gone") != "gone":
        raise _bad("accept", given, "only what is `gone` can be accepted")
    if given.get("resume", "no") != "no":
        raise _bad("resume", given, "a run goes on with an interrupted one unless told not to")
    return Arguments(
        url=_url(given) if "url" in given else "",
        years=_years(given) if "years" in given else None,
        sample=_sample(given) if "sample" in given else None,
        recheck=_recheck(given) if "recheck" in given else None,
        requisites="requisites" not in given,
        accept_gone="accept" in given,
        resume="resume" not in given,
    )


EXAMPLES: Mapping[str, str] = {
    "url": "url=http://www.changzhou.gov.cn/",
    "years": "years=2019-2025",
    "sample": "sample=20",
    "recheck": "recheck=30d",
    "requisites": "requisites=no",
    "accept": "accept=gone",
    "resume": "resume=no",
}
"""Every argument, as one would write it."""


def _bad(name: str, given: Mapping[str, str], why: str) -> ArgumentError:
    return ArgumentError(f"-a {name}={given[name]}: {why}; write it like -a {EXAMPLES[name]}")


def _url(given: Mapping[str, str]) -> str:
    """The address; its host becomes the name of a folder, so no more than letters and dots."""
    found = re.fullmatch(
        r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?(?:[/?]\S*)?", given["url"]
    )
    if not found:
        raise _bad("url", given, "wants a whole address, its host in small letters")
    return given["url"]


def _years(given: Mapping[str, str]) -> tuple[int, int]:
    found = re.fullmatch(r"(20\d\d)(?:-(20\d\d))?", given["years"])
    if not found:
        raise _bad("years", given, "wants a report year, or the first and the last")
    first, last = int(found[1]), int(found[2] or found[1])
    if first > last:
        raise _bad("years", given, "the first year is after the last")
    return first, last


def _sample(given: Mapping[str, str]) -> int:
    if not re.fullmatch(r"[1-9]\d{0,8}", given["sample"]):
        raise _bad("sample", given, "wants how many reports to stop after")
    return int(given["sample"])


def _recheck(given: Mapping[str, str]) -> dt.timedelta:
    found = re.fullmatch(r"(\d{1,5})d", given["recheck"])
    if not found:
        raise _bad("recheck", given, "wants a number of days")
    return dt.timedelta(days=int(found[1]))
