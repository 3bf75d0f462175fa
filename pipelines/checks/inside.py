"""What sentences state against each other: parts and wholes, rates, enumerations (I1 to I5).

A number with 余 or 多 is a range and nothing more: 1300余 is 1300 to 1399.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from pipelines.checks.subject import Subject, finding, quoted
from pipelines.page import Line
from pipelines.quantities import Quantity, chinese, quantities
from pipelines.report import Finding, Number, Verdict

_WHOLES: Mapping[str, tuple[str, ...]] = {
    "hotline_requests": ("hotline_direct_answers", "hotline_work_orders"),
}
"""Wholes that their parts make up by what they are: each call is answered or passed on."""
_SENTENCE = re.compile(r"[^。!！?？]+")
_STATEMENT = re.compile(r"[^;；]+")
_AMONG = re.compile(r"其中(?:包括|包含|有)?")
_BRACKET = re.compile(r"[(（][^()（）]*[)）]")
_MUST_NOT_EXCEED = re.compile(r"占|比例|合格|满意|办结|回访|按时|及时|按期|答复|公开率|覆盖")
_MAY_EXCEED = re.compile(r"增|升|提高|同比|环比|超额|翻|达成|完成")
_ITEM = r"[^、,，。;；:：!！?？\s《》()（）]{1,20}"
_COUNTED = re.compile(
    r"(?P<number>[二三四五六七八九十]|(?<!\d)\d{1,2})"
    r"(?P<unit>国语言|种语言|个?方面|个?环节|个?步骤|个?渠道|个?类别|大类|个?领域|级(?!政府|以上))"
)
_LIST = re.compile(rf"(?:{_ITEM}、)+{_ITEM}$")
_SUM = re.compile(r"[“\"](\d(?:\+\d)+)[”\"]")
_TITLE = r"《[^《》]+》(?:[(（〔][^()（）]*[)）〕])?"
_TITLES = re.compile(rf"(?:{_TITLE}(?:以及|、|和|及|与|,|，)?)+$")
_REPEATED = re.compile(
    r"等[^,，。;；\d]{2,8}?(?:共计|合计|共)(?P<number>\d{1,2})(?:次|场|期|个|项)"
)
_NEARBY = 400
"""Characters before and behind a cue in which what it counts is looked for."""
_MOST = 500
"""Lists that are looked at in one report; those of real reports have a few dozen."""
_LEAST = 2


def part_whole(subject: Subject) -> Iterator[Finding]:
    """I1, I2, I5: parts do not exceed their whole, and those that make it up sum to it."""
    for whole, names in _WHOLES.items():
        stated = [next(subject.said(name), None) for name in (whole, *names)]
        if None in stated:
            continue
        said, *parts = [indicator for indicator in stated if indicator is not None]
        summed = sum(part.value for part in parts)
        exact = all(one.qualifier == "exact" for one in (said, *parts))
        verdict: Verdict = "pass"
        if any(one.flags for one in (said, *parts)) or (not exact and summed != said.value):
            verdict = "not_assessable"
        elif summed != said.value:
            verdict = "fail"
        sums = "+".join(str(part.value) for part in parts)
        message = f"正文{quoted(said.sentence)}总数 {said.value}; 其各部分 {sums}={summed}"
        if verdict == "fail":
            message += f",相差 {abs(summed - said.value)}"
        yield finding(
            "part_whole", verdict, message, sides=(said.value, summed), at=said.at, reading=sums
        )
    for line, sentence, among in islice(_lists(subject), _MOST):
        yield from _among(line, sentence, among)


def _lists(subject: Subject) -> Iterator[tuple[Line, re.Match[str], re.Match[str]]]:
    """Each 其中, with its line and its sentence."""
    for line in subject.article:
        if "其中" in line.text:
            for sentence in _SENTENCE.finditer(line.text):
                for among in _AMONG.finditer(line.text, *sentence.span()):
                    yield line, sentence, among


def rate_range(subject: Subject) -> Iterator[Finding]:
    """I3: a share is at most 100 %; only what grows may be more."""
    for said in subject.indicators:
        if said.unit not in ("%", "％") or said.flags or _MAY_EXCEED.search(said.sentence):
            continue
        verdict: Verdict = "pass"
        if said.value > 100:
            verdict = "fail" if _MUST_NOT_EXCEED.search(said.sentence) else "warn"
        message = f"正文{quoted(said.sentence)}为 {said.value}%; 比率不应超过 100%"
        yield finding("rate_range", verdict, message, sides=(said.value, 100), at=said.at)


def enumeration(subject: Subject) -> Iterator[Finding]:
    """I4: as many things are listed as the sentence says (四国语言, “1+6”, 访谈 3 次)."""
    return islice(_enumerations(subject), _MOST)


def _enumerations(subject: Subject) -> Iterator[Finding]:
    for line in subject.article:
        if "、" in line.text:
            for match in _COUNTED.finditer(line.text):
                items = _LIST.search(_before(line, match))
                if items:
                    stated = chinese(match["number"]) or int(match["number"])
                    yield _counted(line, items[0], match, stated, _listed(items[0]))
        if "+" in line.text:
            for match in _SUM.finditer(line.text):
                titles = _TITLES.search(_before(line, match))
                if titles:
                    stated = sum(map(int, match[1].split("+")))
                    yield _counted(line, titles[0], match, stated, [titles[0].count("《")])
        if "等" in line.text:
            for match in _REPEATED.finditer(line.text):
                clauses = re.split(r"[。;；]", _before(line, match))[-1]
                alike = _alike(clauses)
                if alike == int(match["number"]):  # 等 leaves open what else there was
                    yield _counted(line, clauses, match, alike, [alike])


def _before(line: Line, match: re.Match[str]) -> str:
    return line.text[max(0, match.start() - _NEARBY) : match.start()]


def _among(line: Line, sentence: re.Match[str], among: re.Match[str]) -> Iterator[Finding]:
    """One `共…,其中…`: the last count before it is the whole, those after it are parts."""
    start = max(sentence.start(), among.start() - _NEARBY)
    before = _outside_brackets(line.text[start : among.start()])
    statement = re.split(r"[;；]", before)[-1]
    wholes = list(quantities(statement))
    if not wholes or not wholes[-1].unit or wholes[-1].unit == "%":
        return
    whole = wholes[-1]
    after = line.text[among.end() : min(sentence.end(), among.end() + _NEARBY)]
    following = _AMONG.search(after)
    after = _outside_brackets(after[: following.start()] if following else after)
    first = _STATEMENT.match(after)
    near = _parts(first[0] if first else "", whole.unit)
    far = _parts(after, whole.unit)
    if not near:
        return
    own, nested = _without_nested(near)
    made_up = _partition(whole, far) or _partition(whole, near)
    low = sum(part.value for part in made_up or own)
    at = line.at(among.start(), among.end())
    if line.flags(start, among.end() + len(after)):
        verdict: Verdict = "not_assessable"
    elif low <= _highest(whole):
        verdict = "pass"
    elif near[0].value > _highest(whole):
        verdict = "fail"
    else:
        verdict = "warn"  # parts may overlap
    reading = "+".join(map(_shown, made_up or own))
    clause = re.split(r"[,，]", statement.rstrip(",， "))[-1]
    message = f"“{clause},其中…”总数 {_shown(whole)}; 其中各项 {reading}={low}"
    if nested:
        message += f",其中 {_shown(own[-1])}={'+'.join(map(_shown, nested))}"
    if not made_up and verdict == "pass":
        message += ",不超过总数"
    yield finding("part_whole", verdict, message, sides=(whole.value, low), at=at, reading=reading)


def _parts(text: str, unit: str) -> list[Quantity]:
    return [found for found in quantities(text) if found.unit == unit]


def _partition(whole: Quantity, parts: Sequence[Quantity]) -> list[Quantity] | None:
    """The leading parts that make up the whole; later ones may lie outside it."""
    for parts_now in (_without_nested(parts)[0], list(parts)):
        low = high = 0.0
        for count, part in enumerate(parts_now, start=1):
            low, high = low + part.value, high + _highest(part)
            whole_again = count > 1 or len(parts) == 1 or part.value == whole.value
            if whole_again and low == whole.value and high == _highest(whole):
                return parts_now[:count]
    return None


def _without_nested(parts: Sequence[Quantity]) -> tuple[list[Quantity], list[Quantity]]:
    """Parts, and apart those that only spell out the last: 49, followed by 1, 1, 2, 4 …"""
    for index, part in enumerate(parts):
        rest = parts[index + 1 :]
        spelt_out = sum(below.value for below in rest) == part.value
        if len(rest) >= _LEAST and part.qualifier == "exact" and spelt_out:
            return list(parts[: index + 1]), list(rest)
    return list(parts), []


def _highest(found: Quantity) -> Number:
    """The greatest number that is meant: 1300余 reaches to 1399."""
    if found.highest is not None:
        return found.highest
    if found.qualifier in ("ge", "approx") and found.value >= 1:
        step = 1
        while found.value % (step * 10) == 0:
            step *= 10
        return found.value + step - 1
    return found.value


def _shown(found: Quantity) -> str:
    return f"{found.value}{'余' if found.qualifier == 'ge' else ''}"


def _outside_brackets(text: str) -> str:
    return _BRACKET.sub(lambda match: " " * len(match[0]), text)


def _listed(items: str) -> list[int]:
    """How many things a list names; 和 inside its last one may join two."""
    count = len([item for item in items.split("、") if item])
    joined = re.search(r"[和与及]", items.rpartition("、")[2]) is not None
    return [count, count + 1] if joined else [count]


def _alike(clauses: str) -> int:
    """How many clauses at the end of a list end in the same two characters as the last."""
    each = re.split(r"[,，]", clauses)
    count = 0
    for clause in reversed(each):
        if clause[-2:] != each[-1][-2:]:
            break
        count += 1
    return count


def _counted(
    line: Line, listing: str, match: re.Match[str], stated: int, listed: list[int]
) -> Finding:
    same = stated in listed
    begin, end = match.start() - len(listing), match.end()
    verdict: Verdict = "pass" if same else "warn"
    if line.flags(begin, end):
        verdict = "not_assessable"
    return finding(
        "enumeration",
        verdict,
        f"{quoted(listing + match[0])}称 {stated} 项; 列出 {listed[0]} 项",
        sides=(stated, stated if same else listed[0]),
        at=line.at(begin, end),
        reading=match[0],
    )
