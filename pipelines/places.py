"""From a place on a page back to its characters: the other way round than the reading.

Whoever doubts a number follows its `at` with this, or with any XPath tool:
`xpath=` selectors hold for the HTML tree of the page as served.
"""

from __future__ import annotations

from typing import cast

from pipelines.document import Document
from pipelines.media.charset import decode
from pipelines.media.html import parse


def look_up(document: Document, at: str) -> str:
    """The characters of the document, as served, that a place names.

    Raises LookupError when nothing stands there.
    """
    selector, _, span = at.partition(";char=")
    kind, _, where = selector.partition("=")
    text, _ = decode(document.body)
    if kind == "line":
        whole = text.splitlines()[int(where) - 1]
    elif kind == "xpath":
        root = parse(text)
        if root is None:
            raise LookupError("the document holds no element")
        count = root.xpath(f"count({where})")
        if count != 1:
            raise LookupError(f"{where} names {count!r} elements")
        whole = cast("str", root.xpath(f"string({where})"))
    else:
        raise LookupError(f"{at!r} is no place on a page of text")
    if not span:
        return whole
    begin, end = map(int, span.split(","))
    if end > len(whole):
        raise LookupError(f"{selector} holds {len(whole)} characters, not {end}")
    return whole[begin:end]
