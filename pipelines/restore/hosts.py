"""Host names in the text: a mirror writes its own over the portal's.

The name that stood there is not known, so nothing is put back. A foreign host
where the text names a government's site is flagged; a paper, a bank or a
company may of course be named with its own.
"""

from __future__ import annotations

import re

from pipelines.restore.passage import Passage, Stage

# 政府门户网站(http://www.…/), 政府网站"(host): at most a few characters between site and address.
_SITE = re.compile(
    r"(?:政府|公开|政务)[^，。；,;\n(（]{0,12}?(?:网站?|专栏|平台)[”\"》」]?"
    r"\s?[(（:：]?\s?(?:网址\s?[:：]?\s?)?"
    r"(?P<address>(?:https?://)?(?P<host>(?:[a-z0-9-]+\.)+[a-z]{2,12}))(?![\w@])",
    re.IGNORECASE,
)
_GOVERNMENT = re.compile(r"(?:^|\.)gov(?:\.cn|\.mo|\.hk)?$", re.IGNORECASE)


def look(text: str, characters: frozenset[str]) -> Stage | None:
    """The stage that flags foreign hosts, where a page shows one."""
    if "." not in characters or not any(_foreign(text)):
        return None
    return _flagged


def _foreign(text: str) -> list[re.Match[str]]:
    return [m for m in _SITE.finditer(text) if not _GOVERNMENT.search(m["host"])]


def _flagged(passage: Passage) -> Passage:
    for match in _foreign(passage.text):
        passage = passage.doubted(*match.span("address"), "host_foreign", match["host"])
    return passage
