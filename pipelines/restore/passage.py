"""A piece of text while it is restored: what it says now, and where each character stood.

Every stage of the restoration looks at one passage and answers with edits.
`edited` applies them and keeps the books: the offset of each character in the
text as served, the spans that are damaged or guessed, and a change for each
thing done, so that no stage can lose a position or do something unsaid.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """Something done to the text or found in it, with the place in the text as served."""

    flag: str
    begin: int
    end: int
    note: str = ""
    many: bool = False
    """One of many of its kind, which are told as one flag with their number."""


@dataclasses.dataclass(frozen=True, slots=True)
class Edit:
    """Characters `begin` to `end` of a passage become `new`."""

    begin: int
    end: int
    new: str
    flags: tuple[str, ...]
    note: str = ""
    doubt: bool = False
    """Whether what stands there now is damaged or guessed."""
    many: bool = False
    origin: tuple[int, ...] | None = None
    """Offset in the passage of each character of `new`; without it they are spread evenly."""


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """Text between two breaks, on its way from served to restored."""

    text: str
    origin: tuple[int, ...] | None = None
    """As in `pipelines.page.Line`."""
    doubts: tuple[tuple[int, int, str], ...] = ()
    changes: tuple[Change, ...] = ()

    def edited(self, edits: Iterable[Edit]) -> Passage:
        """The passage with edits applied; they must come in order and not overlap."""
        edits = list(edits)
        if not edits:
            return self
        pieces: list[str] = []
        offsets: list[int] = []
        doubts: list[tuple[int, int, str]] = []
        changes = list(self.changes)
        position = grown = 0  # how much longer the text is, up to here
        for edit in edits:
            pieces += (self.text[position : edit.begin], edit.new)
            offsets.extend(range(position, edit.begin))
            if edit.new:
                offsets.extend(edit.origin or spread(edit.begin, edit.end, len(edit.new)))
            begin, end = self.served(edit.begin), self.served(edit.end)
            now = edit.begin + grown
            for flag in edit.flags:
                changes.append(Change(flag, begin, end, edit.note, edit.many))
                if edit.doubt:
                    doubts.append((now, now + len(edit.new), flag))
            grown += len(edit.new) - (edit.end - edit.begin)
            position = edit.end
        pieces.append(self.text[position:])
        offsets.extend(range(position, len(self.text) + 1))
        kept = ((_moved(begin, edits), _moved(end, edits), f) for begin, end, f in self.doubts)
        return Passage(
            "".join(pieces),
            tuple(offsets if self.origin is None else map(self.origin.__getitem__, offsets)),
            (*kept, *doubts),
            tuple(changes),
        )

    def doubted(self, begin: int, end: int, flag: str, note: str) -> Passage:
        """The same text, with a span of it said to be damaged."""
        change = Change(flag, self.served(begin), self.served(end), note)
        return dataclasses.replace(
            self, doubts=(*self.doubts, (begin, end, flag)), changes=(*self.changes, change)
        )

    def served(self, position: int) -> int:
        """Where a position of the text stands in the text as served."""
        return position if self.origin is None else self.origin[position]


def spread(begin: int, end: int, count: int) -> Iterable[int]:
    """Places for `count` characters in a span, evenly."""
    return (begin + i * (end - begin) // count for i in range(count))


def _moved(position: int, edits: Iterable[Edit]) -> int:
    """Where a position of the old text is in the new one."""
    grown = 0
    for edit in edits:
        if edit.begin >= position:
            break
        inside = min(edit.end, position) - edit.begin
        grown += min(inside, len(edit.new)) - inside
        if edit.end <= position:
            grown += len(edit.new) - min(inside, len(edit.new))
    return position + grown


Stage = Callable[[Passage], Passage]
"""What is done to each passage of a page that needs it."""
