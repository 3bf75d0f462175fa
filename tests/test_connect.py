"""CONNECT_TO: rules as curl has them."""

from __future__ import annotations

import pytest

from crawler.connect import ConnectToError, Rule, connect_to, leads_home, parse_connect_to

RULES = "www.changzhou.gov.cn:443=127.0.0.1:8443, *.gov.cn=10.0.0.9:8000,[2001:db8::1]=[::1]:80"


def test_rules_are_read() -> None:
    assert parse_connect_to(RULES) == (
        Rule("www.changzhou.gov.cn", 443, "127.0.0.1", 8443),
        Rule("*.gov.cn", None, "10.0.0.9", 8000),
        Rule("2001:db8::1", None, "::1", 80),
    )
    assert parse_connect_to("") == parse_connect_to(" , ") == ()


@pytest.mark.parametrize(
    ("host", "port", "goes"),
    [
        ("www.changzhou.gov.cn", 443, ("127.0.0.1", 8443)),
        ("www.changzhou.gov.cn", 80, ("10.0.0.9", 8000)),
        ("WWW.Wujin.GOV.cn", 443, ("10.0.0.9", 8000)),
        ("2001:db8::1", 443, ("::1", 80)),
        ("gov.cn", 80, ("gov.cn", 80)),
        ("example.org", 443, ("example.org", 443)),
    ],
)
def test_the_first_rule_that_fits_wins(host: str, port: int, goes: tuple[str, int]) -> None:
    assert connect_to(parse_connect_to(RULES), host, port) == goes


@pytest.mark.parametrize(
    "text",
    ["*", "*=", "*=127.0.0.1", "*=:8000", "a:b=c:80", "*=127.0.0.1:0", "*:99999=a:80", "a b=c:1"],
)
def test_what_is_no_rule_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ConnectToError, match="write HOST"):
        parse_connect_to(text)


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("*=127.0.0.1:8000", True),
        ("a.cn:443=localhost:8443,*=[::1]:8000", True),
        ("", False),
        ("*.gov.cn=127.0.0.1:8000", False),
        ("*:443=127.0.0.1:8000", False),
        ("*=10.0.0.9:8000", False),
        ("a.cn=10.0.0.9:80,*=127.0.0.1:8000", False),
    ],
)
def test_home_is_where_every_host_leads_to_this_machine(text: str, home: bool) -> None:
    assert leads_home(text) is home
