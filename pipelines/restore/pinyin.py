"""Pinyin that mirrors put into the text: marks come off, bare paragraphs are flagged.

A mark is the reading of a character in brackets behind it, with tones or
without, once or twice: 國(guó), 和(he)(he). It comes off only when it is a
reading of that character, for real text holds short Latin brackets too. A
paragraph served in pinyin alone names no characters, and none are guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipelines.restore.passage import Edit, Passage, Stage

TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
LETTERS = f"a-zü{TONED}"
_MARK = re.compile(rf"(?<=[\u3400-\u9fff)）])[(（]([{LETTERS}]{{1,6}})[)）]")
_FEWEST = 2
"""How many marks a page must show before any is taken for one."""

_TONES = frozenset(TONED)
_WORD = re.compile(rf"[{LETTERS}A-Z]+")
_SYLLABLE = re.compile(
    r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?(?:a(?:i|n|ng|o)?|e(?:i|n|ng|r)?|o(?:ng|u)?|"
    r"i(?:a|an|ang|ao|e|n|ng|ong|u)?|u(?:a|ai|an|ang|e|i|n|o)?|[vü]e?)"
)
_ADDRESS = re.compile(r"[\w.+-]*(?:@|://|\.(?=[a-z]))[\w./-]+")
_RUN = re.compile(r"(?:\b[a-z]{1,6}[ ,.]{1,3}){8,}")
_WORDS_OF_A_PARAGRAPH = 6


def look_marks(text: str, characters: frozenset[str]) -> Stage | None:
    """The stage that takes marks off, where a page has them."""
    if characters.isdisjoint("(（"):
        return None
    hits = 0
    for match in _MARK.finditer(text):
        hits += match[1] in readings(text[match.start() - 1])
        if hits == _FEWEST:
            return _marks_off
    return None


def look_bare(text: str, characters: frozenset[str]) -> Stage | None:
    """The stage that flags paragraphs in bare pinyin, where a page has them."""
    if not _TONES.isdisjoint(characters) or ("ng " in text and _RUN.search(text)):
        return _flag_bare
    return None


def _marks_off(passage: Passage) -> Passage:
    if "(" not in passage.text and "（" not in passage.text:
        return passage
    return passage.edited(_marks(passage.text))


def _marks(text: str) -> Iterator[Edit]:
    bearer, last = "", -1
    for match in _MARK.finditer(text):
        begin, end = match.span()
        if text[begin - 1] not in ")）":
            bearer = text[begin - 1]
        elif begin != last:
            continue  # behind a bracket that is no mark
        if match[1] in readings(bearer):
            last = end
            yield Edit(begin, end, "", ("pinyin_removed",), many=True)


def _flag_bare(passage: Passage) -> Passage:
    words = _WORD.findall(_ADDRESS.sub(" ", passage.text))
    if len(words) < _WORDS_OF_A_PARAGRAPH:
        return passage
    toned = sum(not _TONES.isdisjoint(word) for word in words)
    syllables = sum(_SYLLABLE.fullmatch(word.lower()) is not None for word in words)
    han = sum("\u3400" <= character <= "\u9fff" for character in passage.text)
    # A name among them may be none.
    spelt = toned >= len(words) / 2 or (syllables >= 8 and syllables >= 0.85 * len(words))
    if not spelt:
        return passage
    if han > len(words):
        for run in _RUN.finditer(passage.text):
            if all(_SYLLABLE.fullmatch(word) for word in _WORD.findall(run[0])):
                passage = passage.doubted(*run.span(), "pinyin_only", "a run of words")
        return passage
    return passage.doubted(0, len(passage.text), "pinyin_only", f"{len(words)} words")


@cache
def readings(character: str) -> frozenset[str]:
    """Every reading of a character, with tones and without."""
    # Imported here: its dictionary takes longer to load than a clean page to read.
    from pypinyin import Style, pinyin

    if not "\u3400" <= character <= "\u9fff":
        return frozenset()
    toned, toneless = (
        pinyin(character, style=style, heteronym=True)[0] for style in (Style.TONE, Style.NORMAL)
    )
    return frozenset(toned) | frozenset(toneless)
