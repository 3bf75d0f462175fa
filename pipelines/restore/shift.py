"""Text whose bytes were shifted: undone as far as the bytes tell, flagged in any case.

Mirrors put their marks into GBK text by replacing bytes, wherever the bytes of
a character are found, also across two characters. Decoded afterwards, a lead
byte that lost its partner becomes `?`, and every pair behind it is read one
byte off until a character of one byte brings reading and text together again:
嚴謹的作風 is served as 嚴(yán)謹(jǐn)?shù)淖黠L(fēng). Encoded again, the run
gives back all its bytes but the one behind the `?`, and that one is told

- by the reading: 數(shù) begins with the last byte of 謹, so the lost one is its second;
- or by a list of words: ！ and 。 are split on as bytes, X” becomes `?！薄…`, and
  only the words around say which X; such a character is guessed.

A `?` also swallows the ASCII character behind it, a digit perhaps: numbers
that touch a run are doubted with it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from functools import cache
from itertools import islice
from operator import itemgetter

from pipelines.restore.lexicon import choose, likelihood
from pipelines.restore.passage import Edit, Passage, Stage
from pipelines.restore.pinyin import LETTERS, readings
from pipelines.restore.script import simplify, traditional

_LOST = "?\ufffd"
_READ = re.compile(rf"[{_LOST}]\(?([{LETTERS}]{{1,6}})\)")
_MARK = re.compile(rf"\(([{LETTERS}]{{1,6}})\)")
_MARKS_BEFORE = re.compile(rf"(?:\([{LETTERS}]{{1,6}}\)){{1,2}}$")
_TAG = re.compile(rf"[{_LOST}](/?(?:p|br|td|tr|span|div|font|strong|b|a)\b[^<>\n]{{0,80}}>)")
_CLOSE = re.compile(
    rf"(?:[^\x00-\x7f{_LOST}，。；、]{{1,6}}[{_LOST}]+(?!\(?[{LETTERS}]{{1,6}}\))[_{{}}~^|]?){{1,20}}"
)
_DIGITS = re.compile(r"[\d,.%]*$")
_DIGITS_BEHIND = re.compile(r"[\d,.%]*")
# Where a run can begin; what stands behind must still prove it.
_BEGIN = re.compile(rf"[{_LOST}](?=\(?[{LETTERS}]{{1,6}}\)|[^\x00-\x7f]|!)")
# Damage by its looks, where a run cannot be undone: `?。`, which nobody types; what the bytes of
# （ and ” make of their neighbours; half a mark.
_LOOKS = re.compile(
    rf"(?<![吗呢么吧嗎麼])[{_LOST}](?:。|[!！][薄比惫胺拔敝笆])[^，。；、\s]{{0,12}}|"
    rf"[{_LOST}][ㄗ薄胺ㄒ┲][^，。；、\s]{{0,12}}|[{_LOST}][{LETTERS}]{{1,6}}\)"
    rf"(?:[^\x00-\x7f]{{0,6}}[{_LOST}]+(?:\(?[{LETTERS}]{{1,6}}\)|[^，。；、\s]{{0,2}}))*"
)
# Text collections turn these into ASCII after the damage is done.
_WIDE = dict(zip("!,:;?()", "！，：；？（）", strict=True))
# An ASCII character that no text has there: the second byte of the run's last character.
_LONE = re.compile(rf"(?:[_{{}}~`^|\\]|[A-Za-z](?![A-Za-z]))(?:\(([{LETTERS}]{{1,6}})\))?")
_SPLITTERS = "！!。"
_LONGEST_RUN = 80
_MOST_RUNS = 1_000
"""Reports have some ten; a page with more is not put together again within seconds."""
_GAIN = 0.2
"""By how much the undone text must look more like text than the damaged one, a character."""
_LEAST = -1.0
"""What a run that its mark proves may look like at the worst: one rare character."""
_LONG = 3.0
"""Length of the word that is asked for where the character may be many a thing."""
_A_TERM = 3.5
"""More than any everyday word of three characters: a term of administration."""
_GAIN_UNSPLIT = 1.0
"""The same where no splitter behind the `?` speaks for a shift."""
# The characters that mirrors were seen to mark: they mark some of these, and no others.
_MARKED = frozenset(
    "務規發結網關數請復實強內導進動質項會據監領調態現嚴續機計業對報協聯問權設認轉準護構時堅"
    "臺責區費執國統過當識無點應經補個優訓習環節鎮謹級標學預號運產庫誰穩細勢來達獻說濟儲測風"
    "險隊長萬績創礎揚場貿"
)


@dataclasses.dataclass(frozen=True, slots=True)
class _Run:
    """A damaged run, from its `?` to where reading and text meet again."""

    begin: int
    end: int
    text: str
    """What it says; `?` for a character that nothing tells."""
    origin: tuple[int, ...]
    sure: bool


def look(text: str, characters: frozenset[str]) -> Stage | None:
    """The stage that undoes shifted runs, where a page may have one."""
    if characters.isdisjoint(_LOST) or not _BEGIN.search(text):
        return None
    begun = sum(1 for _ in islice(_BEGIN.finditer(text), _MOST_RUNS + 1))
    return _undone if begun <= _MOST_RUNS else _said


def _said(passage: Passage) -> Passage:
    """Of a page that is damage all over: what is damaged, and no attempt to undo it."""
    looks = _LOOKS.finditer(passage.text)
    return passage.edited([_kept(passage.text, *match.span()) for match in looks])


def _undone(passage: Passage) -> Passage:
    text = passage.text
    edits: list[Edit] = []
    position = 0
    while begun := _BEGIN.search(text, position):
        run = _run(text, begun.start())
        if run is None:
            looks = _LOOKS.match(text, begun.start())
            position = begun.end()
            if looks:
                position = looks.end()
                edits.append(_kept(text, *looks.span()))
            continue
        position = run.end
        edits.append(_put_back(text, run))
    return passage.edited(edits)


def _put_back(text: str, run: _Run) -> Edit:
    before, after = text[run.begin : run.end], run.text
    if run.sure:
        return Edit(
            run.begin,
            run.end,
            after,
            ("gbk_shift",),
            f"{before} -> {simplify(after)}",
            doubt=True,
            origin=run.origin,
        )
    told = "?" not in after
    # Digits that touch the run may have lost one to it.
    left = _DIGITS.search(text, max(0, run.begin - _LONGEST_RUN), run.begin)
    right = _DIGITS_BEHIND.match(text, run.end)
    assert left
    assert right
    begin, end = left.start(), right.end()
    return Edit(
        begin,
        end,
        f"{left[0]}{after}{right[0]}",
        ("gbk_shift", "guessed") if told else ("gbk_shift",),
        f"{before} -> {simplify(after)}",
        doubt=True,
        origin=(*range(begin, run.begin), *run.origin, *range(run.end, end)),
    )


def _kept(text: str, begin: int, end: int) -> Edit:
    kept = text[begin:end]
    origin = tuple(range(begin, end))
    return Edit(begin, end, kept, ("gbk_shift",), kept, doubt=True, origin=origin)


def _run(text: str, lost: int) -> _Run | None:
    """The run that begins with the lost byte at `lost`; None where there is none."""
    read = _READ.match(text, lost)
    if read:
        return _run_by_reading(text, lost, read)
    return _run_by_words(text, lost)


def _run_by_reading(text: str, lost: int, read: re.Match[str]) -> _Run | None:
    marks = _MARKS_BEFORE.search(text, max(0, lost - 16), lost)
    before = text[(marks.start() if marks else lost) - 1 : marks.start() if marks else lost]
    pair = _bytes(before)
    if pair is None:
        return None
    runs = []
    for byte in _seconds(pair[1], read[1]):
        run = _decode(text, lost, [], [], byte, read.end())
        if run:
            runs.append((likelihood(simplify(run.text.replace("?", ""))), run))
    runs.sort(key=itemgetter(0), reverse=True)
    if not runs or runs[0][0] < _LEAST:
        return None
    if len(runs) == 1:
        return runs[0][1]
    # Two characters have this reading: how well what follows reads must tell.
    ahead = runs[0][0] - runs[1][0] > _GAIN
    return dataclasses.replace(runs[0][1], sure=False) if ahead else None


def _run_by_words(text: str, lost: int) -> _Run | None:
    following = text[lost + 1]
    pair = _bytes(_WIDE.get(following, following))
    if pair is None:
        return None
    run = _decode(text, lost, ["?"], [lost], pair[1], lost + 2, lost + 1)
    if run is None or len(run.text) < 2:
        return None
    rest = simplify(run.text[1:])
    damaged = simplify(_MARK.sub("", text[lost + 1 : run.end]))
    gain = _GAIN if following in _SPLITTERS else _GAIN_UNSPLIT
    if likelihood(rest) < likelihood(damaged) + gain or likelihood(rest) < 0:
        return None
    first = _guess(text[:lost], _firsts(pair[0]), rest)
    if first is None:
        return run
    return dataclasses.replace(run, text=first + run.text[1:])


def _decode(
    text: str,
    lost: int,
    told: Sequence[str],
    origin: Sequence[int],
    pending: int,
    position: int,
    pending_at: int | None = None,
) -> _Run | None:
    """Read on from `position`, one byte off, until reading and text meet.

    `pending` is the lead byte that waits for its partner, from the character at `pending_at`.
    None when what comes out is no text.
    """
    out, places = list(told), list(origin)
    at = lost if pending_at is None else pending_at
    sure = not told
    for _ in range(_LONGEST_RUN):
        if position >= len(text):
            return None
        character = text[position]
        mark = _MARK.match(text, position)
        if mark and position > lost + 1 and mark[1] in readings(text[position - 1]):
            position = mark.end()
            continue
        places.append(at)
        if character in _LOST:
            read = _READ.match(text, position)
            if read:
                seconds = _seconds(pending, read[1])
                if len(seconds) != 1:
                    return None
                out.append(_character(pending, seconds[0]) or "?")
                return _Run(lost, read.end(), "".join(out), tuple(places), sure)
            return _beyond(text, lost, out, places, pending, position)
        if "@" <= character <= "~":
            ended = _character(pending, ord(character))
            if ended is None:
                return None
            return _Run(lost, position + 1, "".join([*out, ended]), tuple(places), sure)
        pair = _bytes(_WIDE.get(character, character))
        joined = _character(pending, pair[0]) if pair else None
        if pair is None or joined is None:
            return None
        out.append(joined)
        pending, at = pair[1], position
        position += 1
        if pending < 0x81:  # an ASCII letter was read as the second half of a character
            places.append(at)
            return _Run(lost, position, "".join([*out, chr(pending)]), tuple(places), sure)
    return None


def _beyond(
    text: str, lost: int, out: list[str], places: list[int], pending: int, position: int
) -> _Run:
    """Go on behind a `?` in the middle of a run.

    Each stands for two bytes that make no character, and the run goes on; or the last one for
    a byte and the ASCII character it swallowed, and the run ends.
    """
    known = "".join(out)
    before = simplify(_MARK.sub("", text[max(0, lost - 24) : lost]) + known)
    end = position
    while end < len(text) and text[end] in _LOST and not _READ.match(text, end):
        end += 1
    holes = [*places, *range(position, end)]
    following = text[end : end + 1]
    unknown = "?" * (end - position + 1)
    pair = _bytes(_WIDE.get(following, following))
    read = _READ.match(text, end)
    if read:
        marked = [c for c in _MARKED if read[1] in readings(c)]
        if len(marked) == 1:
            first = _guess(before, _firsts_of_nothing(pending), marked[0]) or "?"
            told = known + (first if end == position + 1 else unknown[1:]) + marked[0]
            return _Run(lost, read.end(), told, tuple(holes), sure=False)
    elif pair is not None and len(known) < _LONGEST_RUN:
        rest = _decode(text, lost, [known, unknown], holes, pair[1], end + 1, end)
        if rest is not None:
            told = known + unknown
            undone = simplify(rest.text[len(told) :])
            damaged = simplify(_MARK.sub("", text[end : rest.end]))
            if likelihood(undone) > likelihood(damaged) + _GAIN:
                if len(unknown) == 2:
                    told = known + _two(pending, pair[0], before, undone)
                return dataclasses.replace(rest, text=told + rest.text[len(told) :])
    elif lone := _LONE.match(text, end):
        told = known + unknown
        if len(unknown) == 2:
            after = simplify(text[lone.end() : lone.end() + 6])
            told = known + _two(pending, ord(following), before, after, lone[1] or "")
        return _Run(lost, lone.end(), told, tuple(holes), sure=False)
    tag = _TAG.match(text, end - 1)
    last = "?"
    if len(unknown) == 2:
        after = "" if tag else text[end : end + 6]
        last = _guess(before, _lasts(pending), after, _LONG) or "?"
    end = tag.end() if tag else end
    # Another `?` close behind: what stands between is damaged too, and kept.
    more = None if tag else _CLOSE.match(text, end)
    kept = more[0] if more else ""
    return _Run(
        lost,
        end + len(kept),
        known + unknown[2:] + last + kept,
        (*holes, *range(end, end + len(kept))),
        sure=False,
    )


def _two(lead: int, second: int, before: str, after: str, reading: str = "") -> str:
    """Two characters, simplified, of which a lead byte and a second byte are left.

    `reading` is the mark behind the second.
    """
    if second == _SPACE[1]:
        return "??"  # a space, most likely, and no word tells
    firsts = list(dict.fromkeys(map(simplify, _firsts_of_nothing(lead))))
    marked = [c for c in _firsts(second) if not reading or reading in readings(c)]
    lasts = list(dict.fromkeys(map(simplify, marked)))
    both = choose((first + last for first in firsts for last in lasts), before, after, _A_TERM)
    if both:
        return both
    last = choose(lasts, "", after, _A_TERM) or "?"
    first = choose(firsts, before, "" if last == "?" else last + after)
    return (first or ("，" if "，" in firsts else "?")) + last


@cache
def _firsts_of_nothing(lead: int) -> tuple[str, ...]:
    """Characters with this lead byte whose second byte can begin a pair that makes none."""
    found = (_character(lead, byte) for byte in sorted(_LEADS_OF_NOTHING))
    return tuple(c for c in found if c and (c in "，、：；（）“”" or _everyday(c)))


def _guess(before: str, candidates: Sequence[str], after: str, least: float = 2.0) -> str | None:
    """The candidate, as served, that the words around speak for."""
    plain = {simplify(candidate): candidate for candidate in reversed(candidates)}
    left = simplify(_MARK.sub("", before[-24:]))
    if not left.strip() and "\u3000" in plain and after[:1] in "（一二三":
        return "\u3000"  # the indent of a paragraph
    # Spaces stand anywhere, also beside a word of two characters.
    best = choose(plain, left, simplify(after), _LONG if "\u3000" in plain else least)
    return plain[best] if best else None


@cache
def _seconds(lead: int, reading: str) -> tuple[int, ...]:
    """Second bytes that make a marked character of this lead byte and reading."""
    found = [
        byte
        for byte in _SECOND_BYTES
        for character in [_character(lead, byte)]
        if character and character in traditional() and reading in readings(character)
    ]
    known = [byte for byte in found if _character(lead, byte) in _MARKED]
    return tuple(known if len(known) == 1 else found)


@cache
def _firsts(second: int) -> tuple[str, ...]:
    """Characters with this second byte that stand in everyday text."""
    found = (_character(lead, second) for lead in range(0x81, 0xFF))
    return tuple(c for c in found if c and (c == "\u3000" or _everyday(c)))


@cache
def _lasts(lead: int) -> tuple[str, ...]:
    """Characters with this lead byte that stand in everyday text."""
    found = (_character(lead, second) for second in _SECOND_BYTES)
    return tuple(c for c in found if c and _everyday(c))


# Lead bytes of rows that are empty in part or whole: with these a pair can make no character.
_LEADS_OF_NOTHING = frozenset((0xA2, *range(0xA4, 0xB0), *range(0xF8, 0xFF)))
_SPACE = (0xA1, 0xA1)
_SECOND_BYTES = (*range(0x40, 0x7F), *range(0x80, 0xFF))


def _everyday(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" and likelihood(simplify(character)) > 0


def _character(lead: int, second: int) -> str | None:
    """The character of two bytes; None when they make none that a page would print."""
    if not (0x81 <= lead <= 0xFE and 0x40 <= second <= 0xFE and second != 0x7F):
        return None
    character = bytes((lead, second)).decode("gb18030")
    return None if "\ue000" <= character <= "\uf8ff" else character


def _bytes(character: str) -> tuple[int, int] | None:
    """The two bytes of a character of GBK; None for all others."""
    encoded = character.encode("gb18030", "replace") if character else b""
    return (encoded[0], encoded[1]) if len(encoded) == 2 else None
