"""Who reports on which year: names, regions, dates, each from the place it was found in."""

from __future__ import annotations

import pytest

from pipelines import dates, regions
from pipelines.document import Document
from pipelines.identity import Identity, identify
from pipelines.media import open_page


@pytest.mark.parametrize(
    ("name", "year", "near", "code"),
    [
        ("常州市教育局", 2021, "", "320400"),
        ("常州市武进区教育局", 2021, "", "320412"),
        ("启东市人民政府办公室", 2023, "", "320681"),
        ("江苏省常州市天宁区", 2021, "", "320402"),
        ("鼓楼区教育局", 2021, "", None),  # four cities have one
        ("鼓楼区教育局", 2021, "320100", "320106"),
        ("金坛区教育局", 2014, "320400", None),  # a county-level city until 2015
        ("金坛市教育局", 2014, "", "320482"),
        ("澄川市教育局", 2021, "320400", None),
    ],
)
def test_region_by_name_and_year(name: str, year: int, near: str, code: str | None) -> None:
    assert regions.locate(name, year, near)[0] == code


@pytest.mark.parametrize(
    ("code", "level"),
    [("320000", "province"), ("320400", "prefecture"), ("320681", "county"), (None, "unknown")],
)
def test_level(code: str | None, level: str) -> None:
    assert regions.level(code) == level


@pytest.mark.parametrize(
    ("meta", "lines", "row", "url", "found"),
    [
        ({"pubdate": "2024-03-08 15:34"}, [], "2024-01-01", "", ("2024-03-08", "meta_pubdate")),
        ({}, ["来源: 某局 发布时间:2024-01-14 累计次数:"], "", "", ("2024-01-14", "shown_date")),
        ({}, ["公开日期", "2024-01-17"], "", "", ("2024-01-17", "shown_date")),
        ({}, ["发布时间：2024年1月14日"], "", "", ("2024-01-14", "shown_date")),
        ({}, ["统计期限自2021年1月1日起"], "2022-01-27", "", ("2022-01-27", "list_date")),
        ({}, [], "", "http://x.gov.cn/a/202401/t20240115_3271106.html", ("2024-01-15", "url_date")),
        ({}, [], "", "http://x/gi_news/699164327437567", ("2022-01-27", "url_clock")),
        ({}, [], "", "http://x/ns_news/331117049764495", None),  # the clock would say 2007
    ],
)
def test_published(
    meta: dict[str, str], lines: list[str], row: str, url: str, found: tuple[str, str] | None
) -> None:
    assert next(dates.published(meta, lines, row, url), None) == found


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        (["常州市教育局", "2022年1月10日"], "2022-01-10"),
        (["常州市机关事务管理局 2022年1月10日 |"], "2022-01-10"),
        (["常州市教育局", "二〇二二年一月二十日", "(此件主动公开)"], "2022-01-20"),
        (["统计期限自2021年1月1日起至2021年12月31日"], None),
        (["2021年11月31日"], None),
    ],
)
def test_signed(lines: list[str], date: str | None) -> None:
    assert dates.signed(lines) == date


def identify_text(text: str, url: str = "") -> Identity:
    document = Document(url, text.encode())
    page = open_page(document)
    return identify(document, page, [line.text for line in page.lines])


def test_the_statistics_period_outweighs_the_title_and_the_conflict_is_said() -> None:
    who = identify_text("常州市教育局2020年政府信息公开工作年度报告\n统计期限自2021年1月1日起")
    assert who.year == 2021
    assert [flag.flag for flag in who.flags] == ["year_conflict"]


def test_a_page_that_names_nobody_says_so() -> None:
    who = identify_text("政府信息公开工作年度报告")
    assert (who.organ, who.region_code, who.year) == (None, None, None)
    assert {f.flag for f in who.flags} == {"organ_unknown", "region_unknown", "year_unknown"}


def test_a_foreign_host_is_said() -> None:
    who = identify_text("常州市教育局2020年政府信息公开工作年度报告", "http://saaoao.cn/gi_news/1")
    assert who.host_class == "mirror"
    assert "host_mirror" in {f.flag for f in who.flags}
