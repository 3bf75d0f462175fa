"""What is looked for in every answer: challenge, login and error pages, wrong types, other hosts.

Everything here is pure: `answer` looks at a response and gives a named error of
`crawler.faults`, or nothing. `crawler.portal` asks it of every page.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.http import Response, TextResponse

from crawler.faults import (
    BlockedError,
    EmptyError,
    GoneError,
    LoginError,
    OffSiteError,
    PortalError,
    SoftMissingError,
    UnavailableError,
    WrongTypeError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class Expected:
    """What an answer is held against: the role of the page that was asked for, and whose it is."""

    role: str
    hosts: tuple[str, ...]


def on_site(url: str, hosts: tuple[str, ...]) -> bool:
    """Whether the address is on one of the hosts, or on a host below one of them."""
    host = urlsplit(url).hostname or ""
    return any(host == ours or host.endswith(f".{ours}") for ours in hosts)


STATUSES: Mapping[int, type[PortalError]] = {
    403: BlockedError,
    412: BlockedError,  # what web application firewalls of ministries answer
    429: BlockedError,  # still too many after every retry
    521: BlockedError,  # the challenge of 加速乐
    404: GoneError,
    410: GoneError,
}
"""Statuses that mean more than their class; any other 4xx or 5xx is UnavailableError."""

SMALL = 32_768
"""A page larger than this, in bytes, is no challenge and no error page."""

FEW = 300
"""Characters of visible text that a challenge or an error page may have."""

CHALLENGES: Mapping[str, re.Pattern[str]] = {
    "of 加速乐": re.compile(r"__jsl_clearance|__jsluid"),
    "with a captcha": re.compile(r"(?:安全|访问|滑动|人机|身份)验证|验证码|captcha", re.IGNORECASE),
    "of a firewall": re.compile(r"eval\s*\(\s*['\"]_\$|\$_ts\s*=|acw_sc__v2"),
    "that sets a cookie by script": re.compile(r"document\.cookie\s*="),
}
"""Whose challenge it is, by what a page with hardly any text says that wants a browser first."""

OPENS = re.compile(rb"^__jsluid")
"""Cookies of a challenge that open the page to who comes again with them: those of 加速乐."""

PASSWORD = re.compile(r"<input\b[^>]*\btype\s*=\s*['\"]?password", re.IGNORECASE)
"""The field that makes a page with hardly any text a login page."""

ERROR_PAGES = re.compile(
    r"^\s*(?:404|403|500|502|503)\b|页面(?:不存在|未找到|已删除|找不到|出错)|(?:找不到|不存在).{0,8}页面"
    r"|您(?:所)?访问的(?:页面|内容|网页).{0,8}(?:不存在|已删除|找不到)|系统错误|not found|访问出错",
    re.IGNORECASE,
)
"""What the title, or the few words, of an error page say."""

MAGIC: Mapping[bytes, str] = {
    b"%PDF": "pdf",
    b"\xd0\xcf\x11\xe0": "doc",  # Word and Excel before 2007
    b"PK\x03\x04": "zip",  # docx, xlsx, ofd
    b"{\\rtf": "rtf",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
    b"BM": "image",
    b"MZ": "program",
    b"Rar!": "archive",
}
"""First bytes of a file, and what they make it."""

READ: Mapping[str, frozenset[str]] = {
    "index": frozenset({"text"}),
    "list": frozenset({"text"}),
    "report": frozenset({"text", "pdf", "doc", "zip", "rtf"}),
    "roster": frozenset({"text"}),
    "mirror": frozenset({"text", "pdf", "doc", "zip", "rtf"}),
}
"""Which kinds of file each role may be answered with."""


def kind_of(response: Response) -> str:
    """What the answer is by its bytes: a value of `MAGIC`, `text`, or `unknown`."""
    for magic, kind in MAGIC.items():
        if response.body.startswith(magic):
            return kind
    declared = (response.headers.get("Content-Type") or b"").split(b";")[0].strip().lower()
    if isinstance(response, TextResponse) and not declared.startswith(b"image/"):
        return "text"
    return "unknown"


UNSEEN = re.compile(
    r"<(head|script|style|noscript)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>|\s+", re.IGNORECASE | re.DOTALL
)
TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
LINKS = re.compile(r"<(?:a|iframe|embed|object|img|frame)\b", re.IGNORECASE)


def visible(page: str) -> str:
    """The text a reader sees, white space taken out; no DOM is made for it."""
    return UNSEEN.sub("", page)


def _off_site(response: Response, expected: Expected) -> PortalError | None:
    if on_site(response.url, expected.hosts):
        return None
    return OffSiteError(f"led to {response.url}")


HOME = re.compile(r"^(?:/(?:index\.\w+)?)?$")
"""The path of a home page."""


def _sent_home(response: Response, _: Expected) -> PortalError | None:
    """What is no more, of which some portals make their home page."""
    hops = response.request.meta.get("redirect_urls", []) if response.request else []
    at_home = HOME.match(urlsplit(response.url).path)
    if not hops or not at_home or HOME.match(urlsplit(hops[0]).path):
        return None
    return SoftMissingError("led to the home page")


def _status(response: Response, _: Expected) -> PortalError | None:
    if response.status < 400:
        return None
    return STATUSES.get(response.status, UnavailableError)(f"status {response.status}")


def _no_redirect(response: Response, _: Expected) -> PortalError | None:
    if 200 <= response.status < 300:
        return None
    return UnavailableError(f"status {response.status} leads nowhere")


def _empty(response: Response, _: Expected) -> PortalError | None:
    if response.body.strip():
        return None
    return EmptyError("no bytes" if not response.body else "only white space")


def _small_page(response: Response, _: Expected | None = None) -> PortalError | None:
    if len(response.body) > SMALL or kind_of(response) != "text":
        return None
    assert isinstance(response, TextResponse)
    text = visible(response.text)
    if len(text) > FEW:
        return None
    if PASSWORD.search(response.text):
        return LoginError("the page asks for a password")
    for whose, sign in CHALLENGES.items():
        if found := sign.search(response.text):
            return BlockedError(f"a challenge page {whose}: {found[0]}")
    for words in (*TITLE.findall(response.text), text):
        if found := ERROR_PAGES.search(words):
            return SoftMissingError(f"the page says {found[0]!r}")
    if not text and not LINKS.search(response.text):
        return EmptyError("no words on the page")
    return None


def _type(response: Response, expected: Expected) -> PortalError | None:
    kind = kind_of(response)
    if kind in READ[expected.role]:
        return None
    declared = (response.headers.get("Content-Type") or b"none").decode("latin-1")
    return WrongTypeError(f"{kind}, declared {declared}, where a {expected.role} page should be")


GUARDS: tuple[Callable[[Response, Expected], PortalError | None], ...] = (
    _off_site,
    _sent_home,
    _status,
    _no_redirect,
    _empty,
    _type,
    _small_page,
)
"""The questions put to every answer, in this order; the first that finds a fault names it."""


def answer(response: Response, expected: Expected) -> PortalError | None:
    """What is wrong with this answer to what was asked; None when nothing is."""
    return next((fault for guard in GUARDS if (fault := guard(response, expected))), None)


def opens_on_second_try(response: Response) -> bool:
    """Whether a challenge has handed out a cookie that may open the page; no script is run."""
    cookies = response.headers.getlist("Set-Cookie")
    if not any(OPENS.match(cookie) for cookie in cookies):
        return False
    return response.status == 521 or isinstance(_small_page(response), BlockedError)
