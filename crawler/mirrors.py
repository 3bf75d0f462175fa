"""Copies of a portal's pages on hosts that are no government's.

A mirror keeps the path of a page and puts its own host in place of the portal's. So a
row that leads to such a host says where the original is: at the same path, on the host
of the list. It is one only when the path is one of the portal's system; what else a
list may lead to (an article in an app, a paper) is no copy of anything here. The
original is fetched and read as if the row had led to it. The mirror is captured as well,
under the role `mirror` with the original's address as its parent, as evidence: it is read
too, is a copy of the report beside the original (`archive.copies`), and stands for it only
where there is no original, as a mirror's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.http import TextResponse

from archive.rebuild import MIRROR
from crawler.systems import address_key

if TYPE_CHECKING:
    from crawler.systems import System

ROLE = MIRROR
"""What a copy on a foreign host is asked for as."""

GOVERNMENTS = (".gov.cn", ".gov.mo", ".gov.hk")
"""How the names of governments' hosts end."""


def is_government(url: str) -> bool:
    """Whether an address is on the host of a government."""
    return (urlsplit(url).hostname or "").endswith(GOVERNMENTS)


def original(url: str, listed_on: str, system: System) -> str | None:
    """The address that a page on a foreign host is a copy of; None when it is none.

    `listed_on` is the list page with the link, one of the portal's own.
    """
    if is_government(url) or not is_government(listed_on):
        return None
    owner = urlsplit(listed_on)
    meant = urlsplit(url)._replace(scheme=owner.scheme, netloc=owner.netloc).geturl()
    return meant if is_address_of(system, meant) else None


def is_address_of(system: System, url: str) -> bool:
    """Whether an address is one of a system's. It alone tells: the page has not been seen."""
    if system.page_key(url) != address_key(url):
        return True
    return system.recognise(TextResponse(url, body=b"", encoding="utf-8"))
