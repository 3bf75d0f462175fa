"""Undo what mirrors do to a page; say what cannot be undone.

A mirror that hijacks a portal turns the text Traditional, puts the reading of
some characters in brackets behind them, writes advertisements and its own host
into the text, and damages bytes while it does. What can be taken back exactly
is; what only a list of words decides is flagged as guessed; what nothing
decides stays as served, with its flag.

Each kind of damage is a module with a `look`: from the text of a page and the
set of its characters to a stage, or None when the page does not have it. A
clean page costs that set. Every line keeps the offset of each of its
characters in the text as served (`Line.origin`), so positions never drift.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from itertools import chain

from pipelines.page import Line, Page, Slot
from pipelines.report import Flag
from pipelines.restore import hosts, lost, pinyin, radicals, script, shift, spam, taiwan
from pipelines.restore.passage import Change, Passage, Stage
from pipelines.restore.script import simplify

__all__ = ["Restored", "restore", "simplify"]

_Look = Callable[[str, frozenset[str]], Stage | None]
# In this order: bytes first, as they were served; then marks, which phrases of the script would
# stumble over. Words are looked for in what these leave, simplified text.
_CHARACTERS: tuple[_Look, ...] = (
    shift.look,
    radicals.look,
    pinyin.look_marks,
    script.look,
    taiwan.look,
)
_WORDS: tuple[_Look, ...] = (
    spam.look,
    lost.look_dots,
    lost.look_digits,
    hosts.look,
    pinyin.look_bare,
)
_MANY = {
    "radical_forms": "{count} characters",
    "pinyin_removed": "{count} marks",
    "script_converted": "{sum} Traditional characters",
    "taiwan_words": "{count} times: {notes}",
    "guessed": "{count} words of Taiwan",
}
"""How a flag tells of many changes of one kind."""


@dataclasses.dataclass(frozen=True, slots=True)
class Restored:
    """The page with its text undamaged, and a flag for all that was done or found."""

    page: Page
    flags: tuple[Flag, ...]


def restore(page: Page) -> Restored:
    """Take back what can be taken back; flag what was guessed and what stays damaged.

    A page without damage comes back itself, the same object.
    """
    texts = chain((line.text for line in page.lines), page.titles, page.meta.values())
    served = dict.fromkeys(texts)
    stages = _wanted(_CHARACTERS, served)
    if not stages:
        stages = _wanted(_WORDS, served)
        if not stages:
            return Restored(page, ())
        passages = {text: _through(stages, Passage(text)) for text in served}
    else:
        passages = {text: _through(stages, Passage(text)) for text in served}
        words = _wanted(_WORDS, [passage.text for passage in passages.values()])
        passages = {text: _through(words, passage) for text, passage in passages.items()}
        stages += words

    def passage(text: str) -> Passage:
        if text not in passages:  # a cell of several lines
            passages[text] = _through(stages, Passage(text))
        return passages[text]

    lines = tuple(_line(line, passage(line.text)) for line in page.lines)
    flags = tuple(_flags(page, passage))
    if not flags:
        return Restored(page, ())
    return Restored(
        dataclasses.replace(
            page,
            lines=lines,
            grids=tuple(
                dataclasses.replace(
                    grid, slots=tuple(_slot(slot, passage(slot.text)) for slot in grid.slots)
                )
                for grid in page.grids
            ),
            titles=tuple(passage(title).text for title in page.titles),
            meta={name: passage(content).text for name, content in page.meta.items()},
        ),
        flags,
    )


def _wanted(looks: Iterable[_Look], texts: Iterable[str]) -> list[Stage]:
    """The stages that a page of these texts needs."""
    whole = "\n".join(texts)
    characters = frozenset(whole)
    return [stage for look in looks if (stage := look(whole, characters))]


def _through(stages: Iterable[Stage], passage: Passage) -> Passage:
    return reduce(lambda done, stage: stage(done), stages, passage)


def _line(line: Line, passage: Passage) -> Line:
    if not passage.changes:
        return line
    return Line(
        passage.text,
        line.path,
        line.start,
        line.grid,
        served=line.text,
        origin=passage.origin,
        doubts=passage.doubts,
    )


def _slot(slot: Slot, passage: Passage) -> Slot:
    if not passage.changes:
        return slot
    flags = tuple(dict.fromkeys(flag for _, _, flag in passage.doubts))
    place = (slot.row, slot.column, slot.rowspan, slot.colspan)
    return Slot(*place, passage.text, slot.path, served=slot.text, flags=flags)


def _flags(page: Page, passage: Callable[[str], Passage]) -> Iterator[Flag]:
    """A flag for each place, and one for each kind of change that was made many times."""
    many: dict[str, list[Change]] = {}
    told: set[tuple[str, str]] = set()
    for line in page.lines:
        for change in passage(line.text).changes:
            if change.many:
                many.setdefault(change.flag, []).append(change)
            else:
                told.add((change.flag, change.note))
                yield Flag(change.flag, line.at(change.begin, change.end), change.note)
    # Titles and metas stand nowhere on the page as it is read.
    for text in (*page.titles, *page.meta.values()):
        for change in passage(text).changes:
            if change.many:
                many.setdefault(change.flag, [])
            elif (change.flag, change.note) not in told:
                told.add((change.flag, change.note))
                yield Flag(change.flag, "", change.note)
    for flag, changes in many.items():
        yield Flag(flag, "", _note(_MANY[flag], changes))


def _note(words: str, changes: Iterable[Change]) -> str:
    notes = [change.note for change in changes]
    return words.format(
        count=len(notes),
        sum=sum(int(note) for note in notes if note.isdecimal()),
        notes=", ".join(dict.fromkeys(notes)),
    )
