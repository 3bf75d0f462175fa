"""What can go wrong with a portal, each fault by its name.

    PortalError
    ├── RefusedError       robots.txt forbids the address, or its rules cannot be had
    ├── UnreachableError   no answer: no such name, refused, timed out, reset
    ├── TlsError           no secure connection: the handshake failed, or TLS is too old
    ├── UnavailableError   an answer, but an error of the server's own, after every retry
    ├── BlockedError       the portal turned the crawler away: 403, 412, 521, a challenge page
    ├── LoginError         a login page where a public one should be
    ├── GoneError          404 or 410
    ├── SoftMissingError   an error page that says 200
    ├── EmptyError         nothing in the answer, or nothing to read
    ├── WrongTypeError     a picture, a program, an error page where a document should be
    ├── OffSiteError       the portal sent us to a host that is not its own
    ├── TruncatedError     the body ended early
    ├── TooLargeError      the body was larger than what is read
    ├── DriftedError       a selector that must match did not
    ├── UndrawnError       a page that the browser cannot draw to its end
    ├── BrowserMissingError  there is no browser to draw it
    ├── ListTruncatedError a list ended before the total it states, or a page of it is missing
    ├── MirrorError        a mirror's page that does not tell whose it is
    ├── UnstatedError      a list of no known system that does not say how much it holds
    ├── BoundedError       the walk of an unknown portal came to its bounds
    └── NotArchivedError   the archive that answers in place of the network does not have the page

Who meets a fault raises it or gives it back: `crawler.guards` for what an answer
holds, the middlewares for what is never asked, the systems for markup that moved.
`failure` names what a download ended with in place of an answer. Names are counted
(`crawler.account`), weighed (`crawler.health`) and explained (docs/errors.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from OpenSSL import SSL
from scrapy import exceptions
from twisted.internet import error as network

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Weight = Literal["incomplete", "suspicious"]


class PortalError(Exception):
    """Something a portal did, or did not do, that a run has to report.

    The first argument is what was seen. `name` is the word that statistics and
    verdicts use, `advice` tells the operator what to do about it, and `weight`
    is the least grave verdict of a run in which it happened.
    """

    name: ClassVar[str]
    weight: ClassVar[Weight] = "incomplete"
    advice: ClassVar[str]


class RefusedError(PortalError):
    """robots.txt forbids the address, or answers 5xx or 429, which counts as a ban."""

    name = "refused"
    advice = "the portal's wish stands: ask its office for access, or leave the pages out"


class UnreachableError(PortalError):
    """No answer: no such name, refused, timed out, reset."""

    name = "unreachable"
    advice = "open the address in a browser; if it works there, run again later"


class TlsError(PortalError):
    """No secure connection: the handshake failed, or the server speaks none but old versions."""

    name = "tls"
    advice = "see whether the portal answers over http; nothing is done to weaken the connection"


class UnavailableError(PortalError):
    """The server's own error after every retry, or a host left alone after failing too often."""

    name = "unavailable"
    advice = "the server is in trouble: run again later"


class BlockedError(PortalError):
    """The portal turned the crawler away: 403, 412, 429, 521, or a challenge page."""

    name = "blocked"
    advice = "wait a day and run again with a larger DOWNLOAD_DELAY; do not disguise the crawler"


class LoginError(PortalError):
    """A login page where a public one should be."""

    name = "login"
    advice = "the page is not public, or is not any more: look for the public one; do not log in"


class GoneError(PortalError):
    """404 or 410: the page is not there any more, and the portal says so."""

    name = "gone"
    weight = "suspicious"
    advice = "the page was taken down: look for its new place; the archive has earlier captures"


class SoftMissingError(PortalError):
    """An error page that says 200."""

    name = "soft_404"
    weight = "suspicious"
    advice = "open the address: if the document is there, the guard is wrong and wants a test"


class EmptyError(PortalError):
    """No bytes, or a page without a word."""

    name = "empty"
    weight = "suspicious"
    advice = "open the address: the portal may draw the page by script, or have lost the file"


class WrongTypeError(PortalError):
    """A picture, a program or the like where a document should be."""

    name = "wrong_type"
    weight = "suspicious"
    advice = "open the address: the link may lead to an error page or to a picture"


class OffSiteError(PortalError):
    """The portal sent us to a host that is not its own."""

    name = "off_site"
    weight = "suspicious"
    advice = "if the host belongs to the city, add it to the spider's hosts"


class TruncatedError(PortalError):
    """The body ended early, on every try."""

    name = "truncated"
    advice = "run again later; what did arrive is in the archive"


class TooLargeError(PortalError):
    """The body is larger than DOWNLOAD_MAXSIZE."""

    name = "too_large"
    weight = "suspicious"
    advice = "if the file is a report, raise DOWNLOAD_MAXSIZE for this portal"


class DriftedError(PortalError):
    """A selector that must match did not, or matched more than once."""

    name = "drifted"
    advice = "the portal changed its pages: compare the archived page with the selector"

    def __init__(self, system: str, selector: str, seen: str) -> None:
        super().__init__(f"selector {selector!r} of system {system!r} {seen}")
        self.system = system
        self.selector = selector


class UndrawnError(PortalError):
    """A page the browser cannot draw to its end: never quiet, or without what it is waited for."""

    name = "undrawn"
    advice = "open the page in a browser; what it came to, and all it asked for, is archived"


class BrowserMissingError(PortalError):
    """There is no browser on this machine, and the page has to be drawn by one."""

    name = "browser_missing"
    advice = (
        "install one: apt-get install chromium fonts-noto-cjk, or playwright install chromium,"
        " or name one with BROWSER; then run again"
    )


class ListTruncatedError(PortalError):
    """A list ended before the total it states, or a page of it is missing."""

    name = "list_truncated"
    advice = "the list was not seen to its end: run again, and do not use this run's counts"


class MirrorError(PortalError):
    """The page given is on a host that is no government's, and does not tell whose it is."""

    name = "mirror"
    weight = "suspicious"
    advice = "what stands there is evidence and no original: crawl the government's own host"


class UnstatedError(PortalError):
    """A list of no known system, which nothing could be held against."""

    name = "unstated"
    weight = "suspicious"
    advice = "nothing states how many there should be: compare with the portal, or write a spider"


class BoundedError(PortalError):
    """A page that may lead to reports was not followed: the walk came to its bounds."""

    name = "bounded"
    weight = "suspicious"
    advice = "start from a page nearer to the reports, or raise SCOUT_DEPTH or SCOUT_PAGES"


class NotArchivedError(PortalError):
    """The network is off (REPLAY), and the archive that answers in its place has no such page."""

    name = "not_archived"
    advice = "record the page as well, or run without REPLAY"


def kinds() -> Mapping[str, type[PortalError]]:
    """Every named error, in the order of the tree above."""
    return {kind.name: kind for kind in PortalError.__subclasses__()}


FAILURES: Mapping[type[BaseException], type[PortalError]] = {
    exceptions.CannotResolveHostError: UnreachableError,
    exceptions.DownloadConnectionRefusedError: UnreachableError,
    exceptions.DownloadTimeoutError: UnreachableError,
    exceptions.DownloadFailedError: UnreachableError,
    network.ConnectError: UnreachableError,
    network.ConnectionDone: UnreachableError,
    network.ConnectionLost: UnreachableError,
    exceptions.ResponseDataLossError: TruncatedError,
    exceptions.DownloadCancelledError: TooLargeError,  # Scrapy cancels a body over DOWNLOAD_MAXSIZE
    exceptions.IgnoreRequest: UnavailableError,  # Scrapy gave up on a chain of redirects
    OSError: UnavailableError,  # a body that its Content-Encoding cannot have made
}
"""How a download can end without an answer."""


def failure(error: BaseException) -> PortalError | None:
    """The named error behind an exception; None when it is a fault of ours."""
    if isinstance(error, PortalError):
        return error
    if not isinstance(error, tuple(FAILURES)):
        return None
    for cause in causes(error):
        if isinstance(cause, SSL.Error):
            return TlsError(f"{type(cause).__name__}: {cause}")
    name = next(name for kind, name in FAILURES.items() if isinstance(error, kind))
    return name(f"{type(error).__name__}: {error}")


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error, and those that it wraps."""
    yield error
    for inner in wrapped(error):
        yield from causes(inner)


def wrapped(error: BaseException) -> list[BaseException]:
    """What Scrapy raised this error from, and what Twisted put into it as its reasons."""
    cause = [error.__cause__] if error.__cause__ else []
    return cause + [reason.value for reason in getattr(error, "reasons", ())]
