"""HTML pages: lines, grids, charset, and places that hold for any XPath tool."""

from __future__ import annotations

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.document import Document
from pipelines.media import open_page
from pipelines.media.article import align
from pipelines.media.charset import decode
from pipelines.page import Page, UnreadError
from pipelines.places import look_up


def _page(html: str) -> tuple[Document, Page]:
    document = Document("", html.encode())
    return document, open_page(document)


PIECES = st.recursive(
    st.sampled_from(
        ["一", "年报 ", "12", "\u00a0", "&amp;", "<br>", "<!-- 注 -->", "<script>x</script>"]
    ),
    lambda inner: st.tuples(
        st.sampled_from(["p", "span", "div", "b", "td", "table", "tr", "o:p", "h3"]),
        st.lists(inner, max_size=4),
    ).map(lambda built: f"<{built[0]}>{''.join(built[1])}</{built[0]}>"),
    max_leaves=20,
)


@given(st.lists(PIECES, min_size=1, max_size=6))
def test_every_line_stands_where_it_says(pieces: list[str]) -> None:
    document, page = _page("<html><body><p>始</p>" + "".join(pieces) + "</body></html>")
    for line in page.lines:
        assert look_up(document, line.at()) == line.text


def test_no_visible_text_is_lost() -> None:
    html = (
        "<div>甲<p>乙</p>丙<table><tr><td>丁<br>戊<td>己</table>庚<!--注-->辛<style>x</style></div>"
    )
    _, page = _page(html)
    assert "".join(line.text for line in page.lines) == "甲乙丙丁戊己庚辛"


@pytest.mark.parametrize("tag", ["ucapcontent", "founder-content", "font", "span", "v:shape"])
def test_an_inline_element_around_an_article_costs_it_nothing(tag: str) -> None:
    paragraph = "本年度收到政府信息公开申请三十二件,均在法定期限内答复。" * 3
    html = (
        f'<div><a href="/">首页</a></div><div><{tag}><p>{paragraph}</p>一、总体情况<br>'
        f"<p>{paragraph}</p>二、主动公开<{tag}>政府信</{tag}>息情况<br><p>{paragraph}</p></{tag}>"
        '</div><div><a href="/">网站地图</a></div>'
    )
    _, page = _page(html)
    told = [page.lines[index].text for index in page.article(frozenset()).lines]
    headings = ["一、总体情况", "二、主动公开政府信息情况"]
    assert told == [paragraph, headings[0], paragraph, headings[1], paragraph]


def test_empty_elements_that_a_mirror_strewed_in_break_no_line() -> None:
    junk = '<dl id="dlf5r"></dl>'
    _, page = _page(f"<p>本年{junk}度收到申{junk}请9{junk}2件</p><p>{junk}无</p><p id='a'></p>")
    assert [line.text for line in page.lines] == ["本年度收到申请92件", "无"]


def test_a_grid_lays_spans_out_as_browsers_do() -> None:
    _, page = _page(
        "<table><tr><td rowspan=2>甲<td colspan='2'>乙</tr><tr><td>丙<td>丁</tr>"
        "<tr><td colspan=x>戊<td><td>己</table>"
    )
    (grid,) = page.grids
    assert (grid.height, grid.width) == (3, 3)
    places = {slot.text: (slot.row, slot.column, slot.rowspan, slot.colspan) for slot in grid.slots}
    assert places["甲"] == (0, 0, 2, 1)
    assert places["丁"] == (1, 2, 1, 1)
    assert places["己"] == (2, 2, 1, 1)


def test_a_cell_does_not_hold_the_text_of_an_inner_table() -> None:
    _, page = _page("<table><tr><td>外<table><tr><td>内</table>尾</table>")
    assert [[slot.text for slot in grid.slots] for grid in page.grids] == [["外\n尾"], ["内"]]


def test_raised_digits_of_a_cell_stay_raised() -> None:
    _, page = _page("<table><tr><td>83<sup>1</sup></td><td>m<sup>2</sup></td></tr></table>")
    (grid,) = page.grids
    assert [slot.text for slot in grid.slots] == ["83¹", "m²"]


def test_places_hold_in_another_parser() -> None:
    html = "<html><body><p>一<p>二<table><tr><td>3<td>4</table></body></html>"
    _, page = _page(html)
    slot = page.grids[0].slots[1]
    path = slot.path().removeprefix("xpath=")
    assert lxml.html.fromstring(html).xpath(f"string({path})") == "4"
    assert lxml.html.fromstring(html).xpath(f"name({path})") == "td"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_the_bytes_tell_the_charset_whatever_the_page_says(charset: str) -> None:
    said = "gbk" if charset.startswith("utf") else "utf-8"
    text = f'<meta charset="{said}"><p>常州市人民政府办公室政府信息公开工作年度报告</p>'
    assert decode(text.encode(charset)) == (text, 0)


def test_bytes_that_fit_nothing_are_counted() -> None:
    text, replaced = decode("政府信息公开工作年度报告".encode() * 20 + b"\xff\xfe\xff")
    assert replaced >= 1
    assert "年度报告" in text


@pytest.mark.parametrize(
    ("body", "flag"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"%PDF-1.7 ...", "type_unread"),
        (b"PK\x03\x04....", "type_unread"),
        (b"a" * (33 * 1024 * 1024), "too_large"),
    ],
    ids=["nothing", "white space", "pdf", "zip", "33 MB"],
)
def test_files_that_are_no_page_are_named(body: bytes, flag: str) -> None:
    with pytest.raises(UnreadError) as caught:
        open_page(Document("", body))
    assert caught.value.flag == flag


def test_a_passage_that_no_line_holds_is_handed_on() -> None:
    touched, unaligned = align(["甲 乙", "丁"], [(0, "甲"), (1, "乙"), (2, "丙")])
    assert touched == {0, 1}
    assert unaligned == ("丁",)
