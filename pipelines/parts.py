"""Parts and wholes: 共...,其中... A part knows its whole; the parts of one list add up together."""

from __future__ import annotations

import dataclasses
import re

from pipelines import naming
from pipelines.passages import BRACKETED
from pipelines.statements import Said

_NEAR, _MANY = 400, 40
"""Characters and numbers beyond which nothing belongs to a list."""
_PARTS = re.compile(r"其中|分别(?:为|是)|包括|包含|[,，]\s*含")
_NO_PART = re.compile(r"[。！!？?]|总计|此外|另外|同时|全年|[,，。;；]共|合计|累计")
_APART = (
    "reviews_text",
    "litigation_text",
    "disclosure_complaints",
    "requests_received_text",
    "requests_carried_in_text",
    "requests_carried_out_text",
)
"""Never parts of a list: they count something else than the list does."""
# Requests received that include those of the year before are requests handled.
_RECEIVED, _CARRIED_IN, _HANDLED = (
    "requests_received_text",
    "requests_carried_in_text",
    "requests_handled_text",
)
_PUBLISHED_NAMES = ("info_items_total", "website_posts", "info_items.")
_ITEMS = ("条", "件", "篇", "则", "份")
_GENERIC = (None, "info_items_total")


@dataclasses.dataclass(slots=True)
class _List:
    """A list of parts while it goes on."""

    number: int
    whole: int
    last: Said
    rest: float


def link(said: list[Said]) -> None:
    """Tell parts from wholes, and the categories of published items from their total."""
    by_name: dict[str, int] = {}
    wholes: list[int] = []
    lists = 0
    going: _List | None = None
    for index, each in enumerate(said):
        if each.zero or each.derived:
            continue
        if wholes and said[wholes[-1]].passage is not each.passage:
            wholes, by_name, going = [], {}, None
        if each.clause.opened is not None:
            before = next(
                (i for i in range(index - 1, -1, -1) if said[i].clause.opened is None), None
            )
            if before is not None and _brackets(said[before], each):
                shared = index and said[index - 1].clause.opened == each.clause.opened
                previous = said[index - 1].part_list if shared else None
                if previous is None:
                    previous, lists = lists, lists + 1
                each.part_of, each.part_list = before, previous
                _categorise(said, index)
                if each.name == _CARRIED_IN and said[before].name == _RECEIVED:
                    said[before].name = _HANDLED
            continue
        if going is not None and not _goes_on(going, each):
            going = None
        if _opens(said, index, each):
            whole = _whole(said, wholes, each)
            if whole is not None:
                number = said[whole].quantity.value
                going = _List(lists, whole, each, float(number))
                lists += 1
            else:
                going = None
        if going is not None and not _rate(each):
            each.part_of, each.part_list = going.whole, going.number
            if each.quantity.unit != "%":
                going.rest -= each.quantity.value
            going.last = each
        else:
            of = naming.PART_OF.get(each.name or "")
            each.part_of = by_name.get(of) if of else None
            if each.quantity.unit != "%":
                wholes.append(index)
        if each.name:
            by_name[each.name] = index
        _categorise(said, index)


def _brackets(before: Said, each: Said) -> bool:
    """Whether a number in brackets is a part of the number they stand behind."""
    opened = each.clause.opened
    text = each.passage.text
    return (
        opened is not None
        and before.passage is each.passage
        and before.clause.begin <= opened <= before.clause.end
        and before.quantity.end <= opened
        and each.quantity.unit in (before.quantity.unit, "%")
        and not _rate(each)
        and not re.search(r"[、,，]", text[before.quantity.end : opened])
    )


def _rate(each: Said) -> bool:
    """Whether a percentage is a rate (办结率), not the share of a part (占)."""
    return each.quantity.unit == "%" and re.search(r"占|比[例重]", each.left[-12:]) is None


def _opens(said: list[Said], index: int, each: Said) -> bool:
    """Whether a list of parts begins with this number."""
    near = max(0, each.quantity.begin - _NEAR)
    begin = max(near, each.passage.text.rfind("。", near, each.quantity.begin) + 1)
    for other in reversed(said[max(0, index - _MANY) : index]):
        if other.passage is not each.passage:
            break
        if other.clause.opened is None and not other.zero:
            begin = max(begin, other.quantity.end)
            break
    between = each.passage.text[begin : each.quantity.begin]
    return _PARTS.search(BRACKETED.sub("", between)) is not None


def _whole(said: list[Said], wholes: list[int], each: Said) -> int | None:
    """The number that a list beginning here divides: the last one of its unit."""
    for index in reversed(wholes):
        whole = said[index]
        if whole.quantity.value == 0:
            continue
        items = (whole.name or "").startswith(_PUBLISHED_NAMES) and each.quantity.unit in _ITEMS
        if items or each.quantity.unit in ("%", whole.quantity.unit):
            return index
    return None


def _goes_on(going: _List, each: Said) -> bool:
    """Whether a list of parts includes this number too."""
    last = going.last
    between = each.passage.text[last.quantity.end : each.quantity.begin]
    # A clause without a number ends the list.
    breaks = len(re.findall(r"[,，;；:：]", BRACKETED.sub("", between)))
    if last.passage is not each.passage or breaks > 1 or _NO_PART.search(between):
        return False
    if each.quantity.unit == "%":
        return True
    # A list that adds up is at its end.
    return (going.rest != 0 or each.quantity.value == 0) and each.name not in _APART


def _categorise(said: list[Said], index: int) -> None:
    """Name the parts of a total of published items by their category; parts share its scope."""
    each = said[index]
    whole = said[each.part_of] if each.part_of is not None else None
    if whole is not None and each.name in _GENERIC:
        each.scope = whole.scope
    if each.name not in _GENERIC or each.quantity.unit not in _ITEMS:
        return
    found = naming.category(each.left)
    if found is None:
        if whole is not None and each.name == whole.name:
            each.name = None
        return
    if whole is not None:
        if (whole.name or "").startswith(_PUBLISHED_NAMES) or _items(whole):
            each.name = f"info_items.{found}"
    elif each.name is None and _one_of_items(said, index) and found != "disclosure_column":
        each.name = f"info_items.{found}"


_ITEM = re.compile(r"信息.{0,6}$|(?:结果|决定)$")
_LISTED = re.compile(r"(?:公开|发布|公布)[^,，。;；]{0,10}(?:包括|包含|有)?[:：][^。]*$")
"""发布：通知5条、动态9条 lists categories without a total."""


def _items(whole: Said) -> bool:
    """Whether a number without a name counts published items."""
    published = "信息" in whole.left[-8:] and naming.published(whole.left)
    return whole.name is None and whole.quantity.unit in _ITEMS and published


def _one_of_items(said: list[Said], index: int) -> bool:
    """Whether an unnamed number counts items of one category: 公开财政信息6条, 人事信息5条."""
    each = said[index]
    near = max(0, each.quantity.begin - _NEAR)
    begin = max(each.clause.begin, near)
    sentence = each.passage.text.rfind("。", near, each.quantity.begin) + 1
    if (
        each.quantity.unit not in ("条", "篇", "则")
        or "申请" in each.passage.text[begin : each.quantity.begin]
    ):
        return False
    words = each.passage.text[max(near, sentence) : each.quantity.begin]
    if _ITEM.search(each.left) and naming.published(words):
        return True
    if _LISTED.search(words):
        return True
    for before in reversed(said[max(0, index - _MANY) : index]):
        if before.passage is not each.passage or before.clause.sentence != each.clause.sentence:
            return False
        if (before.name or "").startswith(("info_items.", "website_posts")):
            return before.quantity.unit == each.quantity.unit
    return False
