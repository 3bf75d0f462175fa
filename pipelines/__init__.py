"""What a page says: pure functions from the bytes of a document to a checked report.

`read` is the whole of it, and the stages follow in the order of the calls:
media (bytes -> page), restore (undo damage), tables (cells), narrative
(sections and indicators), identity, checks. Nothing here knows the network, Scrapy or the
archive, and nothing depends on what was read before.

    document     what is read: bytes, address, what the spider knew
    media/       bytes -> page, by what kind of file it is
    page         what a reader sees, and where each piece of it stands
    places       from such a place back to its characters
    restore/     what mirrors did, undone or flagged
    tables       printed rows -> cells of a form, and none invented
      forms      the statutory forms, as data; eras: which of them is due
      grids      rows from tables of the page; sheets: a grid read by rows and columns
      flattened  rows from tables that became lines; words: their runs of labels and values
      statistics the one-column table of 2014 to 2018
      labels     printed labels held against those of the forms
      numbers    the number in a cell
    narrative    sections, and the numbers that sentences state
      passages   lines joined to sentences, and their clauses
      quantities numbers as sentences write them
      statements every number with its name, scope and clause
      naming     which row of vocabulary/ fits; subjects: whom it is about
      lists      numbers dealt out to a list; parts: wholes and their parts
    identity     organ, region, scope, year, contacts, host
      organs     names of organs in text; register: those there are
      regions    codes of regions by year; codes: of organisations
      dates      each with where it was taken from
    checks/      what can be wrong with a report
    issues       the list of it that an office wants, in Chinese
    roster       pages that list who has published
    report       the published schema
    stages       the Scrapy side, which only the settings name
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from functools import partial

from pipelines import checks, eras, forms, identity, narrative, restore, tables
from pipelines.checks import again
from pipelines.document import Document
from pipelines.media import open_page
from pipelines.page import Line, Page, UnreadError
from pipelines.report import PARSER_VERSION, Cell, Flag, Form, Head, Quality, Report

_HEADING = 8
"""Characters of the shortest heading of a section that is a table."""


def read(document: Document) -> Report:
    """Read one document. Every document gives a report: one that cannot be read says why."""
    try:
        page = open_page(document)
    except UnreadError as reason:
        return _unread(document, Flag(reason.flag, "", reason.note))
    restored = restore.restore(page)
    page = restored.page
    found = tables.read(page)
    # A heading may stand in the first row of its table; figures and most labels are shorter.
    taken = frozenset(
        index
        for index in found.taken
        if len(text := page.lines[index].text) < _HEADING or narrative.heading(text) is None
    )
    told = page.article(taken)
    prose = tuple(page.lines[index] for index in told.lines)
    article = [line.text for line in prose]
    who = identity.identify(document, page, article)
    flags = list(restored.flags)
    flags.extend(Flag("prose_unaligned", "", passage[:80]) for passage in told.unaligned)
    if page.undecodable:
        flags.append(Flag("undecodable", "", f"{page.undecodable} characters replaced"))
    sections = narrative.sections(
        line.text for index, line in enumerate(page.lines) if index not in taken
    )
    # Bars and blank lines are what is left of flattened tables.
    text = "\n".join(line.strip() for line in article if line.strip(" |\t\xa0\u3000"))
    if not identity.is_report(who.title, text, len(sections), len(found.cells)):
        flags.append(Flag("not_a_report", "", "no statutory table, section or title of a report"))
        return _report(document, who, "unknown", (), tuple(flags), text, "unread")
    flags.extend(who.flags)
    flags.extend(found.flags)
    form = eras.form(found.form, who.year, article)
    missing = _missing(found.cells, form, who.year)
    flags.extend(Flag("table_missing", "", name) for name in missing)
    whole = not missing and all(
        cell.status not in ("missing_row", "damaged") for cell in found.cells
    )
    known = None not in (who.organ, who.year) and bool(text)
    quality: Quality = "complete" if whole and known else "partial"
    report = _report(document, who, form, found.cells, tuple(flags), text, quality)
    report = dataclasses.replace(report, indicators=narrative.indicators(prose, who.organ))
    return _checked(report, page, prose)


def _checked(report: Report, page: Page, prose: tuple[Line, ...]) -> Report:
    subject = checks.Subject(
        head=report.report,
        cells=report.cells,
        indicators=report.indicators,
        flags=report.flags,
        article=prose,
        again=partial(again.read, page, report.cells),
    )
    return dataclasses.replace(report, findings=checks.findings(subject))


def _missing(cells: Sequence[Cell], form: Form, year: int | None) -> list[str]:
    """Names of the tables that a report of this form or year must have and the copy lacks."""
    due = forms.due(year) if form == "unknown" and year is not None else form
    shown = {cell.table for cell in cells}
    return [name for table, name in forms.tables(due).items() if table not in shown]


def _unread(document: Document, reason: Flag) -> Report:
    nobody = identity.unknown(document)
    return _report(document, nobody, "unknown", (), (reason,), "", "unread")


def _report(
    document: Document,
    who: identity.Identity,
    form: Form,
    cells: tuple[Cell, ...],
    flags: tuple[Flag, ...],
    text: str,
    quality: Quality,
) -> Report:
    # A report nobody signs or dates is known by its address alone.
    named = None not in (who.organ, who.year)
    key = (who.organ, who.region_code, who.year, who.scope) if named else (document.url, text)
    head = Head(
        id=_digest(key),
        version=_digest((text, [(c.table, c.row, c.column, c.raw, c.status) for c in cells])),
        organ=who.organ,
        organ_id=who.organ_id,
        organ_kind=who.organ_kind,
        organ_code=who.organ_code,
        region_code=who.region_code,
        level=who.level,
        scope=who.scope,
        year=who.year,
        form=form,
        title=who.title,
        published=who.published,
        published_from=who.published_from,
        dates=who.dates,
        signed=who.signed,
        contacts=who.contacts,
        url=document.url,
        capture=document.capture or None,
        fetched=document.fetched or None,
        host_class=who.host_class,
        quality=quality,
        sample=document.sample,
        parser_version=PARSER_VERSION,
    )
    return Report(head, cells, (), (), flags, text)


def _digest(key: object) -> str:
    return hashlib.sha256(repr(key).encode("utf-8", "backslashreplace")).hexdigest()[:16]
