"""A document: the bytes of one page, and what was known when it was asked for.

Everything the reading may use is here, so that a report is a pure function of
what the archive holds. `archive` builds documents from record sets; a saved
file becomes one through `from_file`.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """What the spider knew when it asked for a page; JSON in the exchange's metadata record.

    Every field is text as the portal printed it; an empty string means not known.
    """

    portal: str = ""
    """Name of the spider, `changzhou`."""
    city: str = ""
    """Name of the portal's city, 常州市."""
    region_code: str = ""
    """GB/T 2260 code of the portal's owner, six digits."""
    role: str = ""
    """What the page was asked for as: `index`, `list`, `report`, `roster`, `requisite`."""
    title: str = ""
    """Title in the list row that led here."""
    date: str = ""
    """Date in the list row that led here, as printed."""
    column: str = ""
    """Name of the column (栏目) whose list led here."""
    parent: str = ""
    """Address of the page that led here."""

    def to_json(self) -> dict[str, str]:
        """Only what is known, in declared order."""
        return {key: value for key, value in dataclasses.asdict(self).items() if value}

    @classmethod
    def from_json(cls, known: dict[str, str]) -> Known:
        """Raises TypeError on a key this version does not know."""
        return cls(**known)


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """One page as served: `body` is the entity, transfer and content coding undone, charset not."""

    url: str
    body: bytes
    content_type: str = ""
    """The Content-Type header as served; empty when there was none."""
    capture: str = ""
    """WARC-Record-ID of the response; empty for a saved file."""
    fetched: str = ""
    """WARC-Date of the exchange; empty for a saved file."""
    sample: bool = False
    """True when the page was served by a sample city, never by a real host."""
    known: Known = Known()


def from_file(path: Path, url: str = "") -> Document:
    """Read a saved page or attachment; raises OSError when it cannot be read."""
    return Document(url=url, body=path.read_bytes())
