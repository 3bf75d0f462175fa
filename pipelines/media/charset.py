"""Which charset a page is in: the bytes decide, what the page says of itself does not.

Portals label GBK pages as UTF-8 and the reverse, so a declaration is only the
last resort. Valid UTF-8 with a multi-byte character in it is never anything else.
"""

from __future__ import annotations

import codecs

from resiliparse.parse.encoding import detect_encoding

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Every GB text is decoded by the largest of its family, which holds the others.
_WIDER = {"gbk": "gb18030", "gb2312": "gb18030", "x-gbk": "gb18030"}


def decode(body: bytes) -> tuple[str, int]:
    """The text of `body` and how many characters had to be replaced (U+FFFD)."""
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return _replacing(body[len(bom) :], charset)
    try:
        return body.decode("utf-8"), 0
    except UnicodeDecodeError:
        charset = detect_encoding(body) or "utf-8"
    return _replacing(body, _WIDER.get(charset.lower(), charset))


def _replacing(body: bytes, charset: str) -> tuple[str, int]:
    text = body.decode(charset, "replace")
    # A page may hold the replacement character itself: only new ones count.
    held = body.count("\ufffd".encode()) if charset == "utf-8" else 0
    return text, max(text.count("\ufffd") - held, 0)
