"""CONNECT_TO: sends connections elsewhere, as curl's --connect-to does.

    *.changzhou.gov.cn=127.0.0.1:8000, www.example.cn:443=127.0.0.1:8443

Rules are separated by commas; the first that fits wins. A host may hold the
wildcards of a shell; a rule without a port fits every port. Only the TCP
connection goes elsewhere: Host, the name in the TLS handshake and the
certificate check stay those of the address asked for. This is how unchanged
spiders read the sample city.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import ipaddress
import re
from collections.abc import Iterable, Sequence
from typing import Any

from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer  # type: ignore[import-untyped]

_RULE = re.compile(
    r"(?P<host>\[[^\s=]+\]|[^\s=:]+)(?::(?P<port>\d+))?=(?P<address>\[[^\s=]+\]|[^\s=:]+):(?P<to>\d+)"
)


class ConnectToError(ValueError):
    """CONNECT_TO is not written as it has to be; the message says how."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """Connections to `host`, at `port` or any when None, go to `address` at `to`."""

    host: str
    port: int | None
    address: str
    to: int


def parse_connect_to(text: str) -> tuple[Rule, ...]:
    """The rules of a CONNECT_TO setting; none when it is empty. Raises ConnectToError."""
    return tuple(_rule(part.strip()) for part in text.split(",") if part.strip())


def _rule(text: str) -> Rule:
    found = _RULE.fullmatch(text)
    ports = [int(port) for port in (found["port"], found["to"]) if port] if found else []
    if not found or not all(0 < port < 65536 for port in ports):
        raise ConnectToError(
            f"CONNECT_TO: {text!r} is no rule; write HOST[:PORT]=ADDRESS:PORT,"
            " as in *.changzhou.gov.cn=127.0.0.1:8000"
        )
    return Rule(
        host=found["host"].strip("[]").lower(),
        port=int(found["port"]) if found["port"] else None,
        address=found["address"].strip("[]"),
        to=int(found["to"]),
    )


def connect_to(rules: Iterable[Rule], host: str, port: int) -> tuple[str, int]:
    """Where a connection to `host` at `port` goes: by the first rule that fits, or there."""
    for rule in rules:
        if rule.port in {None, port} and fnmatch.fnmatchcase(host.lower(), rule.host):
            return rule.address, rule.to
    return host, port


def leads_home(text: str) -> bool:
    """Whether a CONNECT_TO setting sends every host to this machine. Raises ConnectToError.

    A rule for every host and port must be among them, and all must lead to a
    loopback address; only then may a crawl do without its polite delay.
    """
    rules = parse_connect_to(text)
    catch_all = any(rule.host == "*" and rule.port is None for rule in rules)
    return catch_all and all(_is_loopback(rule.address) for rule in rules)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


@implementer(IHostnameResolver)
class _Elsewhere:
    """Answers for a name and port what another resolver says of where the rules lead."""

    def __init__(self, rules: Sequence[Rule], resolver: Any) -> None:
        self._rules = rules
        self._resolver = resolver

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        *more: Any,
        **named: Any,
    ) -> Any:
        host, port = connect_to(self._rules, hostName, portNumber)
        return self._resolver.resolveHostName(resolutionReceiver, host, port, *more, **named)


def send_elsewhere(reactor: Any, rules: Sequence[Rule]) -> None:
    """Make the reactor's connections follow the rules from now on.

    A name is resolved together with its port, beneath TLS, so this is all it
    takes. Call it before each connection: Scrapy replaces the reactor's
    resolver with its own when a process starts. Does nothing when it is there.
    """
    if rules and not isinstance(reactor.nameResolver, _Elsewhere):
        reactor.installNameResolver(_Elsewhere(rules, reactor.nameResolver))
