"""Comparing printed labels with those of the forms: tolerant of typos, strict about order.

Labels are matched where they stand: among the labels of their table, in the
order of the form. A typo, a lost character or a broken word still finds its
row, and a label that occurs twice finds the right one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

ALIKE = 0.7
"""Similarity from which a printed label counts as the form's."""

_AS_GOOD = 0.03
"""How far below its best a label may still be matched: ties, and misprints that make them."""
_WORTHLESS = 0.5
"""Similarity below which nobody asks for the exact figure."""

_SHORTENED = 0.85
"""Similarity of a label that is printed only as far as its first words."""
_FIRST_WORDS = 4
"""So many characters tell which label is meant."""

_BESIDE = re.compile(r"[^\w+]|_")
_DIGITS = str.maketrans("０１２３４５６７８９①②③④⑤⑥⑦⑧⑨", "0123456789123456789")


@lru_cache(maxsize=8192)
def bare(label: str) -> str:
    """A label as compared: without white space, punctuation and brackets."""
    return _BESIDE.sub("", label).translate(_DIGITS)


@lru_cache(maxsize=8192)
def similarity(printed: str, label: str) -> float:
    """How alike two bare labels are, from 0 to 1 (1: the same)."""
    printed = printed.replace("合计", "总计").replace("其它", "其他")
    if printed == label:
        return 1.0
    if len(printed) >= _FIRST_WORDS and label.startswith(printed):
        return max(_SHORTENED, 2 * len(printed) / (len(printed) + len(label)))
    # More than twice the shorter of both cannot agree.
    if 2 * min(len(printed), len(label)) < _WORTHLESS * (len(printed) + len(label)):
        return 0.0
    shared = set(printed) & set(label)
    if 2 * sum(character in shared for character in printed) < _WORTHLESS * (
        len(printed) + len(label)
    ):
        return 0.0
    return SequenceMatcher(None, printed, label, autojunk=False).ratio()


@lru_cache(maxsize=8192)
def near(printed: str, labels: tuple[str, ...], least: float) -> frozenset[str]:
    """Those of `labels` that a printed label is at least this alike to. Both sides bare."""
    size = len(printed)
    return frozenset(
        label
        for label in labels
        # Most pairs are told apart by their lengths: this many characters can agree.
        if 2 * min(size, len(label)) >= least * (size + len(label))
        and similarity(printed, label) >= least
    )


@lru_cache(maxsize=8192)
def best(printed: str, labels: tuple[str, ...]) -> tuple[float, int]:
    """The likeliest of `labels` for a printed label: similarity and index. Both sides bare."""
    index = max(range(len(labels)), key=lambda i: similarity(printed, labels[i]))
    return similarity(printed, labels[index]), index


def align(printed: Sequence[str], labels: Sequence[str]) -> list[int | None]:
    """For each printed label (bare) the index of its form label, order kept on both sides.

    The assignment with the greatest sum of similarities among all that keep
    the order. Pairs below `ALIKE` are excluded, and pairs of a label that is
    more like another of the form: a table that stands twice must not lend the
    rows of one copy to those the other has lost.
    """
    rows, columns = len(printed), len(labels)
    # total[i][j]: best sum for the first i printed and the first j form labels.
    total = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(1, rows + 1):
        above, here, text = total[i - 1], total[i], printed[i - 1]
        least = max(ALIKE, best(text, tuple(labels))[0] - _AS_GOOD)
        for j in range(1, columns + 1):
            value = max(above[j], here[j - 1])
            alike = similarity(text, labels[j - 1])
            if alike >= least and above[j - 1] + alike > value:
                value = above[j - 1] + alike
            here[j] = value
    found: list[int | None] = [None] * rows
    i, j = rows, columns
    while i and j:
        if total[i][j] == total[i - 1][j]:
            i -= 1
        elif total[i][j] == total[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            found[i] = j
    return found
