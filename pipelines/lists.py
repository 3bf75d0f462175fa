"""Numbers dealt out to a list: 网站、微信分别发布120条、85条; 复议、诉讼各1件.

The words before the numbers are a list whose members share what the last one
ends with; each number is read beside its own member.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from pipelines.passages import Clause
from pipelines.quantities import Quantity

_DEALS = re.compile(r"分别|各(?!类|级|项|种|界|镇|县|市|区|部|单|科|乡|村|方|行|自|相|处)")
_EACH = re.compile(r"各[^、,，各]{0,4}$")
_CLOSED = re.compile(r"[(（][^()（）]*[)）]")
_CLOSES = re.compile(r"[)）]")
"""The number before stands in brackets."""
_AND = re.compile(r"[、和与及]")
_NEXT = re.compile(r"\s*[、,，和与及]\s*")
# What the last member says for all of them.
_SHARED = re.compile(
    r"出席|参加|全年|共|均|分别|各|累计|发布|公开|公布|推送|更新|刊发|发送|信息|案件|数量|总数|达|为"
)


def dealt(
    text: str, found: Sequence[Quantity], clauses: Sequence[Clause]
) -> Mapping[int, tuple[str, ...]]:
    """For numbers of a list, by index: the words each is read beside.

    One for a number that belongs to one member (分别), several for a number that
    is said of all members (各). `clauses` are those outside brackets.
    """
    lists: dict[int, tuple[str, ...]] = {}
    if not _DEALS.search(text):
        return lists
    for index, first in enumerate(found):
        if index in lists:
            continue
        clause = clauses[max(bisect_right(clauses, first.begin, key=lambda c: c.begin) - 1, 0)]
        head = _head(text, found[:index], clause, first)
        if not _DEALS.search(head):
            continue
        members = _members(head)
        if len(members) < 2:
            continue
        if _EACH.search(head):
            lists[index] = members
        elif "分别" in head:
            run = _run(text, found, index)
            if len(run) == len(members):
                lists.update((each, (words,)) for each, words in zip(run, members, strict=True))
    return lists


def _head(text: str, before: Sequence[Quantity], clause: Clause, first: Quantity) -> str:
    """The words of a clause before a number, back to the number before, without brackets."""
    for each in reversed(before):
        words = text[max(each.end, clause.begin) : first.begin]
        if each.end <= clause.begin or not _CLOSES.search(_CLOSED.sub("", words)):
            return _CLOSED.sub("", words)
    return _CLOSED.sub("", text[clause.begin : first.begin])


def _members(head: str) -> tuple[str, ...]:
    """The members of a list, each with what they share."""
    *others, last = _AND.split(head)
    shared = _SHARED.search(last, 1)
    tail = last[shared.start() :] if shared else ""
    return (*(each + tail for each in others), last)


def _run(text: str, found: Sequence[Quantity], index: int) -> range:
    """The numbers that follow each other without a word between them, from one on."""
    end = index + 1
    while end < len(found) and _NEXT.fullmatch(text, found[end - 1].end, found[end].begin):
        end += 1
    return range(index, end)
