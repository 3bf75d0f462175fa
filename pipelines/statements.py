"""Statements of one passage: every number with its name, its scope and the clause that states it.

What names a number is the words beside it, back to the number before or to the
comma; a clause without words of its own goes on from the one before.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipelines import lists, naming, subjects
from pipelines.passages import BRACKETED, Clause, Passage, clauses
from pipelines.quantities import Quantity
from pipelines.report import Indicator
from pipelines.vocabulary import Entry

_AROUND = 400
"""Clauses reach no further from their number than this many characters."""
_DENIES = re.compile(r"未|没有|无|不收|零发生")
WORDS = re.compile(r"未|没有|无|不收|零发生|\d\+\d")
"""A passage without a number that may state one all the same."""
_SUPPOSED = re.compile(r"(?:如|若|凡|对|确保|是否|杜绝|防止|避免|做到|因|将)[^,，]{0,3}$")
_ONLY_WORDS = re.compile(
    r"(?:全年|今年|本年度?|年内|共计?|总计|合计|累计|一共|其中|已|均|为|达到?|有|了|新增|发布|公开|"
    r"开展|举办|举行|组织|召开|完成|办理|受理|收到|数量|20\d\d年度?|[\s,，:：、(（])*"
)
_NO_WORDS = "、 共计和及"
_BOOK = re.compile(r"《[^《》]*》")
# 数量比上年增长5%，达到20条: the second number is what has grown.
_REACHED = re.compile(r"\s*(?:达到?|增至|升至|降至)")
_GROWN = re.compile(r"(?:同比|较|比)[^#]*$")
# 对18个镇、35个部门督查: the verb stands behind the last of them.
_TOWARDS = re.compile(r"对[^#,，]{0,6}$")
_UNITS = "oversight_units"
_MEANS = re.compile(r"\s*(?:[一二三四五六]是)?(?:通过|依托|利用|借助|运用|发挥|以|在)[^、等]*$")
# After a number, these begin something new; anything else is what the number counts.
_NEW = re.compile(r"[\s、,，;；:：。()（）及和与并且占含比]|$")
_HEAD_END = re.compile(
    r"[、,，;；:：。(（]|及|和|与|建成|建立|设立|设置|开展|组织|举办|召开|发布|公开|收到|受理|办理|"
    r"印发|下发|制定|编制|制作|参加|收取"
)
_NOT_HEAD = re.compile(r"\s*(?:已|并|均|全|且|占|及|和|与|以|进|,|，)")
# 10个县（市、区）开展: a short bracket without a number interrupts nothing.
_ASIDE = re.compile(r"[(（][^()（）\d]{1,6}[)）](?=[\u4e00-\u9fff、])")
_RIGHT_END = re.compile(r"[、(（]|(?<=[\u4e00-\u9fff])\s")
# Of 12 条 微信 30 条, the word is the second number's.
_FOLLOWER = re.compile(r"\s+\S+\s+")
# 由35件增至52件: the second number is of what the first would be.
_CHANGED = re.compile(r"[\u4e00-\u9fff]{0,4}[至到为]")
_BEFORE = re.compile(f"{naming.BEFORE}$")
# 占比50%: the share of what the number before counts.
_SHARE = re.compile(r"[\s,，、(（]*(?:约|共|均|所)?占")
_SUM = re.compile(r"[“\"'‘](\d)\+(\d)[”\"'’](?:制度|文件|办法|规定)")


@dataclasses.dataclass(slots=True)
class Said:
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
        """The published form."""
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


class Reading:
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
        self.begins = [each.begin for each in found]
        spoken = self.text if found else ""
        topics = [(m.start(), str(m.lastgroup)) for m in naming.TOPIC.finditer(spoken)]
        self.topics = [each for each in topics if each[1] != "other"]
        self.channels = [(m.start(), str(m.lastgroup)) for m in naming.CHANNEL.finditer(spoken)]
        self.aside = [at for at, name in topics if name == "other"]
        self.subjects = list(subjects.subjects(self.text, government=government))
        self.wide = region is not None and subjects.about_all(self.text)
        self.carried: str | None = None
        self.told = 0
        """Where the last number stands that is named by its channel."""

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

    def words(self, clause: Clause, begin: int, end: int) -> str:
        """The text of a clause; of an endless one, what stands around the place."""
        begin = max(clause.begin, begin - _AROUND)
        return self.text[begin : min(clause.end, end + _AROUND)].strip()

    def number_before(self, place: int) -> int:
        """Where the last number before a place begins; -1 when there is none."""
        last = bisect_left(self.begins, place) - 1
        return self.begins[last] if last >= 0 else -1

    def spoken_of(self, place: int, opening: int) -> frozenset[str]:
        """The topics at a place: the last opened, what its sentence sets aside, its channel."""
        last = bisect_right(self.topics, (place, "￿")) - 1
        topics = {self.topics[last][1]} if last >= 0 else set()
        aside = bisect_right(self.aside, place) - 1
        if aside >= 0 and self.aside[aside] >= opening:
            if last >= 0 and self.topics[last][0] < self.aside[aside]:
                topics.clear()
            topics.add("other")
        channel = bisect_right(self.channels, (place, "￿")) - 1
        if channel >= 0 and self.channels[channel][0] >= max(opening, self.told):
            topics.add(self.channels[channel][1])
        return frozenset(topics)

    def scope(self, place: int, opening: int, *, named: bool, public: bool) -> str:
        """Whom a number at a place is about."""
        last = bisect_right(self.subjects, (place, "￿")) - 1
        if last >= 0 and self.subjects[last][0] >= opening:
            self.carried = self.subjects[last][1]
        return subjects.scope(self.carried, self.region, named=named, public=public, wide=self.wide)


def read(reading: Reading) -> list[Said]:
    """All that a passage states, in order."""
    said: list[Said] = []
    before: Said | None = None
    dealt = lists.dealt(reading.text, reading.found, reading.outer)
    for index, quantity in enumerate(reading.found):
        clause = reading.clause(quantity)
        follower = reading.found[index + 1] if index + 1 < len(reading.found) else None
        left = _left(reading, before, clause, quantity)
        right = _right(reading, follower, clause, quantity)
        opening = reading.opening(clause)
        topics = reading.spoken_of(quantity.begin, opening)
        if before is not None and before.name in naming.CARRIED:
            same = before.clause.sentence == clause.sentence
            topics |= {before.name} if same else set()
        items = dealt.get(index, ())
        if len(items) == 1:
            left = items[0]
        named: list[Entry | None] = [*_named(quantity, left, right, topics)]
        each = [row for item in items for row in _named(quantity, item, right, topics)]
        if len({row.name for row in each}) == len(items) > 1:
            named = [*each]
        if not named and not quantity.unit and not quantity.value:
            # A zero that counts nothing known: 风险为零.
            continue
        for entry in named or [None]:
            scope = reading.scope(
                quantity.begin,
                opening,
                named=entry is not None,
                public=entry is not None and entry.public,
            )
            before = Said(
                reading.passage,
                _counted(quantity, entry),
                clause,
                _sentence(reading, clause, quantity),
                left,
                entry.name if entry else None,
                scope,
            )
            said.append(before)
            if (before.name or "").endswith("_posts"):
                reading.told = quantity.begin
    for unit, after in reversed(list(pairwise(said))):
        if unit.name is None and unit.clause == after.clause and _TOWARDS.search(unit.left):
            unit.name = after.name if after.name == _UNITS else None
    if reading.region is not None:
        _share_scope(said, reading.region)
    said.extend(_zeros(reading))
    said.extend(_sums(reading))
    said.sort(key=lambda each: each.quantity.begin)
    return said


def _named(quantity: Quantity, left: str, right: str, topics: frozenset[str]) -> Sequence[Entry]:
    return naming.rows(quantity.unit, quantity.value, naming.Beside(left[-60:], right, topics))


def _counted(quantity: Quantity, entry: Entry | None) -> Quantity:
    """A zero without a measure word (均为0) counts what its row counts."""
    if entry is None or quantity.unit or quantity.value:
        return quantity
    return dataclasses.replace(quantity, unit=entry.units.split()[0])


def _share_scope(said: list[Said], region: str) -> None:
    """Numbers without a name are about whom the named ones of their sentence are about."""
    wide = {each.clause.sentence for each in said if each.name and each.scope == region}
    for each in said:
        if each.name is None and each.clause.sentence in wide:
            each.scope = region


def _sentence(reading: Reading, clause: Clause, quantity: Quantity) -> str:
    """The clause that states a number; the one around it for a number alone in its bracket."""
    if clause.opened is not None and clause.end - clause.begin <= quantity.end - quantity.begin + 1:
        clause = reading.outer_clause(clause.opened)
    return reading.words(clause, quantity.begin, quantity.end)


def _left(reading: Reading, before: Said | None, clause: Clause, quantity: Quantity) -> str:
    """The words before a number that may name it: back to the number before, or to the comma."""
    text = reading.text
    begin = clause.begin
    if before is not None and before.clause == clause:
        begin = before.quantity.end
    if (
        begin != clause.begin
        and before is not None
        and not text[begin : quantity.begin].strip(_NO_WORDS)
    ):
        # 3件、460元: both are said of the same.
        return before.left
    if before is not None and _CHANGED.fullmatch(text, before.quantity.end, quantity.begin):
        was = _BEFORE.search(before.left)
        if was:
            return before.left[: was.start()]
    left = _BOOK.sub(_untitled, text[begin : quantity.begin])
    if clause.opened is None:
        left = BRACKETED.sub("", left)
    if begin != clause.begin and not _NEW.match(text, begin):
        # 18条参观路线46个点位: the words belong to the number before them.
        end = _HEAD_END.search(left)
        left = left[end.start() :] if end else ""
    if quantity.unit == "%" and before is not None and _SHARE.match(left):
        same = before.clause.sentence == clause.sentence
        between = text[before.quantity.end : quantity.begin]
        return f"{before.left}{before.quantity.unit}{between}" if same else left
    if begin != clause.begin:
        return left
    if before is not None and _REACHED.match(left):
        grown = _GROWN.search(before.left)
        if grown and before.clause.sentence == clause.sentence:
            return before.left[: grown.start()]
    if _ONLY_WORDS.fullmatch(left):
        return _context(reading, clause) + left
    if naming.published(left):
        return _means(reading, clause) + left
    return left


def _means(reading: Reading, clause: Clause) -> str:
    """The channel that the clause before names: 通过政府网站，全年发布信息30条."""
    words = _context(reading, clause).removesuffix(",")
    named = {m.lastgroup for m in naming.CHANNEL.finditer(words)}
    return words if len(named) == 1 and _MEANS.match(words) else ""


def _untitled(title: re.Match[str]) -> str:
    """What a title leaves: its words name nothing, but those of a gazette do."""
    return title[0] if title[0].endswith("公报》") else "《》"


def _context(reading: Reading, clause: Clause) -> str:
    """What a clause without words of its own goes on from."""
    if clause.opened is not None:
        around = reading.outer_clause(clause.opened)
        begin = reading.number_before(clause.opened)
        number = bisect_right(reading.begins, begin) - 1
        ends = reading.found[number].end if begin >= around.begin else around.begin
        return reading.text[ends : clause.opened]
    index = bisect_right(reading.outer, clause.begin, key=lambda each: each.begin) - 2
    if index < 0 or reading.outer[index].sentence != clause.sentence:
        return ""
    last = reading.outer[index]
    if reading.number_before(last.end) >= last.begin:
        return ""
    return reading.text[max(last.begin, last.end - _AROUND) : last.end] + ","


def _right(reading: Reading, follower: Quantity | None, clause: Clause, quantity: Quantity) -> str:
    """The words after a number that it may count: up to the next number or break."""
    end = min(clause.end, quantity.end + 24)
    if follower is not None:
        end = min(end, follower.begin)
    right = reading.text[quantity.end : max(end, quantity.end)]
    if follower is not None and _FOLLOWER.fullmatch(reading.text, quantity.end, follower.begin):
        return ""
    spaced = reading.text[quantity.begin - 1 : quantity.begin].isspace()
    if _NOT_HEAD.match(right) or (right[:1].isspace() and not spaced):
        return ""
    right = _ASIDE.sub("", right)
    stop = _RIGHT_END.search(right)
    return right[: stop.start()] if stop else right


def _zeros(reading: Reading) -> Iterator[Said]:
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
            sentence = reading.words(clause, begin, end)
            yield Said(reading.passage, zero, clause, sentence, "", entry.name, scope, zero=True)


def _sums(reading: Reading) -> Iterator[Said]:
    """“1+6”制度: a number of documents, when as many titles stand before it in the clause."""
    for match in _SUM.finditer(reading.text):
        clause = reading.outer_clause(match.start())
        total = int(match[1]) + int(match[2])
        if len(_BOOK.findall(reading.text, clause.begin, match.start())) == total:
            quantity = Quantity(*match.span(), total, "件", "exact")
            sentence = reading.words(clause, *match.span())
            scope = reading.scope(match.start(), reading.opening(clause), named=False, public=False)
            yield Said(reading.passage, quantity, clause, sentence, "", None, scope, derived=True)
