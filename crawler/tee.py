"""The tee: connections of Scrapy's HTTP/1.1 handler that keep every byte, above TLS.

A `Tap` collects what one exchange sends and receives. `current` names the tap
of the exchange under way; the pool puts it on the connection it hands out, a
new one or one used before. Twisted's pool would send some requests a second
time by itself when a used connection turns out dead; this one does not, so
that one tap is one exchange.
"""

from __future__ import annotations

import contextvars
from collections.abc import Hashable, Iterable
from typing import Any

import scrapy
from cryptography.hazmat.primitives.hashes import SHA256
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import ISSLTransport, IStreamClientEndpoint
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.web.client import HTTPConnectionPool
from zope.interface import implementer  # type: ignore[import-untyped]

from archive.exchange import Tls


class TeeError(RuntimeError):
    """Scrapy or Twisted keep their connections elsewhere than where the tee goes."""


class Tap:
    """The bytes of one exchange, and the connection they went over."""

    __slots__ = ("_tee", "received", "sent")

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.received: list[bytes] = []
        self._tee: _Tee | None = None

    @property
    def ip(self) -> str:
        """The address connected to; empty when no connection was made."""
        return self._tee.ip if self._tee else ""

    @property
    def tls(self) -> Tls | None:
        """None without TLS, or when the handshake never ended."""
        return self._tee.tls if self._tee else None

    def put_on(self, connection: Any) -> Any:
        """From now on collect what goes over this connection of the pool."""
        self._tee = connection.transport
        self._tee.tap = self
        return connection


current: contextvars.ContextVar[Tap] = contextvars.ContextVar("current")
"""The tap of the exchange that this context carries out."""


class TappedPool(HTTPConnectionPool):
    """A connection pool whose connections have a tee."""

    @classmethod
    def in_place_of(cls, handler: HTTP11DownloadHandler) -> TappedPool:
        """A pool with the settings of the handler's own; raises TeeError when there is none."""
        old = getattr(handler, "_pool", None)
        factory = getattr(old, "_factory", None)
        if not isinstance(old, HTTPConnectionPool) or factory is None:
            raise TeeError(
                f"Scrapy {scrapy.__version__} has no connection pool at HTTP11DownloadHandler._pool"
                " with a _factory: install the version that pyproject.toml names,"
                " or move the tee (crawler/tee.py)"
            )
        from twisted.internet import reactor

        pool = cls(reactor, persistent=old.persistent)
        pool.retryAutomatically = False
        pool.maxPersistentPerHost = old.maxPersistentPerHost
        pool._factory = factory  # Scrapy's, lenient with odd header lines
        return pool

    def getConnection(self, key: Hashable, endpoint: Any) -> Deferred[Any]:  # noqa: N802
        """A connection for one request, with the tap of the current exchange on it."""
        tap = current.get()
        tapped: Any = _TeeEndpoint(endpoint)
        return super().getConnection(key, tapped).addCallback(tap.put_on)


@implementer(IStreamClientEndpoint)
class _TeeEndpoint:
    """Connects as another endpoint does, and puts a tee between protocol and transport."""

    def __init__(self, endpoint: Any) -> None:
        self._endpoint = endpoint

    def __repr__(self) -> str:
        return repr(self._endpoint)

    def connect(self, factory: Any) -> Deferred[Any]:
        connected: Deferred[Any] = self._endpoint.connect(_TeeFactory(factory))  # type: ignore[no-untyped-call]
        return connected.addCallback(lambda tee: tee.wrappedProtocol)


class _Tee(ProtocolWrapper):
    tap: Tap
    ip = ""
    secure = False
    tls: Tls | None = None

    def makeConnection(self, transport: Any) -> None:  # noqa: N802
        self.ip = transport.getPeer().host
        self.secure = ISSLTransport.providedBy(transport)
        super().makeConnection(transport)  # type: ignore[no-untyped-call]

    def write(self, data: bytes) -> None:
        self.tap.sent.append(data)
        super().write(data)  # type: ignore[no-untyped-call]

    def writeSequence(self, data: Iterable[bytes]) -> None:  # noqa: N802
        self.write(b"".join(data))

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if self.secure and self.tls is None:
            self.tls = _tls(self.transport)
        self.tap.received.append(data)
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _TeeFactory(WrappingFactory):
    protocol = _Tee
    noisy = False


def _tls(transport: Any) -> Tls:
    connection = transport.getHandle()
    chain = connection.get_peer_cert_chain(as_cryptography=True) or ()
    certificates = tuple(certificate.fingerprint(SHA256()).hex() for certificate in chain)
    return Tls(connection.get_protocol_version_name(), certificates)
