"""Names of organs: where one ends, what a short or faulty one stands for, and what was guessed."""

from __future__ import annotations

import pytest

from pipelines import organs
from pipelines.document import Document, Known
from pipelines.identity import Identity, identify
from pipelines.media import open_page
from pipelines.restore import restore


@pytest.mark.parametrize(
    ("text", "organ"),
    [
        ("常州市人民政府办公室政务公开处联系", "常州市人民政府办公室"),
        ("常州市人民政府外事办公室政府信息公开领导小组办公室联系", "常州市人民政府外事办公室"),
        ("常州市机关事务管理局办公室联系", "常州市机关事务管理局"),
        ("澄川市市场监督管理局根据", "澄川市市场监督管理局"),
        ("常州市人民政府根据", "常州市人民政府"),
        ("本报告由办公室编制", None),
    ],
)
def test_a_name_ends_where_the_organ_does(text: str, organ: str | None) -> None:
    assert organs.cut(text) == organ


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("启东市政府办", "启东市人民政府办公室"),
        ("常州市外办", "常州市人民政府外事办公室"),
        ("常州市发改委", "常州市发展和改革委员会"),
        ("常州市", "常州市人民政府"),
        ("平潭综合实验区", "平潭综合实验区"),
        ("常州市教育局", "常州市教育局"),
    ],
)
def test_full_names(short: str, name: str) -> None:
    assert organs.full(short) == name


TITLE = "2021年政府信息公开工作年度报告"


def _who(title: str, *lines: str, row: str = "") -> Identity:
    """The identity of a page on the portal of 常州市 with this title and these paragraphs."""
    text = "".join(f"<p>{line}</p>" for line in lines)
    html = f"<html><title>{title}</title><h1>{title}</h1>{text}</html>"
    known = Known("changzhou", "常州市", "320400", "report", row)
    document = Document("http://www.changzhou.gov.cn/1", html.encode(), known=known)
    page = restore(open_page(document)).page
    return identify(document, page, [line.text for line in page.lines])


@pytest.mark.parametrize(
    ("printed", "organ", "organ_id"),
    [
        ("常州市教育局", "常州市教育局", "320400/教育局"),
        ("市教育局", "常州市教育局", "320400/教育局"),
        ("教育局", "常州市教育局", "320400/教育局"),
        ("关于印发常州市民政局", "常州市民政局", "320400/民政局"),
        ("关于公布《常州市民政局", "常州市民政局", "320400/民政局"),
        ("常州市卫健委", "常州市卫生健康委员会", "320400/卫生健康委员会"),
        ("天宁区政府办", "天宁区人民政府办公室", "320402/人民政府办公室"),
        ("常州市武进区", "常州市武进区人民政府", "320412/人民政府"),
        (
            "常州经济开发区管委会",
            "常州经济开发区管理委员会",
            "320400/常州经济开发区管理委员会",
        ),
        ("国家税务总局常州市税务局", "国家税务总局常州市税务局", "320400/税务局"),
        ("常州市風箏博覽局", "常州市风筝博览局", None),
        ("常州市衛生健康委員會", "常州市卫生健康委员会", "320400/卫生健康委员会"),
    ],
)
def test_what_a_title_says_of_the_organ(printed: str, organ: str, organ_id: str | None) -> None:
    who = _who(printed + TITLE)
    assert (who.organ, who.organ_id) == (organ, organ_id)
    assert who.flags == ()


@pytest.mark.parametrize(
    ("printed", "organ"),
    [
        ("常市教育局", "常州市教育局"),
        ("武进教育局", "武进区教育局"),
        ("常州市人民政府办室", "常州市人民政府办公室"),
        ("常州市住房和城乡建局", "常州市住房和城乡建设局"),
        ("常州市文旅局", "常州市文化广电和旅游局"),  # there are two such bodies
        ("风筝博览局", "常州市风筝博览局"),  # on the portal of a city there are others' pages too
    ],
)
def test_what_only_the_register_could_tell_is_flagged(printed: str, organ: str) -> None:
    who = _who(printed + TITLE)
    assert who.organ == organ
    assert [flag.flag for flag in who.flags] == ["organ_guessed"]
    assert organ in who.flags[0].note


@pytest.mark.parametrize(
    ("printed", "signature"),
    [
        ("常州市文旅局", "常州市文化和旅游局"),
        ("常州市人民政府办室", "常州市人民政府办公室"),
        ("住建局", "常州市住房和城乡建设局"),
        ("常州市工业信息化局", "常州市工业信息化局"),  # signed so: that is its name
    ],
)
def test_a_name_written_out_on_the_page_is_no_guess(printed: str, signature: str) -> None:
    who = _who(printed + TITLE, "一、总体情况", signature, "2022年1月10日")
    assert who.organ == signature
    assert who.flags == ()


def test_the_row_of_a_mirrors_list_is_simplified() -> None:
    who = _who("首頁", "正文", row="2021年常州市教育局政府信息公開年度報告")
    assert (who.organ, who.year) == ("常州市教育局", 2021)


def test_an_organ_no_register_knows_keeps_its_name_and_its_kind_when_certain() -> None:
    who = _who("常州市风筝博览局" + TITLE)
    assert (who.organ, who.organ_id, who.organ_kind) == ("常州市风筝博览局", None, "department")
    who = _who("常州市风筝会" + TITLE)
    assert (who.organ, who.organ_id, who.organ_kind) == ("常州市风筝会", None, None)
