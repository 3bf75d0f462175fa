"""A city whose lists lead to mirrors: some rows have a foreign host in place of the portal's.

The mirror answers under its own name with the city's pages, damaged as
`tests.city.mirror` has it. The originals stay where they are.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from tests.city import pages
from tests.city.message import App, Request, Response, Script
from tests.city.mirror import HOST, mirror
from tests.city.site import site

if TYPE_CHECKING:
    from tests.city.city import City

EVERY = 3
"""One report in so many is listed at the mirror."""
FAMILY = "T+P"


def listed_at_mirror(city: City) -> set[str]:
    """Paths of the reports that lists lead to on the mirror."""
    paths = sorted(entry.path for entry in city.report_entries())
    return set(paths[::EVERY])


def with_mirrors(city: City) -> App:
    """The city with such rows, and its mirror."""
    app, moved = site(city), listed_at_mirror(city)
    link = re.compile(rb'href="(?:https?://[^/"]+)?(/[^"]*)"')

    def put(found: re.Match[bytes]) -> bytes:
        at_mirror = found[1].decode() in moved
        return b'href="http://%s%s"' % (HOST.encode(), found[1]) if at_mirror else found[0]

    def answer(request: Request) -> Response | Script:
        if request.host != HOST:
            given = app(request)
            if isinstance(given, Response):
                given = dataclasses.replace(given, body=link.sub(put, given.body))
            return given
        entry = city.entry_at(request.target)
        if entry is None:
            return Response(404, [(b"Content-Type", b"text/html")], b"404")
        copy = mirror(pages.report(city, entry), FAMILY, entry.number)
        return Response(200, [(b"Content-Type", b"text/html; charset=utf-8")], copy.body)

    return answer
