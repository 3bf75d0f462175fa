"""What mirrors add is taken back exactly, and every character keeps its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC
from pypinyin import Style, pinyin

from pipelines.document import Document
from pipelines.media import open_page
from pipelines.places import look_up
from pipelines.restore import Restored, restore, simplify

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


def _restored(text: str) -> Restored:
    return restore(open_page(Document("", text.encode())))


@pytest.mark.parametrize(
    "text",
    [
        "如何申请公开?请拨打12345热线。什么是依申请公开?！怎么办?",
        "网址：http://www.chengchuan.gov.cn/search.php?q=2021&fid=7，共收到留言12条。",
        "“能不能办?多久办?”群众最关心。是否公开?（一）公开；（二）不公开。",
        "联系人：吕翀、逄媛、仝璐，电话0500-8000001（转7）。",
        "体育局举办世界杯主题展，与澳门经贸合作，查处赌博案件3起，体育彩票公益金5万元。",
        "欧洲杯期间加强值守，皇冠小区公开事项188项，澳门皇冠酒店来访2次。",
        "公示期120日，自2021年12月31日起施行，〔2021〕109号，编号20210131号，第365日内办结。",
        "档案馆接待民众3人次，设定目标2个，使用者5人。",
        "乾隆年间古籍12册，后续工作，答复，覆盖率100%，执着，显著。",
        "发布时间：2021-01-29 14:00 浏览次数：? 次",
        "Tel (a) b (an) he is on a run (le) to an end in an inn, ran on.",
    ],
)
def test_sound_text_is_left_alone(text: str) -> None:
    page = open_page(Document("", text.encode()))
    found = restore(page)
    assert found.flags == ()
    assert found.page is page


def test_marks_without_tones_and_twice_come_off() -> None:
    assert _restored("中華人民共和(he)(he)國(guo)(guo)條例").page.lines[0].text == (
        "中华人民共和国条例"
    )


def test_fu_is_told_apart() -> None:
    assert simplify("全復蓋，答復蓋章，恢復，複雜，顛復，覆蓋") == (
        "全覆盖，答复盖章，恢复，复杂，颠覆，覆盖"
    )


@pytest.mark.parametrize(
    "text", ["乾隆 乾淨 瞭望 瞭解 計畫 沈默 商徵羽 反覆 於期", "吿示 凖備 髙度"]
)
def test_script_is_that_of_opencc(text: str) -> None:
    by_opencc = OpenCC("t2s").convert(text)
    assert simplify(text) == by_opencc.translate(str.maketrans("吿凖髙", "告准高"))


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("澳门皇冠:做好2021年年报编制工作的通知", "关于做好2021年年报编制工作的通知"),
        (
            "澳门太阳城赌城-【官网娱乐网站】:印发年报的通知",
            "关于印发年报的通知",
        ),
        ("365bet2019年政府信息公开年度报告", "2019年政府信息公开年度报告"),
        ("欧洲五大联赛:2020年度报告", "2020年度报告"),
        ("188体育:关于公开年报的通知", "关于公开年报的通知"),
    ],
)
def test_advertisements_come_out_and_are_said(text: str, back: str) -> None:
    found = _restored(text)
    assert found.page.lines[0].text == back
    assert {flag.flag for flag in found.flags} == {"spam_words", "guessed"}
    assert all(text.split(back[-8:])[0][:4] in flag.note for flag in found.flags)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("统计期限?022??日起", "022"),
        ("统计期限为202311日起至1231日止", "202311"),
        ("统计期限为202311日起至1231日止", "1231"),
        ("国办发〔202130号", "202130"),
        ("自2019515施行", "2019515"),
        ("2018年11日至2018年1231日止", "11日"),
        ("共受理申请?2件", "2件"),
    ],
)
def test_numbers_that_lost_something_are_flagged(text: str, number: str) -> None:
    line = _restored(text).page.lines[0]
    at = text.index(number)
    assert line.text == text
    assert line.flags(at, at + 1) == ("digits_lost",)


def test_bare_pinyin_is_flagged_and_kept() -> None:
    text = "běn nián dù gòng shōu dào shēn qǐng 12 jiàn ， bàn jié 11 jiàn 。"
    (line,) = _restored(text).page.lines
    assert line.text == text
    at = text.index("12")
    assert line.flags(at, at + 2) == ("pinyin_only",)


def test_words_of_taiwan_are_turned_back_where_a_page_was_rewritten() -> None:
    found = _restored("關於規範政府資訊公開的檔案，方便民眾查閱，檔案館設定專欄")
    assert found.page.lines[0].text == "关于规范政府信息公开的文件，方便群众查阅，档案馆设置专栏"
    (flag,) = (flag for flag in found.flags if flag.flag == "taiwan_words")
    assert flag.note.startswith("4 times: ")
    assert "民众 -> 群众" in flag.note


def test_a_dot_that_came_out_as_a_question_is_guessed() -> None:
    (line,) = _restored("登录“中国?澄川”政府网站").page.lines
    assert line.text == "登录“中国·澄川”政府网站"
    assert line.flags(5, 6) == ("guessed",)


def test_a_cell_of_a_table_carries_what_its_text_carries() -> None:
    html = "<table><tr><td>統計期限?022年</td><td>政(zhèng)務(wù)公開數(shù)</td></tr></table>"
    page = _restored(html).page
    first, second = page.grids[0].slots
    assert first.flags == ("digits_lost",)
    assert (second.text, second.flags) == ("政务公开数", ())
    assert second.served == "政(zhèng)務(wù)公開數(shù)"


def test_radicals_that_a_pdf_shows_become_characters() -> None:
    page = open_page(Document("", "澄川市⼈⺠政府⼯作年度报告,全年收到⻓期申请12件".encode()))
    found = restore(page)
    line = found.page.lines[0]
    assert line.text == "澄川市人民政府工作年度报告,全年收到长期申请12件"
    assert [(flag.flag, flag.note) for flag in found.flags] == [("radical_forms", "4 characters")]
    assert line.raw(3, 5) == "⼈⺠"
