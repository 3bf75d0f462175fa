"""What can be wrong with a report: each check a row of a table, each finding with both sides.

A check is a pure function from the `Subject` (what was read of one report) to
findings; a failed check never changes the data. Blank, slash and dash count as
zero in a sum, as offices mean them, and the message says so. A damaged or
guessed cell makes a check not assessable, because the copy and not the office
may be at fault; for the same reason no identity fails before a second reading
of the table (`again`) agrees with the first on every cell of it.

Checks that need other years (Y), other organs (O), later captures or a roster
(P5 to P7) do not belong here: this package looks at one report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pipelines.checks import (
    activity,
    arithmetic,
    inside,
    provenance,
    requests,
    sentences,
    structure,
    timing,
)
from pipelines.checks.subject import Subject
from pipelines.report import Finding

__all__ = ["CHECKS", "Check", "Subject", "findings"]

Check = Callable[[Subject], Iterator[Finding]]

CHECKS: Mapping[str, tuple[Check, str]] = {
    "sections_present": (
        structure.sections_present,
        "the six sections of the form have their headings",
    ),
    "sections_declared": (
        structure.sections_declared,
        "as many sections stand in the report as its opening says",
    ),
    "tables_complete": (
        structure.tables_complete,
        "every cell that the form has stands in tables 2, 3 and 4",
    ),
    "form_vs_year": (structure.form_vs_year, "the tables follow the form of the report year"),
    "cell_values": (
        structure.cell_values,
        "counts are whole and not negative, and no cell is left without a number",
    ),
    "label_drift": (
        structure.label_drift,
        "labels and the name of the report are printed as the form has them",
    ),
    "text_damage": (
        provenance.text_damage,
        "the copy is neither annotated nor converted, and no byte of it is lost",
    ),
    "host_class": (provenance.host_class, "the page comes from a government's host"),
    "hosts_in_text": (
        provenance.hosts_in_text,
        "hosts and mail addresses in the text are a government's",
    ),
    "units_in_cells": (
        structure.units_in_cells,
        "cells hold numbers without units; an amount of procurement has one",
    ),
    "section_empty": (structure.section_empty, "sections five and six are not empty"),
    "fee_statement": (
        structure.fee_statement,
        "section six says which fees for information were taken (from 2021)",
    ),
    "t3_row_sum": (
        arithmetic.t3_row_sum,
        "总计 of a row of table 3 is the sum of its six kinds of applicant",
    ),
    "t3_outcome_sum": (
        arithmetic.t3_outcome_sum,
        "(七)总计 of a column of table 3 is the sum of all outcomes",
    ),
    "t3_balance": (
        arithmetic.t3_balance,
        "received and carried in equal processed and carried out, in each column of table 3",
    ),
    "blank_total": (requests.blank_total, "no total is left blank where its row has numbers"),
    "other_share": (requests.other_share, "many requests that end as 其他 are explained"),
    "other_explained": (
        requests.other_explained,
        "the explanation of (六)其他处理 sums to its rows",
    ),
    "fee_rows": (
        requests.fee_rows,
        "where requests were dropped for unpaid fees, the text speaks of fees",
    ),
    "zero_vs_text": (
        requests.zero_vs_text,
        "where the text says that no request came, the table has none",
    ),
    "t4_sum": (arithmetic.t4_sum, "总计 of a block of table 4 is the sum of its four outcomes"),
    "corrected_vs_text": (
        requests.corrected_vs_text,
        "decisions corrected and suits lost are as many in table 4 as in the text",
    ),
    "upheld_vs_text": (
        requests.upheld_vs_text,
        "where the text says that all were upheld, table 4 shows no other outcome",
    ),
    "reviews_soft": (
        requests.reviews_soft,
        "suits after review are no more than reviews, those of last year included",
    ),
    "t2_stock": (
        arithmetic.t2_stock,
        "documents in force at year end are at least those issued less those repealed",
    ),
    "rule_making_power": (
        activity.rule_making_power,
        "only organs with the power to make rules (规章) count any",
    ),
    "disclosed_stock": (
        arithmetic.disclosed_stock,
        "documents disclosed in the year are no more than all that are disclosed",
    ),
    "items_chain": (
        arithmetic.items_chain,
        "items of the year before, with the change of this year, are not below zero",
    ),
    "items_zero": (
        activity.items_zero,
        "there are no decisions where there was no item to decide on",
    ),
    "fee_unit": (activity.fee_unit, "fees of table 2 are in 万元, not in 元"),
    "procurement_price": (
        activity.procurement_price,
        "projects of procurement and their amount fit together",
    ),
    "round_number": (activity.round_number, "large numbers of decisions do not end in 00"),
    "text_vs_table": (
        sentences.text_vs_table,
        "what a sentence counts is what the tables show, in one of its readings",
    ),
    "part_whole": (
        inside.part_whole,
        "parts that a sentence lists do not exceed their whole, or make it up",
    ),
    "rate_range": (inside.rate_range, "a rate is at most 100 %, unless something grows"),
    "enumeration": (inside.enumeration, "as many things are listed as the sentence counts"),
    "deadline": (
        timing.deadline,
        "published by 31 January, by a government and before 2019 by 31 March",
    ),
    "period": (timing.period, "the statistics period is the calendar year of the report"),
    "signed_before_published": (
        timing.signed_before_published,
        "the report is not signed after it was published",
    ),
    "dates_agree": (
        timing.dates_agree,
        "list, page, meta tag and address state one date of publication",
    ),
}
"""Every check by its id: how it is made, and what it asks."""


def findings(subject: Subject) -> tuple[Finding, ...]:
    """All findings on one report, in the order of `CHECKS`."""
    return tuple(finding for check, _ in CHECKS.values() for finding in check(subject))
