"""Address -> key: what the index is sorted by, and what makes two addresses one page.

`http://www.changzhou.gov.cn/A/?b=2&a=1` has the key `cn,gov,changzhou)/a?a=1&b=2`.
The rules are those that indexes of web archives share (SURT): host backwards
without `www`, no scheme, no fragment, no session ids, all in lower case,
arguments in order. So an address over TLS and one without are one page. They
are written anew here, for the package that is named after them is under the
AGPL; a test holds the keys against those of `cdxj-indexer`, which uses it.
Two rules are left out, for hosts that no portal has: hosts written as one
number, and IPv6 addresses in any form but the one given.
"""

from __future__ import annotations

import re
import urllib.parse

_DEPTH = 16
"""How often an address may be percent-encoded; one that is deeper is meant to cost time."""

_PARTS = re.compile(r"(https?)://(?:[^/?#]*@)?([^/?#]*)([^?#]*)(?:\?([^#]*))?", re.IGNORECASE)
_RENDITION = re.compile(r"(urn:\w+:https?://[^?#]*)(?:\?([^#]*))?", re.IGNORECASE)
_PORT = re.compile(rb":(\d*)\Z")
_DEFAULT_PORTS = frozenset({(b"http", b"80"), (b"https", b"443")})
_WWW = re.compile(rb"\Awww\d*\.")
_PATH_SESSION = re.compile(
    rb"/\((?:(?:[a-z]\([0-9a-z]{24}\))+|[0-9a-z]{24})\)(?=/[^?]+\.aspx)",
)
_QUERY_SESSION = re.compile(
    rb"(?:(?:jsessionid|phpsessid|sid)=[0-9a-z]{32}|aspsessionid[a-z]{8}=[a-z]{24}"
    rb"|cfid=[^&]+&cftoken=[^&]+)(?:&|\Z)",
)
_UNSAFE = re.compile(rb"[^\x21-\x7e]|[#%]")
_PRINTED = "".join(map(chr, range(0x21, 0x7F)))


def address_key(url: str) -> str:
    """The key of an address: ASCII without white space, never empty.

    That of a rendition, `urn:dom:http://...`, keeps the host as it stands. The key of any other
    address that is not HTTP is the address, percent-encoded.
    """
    address = url.strip().translate({ord(mark): None for mark in "\t\r\n"})
    parts = _PARTS.match(address)
    rendition = _RENDITION.match(address)
    if parts:
        scheme, host, path, query = (part.encode() for part in parts.groups(""))
        key = _escape(_host(scheme.lower(), host) + b")" + _path(path))
    elif rendition:
        path, query = (part.encode() for part in rendition.groups(""))
        key = _escape(_PATH_SESSION.sub(b"", _unescape(path).lower(), count=1)).removesuffix("/")
    else:
        return urllib.parse.quote(address, safe=_PRINTED) or "-"
    arguments = _query(query)
    return f"{key}?{arguments}" if arguments else key


def _host(scheme: bytes, text: bytes) -> bytes:
    host = _unescape(text).lower()
    port = _PORT.search(host)
    if port:
        host = host[: port.start()]
    host = host.strip(b"[]")
    labels = _WWW.sub(b"", _ascii(b".".join(filter(None, host.split(b".")))), count=1)
    backwards = b",".join(reversed(labels.split(b".")))
    if port is None or not port[1].strip(b"0") or (scheme, port[1]) in _DEFAULT_PORTS:
        return backwards
    return backwards + b":" + port[1]


def _ascii(host: bytes) -> bytes:
    try:
        return host.decode().encode("idna")
    except UnicodeError:  # no name that could be looked up: kept as it is
        return host


def _path(text: bytes) -> bytes:
    steps: list[bytes] = []
    for step in _unescape(text).split(b"/")[1:]:
        if step == b".." and steps and steps[-1] != b"..":
            steps.pop()
        elif step != b".":
            steps.append(step)
    path = b"/" + b"/".join(filter(None, steps))
    return _PATH_SESSION.sub(b"", path.lower(), count=1)


def _query(text: bytes) -> str:
    arguments = _escape(_QUERY_SESSION.sub(b"", _unescape(text).lower()))
    return "&".join(sorted(arguments.split("&"), key=lambda one: one.partition("=")))


def _unescape(text: bytes) -> bytes:
    for _ in range(_DEPTH):
        plain = urllib.parse.unquote_to_bytes(text)
        if plain == text:
            break
        text = plain
    return text


def _escape(text: bytes) -> str:
    return _UNSAFE.sub(lambda found: b"%%%02x" % found[0][0], text).decode("ascii")
