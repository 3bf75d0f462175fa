"""Whether this copy can be trusted: its host, what was done to its text, hosts it names
(S7 to S9)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from pipelines.checks.subject import Subject, finding
from pipelines.report import Finding

DAMAGE: Mapping[str, str] = {
    "pinyin_removed": "去掉了夹注的拼音",
    "script_converted": "繁体字转为简体",
    "gbk_shift": "有丢失字节造成的乱码",
    "undecodable": "有不能解码的字符",
    "guessed": "有推测补正的文字",
    "pinyin_only": "有整段拼音",
    "spam_words": "有混入的广告词",
    "taiwan_words": "有台湾用语",
    "digits_lost": "有丢失的数字",
}
"""Flags of a text that is not as the office wrote it, and what was done or seen."""
_MIRRORED = ("pinyin_removed", "script_converted", "gbk_shift", "spam_words", "host_foreign")
_HOST = re.compile(
    r"(?P<mail>[a-z\d_.+-]{1,64}@)?(?P<host>(?:[a-z\d-]{1,63}\.){1,9}(?:cn|com|net|org|gov|edu|info|vip|top|cc|example))"
    r"(?![a-z\d-])",
    re.IGNORECASE,
)
_GOVERNMENT = (".gov.cn", ".gov")


def text_damage(subject: Subject) -> Iterator[Finding]:
    """S7: pinyin marks, Traditional script, shifted bytes."""
    found = [flag for flag in subject.flags if flag.flag in DAMAGE]
    told = dict.fromkeys(DAMAGE[flag.flag] for flag in found)
    counted = dict.fromkeys(told, 0)
    for flag in found:
        first = re.match(r"\d+", flag.note)
        counted[DAMAGE[flag.flag]] += int(first[0]) if first else 1
    message = "; ".join(f"{name} {count} 处" for name, count in counted.items())
    yield finding(
        "text_damage",
        "warn" if found else "pass",
        f"{message}; 原文不应有" if found else "正文没有损坏的痕迹",
        sides=(sum(counted.values()), 0),
        at=next((flag.at for flag in found if flag.at), None),
    )


def host_class(subject: Subject) -> Iterator[Finding]:
    """S8: served by a government's host, and not wearing the marks of a mirror."""
    host = _page_host(subject)
    if not host:
        return
    marks = [flag.flag for flag in subject.flags if flag.flag in _MIRRORED]
    if subject.head.host_class != "gov":
        message = f"页面来自 {host}; 不是政府网站,数据应以政府网站的原件为准"
        yield finding("host_class", "warn", message)
    elif marks:
        message = f"地址为政府网站 {host}; 正文却带有镜像改写的痕迹,此副本应与原件核对"
        yield finding("host_class", "warn", message)
    else:
        yield finding("host_class", "pass", f"页面来自 {host}; 是政府网站")


def hosts_in_text(subject: Subject) -> Iterator[Finding]:
    """S9: hosts and mail addresses that the text names are a government's.

    The page's own host that is no government's, or one that stands where a government's
    site is named, has been put there by whoever copied the text: that is a fail.
    Another foreign host is worth a look.
    """
    own = _page_host(subject)
    named: dict[str, tuple[bool, str]] = {}
    for line in subject.article:
        if "." not in line.text:
            continue
        for match in _HOST.finditer(line.text):
            host = match["host"].lower()
            if host not in named:
                named[host] = (match["mail"] is not None, line.at(*match.span("host")))
    put = " ".join(flag.note for flag in subject.flags if flag.flag == "host_foreign")
    foreign = {host: said for host, said in named.items() if not host.endswith(_GOVERNMENT)}
    for host, (mail, at) in foreign.items():
        inserted = not mail and (
            own.removeprefix("www.") == host.removeprefix("www.") or host in put
        )
        if inserted:
            message = f"正文中的网址 {host} 不是政府网站; 此处应为政府网站,疑被镜像改写"
        elif mail:
            message = f"正文中的电子邮箱在 {host}; 宜用政府邮箱"
        else:
            message = f"正文中的网址 {host}; 不是政府网站"
        yield finding("hosts_in_text", "fail" if inserted else "warn", message, at=at)
    if named and not foreign:
        yield finding("hosts_in_text", "pass", f"正文中的网址 {'、'.join(named)}; 均为政府网站")


def _page_host(subject: Subject) -> str:
    return urlsplit(subject.head.url).hostname or ""
