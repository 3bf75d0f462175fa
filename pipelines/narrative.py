"""What the sentences of a report say: its sections, and the numbers that sentences state.

Sections are found by their headings, never by an ordinal alone: table 3 prints
一、二、三、四、 again as row labels, so an ordinal proves nothing; a heading is a
line that begins as one of the six does.

Indicators are made in one pass over the passages: `quantities` finds the
numbers, `naming` names them by the words beside them, `subjects` says whom they
are about, and lists of parts (其中) are linked to their whole.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from pipelines import naming, organs, subjects
from pipelines.labels import bare
from pipelines.page import Line
from pipelines.passages import Clause, Passage, clauses, passages
from pipelines.quantities import Quantity, quantities
from pipelines.report import Indicator
from pipelines.vocabulary import Entry

# The wordings of 2019, of 2021 and of offices that use their own, by section.
_HEADINGS: tuple[tuple[int, str], ...] = (
    (1, r"(?:政府)?(?:信息公开)?(?:工作)?(?:总体|基本)情况|概述"),
    (
        2,
        r"(?:主动)?公开(?:的)?(?:政府信息|主要内容)(?:的)?(?:情况)?|主动公开(?:政府信息)?(?:的)?情况",
    ),
    (3, r"(?:收到和处理)?(?:政府信息)?(?:依申请公开|公开申请)(?:政府信息)?(?:的)?(?:办理)?情况"),
    (
        4,
        r"(?:因)?政府信息公开(?:工作)?(?:被)?(?:申请)?(?:提起)?行政复议.{0,12}(?:行政)?诉讼.{0,4}情况",
    ),
    (5, r"(?:政府信息公开工作)?(?:中)?(?:存在的)?(?:主要)?问题(?:及|和|与)改进(?:情况|措施)?"),
    (6, r"(?:其他|其它)(?:需要报告的)?事项"),
)
_ORDINAL = re.compile(r"第?[一二三四五六七1-7][、.．,，)）部]?(?:分)?")
_HEADING = [(number, re.compile(pattern)) for number, pattern in _HEADINGS]
_TAIL = re.compile(r"(?:表[一二三]|\d)*")
_SENTENCE_END = re.compile(r"[。；;!！?？]")


def heading(text: str) -> int | None:
    """The number of the section (1 to 6) that a line opens; None for any other line.

    The heading must be all the line says before its first sentence: copies run
    the section's first paragraph on behind it.
    """
    opened = text.strip()[:60]
    ordinal = _ORDINAL.match(opened)
    if ordinal is None:
        return None
    rest = bare(opened[ordinal.end() :])
    for number, pattern in _HEADING:
        found = pattern.match(rest)
        if found:
            tail = opened[ordinal.end() :].strip()
            alone = _TAIL.fullmatch(rest, found.end()) is not None
            if alone or re.match(r"\S+\s", tail):
                return number
    return None


def sections(lines: Iterable[str]) -> set[int]:
    """Numbers of the sections that have a heading among the lines, also inside paragraphs."""
    found: set[int] = set()
    for line in lines:
        for piece in (line, *re.findall(r"(?<=[\s。])[一二三四五六]、\S+", line)):
            number = heading(piece)
            if number is not None:
                found.add(number)
    return found


_DENIES = re.compile(r"未|没有|无|不收")
# Plans state no facts.
_PLAN = re.compile(
    r"下一步|下一阶段|力争|争取(?:达|实现)|明年|改进措施[。:：]|(?:将|要)(?:从|采取|继续|进一步|重点)"
)
_LATER = re.compile(r"下一步|下一阶段|力争|争取(?:达|实现)|明年")
_PLANS = 5
"""The section that ends in plans: from the first sign of one, nothing in it is a fact."""
_LAST = re.compile(r"六、\s*其[他它]")
"""The heading of the last section, which copies run on behind the plans."""
_SUPPOSED = re.compile(r"(?:如|若|凡|对|确保|是否|杜绝|防止|避免|做到|因|将)[^,，]{0,3}$")
_ONLY_WORDS = re.compile(
    r"(?:全年|今年|本年度?|年内|共计?|总计|合计|累计|一共|其中|已|均|为|达到?|有|了|新增|发布|公开|"
    r"开展|举办|举行|组织|召开|完成|办理|受理|收到|数量|20\d\d年度?|[\s,，:：、(（])*"
)
_BOOK = re.compile(r"《[^《》]*》")
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]?")
# After a number, these begin something new; anything else is what the number counts.
_NEW = re.compile(r"[\s、,，;；:：。()（）及和与并且占含比]|$")
_HEAD_END = re.compile(r"[、,，;；:：。(（]|及|和|与")
_NOT_HEAD = re.compile(r"\s*(?:已|并|均|全|且|占|及|和|与|以|进|,|，)")
_SUM = re.compile(r"[“\"'‘](\d)\+(\d)[”\"'’](?:制度|文件|办法|规定)")


def indicators(lines: Sequence[Line], organ: str | None) -> tuple[Indicator, ...]:
    """The numbers that the sentences of an article state, in reading order.

    `lines` are the article's, restored; `organ` is the full name of who reports.
    """
    region = subjects.served(organ)
    government = organ is not None and organs.is_government(organ)
    said: list[_Said] = []
    planning = False
    for passage in passages(lines, heading):
        planning = planning and passage.section == _PLANS
        plans = (0, 0)
        if passage.section == _PLANS:
            plan, last = _PLAN.search(passage.text), _LAST.search(passage.text)
            if planning or plan:
                begin = 0 if planning or plan is None else plan.start()
                plans = (begin, last.start() if last else len(passage.text))
            planning = (planning or plan is not None) and last is None
        facts = [
            each
            for each in quantities(passage.text)
            if not plans[0] <= each.begin < plans[1] and not _planned(passage.text, each.begin)
        ]
        if facts or _DENIES.search(passage.text):
            said.extend(_read(_Reading(passage, facts, plans, region, government=government)))
    _link(said)
    return tuple(each.indicator() for each in said)


def _planned(text: str, place: int) -> bool:
    """Whether the sentence has said before this place that it speaks of plans."""
    return _LATER.search(text, text.rfind("。", 0, place) + 1, place) is not None


@dataclasses.dataclass(slots=True)
class _Said:
    """A number where it is stated, before it becomes an indicator."""

    passage: Passage
    quantity: Quantity
    clause: Clause
    sentence: str
    left: str
    name: str | None
    scope: str
    zero: bool = False
    derived: bool = False
    part_of: int | None = None
    part_list: int | None = None

    def indicator(self) -> Indicator:
        found = self.quantity
        return Indicator(
            indicator=self.name,
            value=found.value,
            unit=found.unit,
            qualifier="zero_by_statement"
            if self.zero
            else "derived"
            if self.derived
            else found.qualifier,
            scope=self.scope,
            sentence=self.sentence,
            at=self.passage.at(found.begin, found.end),
            flags=self.passage.flags(found.begin, found.end),
            highest=found.highest,
            part_of=self.part_of,
            part_list=self.part_list,
        )


class _Reading:
    """One passage while it is read: where its clauses, topics and subjects stand."""

    def __init__(
        self,
        passage: Passage,
        found: Sequence[Quantity],
        plans: tuple[int, int],
        region: str | None,
        *,
        government: bool,
    ) -> None:
        self.passage = passage
        self.text = passage.text
        self.region = region
        self.found = found
        self.plans = plans
        parts = clauses(self.text)
        self.outer = [each for each in parts if each.opened is None]
        self.inner = [each for each in parts if each.opened is not None]
        self.topics = [(m.start(), str(m.lastgroup)) for m in naming.TOPIC.finditer(self.text)]
        self.subjects = list(subjects.subjects(self.text, government=government))
        self.wide = region is not None and subjects.about_all(self.text)
        self.carried: str | None = None

    def outer_clause(self, place: int) -> Clause:
        """The clause outside brackets that holds a place."""
        index = bisect_right(self.outer, place, key=lambda each: each.begin) - 1
        return self.outer[max(index, 0)]

    def clause(self, quantity: Quantity) -> Clause:
        """The innermost clause that holds a quantity."""
        index = bisect_right(self.inner, quantity.begin, key=lambda each: each.begin) - 1
        if index >= 0 and quantity.end <= self.inner[index].end:
            return self.inner[index]
        return self.outer_clause(quantity.begin)

    def opening(self, clause: Clause) -> int:
        """Where the sentence of a clause begins."""
        index = bisect_right(self.outer, clause.sentence - 1, key=lambda each: each.sentence)
        return min(self.outer[index].begin, clause.begin) if index < len(self.outer) else 0

    def spoken_of(self, place: int, opening: int) -> frozenset[str]:
        """The topics at a place: the last one opened, and what its sentence sets aside."""
        last = bisect_right(self.topics, (place, "￿")) - 1
        topics = {self.topics[last][1]} if last >= 0 else set()
        if any(name == "other" and opening <= at < place for at, name in self.topics):
            topics.add("other")
        return frozenset(topics)

    def scope(self, place: int, opening: int, *, named: bool, public: bool) -> str:
        """Whom a number at a place is about."""
        inside = [scope for at, scope in self.subjects if opening <= at <= place]
        if inside:
            self.carried = inside[-1]
        return subjects.scope(self.carried, self.region, named=named, public=public, wide=self.wide)


def _read(reading: _Reading) -> list[_Said]:
    said: list[_Said] = []
    before: _Said | None = None
    for index, quantity in enumerate(reading.found):
        clause = reading.clause(quantity)
        follower = reading.found[index + 1] if index + 1 < len(reading.found) else None
        left = _left(reading, before, clause, quantity)
        right = _right(reading, follower, clause, quantity)
        opening = reading.opening(clause)
        topics = reading.spoken_of(quantity.begin, opening)
        beside = naming.Beside(left[-60:], right, topics)
        named: list[Entry | None] = [*naming.rows(quantity.unit, quantity.value, beside)]
        for entry in named or [None]:
            scope = reading.scope(
                quantity.begin,
                opening,
                named=entry is not None,
                public=entry is not None and entry.public,
            )
            before = _Said(
                reading.passage,
                quantity,
                clause,
                _sentence(reading, clause, quantity),
                left,
                entry.name if entry else None,
                scope,
            )
            said.append(before)
    if reading.region is not None:
        _share_scope(said, reading.region)
    said.extend(_zeros(reading))
    said.extend(_sums(reading))
    said.sort(key=lambda each: each.quantity.begin)
    return said


def _share_scope(said: list[_Said], region: str) -> None:
    """Numbers without a name are about whom the named ones of their sentence are about."""
    wide = {each.clause.sentence for each in said if each.name and each.scope == region}
    for each in said:
        if each.name is None and each.clause.sentence in wide:
            each.scope = region


def _sentence(reading: _Reading, clause: Clause, quantity: Quantity) -> str:
    """The clause that states a number; the one around it for a number alone in its bracket."""
    if clause.opened is not None and clause.end - clause.begin <= quantity.end - quantity.begin + 1:
        clause = reading.outer_clause(clause.opened)
    return reading.text[clause.begin : clause.end].strip()


def _left(reading: _Reading, before: _Said | None, clause: Clause, quantity: Quantity) -> str:
    """The words before a number that may name it: back to the number before, or to the comma."""
    text = reading.text
    begin = clause.begin
    if before is not None and before.clause == clause:
        begin = before.quantity.end
    left = _BOOK.sub(_untitled, text[begin : quantity.begin])
    if clause.opened is None:
        left = _BRACKETED.sub("", left)
    if begin != clause.begin and not _NEW.match(text, begin):
        # 18条参观路线46个点位: the words belong to the number before them.
        end = _HEAD_END.search(left)
        left = left[end.start() :] if end else ""
    if quantity.unit == "%" and before is not None and "占" in left[:6]:
        same = before.clause.sentence == clause.sentence
        return f"{before.left}{before.quantity.unit}{left}" if same else left
    if begin == clause.begin and _ONLY_WORDS.fullmatch(left):
        return _context(reading, clause) + left
    return left


def _untitled(title: re.Match[str]) -> str:
    """What a title leaves: its words name nothing, but those of a gazette do."""
    return title[0] if title[0].endswith("公报》") else "《》"


def _context(reading: _Reading, clause: Clause) -> str:
    """What a clause without words of its own goes on from."""
    if clause.opened is not None:
        around = reading.outer_clause(clause.opened)
        return _after_numbers(reading, around.begin, clause.opened)
    index = bisect_right(reading.outer, clause.begin, key=lambda each: each.begin) - 2
    if index < 0 or reading.outer[index].sentence != clause.sentence:
        return ""
    last = reading.outer[index]
    if any(last.begin <= each.begin < last.end for each in reading.found):
        return ""
    return reading.text[last.begin : last.end] + ","


def _after_numbers(reading: _Reading, begin: int, end: int) -> str:
    ends = [each.end for each in reading.found if begin <= each.begin and each.end <= end]
    return reading.text[max([begin, *ends]) : end]


def _right(reading: _Reading, follower: Quantity | None, clause: Clause, quantity: Quantity) -> str:
    """The words after a number that it may count: up to the next number or break."""
    end = min(clause.end, quantity.end + 24)
    if follower is not None:
        end = min(end, follower.begin)
    right = reading.text[quantity.end : max(end, quantity.end)]
    if _NOT_HEAD.match(right):
        return ""
    stop = re.search(r"[、(（]", right)
    return right[: stop.start()] if stop else right


def _zeros(reading: _Reading) -> Iterator[_Said]:
    """Zeros stated in words: 未收到..., 未发生..."""
    if not _DENIES.search(reading.text):
        return
    for clause in reading.outer:
        words = reading.text[clause.begin : clause.end]
        if not _DENIES.search(words):
            continue
        for entry, begin, end in naming.denied(words):
            begin, end = clause.begin + begin, clause.begin + end
            planned = reading.plans[0] <= begin < reading.plans[1]
            if planned or _SUPPOSED.search(reading.text, max(0, begin - 5), begin):
                continue
            unit = entry.units.split()[0]
            zero = Quantity(begin, end, 0, unit, "exact")
            scope = reading.scope(begin, reading.opening(clause), named=True, public=entry.public)
            sentence = reading.text[clause.begin : clause.end].strip()
            yield _Said(reading.passage, zero, clause, sentence, "", entry.name, scope, zero=True)


def _sums(reading: _Reading) -> Iterator[_Said]:
    """“1+6”制度: a number of documents, when as many titles stand before it in the clause."""
    for match in _SUM.finditer(reading.text):
        clause = reading.outer_clause(match.start())
        total = int(match[1]) + int(match[2])
        if len(_BOOK.findall(reading.text, clause.begin, match.start())) == total:
            quantity = Quantity(*match.span(), total, "件", "exact")
            sentence = reading.text[clause.begin : clause.end].strip()
            scope = reading.scope(match.start(), reading.opening(clause), named=False, public=False)
            yield _Said(reading.passage, quantity, clause, sentence, "", None, scope, derived=True)


# --- parts and wholes ---

_PARTS = re.compile(r"其中|分别(?:为|是)|包括|包含|[,，]\s*含")
_NO_PART = re.compile(r"[。！!？?]|总计|此外|另外|同时|全年|[,，。;；]共|合计|累计")
_APART = (
    "reviews_text",
    "litigation_text",
    "corrected_or_lost",
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
    last: _Said
    rest: float


def _link(said: list[_Said]) -> None:
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
        if going is not None:
            each.part_of, each.part_list = going.whole, going.number
            if each.quantity.unit != "%":
                going.rest -= each.quantity.value
            going.last = each
        else:
            of = _part_of(each.name)
            each.part_of = by_name.get(of) if of else None
            if each.quantity.unit != "%":
                wholes.append(index)
        if each.name:
            by_name[each.name] = index
        _categorise(said, index)


def _part_of(name: str | None) -> str | None:
    return naming.PART_OF.get(name or "")


def _brackets(before: _Said, each: _Said) -> bool:
    """Whether a number in brackets is a part of the number they stand behind."""
    opened = each.clause.opened
    text = each.passage.text
    return (
        opened is not None
        and before.passage is each.passage
        and before.clause.begin <= opened <= before.clause.end
        and before.quantity.end <= opened
        and each.quantity.unit in (before.quantity.unit, "%")
        and not re.search(r"[、,，]", text[before.quantity.end : opened])
    )


def _opens(said: list[_Said], index: int, each: _Said) -> bool:
    """Whether a list of parts begins with this number."""
    begin = each.passage.text.rfind("。", 0, each.quantity.begin) + 1
    for other in reversed(said[:index]):
        if other.passage is not each.passage:
            break
        if other.clause.opened is None and not other.zero:
            begin = max(begin, other.quantity.end)
            break
    between = each.passage.text[begin : each.quantity.begin]
    return _PARTS.search(_BRACKETED.sub("", between)) is not None


def _whole(said: list[_Said], wholes: list[int], each: _Said) -> int | None:
    """The number that a list beginning here divides: the last one of its unit."""
    for index in reversed(wholes):
        whole = said[index]
        items = (whole.name or "").startswith(_PUBLISHED_NAMES) and each.quantity.unit in _ITEMS
        if items or each.quantity.unit in ("%", whole.quantity.unit):
            return index
    return None


def _goes_on(going: _List, each: _Said) -> bool:
    """Whether a list of parts includes this number too."""
    last = going.last
    between = each.passage.text[last.quantity.end : each.quantity.begin]
    # A clause without a number ends the list.
    breaks = len(re.findall(r"[,，;；:：]", _BRACKETED.sub("", between)))
    if last.passage is not each.passage or breaks > 1 or _NO_PART.search(between):
        return False
    if each.quantity.unit == "%":
        return True
    # A list that adds up is at its end.
    return (going.rest != 0 or each.quantity.value == 0) and each.name not in _APART


def _categorise(said: list[_Said], index: int) -> None:
    """Name the parts of a total of published items by their category; parts share its scope."""
    each = said[index]
    whole = said[each.part_of] if each.part_of is not None else None
    if whole is not None and each.name in _GENERIC:
        each.scope = whole.scope
    if each.name not in _GENERIC or each.quantity.unit not in _ITEMS:
        return
    found = naming.category(each.left)
    if found is None:
        return
    if whole is not None:
        if (whole.name or "").startswith(_PUBLISHED_NAMES):
            each.name = f"info_items.{found}"
    elif each.name is None and _one_of_items(said, index) and found != "disclosure_column":
        each.name = f"info_items.{found}"


def _one_of_items(said: list[_Said], index: int) -> bool:
    """Whether an unnamed number counts items of one category: 公开财政信息6条, 人事信息5条."""
    each = said[index]
    clause = each.passage.text[each.clause.begin : each.quantity.begin]
    if each.quantity.unit not in ("条", "篇", "则") or "申请" in clause:
        return False
    if "信息" in each.left[-8:] and naming.published(clause):
        return True
    for before in reversed(said[:index]):
        if before.passage is not each.passage or before.clause.sentence != each.clause.sentence:
            return False
        if (before.name or "").startswith("info_items."):
            return before.quantity.unit == each.quantity.unit
    return False
