"""What mirrors add is taken back exactly, and every character keeps its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC
from pypinyin import Style, pinyin

from pipelines.document import Document
from pipelines.media import open_page
from pipelines.places import look_up
from pipelines.restore import restore, simplify

SENTENCE = "根据条例规定现公布市人民政府办公室政府信息公开工作年度报告本报告由总体情况等部分组成"


def _mark(text: str, marked: set[str]) -> str:
    """Put the reading behind every marked character, as mirrors do."""
    return "".join(
        f"{c}({pinyin(c, style=Style.TONE, heteronym=True)[0][0]})" if c in marked else c
        for c in text
    )


@given(st.sets(st.sampled_from(sorted(set(SENTENCE))), min_size=2, max_size=20))
def test_pinyin_marks_come_off(marked: set[str]) -> None:
    document = Document("", _mark(SENTENCE, marked).encode())
    line = restore(open_page(document)).page.lines[0]
    assert line.text == SENTENCE
    for i, character in enumerate(SENTENCE):
        assert look_up(document, line.at(i, i + 1)).startswith(character)


def test_brackets_that_are_no_reading_stay() -> None:
    text = "市政府(saaoao.cn)网站(app)发布(ban)公开(gōng)年(nián)度(dù)"
    restored = restore(open_page(Document("", text.encode()))).page.lines[0].text
    assert restored == "市政府(saaoao.cn)网站(app)发布(ban)公开(gōng)年度"


def test_traditional_script_is_turned_and_said() -> None:
    mirrored = OpenCC("s2t").convert(SENTENCE)
    assert mirrored != SENTENCE
    found = restore(open_page(Document("", mirrored.encode())))
    assert found.page.lines[0].text == SENTENCE
    assert [flag.flag for flag in found.flags] == ["script_converted"]


def test_zhu_is_zhe_but_in_its_own_words() -> None:
    assert simplify("圍繞著中心,著力推進") == "围绕着中心,着力推进"
    assert simplify("顯著提高,著名論著") == "显著提高,著名论著"


def test_a_clean_page_is_left_alone() -> None:
    page = open_page(Document("", SENTENCE.encode()))
    found = restore(page)
    assert found.page is page
    assert found.flags == ()


def test_one_rare_name_does_not_make_a_page_traditional() -> None:
    text = SENTENCE * 3 + "联系人:張三"
    assert restore(open_page(Document("", text.encode()))).page.lines[0].text == text
