"""Requisites: the stylesheets, pictures and scripts a page needs to look as it did.

`needs` says which addresses those are; the crawl asks for them and `lacking`
looks for them in the archive, so the two cannot disagree. What one key of the
index stands for is one file: a replay would give back the same one.

Frames are pages, not requisites. Addresses that a script puts together are not
seen here.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

from archive.address import address_key
from archive.exchange import RecordSet
from archive.folder import find
from archive.http import read_response
from archive.index import Index, update
from archive.ledger import asked_for
from archive.rebuild import documents
from archive.source import of_archive
from archive.warc import read_set
from pipelines.media.charset import decode
from pipelines.media.html import parse

ROLE = "requisite"
"""The role under which requisites are asked for."""

STYLESHEET = "text/css"

_ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "input": ("src",),
    "source": ("srcset",),
    "link": ("href",),
}
"""Elements, and the attributes of each that name a requisite."""

_LINKS = frozenset({"stylesheet", "icon"})
"""What a link element must be, among others, to name one."""

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_IN_CSS = re.compile(
    r"""url\(\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'()]*))\s*\)|@import\s+(?:"([^"\n]*)"|'([^'\n]*)')""",
    re.IGNORECASE,
)
_CANDIDATE = re.compile(r"\s*([^\s,]\S*[^\s,]|[^\s,])(?:\s[^,]*)?(?:,|$)")


def needs(body: bytes, content_type: str, url: str) -> tuple[str, ...]:
    """The addresses that the page or stylesheet at `url` needs, in order, each once.

    Absolute, http or https, without a fragment; anything else needs nothing.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == STYLESHEET:
        named, base = _in_css(decode(body)[0]), url
    elif kind in ("text/html", "application/xhtml+xml", ""):
        named, base = _in_page(decode(body)[0], url)
    else:
        return ()
    found = (_absolute(base, name) for name in named)
    return tuple(dict.fromkeys(one for one in found if one))


def _in_page(text: str, url: str) -> tuple[list[str], str]:
    """What a page names as it is written there, and the address that is relative to."""
    root = parse(text)
    if root is None:
        return [], url
    named: list[str] = []
    base = None
    for element in root.iter():
        if base is None and element.tag == "base":
            base = element.get("href")
        named += _in_css(element.get("style", ""))
        if element.tag == "style":
            named += _in_css(element.text or "")
        named.append(element.get("background", ""))
        if element.tag == "link" and not _LINKS & set(element.get("rel", "").lower().split()):
            continue
        if element.tag == "input" and element.get("type", "").lower() != "image":
            continue
        for attribute in _ADDRESSES.get(str(element.tag), ()):
            value = element.get(attribute, "")
            named += _CANDIDATE.findall(value) if attribute == "srcset" else [value]
    return named, _absolute(url, base or "") or url


def _in_css(text: str) -> list[str]:
    return ["".join(found) for found in _IN_CSS.findall(_COMMENT.sub(" ", text))]


def _absolute(base: str, name: str) -> str:
    """An address as one asks for it; empty when there is nothing to ask for."""
    name = name.strip()
    if not name or name.startswith("#"):
        return ""
    try:
        url = urldefrag(urljoin(base, name)).url
        parts = urlsplit(url)
        # A port that is no number is found out by asking for it.
        fetched = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return ""
    return url if fetched else ""


def of_set(found: RecordSet) -> tuple[str, ...]:
    """What the page or stylesheet in a record set needs."""
    response = read_response(found.exchange.response, found.exchange.method)
    return needs(response.entity, found.facts.content_type, found.exchange.url)


@dataclasses.dataclass(frozen=True, slots=True)
class Lack:
    """A file that report pages need and the archive has not, whatever its arguments."""

    url: str
    """The first address of it."""
    addresses: int
    why: str
    pages: int
    """How many captures of report pages need it."""
    page: str
    """The first of them."""

    def __str__(self) -> str:
        others = f" and {self.addresses - 1} more like it" if self.addresses > 1 else ""
        return f"lacks {self.url}{others}: {self.why}; for {self.pages} pages, first {self.page}"


def lacking(folder: Path) -> Iterator[Lack]:
    """What the report pages of a folder need and no finished file has with status 200.

    Only what lies on hosts that the spider has asked: what others serve was never to be captured,
    though a redirect may have led there. Raises archive.record.DamagedError where a file is not
    whole.
    """
    sheets: dict[str, tuple[str, ...]] = {}
    lacks: dict[str, Lack] = {}
    seen: set[str] = set()
    with contextlib.closing(of_archive(folder)) as kept:
        hosts = {urlsplit(url).hostname for url in asked_for(kept.ledger)}
    with Index(update(folder)) as index:
        for page in documents(folder):
            named = needs(page.body, page.content_type, page.url)
            within = (inner for url in named for inner in _of_sheet(folder, index, url, sheets))
            told: set[str] = set()
            for url in (*named, *within):
                if urlsplit(url).hostname not in hosts or _statuses(index, url) & {HTTPStatus.OK}:
                    continue
                file, key = url.partition("?")[0], address_key(url)
                known = lacks.get(file) or Lack(url, 0, _why(index, url), 0, page.url)
                lacks[file] = dataclasses.replace(
                    known,
                    addresses=known.addresses + (key not in seen),
                    pages=known.pages + (file not in told),
                )
                seen.add(key)
                told.add(file)
    yield from sorted(lacks.values(), key=lambda one: one.url)


def _of_sheet(
    folder: Path, index: Index, url: str, known: dict[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """What the latest capture of a stylesheet needs; nothing when it is none or is not there."""
    key = address_key(url)
    if key not in known:
        whole = [one for one in index.captures(url) if one.status == HTTPStatus.OK]
        found = read_set(find(folder, whole[-1].filename), whole[-1].offset) if whole else None
        sheet = found is not None and found.facts.content_type.lower().startswith(STYLESHEET)
        known[key] = of_set(found) if found and sheet else ()
    return known[key]


def _statuses(index: Index, url: str) -> set[int]:
    return {one.status for one in index.captures(url)}


def _why(index: Index, url: str) -> str:
    return " and ".join(f"status {one}" for one in sorted(_statuses(index, url))) or "no capture"
