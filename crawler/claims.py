"""Whose page a mirror shows, where an address of it was given alone (`crawler.undeclared`).

No list says then where the original is. `owned` holds the path against the systems of the
fleet's portals, and the page against their regions, addresses and hosts; it gives an
address only when all but one portal's host are ruled out.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler import facts, mirrors
from crawler.faults import MirrorError
from crawler.guards import on_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from scrapy.http import Response

    from crawler.portal import Portal
    from pipelines.report import Head


@dataclasses.dataclass(frozen=True, slots=True)
class Claim:
    """The address that a mirror's page would be a copy of, were it one portal's."""

    portal: type[Portal]
    url: str
    folders: frozenset[str]
    """The first folders of the addresses that the portal declares on this host."""

    @property
    def host(self) -> str:
        """Where it would be, with its port if it has one."""
        return urlsplit(self.url).netloc


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """What a mirror's page shows of whose it is."""

    path: str
    region: str | None
    """Code of the region whose organ reports there."""
    hosts: frozenset[str]
    """Hosts of governments that it names. Mirrors leave all but the portal's own as they are."""

    def within(self, claim: Claim) -> bool:
        """Whether the region is the portal's, or below it."""
        code, own = self.region or "", claim.portal.region_code
        return code == own or (claim.portal.level == "prefecture" and code[:4] == own[:4])


CLUES: Mapping[str, Callable[[Seen, Claim], bool]] = {
    "the region is the portal's own": lambda seen, claim: seen.region == claim.portal.region_code,
    "the portal declares pages in this folder": lambda seen, claim: (
        _folder(seen.path) in claim.folders
    ),
    "the page names this host, or one below its name": lambda seen, claim: any(
        on_site(f"http://{host}/", (claim.host.removeprefix("www."),)) for host in seen.hosts
    ),
    "the page names a host of the portal": lambda seen, claim: any(
        on_site(f"http://{host}/", claim.portal.hosts) for host in seen.hosts
    ),
}
"""What speaks for a claim. Each is held against those that the ones before it have left, and
leaves those for which it speaks, if there are any."""


def owned(page: Response, head: Head, fleet: Iterable[type[Portal]]) -> Claim:
    """The claim on a mirror's page that alone is left; `head` is of the report read there.

    Raises MirrorError, which says what is missing, when none is, or more than one.
    """
    if head.quality == "unread":
        raise MirrorError("no report can be read there")
    seen = Seen(
        urlsplit(page.url).path,
        head.region_code,
        frozenset(host.decode() for host in re.findall(rb"(?:[\w-]+\.)+gov\.cn\b", page.body)),
    )
    known = list(_claims(page.url, fleet))
    if not known:
        raise MirrorError("no spider's system has addresses of this kind")
    left = [one for one in known if seen.within(one)] if seen.region else known
    if not left:
        names = "、".join(sorted({one.portal.city for one in known}))
        raise MirrorError(f"the organ is of {seen.region}, and the address fits {names} alone")
    sure = seen.region is not None
    for clue in CLUES.values():
        if fit := [one for one in left if clue(seen, one)]:
            left, sure = fit, True
    if len(left) > 1:
        raise MirrorError(f"it may be of {'、'.join(sorted(one.host for one in left))}")
    if not sure:
        raise MirrorError(f"nothing but its path speaks for {left[0].host}")
    return left[0]


def _claims(url: str, fleet: Iterable[type[Portal]]) -> Iterator[Claim]:
    """A claim for every host on which a portal of the fleet declares pages, and could this."""
    for portal in fleet:
        declared = facts.starts(portal)
        sites = {urlsplit(one).netloc: urlsplit(one) for one in declared}
        for site in sites.values():
            there = (urlsplit(one) for one in declared)
            folders = frozenset(_folder(o.path) for o in there if o.netloc == site.netloc)
            meant = urlsplit(url)._replace(scheme=site.scheme, netloc=site.netloc).geturl()
            if mirrors.is_address_of(portal.system, meant):
                yield Claim(portal, meant, folders)


def _folder(path: str) -> str:
    return path.split("/")[1]
