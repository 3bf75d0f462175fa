"""Report, cell, indicator, finding, flag: the published schema, defined once.

The JSON of the commands, the columns of the catalogue, the exports and the
codebook all come from these classes: a field's type is its column's type and
its `doc` is its line in the codebook.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any, Literal

PARSER_VERSION = "0.1.0"

Number = int | float

Scope = Literal["organ_own", "government_aggregate", "system_aggregate", "unknown"]
Form = Literal["form_2021", "form_2019", "stat_2014", "narrative_2008", "unknown"]
Quality = Literal["complete", "partial", "unread"]
HostClass = Literal["gov", "mirror", "unknown"]
OrganKind = Literal[
    "government",
    "general_office",
    "department",
    "dispatched_office",
    "development_zone",
    "authorised_body",
    "vertical_system",
]
Level = Literal["national", "province", "prefecture", "county", "township", "unknown"]
Status = Literal["reported", "blank", "slash", "dash", "missing_row", "damaged"]
Qualifier = Literal["exact", "ge", "le", "approx", "zero_by_statement", "derived"]
Verdict = Literal["pass", "fail", "warn", "not_assessable"]

FLAGS: Mapping[str, str] = {
    "table_missing": "the copy holds no cells of this statutory table, or the heading only",
    "form_mixed": "tables of one report follow forms of different years",
    "cells_lost": "a row of a flattened table shows fewer cells than the form has columns",
    "order_doubtful": "numbers of a flattened table belong to no row; others may have moved",
    "header_missing": "the header of a table is lost; its columns are taken as the form has them",
    "rows_disagree": "a row stands twice on the page with different numbers; the first is taken",
    "cell_unread": "the cell holds text that is no number",
    "footnote_mark": "raised digits behind the figure were taken for the mark of a footnote",
    "cell_unexpected": "a number stands in the table where the form has no cell",
    "unit_unknown": "an amount of money is printed without its unit",
    "label_drift": "a row label is not printed as the form has it",
    "radical_forms": "forms of radicals, as fonts of PDF files have them, became characters",
    "pinyin_removed": "pinyin marks were taken out of the text",
    "script_converted": "Traditional characters were turned into simplified ones",
    "gbk_shift": "bytes were lost before decoding; the text is damaged, or put back as noted",
    "guessed": "a list of words decided what stands here; the note shows before and after",
    "pinyin_only": "the passage is served in bare pinyin, and kept so",
    "spam_words": "an advertisement's words stood in the text, for 关于 or an organ's name",
    "taiwan_words": "Taiwan's words were turned back into those of the mainland",
    "host_foreign": "a host that is no government host stands where a government's site is named",
    "digits_lost": "digits, or the words between them, were lost; no number here is sure",
    "host_mirror": "the page comes from a host that is no government host",
    "original_gone": "only a mirror's copy is there: the original's host says that it is gone",
    "original_missing": "only a mirror's copy is there, and no capture of the original",
    "organ_unknown": "no organ could be told",
    "organ_guessed": "the organ's name is written out nowhere; the register decided, as noted",
    "region_unknown": "no region code could be told",
    "region_not_then": "the region's code was not in use in the report year, nor one of its name",
    "year_unknown": "no report year could be told",
    "year_conflict": "two sources name different report years",
    "undecodable": "bytes that do not fit the page's charset were replaced",
    "prose_unaligned": "a passage of the article could not be led back to the page",
    "not_a_report": "nothing on the page shows that it is an annual report",
    "empty": "the file holds no text",
    "type_unread": "files of this type are not read",
    "too_complex": "the page has more elements or text than any report; it is kept, not parsed",
    "too_large": "the file is larger than what is read; it is kept, not parsed",
}
"""Every flag a report or a cell can carry, and what it means."""


def _said(doc: str, **more: Any) -> Any:
    return dataclasses.field(metadata={"doc": doc}, **more)


@dataclasses.dataclass(frozen=True, slots=True)
class Flag:
    """Something a reader of the report must know before using it."""

    flag: str = _said("name of the flag")
    at: str = _said("where on the page; empty when it concerns the whole page")
    note: str = _said("what was seen")

    def __post_init__(self) -> None:
        if self.flag not in FLAGS:
            raise ValueError(f"unknown flag {self.flag!r}")


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """One number of a statutory table, as printed."""

    table: str = _said("t2, t3 or t4: the part of the report the table stands in")
    row: str = _said("row of the form")
    column: str = _said("column of the form")
    value: Number | None = _said("the number printed; null when none is")
    raw: str | None = _said("the characters printed; null when the row is not on the page")
    status: Status = _said("how the cell was filled in")
    unit: str = _said("unit of the value")
    at: str | None = _said("where on the page")
    derived: Number | None = _said("what the other cells say a blank total must be", default=None)
    flags: tuple[str, ...] = _said("flags on this cell", default=())


@dataclasses.dataclass(frozen=True, slots=True)
class Indicator:
    """One number that a sentence states."""

    indicator: str | None = _said("name in the vocabulary; null when it has none")
    value: Number = _said("the number stated")
    unit: str = _said("measure word as printed")
    qualifier: Qualifier = _said("exact, a bound, or how the number was arrived at")
    scope: str = _said("whom the number is about: organ, city or district")
    sentence: str = _said("the clause that states it")
    at: str = _said("where on the page")
    flags: tuple[str, ...] = _said("flags on this number", default=())
    highest: Number | None = _said("upper end of a range; value is the lower", default=None)
    part_of: int | None = _said(
        "the number it is a part or a share of: position among the report's indicators, from 0",
        default=None,
    )
    part_list: int | None = _said(
        "which list of parts it stands in; parts of one list add up together", default=None
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check. A finding never changes the data."""

    check: str = _said("id of the check")
    verdict: Verdict = _said("pass, fail, warn or not_assessable")
    row: str = _said("row the check is about; empty when it concerns a column")
    column: str = _said("column the check is about; empty when it concerns a row")
    left: Number | None = _said("the printed side")
    right: Number | None = _said("the side computed from other cells")
    message: str = _said("both sides in words")
    at: str = _said("where on the page to look; empty when no one place", default="")
    reading: str = _said("for text: the reading of the sentence that was compared", default="")
    suspects: tuple[str, ...] = _said(
        "of a broken identity: the smallest set of cells one of which must be wrong", default=()
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """Which report this is: the object `report` of the JSON."""

    id: str = _said("hash of organ, region, year and scope: the same for every copy")
    version: str = _said("hash of text and cells: changes when the content does")
    organ: str | None = _said("full name of the organ that reports")
    organ_id: str | None = _said(
        "region code and name in the organ register, `320400/教育局`; null when not in it"
    )
    organ_kind: OrganKind | None = _said("kind of organ; null when its name does not tell")
    organ_code: str | None = _said("organisation code of nine characters, by its check digit")
    region_code: str | None = _said("GB/T 2260 code of the organ's region in the report year")
    level: Level = _said("level of the organ's region")
    scope: Scope = _said("whose figures the tables hold")
    year: int | None = _said("the year reported on")
    form: Form = _said(
        "the statutory form the tables follow; narrative_2008 is that of reports without tables"
    )
    title: str | None = _said("title as printed, restored")
    published: str | None = _said("date of publication, YYYY-MM-DD")
    published_from: str | None = _said("where the date of publication was taken from")
    dates: Mapping[str, str] = _said("every date of publication found, by the place it stands in")
    signed: str | None = _said("date under the signature, YYYY-MM-DD")
    contacts: Mapping[str, str] = _said("contact of the office as the report states it")
    url: str = _said("address of the page")
    capture: str | None = _said("WARC-Record-ID of the archived response")
    fetched: str | None = _said("when the page was captured")
    host_class: HostClass = _said("whether the host is a government's")
    quality: Quality = _said("complete, partial, or unread")
    sample: bool = _said("true when the page came from a sample city")
    parser_version: str = _said("version of the reading")


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """All that was read from one document."""

    report: Head
    cells: tuple[Cell, ...]
    indicators: tuple[Indicator, ...]
    findings: tuple[Finding, ...]
    flags: tuple[Flag, ...]
    text: str

    def to_json(self) -> str:
        """One line of JSON, keys in declared order, characters as they are."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)
