"""Changes of a portal's pages that mean nothing to a reader, and must mean nothing to a crawler.

`redesigned(app, name)` is the same city with one of `REDESIGNS` made in all that
it says, directories, lists and answers of services; documents stay as they are.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from tests.city.message import App, Request, Response, Script
from tests.city.systems import UTF8

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ATTRIBUTE = r"\s+[\w:-]+=(?:\\\"[^\"\\]*\\\"|\"[^\"]*\"|'[^']*')"
"""An attribute of a tag, in HTML or in JSON that holds HTML."""
TAG = re.compile(rf"(<\w+)((?:{ATTRIBUTE}){{2,}})")


def _reordered(text: str) -> str:
    return TAG.sub(lambda tag: tag[1] + "".join(reversed(re.findall(ATTRIBUTE, tag[2]))), text)


REDESIGNS: Mapping[str, Callable[[str], str]] = {
    "class-added": lambda text: re.sub(r"(class=\\?[\"'])", r"\1skin2026 ", text),
    "attributes-reordered": _reordered,
    "cell-added": lambda text: text.replace("</a>", "</a><em>转载</em>"),
    "spaces-added": lambda text: re.sub(r"(title\"?\s*[:=]\s*\\?[\"'])", r"\1 　", text),
    "gbk-unsaid": lambda text: text.replace(UTF8, ""),
}
"""What is done to the text of a page; the last is sent in GBK, which nothing says."""


def redesigned(app: App, name: str) -> App:
    """The same city after one of `REDESIGNS`."""

    def answer(request: Request) -> Response | Script:
        given = app(request)
        if not isinstance(given, Response) or given.status != 200:
            return given
        said = {key.lower(): value for key, value in given.headers}
        kind = said[b"content-type"].partition(b";")[0]
        if b"transfer-encoding" in said or not re.match(rb"text/|application/j", kind):
            return given  # a document, or no text
        text = REDESIGNS[name](given.body.decode())
        if name != "gbk-unsaid":
            return dataclasses.replace(given, body=text.encode())
        headers = [(key, kind if key == b"Content-Type" else value) for key, value in given.headers]
        return dataclasses.replace(given, headers=headers, body=text.encode("gb18030"))

    return answer
