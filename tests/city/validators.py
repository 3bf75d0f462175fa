"""What a server says of a page so that a client need not fetch it twice (RFC 9110 8.8, 13).

Files on a disk come with ETag and Last-Modified; pages made by a program most
often with neither. Some servers keep wrong account of their pages.
"""

from __future__ import annotations

import email.utils
import hashlib
import itertools
from typing import TYPE_CHECKING, Literal

from tests.city.message import Response

if TYPE_CHECKING:
    from tests.city.message import Request, Script

Validators = Literal["", "sound", "frozen", "restless"]
"""None; right ones; those that stay when the page changes; those that change when it does not."""

_answers = itertools.count(1)


def validated(
    kind: Validators, request: Request, answer: Response | Script, changed: int
) -> Response | Script:
    """The answer with its validators, or 304 when the client has it; `changed` is Unix time."""
    if not kind or not isinstance(answer, Response) or answer.status != 200:
        return answer
    body = hashlib.md5(answer.body, usedforsecurity=False).hexdigest()[:12]
    tag = {"sound": body, "frozen": "5f3c-1", "restless": f"node-{next(_answers)}"}[kind]
    etag = f'"{tag}"'.encode()
    modified = email.utils.formatdate(changed, usegmt=True).encode()
    said = [(b"ETag", etag)] + [(b"Last-Modified", modified)] * (kind == "sound")
    asked = request.header(b"If-None-Match")
    # RFC 9110 13.2.2: with an ETag asked for, the date is not looked at.
    same = asked == etag if asked else request.header(b"If-Modified-Since") == modified
    if same and kind != "restless":
        kept = [(name, value) for name, value in answer.headers if name in (b"Server", b"Date")]
        return Response(304, [*kept, *said])
    return Response(200, [*answer.headers, *said], answer.body)
