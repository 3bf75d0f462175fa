"""Regions by name and year: a county made a district, districts merged, names used again."""

from __future__ import annotations

import pytest

from pipelines.document import Document, Known
from pipelines.identity import Identity, identify
from pipelines.media import open_page
from pipelines.regions import code_of_site, in_year


@pytest.mark.parametrize(
    ("code", "year", "then"),
    [
        ("320612", 2008, "320683"),  # 通州市 was made a district in 2009
        ("320612", 2009, "320612"),
        ("320117", 2012, "320124"),  # 溧水县
        ("320117", 2013, "320117"),
        ("320118", 2012, "320125"),  # 高淳县
        ("320813", 2015, "320829"),  # 洪泽县
        ("320813", 2016, "320813"),
        ("320614", 2019, "320684"),  # 海门市
        ("320614", 2020, "320614"),
        ("320684", 2021, "320614"),  # the other way: an address kept from before
        ("320685", 2017, "320621"),  # 海安县
        ("320413", 2014, "320482"),  # 金坛市
        ("320613", 2019, "320602"),  # 崇川区 before 港闸区 was merged into it
        ("320812", 2015, None),  # 清江浦区: made of 清河区 and 清浦区
        ("320400", 2010, "320400"),
        ("320400", None, "320400"),
        ("999999", 2020, "999999"),
    ],
)
def test_the_code_of_a_year(code: str, year: int | None, then: str | None) -> None:
    assert in_year(code, year) == then


def test_a_site_is_known_by_the_first_six_digits() -> None:
    assert code_of_site("3204000009") == "320400"
    assert code_of_site("bm07000001") is None


def _who(organ: str, year: int, city: str, code: str, more: str = "") -> Identity:
    title = f"{organ}{year}年政府信息公开工作年度报告"
    document = Document(
        "http://www.example.gov.cn/1",
        f"<html><head><title>{title}</title>{more}</head><h1>{title}</h1></html>".encode(),
        known=Known(city=city, region_code=code),
    )
    page = open_page(document)
    return identify(document, page, [line.text for line in page.lines])


@pytest.mark.parametrize(
    ("organ", "year", "city", "code", "then"),
    [
        ("海门市教育局", 2018, "海门区", "320614", "320684"),
        ("海门区教育局", 2021, "海门区", "320614", "320614"),
        # Lists of moved sites name organs by the names of today.
        ("海门区教育局", 2018, "海门区", "320614", "320684"),
        ("南通市通州区水利局", 2008, "南通市", "320600", "320683"),
        ("淮安市洪泽区财政局", 2012, "淮安市", "320800", "320829"),
        ("南京市溧水区民政局", 2010, "南京市", "320100", "320124"),
        ("南京市高淳县民政局", 2010, "南京市", "320100", "320125"),
        ("南通市崇川区司法局", 2018, "南通市", "320600", "320602"),
        ("南通市崇川区司法局", 2022, "南通市", "320600", "320613"),
        ("淮安市清江浦区审计局", 2016, "淮安市", "320800", "320812"),
        ("淮安市清河区审计局", 2014, "淮安市", "320800", "320802"),
    ],
)
def test_a_report_has_the_code_of_its_year(
    organ: str, year: int, city: str, code: str, then: str
) -> None:
    who = _who(organ, year, city, code)
    assert who.region_code == then
    assert who.organ_id == f"{then}/{organ[-3:]}"
    assert who.flags == ()


def test_a_portal_of_today_had_another_code_then() -> None:
    assert _who("江海博物院", 2015, "海门区", "320614").region_code == "320684"
    site = '<meta name="SiteIDCode" content="3206840001">'
    assert _who("江海博物院", 2021, "", "", site).region_code == "320614"


def test_a_region_that_was_not_yet_is_kept_and_said() -> None:
    who = _who("淮安市清江浦区审计局", 2012, "淮安市", "320800")
    assert who.region_code == "320812"
    assert [(f.flag, f.note) for f in who.flags] == [
        ("region_not_then", "320812 was not in use in 2012")
    ]


def test_a_zone_that_names_no_region_has_that_of_the_register() -> None:
    who = _who("平潭综合实验区", 2023, "", "")
    assert (who.region_code, who.organ_kind) == ("350128", "development_zone")
    assert who.flags == ()
