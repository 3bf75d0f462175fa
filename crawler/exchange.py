"""An exchange made of what the tee kept of it: bytes, how it went, and what it follows from.

`crawler.capture` makes one of each call of the download handler. What it writes
into `request.meta` is how a redirect or retry finds the exchange before it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from scrapy import exceptions
from twisted.internet import error as network

from archive.exchange import Exchange, Truncated
from archive.http import split_interim
from crawler import faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy import Request

    from crawler.tee import Tap


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong with an exchange: nothing, by default."""

    name: str | None = None
    truncated: Truncated | None = None
    detail: str = ""


FAULTS: Mapping[type[Exception], tuple[str, Truncated | None]] = {
    exceptions.CannotResolveHostError: ("dns", None),
    exceptions.DownloadConnectionRefusedError: ("refused", None),
    exceptions.DownloadTimeoutError: ("timeout", "time"),
    exceptions.DownloadCancelledError: ("too_large", "length"),
    exceptions.ResponseDataLossError: ("short", "disconnect"),
    exceptions.StopDownload: ("stopped", "length"),
    SSL.Error: ("tls", "disconnect"),
    network.ConnectionDone: ("closed", "disconnect"),
    network.ConnectionLost: ("reset", "disconnect"),
    network.ConnectError: ("unreachable", None),
}
"""Name of each failure, and what it means for the part of a response that came."""


def fault(error: BaseException) -> Fault:
    """The failure of a download by name; `failed` when it is of no kind known here."""
    causes = list(faults.causes(error))
    detail = "; ".join(
        f"{type(cause).__name__}: {cause}" for cause in causes if not faults.wrapped(cause)
    )
    for cause in causes:
        for kind, (name, truncated) in FAULTS.items():
            if isinstance(cause, kind):
                return Fault(name, truncated, detail)
    return Fault("failed", "disconnect", detail)


def exchange(
    request: Request, tap: Tap, started: dt.datetime, seconds: float, went: Fault
) -> Exchange:
    """What the tap holds, as the archive keeps it; writes its ids into `request.meta`."""
    interim, response = split_interim(b"".join(tap.received))
    meta = request.meta
    via = _via(meta)
    made = Exchange(
        id=str(uuid.uuid4()),
        url=request.url.partition("#")[0],
        method=request.method,
        started=started,
        seconds=round(seconds, 6),
        request=b"".join(tap.sent),
        response=response,
        interim=interim,
        ip=tap.ip,
        protocol=_protocol(response),
        tls=tap.tls,
        truncated=went.truncated if response else None,
        error=went.name,
        detail=went.detail,
        attempt=meta.get("retry_times", 0) + 1,
        parent=meta["exchange"] if via in HOPS else meta.get("page"),
        via=via,
        known=meta.get("known", {}),
    )
    mark(meta, made)
    return made


def mark(meta: dict[str, Any], made: Exchange) -> None:
    """Write into `request.meta` which exchange has answered the request."""
    meta["exchange"] = made.id
    meta["hops"] = {hop: meta.get(count, 0) for hop, count in HOPS.items()}
    meta.pop("capture", None)
    if made.response:
        meta["capture"] = made.response_id


HOPS: Mapping[str, str] = {"redirect": "redirect_times", "retry": "retry_times"}
"""How an exchange can follow from another, and the count in `request.meta` that Scrapy raises."""


def _via(meta: Mapping[str, Any]) -> str:
    """A redirect or retry is a copy of a request that has been out, with a count raised."""
    before = meta.get("hops", {})
    for hop, count in HOPS.items():
        if "exchange" in meta and meta.get(count, 0) > before.get(hop, 0):
            return hop
    if "page" in meta:
        return "page"
    return "robots" if meta.get("known", {}).get("role") == "robots" else ""


def _protocol(response: bytes) -> str:
    version, _, _ = response[:16].partition(b" ")
    return version.decode("latin-1").lower() if version.startswith(b"HTTP/") else ""
