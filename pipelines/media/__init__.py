"""Bytes -> page: which kind of file it is, told from its bytes.

A server's Content-Type is not asked: portals serve error pages as PDF and
Word files as HTML.
"""

from __future__ import annotations

import re

from pipelines.document import Document
from pipelines.media import html, text
from pipelines.media.charset import decode
from pipelines.page import Page, UnreadError

TOO_LARGE = 32 * 1024 * 1024
"""Files above this many bytes are kept, flagged and not read."""

MOST_TEXT = 1_000_000
"""Characters of text above which a page is no report: reports have some ten thousand."""

# Magic bytes of files that offices attach; each has a reader of its own one day.
_OTHER_TYPES = {
    b"%PDF-": "PDF",
    b"PK\x03\x04": "Word, OFD or another ZIP",
    b"\xd0\xcf\x11\xe0": "Word 97-2003 or WPS",
    b"\x89PNG": "PNG picture",
    b"\xff\xd8\xff": "JPEG picture",
    b"GIF8": "GIF picture",
    b"{\\rtf": "RTF",
    b"\x1f\x8b": "gzip",
    b"Rar!": "RAR",
}
_MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|div|table|tr|td|p|span|br|meta)\b", re.IGNORECASE
)


def open_page(document: Document) -> Page:
    """The page a document holds; raises UnreadError for empty, too large and foreign files."""
    body = document.body
    if not body.strip():
        raise UnreadError("empty", "the file holds no text")
    if len(body) > TOO_LARGE:
        raise UnreadError("too_large", f"{len(body)} bytes; files above {TOO_LARGE} are not parsed")
    for magic, name in _OTHER_TYPES.items():
        if body.startswith(magic):
            raise UnreadError("type_unread", f"a {name} file")
    decoded, undecodable = decode(body)
    reader = html.page if _MARKUP.search(decoded, 0, 65536) else text.page
    page = reader(decoded, undecodable)
    said = sum(len(line.text) for line in page.lines)
    if said > MOST_TEXT:
        raise UnreadError("too_complex", f"{said} characters; no report has {MOST_TEXT}")
    return page
