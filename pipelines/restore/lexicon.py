"""Words: what tells a lost character from the others it could have been.

Terms of administration come with the module (`terms.txt`), everyday words from
the dictionary of phrases that pypinyin brings.
Everything is loaded when the first damaged place is met, and never for a clean
page.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

_LONGEST = 6
_OWN_TERM = 1.5
"""How much more a term of administration says than an everyday word of its length."""
_SURE = 0.75
"""By how much the best candidate must be ahead of the second."""


def choose(candidates: Iterable[str], before: str, after: str, least: float = 2.0) -> str | None:
    """The candidate that makes the longest word with its neighbours; None when none is ahead.

    All in simplified script. `least` is the length of the everyday word that is asked for.
    """
    before, after = before[-_LONGEST:], after[:_LONGEST]
    ranked = sorted(
        ((_longest(before, candidate, after), candidate) for candidate in candidates), reverse=True
    )
    if not ranked or ranked[0][0] < least:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _SURE:
        return None
    return ranked[0][1]


def _longest(before: str, candidate: str, after: str) -> float:
    text, at = before + candidate + after, len(before)
    most = 0.0
    for begin in range(max(0, at - _LONGEST + 1), at + 1):
        for end in range(max(at + len(candidate), begin + 2), min(len(text), begin + _LONGEST) + 1):
            word = text[begin:end]
            if word in terms():
                most = max(most, len(word) + _OWN_TERM)
            elif word in _phrases():
                most = max(most, float(len(word)))
    return most


def likelihood(text: str) -> float:
    """How much a text looks like one: from about 1 for prose to -2 for damage, a character.

    In simplified script. Common characters and neighbours that stand together in
    a word count for it, rare ones and signs of other scripts against it.
    """
    marks = [_commonness(character) for character in text]
    together = sum(text[i : i + 2] in _pairs() for i in range(len(text) - 1))
    return (sum(marks) + together) / max(len(text), 1)


def _commonness(character: str) -> float:
    if character in _PUNCTUATION:
        return 0.25
    try:
        encoded = character.encode("gb2312")
    except UnicodeEncodeError:
        return -2.0
    if len(encoded) == 1:
        # A letter by itself between Han characters is the second byte of one.
        return 0.0 if character.isdigit() else -1.0
    # GB 2312 orders its first 3,755 characters, the common ones, before the others.
    if 0xB0 <= encoded[0] <= 0xD7:
        return 0.5
    return -1.0 if encoded[0] > 0xD7 else -2.0


_PUNCTUATION = frozenset("，。、；：？！“”‘’（）《》〈〉〔〕【】—…·　％０１２３４５６７８９")


@cache
def terms() -> frozenset[str]:
    """Terms of administration, simplified."""
    text = (Path(__file__).parent / "terms.txt").read_text("utf-8")
    own = [word for line in text.splitlines() if line[:1] != "#" for word in line.split()]
    return frozenset(own)


@cache
def _phrases() -> frozenset[str]:
    # Imported here: loading it takes longer than reading a clean page.
    from pypinyin.phrases_dict import phrases_dict

    return frozenset(phrase for phrase in phrases_dict if len(phrase) <= _LONGEST)


@cache
def _pairs() -> frozenset[str]:
    """Two characters that stand together in a word."""
    return frozenset(
        word[i : i + 2] for word in (*terms(), *_phrases()) for i in range(len(word) - 1)
    )
