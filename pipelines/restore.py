"""Undo what mirrors do to a page: pinyin marks, Traditional script; find what cannot be undone.

A mirror that hijacks a portal turns the text Traditional and puts the reading
of some characters in brackets behind them. Both can be taken back exactly.
Bytes that were lost before decoding cannot, so such places are only flagged.

Every line keeps the offset of each of its characters in the text as served
(`Line.origin`), so positions never drift. A clean simplified page costs one
pass over its set of characters.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from functools import cache
from itertools import chain
from pathlib import Path

import opencc

from pipelines.page import Line, Page
from pipelines.report import Flag

_TONED = "a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ"
_PINYIN = re.compile(rf"(?<=[\u3400-\u9fff])\(([{_TONED}]{{1,6}})\)")
# A lost lead byte shows as `?`; what follows is shifted into rare characters until a
# single-byte character ends the run. These are the runs seen on mirrors.
_SHIFTED = re.compile(
    rf"[\u3400-\u9fff]?\?[!！。ㄗ薄比惫唬胺撸][^，。；、\s]{{0,12}}|\?[{_TONED}]{{1,6}}\)"
)
# Share of Traditional characters among all from which a page counts as Traditional. A
# simplified page holds a few at most, in names.
_TRADITIONAL_SHARE = 0.02
# `t2s` leaves 著 alone; outside these words it stands for 着.
_ZHU = re.compile(r"(?<![显名编论原专土遗巨拙昭卓合所撰译])著(?![名作称述者录书])")


@dataclasses.dataclass(frozen=True, slots=True)
class Restored:
    """The page with its text undamaged, and a flag for each kind of damage."""

    page: Page
    flags: tuple[Flag, ...]


def restore(page: Page) -> Restored:
    """Take back what can be taken back exactly; flag the rest."""
    text = "\n".join(chain((line.text for line in page.lines), page.titles))
    characters = frozenset(text)
    marked = "(" in characters and len(_PINYIN.findall(text)) >= 2
    han = sum(1 for character in text if "\u3400" <= character <= "\u9fff")
    foreign = sum(text.count(character) for character in characters & _traditional())
    convert = foreign > _TRADITIONAL_SHARE * max(han, 1)
    flags = list(_shifts(page.lines))
    if not marked and not convert:
        return Restored(page, tuple(flags))
    removed = 0

    def clean(line: Line) -> Line:
        nonlocal removed
        spans = list(_marks(line.text)) if marked else []
        removed += len(spans)
        text, origin = _cut(line.text, spans)
        if convert:
            text = simplify(text)
        return dataclasses.replace(line, text=text, served=line.text, origin=origin)

    def clean_text(text: str) -> str:
        kept, _ = _cut(text, _marks(text) if marked else ())
        return simplify(kept) if convert else kept

    lines = tuple(clean(line) for line in page.lines)
    grids = tuple(
        dataclasses.replace(
            grid,
            slots=tuple(
                dataclasses.replace(slot, text=clean_text(slot.text), served=slot.text)
                for slot in grid.slots
            ),
        )
        for grid in page.grids
    )
    if removed:
        flags.append(Flag("pinyin_removed", "", f"{removed} marks"))
    if convert:
        flags.append(Flag("script_converted", "", f"{foreign} Traditional characters"))
    restored = dataclasses.replace(
        page, lines=lines, grids=grids, titles=tuple(clean_text(title) for title in page.titles)
    )
    return Restored(restored, tuple(flags))


def simplify(text: str) -> str:
    """Traditional to simplified script, a character for a character."""
    simplified = _converter().convert(text)
    if len(simplified) != len(text):
        # Positions rest on this: a phrase that changes length is converted by character.
        simplified = "".join(_converter().convert(character) for character in text)
    return _ZHU.sub("着", simplified)


def _marks(text: str) -> Iterable[tuple[int, int]]:
    """Spans of brackets that hold a reading of the character before them."""
    for match in _PINYIN.finditer(text):
        if match[1] in _readings(text[match.start() - 1]):
            yield match.span()


def _cut(text: str, spans: Iterable[tuple[int, int]]) -> tuple[str, tuple[int, ...] | None]:
    """Text without the spans, and where each character (and the end) stood before."""
    spans = list(spans)
    if not spans:
        return text, None
    origin: list[int] = []
    position = 0
    for begin, end in spans:
        origin.extend(range(position, begin))
        position = end
    origin.extend(range(position, len(text) + 1))
    return "".join(text[i] for i in origin[:-1]), tuple(origin)


def _shifts(lines: Iterable[Line]) -> Iterable[Flag]:
    for line in lines:
        if "?" not in line.text:
            continue
        for match in _SHIFTED.finditer(line.text):
            yield Flag("gbk_shift", line.at(*match.span()), match[0])


@cache
def _readings(character: str) -> frozenset[str]:
    # Imported here: its dictionary takes longer to load than a clean page to read.
    from pypinyin import Style, pinyin

    toned, toneless = (
        pinyin(character, style=style, heteronym=True)[0] for style in (Style.TONE, Style.NORMAL)
    )
    return frozenset(toned) | frozenset(toneless)


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _traditional() -> frozenset[str]:
    """Characters that never stand in simplified text, from the converter's own dictionary."""
    dictionary = Path(opencc.__file__).parent / "dictionary" / "TSCharacters.txt"
    rows = (line.split("\t") for line in dictionary.read_text("utf-8").splitlines() if "\t" in line)
    return frozenset(old for old, new in rows if old not in new.split())
