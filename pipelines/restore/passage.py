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
        moved: list[int] = []  # where each old position is now
        doubts: list[tuple[int, int, str]] = []
        changes = list(self.changes)
        position = length = 0
        for edit in edits:
            pieces += (self.text[position : edit.begin], edit.new)
            offsets.extend(range(position, edit.begin))
            offsets.extend(edit.origin or _spread(edit))
            moved.extend(range(length, length + edit.begin - position))
            length += edit.begin - position
            moved.extend(length + min(i, len(edit.new)) for i in range(edit.end - edit.begin))
            for flag in edit.flags:
                if edit.doubt:
                    doubts.append((length, length + len(edit.new), flag))
                begin, end = self.served(edit.begin), self.served(edit.end)
                changes.append(Change(flag, begin, end, edit.note, edit.many))
            length += len(edit.new)
            position = edit.end
        pieces.append(self.text[position:])
        offsets.extend(range(position, len(self.text) + 1))
        moved.extend(range(length, length + len(self.text) - position + 1))
        kept = ((moved[begin], moved[end], flag) for begin, end, flag in self.doubts)
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


def _spread(edit: Edit) -> Iterable[int]:
    width, count = edit.end - edit.begin, len(edit.new)
    return (edit.begin + i * width // count for i in range(count))


Stage = Callable[[Passage], Passage]
"""What is done to each passage of a page that needs it."""
