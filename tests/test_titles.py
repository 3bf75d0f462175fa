"""Which rows are taken for reports, of which year; and what the arguments of a run may be."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import arguments, titles
from crawler.arguments import ArgumentError, Arguments
from tests.city.city import City


@pytest.mark.parametrize(
    ("title", "date", "year"),
    [
        ("常州市人民政府办公室2021年政府信息公开工作年度报告", "2022-01-27", 2021),
        ("2020年度常州市教育局政府信息公开年度报告", "2021-01-20", 2020),
        ("常州经济开发区管委会2024年度政府信息公开工作报告", "", 2024),
        ("大丰区交通局政府信息公开年报", "2022-01-20", 2021),
        ("昆山市城市管理局2020年政府信公开工作年度报告", "", 2020),
        ("政府信息公开工作2021年度报告", "", 2021),
        ("余杭区2019年政府信息公开工作年度报告（图解）", "", 2019),
        ("泉州市泉港区2021年政府信息公开工作年度报告（图片版）", "", 2021),
        ("关于印发泉港区2018年政府信息公开工作年度报告的通知", "2019-03-29", 2018),
        ("《常州市2017年政府信息公开工作年度报告》", "2018-02-28", 2017),
        ("常州市水利局２０２２年度政府信息公开工作年度报告", "", 2022),
        ("二〇〇八年常州市政府信息公开年度报告", "2009-03-01", 2008),
        ("常政办〔2023〕5号 2022年度政府信息公开工作年度报告", "", 2022),
        ("某局政府信息公开工作年度报告", "", None),
        ("市综合考核办公室2021年政府信息公开工作年度报告", "", 2021),
    ],
)
def test_reports_and_their_years(title: str, date: str, year: int | None) -> None:
    assert titles.is_report(title)
    assert titles.report_year(title, date) == year


@pytest.mark.parametrize(
    "title",
    [
        "关于做好2021年度政府信息公开工作年度报告编制和公布工作的通知",
        "关于印发《政府信息公开工作年度报告格式》的通知",
        "2021年度全市政府信息公开工作年度报告公布情况",
        "市政府办公室召开2021年度政府信息公开年报编制部署会",
        "《常州市人民政府2021年政府信息公开工作年度报告》公布",
        "无锡经开区2021年政府信息公开年度工作报告说明",
        "常州市2021年法治政府建设情况年度报告",
        "2021年常州市人民政府工作报告",
        "2021年政府网站工作年度报表",
        "常州市教育局政府信息公开指南",
        "某局2021年政务公开工作总结",
        "2021年政府信息公开工作年度报告解读",
        "",
    ],
)
def test_look_alikes(title: str) -> None:
    assert not titles.is_report(title)


def test_every_title_of_the_city() -> None:
    city = City(40, range(2019, 2026), 3)
    for entry in city.entries.values():
        assert titles.is_report(entry.title) == (entry.year is not None), entry.title
        if entry.year:
            assert titles.report_year(entry.title, f"{entry.moment:%Y-%m-%d}") == entry.year


@given(st.text())
def test_any_title_is_judged(title: str) -> None:
    titles.is_report(title)
    year = titles.report_year(title, title)
    assert year is None or 1999 <= year <= 2099


@pytest.mark.parametrize(
    ("given", "parsed"),
    [
        ({}, Arguments()),
        ({"years": "2019-2025"}, Arguments(years=(2019, 2025))),
        ({"years": "2021"}, Arguments(years=(2021, 2021))),
        ({"sample": "20"}, Arguments(sample=20)),
        ({"recheck": "30d"}, Arguments(recheck=dt.timedelta(days=30))),
        ({"requisites": "no"}, Arguments(requisites=False)),
    ],
)
def test_arguments(given: dict[str, str], parsed: Arguments) -> None:
    assert arguments.parse(given, "changzhou") == parsed


@pytest.mark.parametrize(
    "given",
    [
        {"year": "2019"},
        {"years": ""},
        {"years": "2025-2019"},
        {"years": "19-25"},
        {"years": "2019-2025 "},
        {"sample": "0"},
        {"sample": "-1"},
        {"sample": "²"},
        {"recheck": "30"},
        {"recheck": "d"},
        {"requisites": "yes"},
    ],
)
def test_bad_arguments_say_what_to_write(given: dict[str, str]) -> None:
    name, value = next(iter(given.items()))
    with pytest.raises(ArgumentError) as error:
        arguments.parse(given, "changzhou")
    assert name in str(error.value)
    assert "-a " in str(error.value)
    if name in arguments.EXAMPLES:
        assert f"-a {name}={value}" in str(error.value)
        assert arguments.EXAMPLES[name] in str(error.value)


@given(
    st.builds(
        Arguments,
        years=st.none() | st.tuples(st.integers(2000, 2049), st.integers(2050, 2099)),
        sample=st.none() | st.integers(1, 10**6),
        recheck=st.none() | st.integers(0, 9999).map(dt.timedelta),
    )
)
def test_arguments_are_written_as_they_are_read(asked: Arguments) -> None:
    assert arguments.parse(asked.to_json(), "changzhou") == asked
