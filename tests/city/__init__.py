"""A city that never was: a real HTTP server with made-up reports whose truth is known.

    with serve(site(City(12))) as server: ...       # in a test
    python -m tests.city --port 8000                # as a process

Modules: `wire` (sockets, byte log), `message` and `faults` (misbehaviour of
single addresses) know nothing of reports; `forms`, `figures`, `dress`, `markup`,
`prose` and `reports` make one report and its truth; `organs`, `city`, `pages`
and `site` make the portal around them.
"""

from tests.city.city import City
from tests.city.message import Exchange
from tests.city.site import site
from tests.city.truth import TrueCell, TrueReport
from tests.city.wire import Server, serve

__all__ = ["City", "Exchange", "Server", "TrueCell", "TrueReport", "serve", "site"]
