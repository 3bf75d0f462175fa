"""Pages drawn by scripts: what a portal looks like to a program without a browser.

`by_script(app)` is a city whose list pages come empty. A script on them asks for
the rows and the pager as JSON and writes them into the page, as many portals do;
another, of a counter on a foreign host, is there for nobody's use. What is listed
is what the city lists without it.
"""

from __future__ import annotations

import dataclasses
import json
import re

from tests.city.message import App, Request, Response, Script

FOREIGN = "hm.counter.example"
"""Host of the counter: never to be asked."""

LIST = re.compile(
    rb'(?P<before>.*<table class="box3"[^>]*>)(?P<rows>.*?)(?P<between></table>.*'
    rb'<div class="pages">)(?P<pager>.*?)(?P<after></div>.*)',
    re.DOTALL,
)
ROWS = "/rows.php"
SCRIPT_PATH = "/js/list.js"
SCRIPT = """
var asked = new XMLHttpRequest();
asked.open("GET", "/rows.php?of=" + encodeURIComponent(location.pathname + location.search));
asked.onload = function () {
  var list = JSON.parse(asked.responseText);
  document.querySelector("table.box3").innerHTML = list.rows;
  document.querySelector("div.pages").innerHTML = list.pager;
};
window.addEventListener("load", function () { setTimeout(function () { asked.send(); }, 50); });
"""
TAGS = (
    f'<script src="http://{FOREIGN}/hm.js"></script>\n<script src="{SCRIPT_PATH}"></script>\n'
).encode()


def by_script(app: App) -> App:
    """The same city, with its lists drawn by script."""

    def answer(request: Request) -> Response | Script:
        if request.path == SCRIPT_PATH:
            return Response(200, [(b"Content-Type", b"application/javascript")], SCRIPT.encode())
        if request.path == ROWS:
            return _rows(app(dataclasses.replace(request, target=request.query.get("of", "/"))))
        given = app(request)
        if isinstance(given, Response) and (found := LIST.fullmatch(given.body)):
            empty = found["before"] + found["between"] + found["after"]
            return dataclasses.replace(given, body=empty.replace(b"</head>", TAGS + b"</head>"))
        return given

    return answer


def _rows(page: Response | Script) -> Response | Script:
    """What is listed on a page, as data; an answer that is no list as it is."""
    if not isinstance(page, Response) or not (found := LIST.fullmatch(page.body)):
        return page
    said = {name: found[name].decode() for name in ("rows", "pager")}
    headers = [(b"Content-Type", b"application/json; charset=utf-8")]
    return Response(200, headers, json.dumps(said, ensure_ascii=False).encode())
