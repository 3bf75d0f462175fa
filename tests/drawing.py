"""What the tests of drawn pages stand on: an origin of odd pages, a spider of a scripted city."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import crawler.settings
from archive.exchange import RecordSet, Rendition
from archive.folder import warc_files
from archive.rendition import read_renditions
from archive.warc import read_sets
from crawler import politeness
from crawler.portal import Portal
from crawler.systems import changzhou
from tests.city.message import Request, Response, Script
from tests.city.scripted import FOREIGN
from tests.crawling import SETTINGS

HOST = "www.changzhou.gov.cn"
WORDS = "政府信息公开工作年度报告，本年度收到依申请公开政府信息的申请共四十七件。"


class Here(politeness.OnSite):
    """The portal's hosts, for a spider that knows none."""

    @classmethod
    def from_crawler(cls, _: Any) -> Here:
        return cls(SimpleNamespace(hosts=("changzhou.gov.cn",)))


class Scripted(Portal):
    """The city of 常州, with lists that scripts draw."""

    name = "scripted"
    city = "常州市"
    region_code = "320400"
    level = "prefecture"
    system = dataclasses.replace(changzhou.SYSTEM, drawn={"list": "table.box3 tr"})
    hosts = ("changzhou.gov.cn",)
    directories = ("http://www.changzhou.gov.cn/gi_class/",)
    first_year = 2008


LISTED = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>年报</title>
<link rel="stylesheet" href="/style.css"><script src="http://{FOREIGN}/hm.js"></script></head>
<body><h1>政府信息公开年度报告</h1><table class="box3"></table><img src="/busy.png"><script>
document.cookie = "script=1";
new WebSocket("ws://{HOST}/push");
fetch("/rows", {{method: "POST", body: "page=1"}}).then(said => said.json()).then(rows => {{
  document.querySelector("table").innerHTML =
    rows.map(row => "<tr><td>" + row + "</td></tr>").join("");
  nothing.of.this.name();
}});
</script></body></html>"""
RESTLESS = """<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><p>年报</p><script>
setInterval(() => fetch("/rows", {method: "POST", body: Date.now()}), 20);
</script></body></html>"""
GBK = "<html><head>{}<title>年报</title></head><body><p>" + WORDS * 3 + "</p></body></html>"
META = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'


def html(text: str, charset: str = "utf-8", said: bytes = b"; charset=utf-8") -> Response:
    return Response(200, [(b"Content-Type", b"text/html" + said)], text.encode(charset))


@dataclasses.dataclass
class Origin:
    """The portal of these tests; `/busy.png` is a 503 at first."""

    visits: int = 0

    def __call__(self, request: Request) -> Response | Script:
        if request.path == "/rows":
            rows = ["甲", "乙", *request.header(b"Cookie").decode().split("; ")]
            return Response(
                200, [(b"Content-Type", b"application/json")], json.dumps(rows).encode()
            )
        if request.path == "/busy.png":
            self.visits += 1
            return Response(503 if self.visits == 1 else 404)
        return PAGES.get(request.path, Response(404))


PAGES = {
    "/": Response(
        302,
        [(b"Location", b"/list"), (b"Set-Cookie", b"s=1; HttpOnly"), (b"Set-Cookie", b"t=2")],
    ),
    "/robots.txt": Response(200, [], b"User-agent: *\nDisallow: /secret/\n"),
    "/list": html(LISTED),
    "/style.css": Response(200, [(b"Content-Type", b"text/css")], b"td { color: red }"),
    "/gbk-header": html(GBK.format(""), "gbk", b"; charset=gbk"),
    "/gbk-meta": html(GBK.format(META), "gbk", b""),
    "/gbk-none": html(GBK.format(""), "gbk", b""),
    "/secret": html('<p>年报</p><img src="/secret/map.png">'),
    "/restless": html(RESTLESS),
    "/waiting": html('<link rel="stylesheet" href="/style.css"><p>年报</p>'),
    "/file": Response(200, [(b"Content-Type", b"application/pdf")], b"%PDF-1.7\n%\xe2\xe3\0\1"),
    "/away": Response(302, [(b"Location", f"http://{FOREIGN}/".encode())]),
}
ASKED = {
    "/": "table tr",
    "/gbk-header": "",
    "/gbk-meta": "p",
    "/gbk-none": "",
    "/secret": "",
    "/restless": "p",
    "/waiting": "table tr",
    "/file": "",
    "/away": "",
    "/gone": "",
}
"""What is asked for, and what is waited for."""


def settings(**more: Any) -> dict[str, Any]:
    """Those of the project, with what a crawl of this machine may do without."""
    skipped = {"SPIDER_MODULES", "NEWSPIDER_MODULE", "COMMANDS_MODULE", "NIANBAO_DATA"}
    skipped |= {"SPIDER_MIDDLEWARES", "ITEM_PIPELINES", *SETTINGS} - {"DOWNLOAD_HANDLERS"}
    ours = {
        name: value
        for name, value in vars(crawler.settings).items()
        if name.isupper() and name not in skipped
    }
    ours["DOWNLOADER_MIDDLEWARES"] = {
        name: value
        for name, value in crawler.settings.DOWNLOADER_MIDDLEWARES.items()
        if name not in {"crawler.politeness.OnSite", "scrapy.downloadermiddlewares.cookies"}
    } | {"tests.drawing.Here": 50}
    ours |= {"COOKIES_ENABLED": True, "ROBOTSTXT_OBEY": True, "DOWNLOAD_DELAY": 0, "BACKOFF": 0.01}
    return ours | more


def asked(*paths: str) -> list[dict[str, Any]]:
    return [{"url": f"http://{HOST}{path}", "meta": {"render": ASKED[path]}} for path in paths]


def kept(data: Path, name: str = "asker") -> tuple[list[RecordSet], list[Rendition]]:
    files = list(warc_files(data / name))
    return (
        [one for path in files for one in read_sets(path)],
        [one.rendition for path in files for one in read_renditions(path)],
    )


def processes_below(pid: int) -> set[int]:
    """A process and all it has started, as far as they are alive."""
    children: dict[int, set[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[0] != "Z":
            children.setdefault(int(fields[1]), set()).add(int(stat.parent.name))
    found, new = {pid}, {pid}
    while new:
        new = {child for one in new for child in children.get(one, ())} - found
        found |= new
    return found
