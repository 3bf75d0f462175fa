"""Every family of mirrors, on every kind of report: restored text is the original outside flags.

The damage is done by `tests.city.mirror`, which knows nothing of the restoration.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.document import Document
from pipelines.media import open_page
from pipelines.page import Line, Page, squeeze
from pipelines.places import look_up
from pipelines.restore import restore, simplify
from tests.city import City, pages
from tests.city.city import Entry
from tests.city.mirror import FAMILIES, lose, mirror

# Written for the test: words that mirrors damage and the city's reports do not use.
PARAGRAPHS = (
    "根据省政府办公厅《关于做好政府信息公开工作年度报告编制的通知》要求，编制本报告。",
    "本报告在澄川市人民政府门户网站（http://www.chengchuan.gov.cn/）公布，电话：0500-80000001。",
    "严格落实“三审三校”“分级审核”制度，配强“三审三校”人员，以严谨的作风做好答复，全年答复47件。",
    "着力扩大覆盖面，沿着既定目标推进，做到事项全覆盖，成效显著，共梳理事项128项、著作3部。",
    "设置公开专区，文件向群众开放，网络问政平台收到视频留言1,206条，在线答复率98.5%。",
    "做好“六稳”“六保”工作，统计期限自2023年1月1日起至2023年12月31日止。",
    "全年暂停收费项目2项，涉及市场主体，获取的信息全部归档，规模以上单位36家参加评选。",
    "机构改革后，由综合科负责复核、复印和归档，里程碑事项12项，周边干部群众松了一口气。",
)
ORGANS = City(9, range(2019, 2026), seed=11)
FLAGS_ONLY = 0.06
"""Share of the characters that may be flagged where a family does not rewrite words."""


@cache
def _entries() -> list[Entry]:
    return list(ORGANS.report_entries())


@cache
def _article(index: int) -> str:
    """The lines of a report's page and the paragraphs above, as text."""
    entries = _entries()
    page = open_page(Document("", pages.report(ORGANS, entries[index % len(entries)]).encode()))
    draw = random.Random(index)
    lines = [line.text.replace("\xa0", " ").strip() for line in page.lines]
    lines += draw.sample(PARAGRAPHS, len(PARAGRAPHS))
    return "\n".join(line for line in lines if line)


def _sure(line: Line) -> Iterator[tuple[int, str]]:
    """Runs of a line that carry no flag: where they begin and what they say."""
    begin = 0
    for first, last, _ in [*sorted(line.doubts), (len(line.text), len(line.text), "")]:
        if first > begin:
            yield begin, line.text[begin:first]
        begin = max(begin, last)


def _compare(original: str, page: Page) -> float:
    """Assert that all that is sure stands in the original, in order; returns the flagged share."""
    wanted = squeeze(original)
    position = flagged = total = 0
    for line in page.lines:
        sure = 0
        for begin, run in _sure(line):
            sure += len(run)
            run = squeeze(run)
            # What damage took away may be longer than what it left.
            window = 40 + 12 * (flagged + len(line.text)) if line.doubts or flagged else 0
            found = wanted.find(run, position)
            assert run == "" or 0 <= found <= position + window + 2, (run, line.raw(), begin)
            position = max(position, found + len(run))
        total += len(line.text)
        flagged += len(line.text) - sure
    assert len(wanted) - position <= 40 + 12 * flagged
    return flagged / total


def _check_places(document: Document, page: Page, draw: random.Random) -> None:
    for line in page.lines:
        if line.origin is None:
            continue
        assert line.served is not None
        assert list(line.origin) == sorted(line.origin)
        assert len(line.origin) == len(line.text) + 1
        assert line.origin[-1] == len(line.served)
        for begin, run in _sure(line):
            for i in range(begin, begin + len(run)):
                character = line.raw(i, i + 1)[:1]
                assert simplify(character) == line.text[i] or line.text[i] in "着著覆复", line.raw()
    changed = [line for line in page.lines if line.origin and line.text]
    for line in draw.sample(changed, min(len(changed), 3)):
        i = draw.randrange(len(line.text))
        assert look_up(document, line.at(i, i + 1)) == line.raw(i, i + 1)


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=8, deadline=None)
@given(index=st.integers(0, 60), seed=st.integers(0, 10**6), strength=st.floats(0, 1))
def test_outside_flags_nothing_differs(family: str, index: int, seed: int, strength: float) -> None:
    original = _article(index)
    copy = mirror(original, family, seed, strength)
    document = Document("", copy.body)
    restored = restore(open_page(document))
    share = _compare(original, restored.page)
    if family not in ("PY", "TW"):
        assert share < FLAGS_ONLY
    _check_places(document, restored.page, random.Random(seed))
    assert copy.damage
    assert restored.flags


@pytest.mark.parametrize("family", ["T", "T+P", "T+J"])
def test_whole_pages(family: str) -> None:
    for index, entry in enumerate(_entries()[:14]):
        html = pages.report(ORGANS, entry)
        original = "\n".join(line.text for line in open_page(Document("", html.encode())).lines)
        copy = mirror(html, family, index, 0.9)
        document = Document("", copy.body)
        restored = restore(open_page(document))
        assert _compare(original, restored.page) < FLAGS_ONLY
        _check_places(document, restored.page, random.Random(index))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), strength=st.floats(0.2, 1))
def test_no_number_with_a_lost_digit_is_sure(seed: int, strength: float) -> None:
    original = "\n".join(PARAGRAPHS)
    copy = lose(original, seed, strength)
    page = restore(open_page(Document("", copy.body))).page
    _compare(original, page)
    for line in page.lines:
        for i, character in enumerate(line.text):
            if character == "?":
                assert line.flags(i, i + 1)
                if line.text[i + 1 : i + 2].isdigit():
                    assert line.flags(i + 1, i + 2)


@pytest.mark.parametrize(
    ("words", "served"),
    [
        ("以严谨的作风", "以嚴(yán)謹(jǐn)?shù)淖黠L(fēng)"),
        ("“三审三校”“分级审核”", "“三審三?！薄胺旨?jí)審核”"),
        ("“三审三校”人员", "“三審三?！比藛T"),
    ],
)
def test_damage_seen_in_the_wild_is_done_and_undone(words: str, served: str) -> None:
    copy = mirror(words + "\n执行监督", "T+P", 1, 1.0)
    assert copy.text.split("\n")[0] == served
    line = restore(open_page(Document("", copy.body))).page.lines[0]
    assert line.text == words
    assert "gbk_shift" in line.flags()
