"""The organ register: names, kinds and ids; the command that proposes; a register that grows."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import catalogue
from pipelines import read, register
from pipelines.document import Document, Known
from pipelines.regions import in_year
from tests import nursery
from tests.city import City, pages

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("name", "region", "year", "organ"),
    [
        ("常州市教育局", "320400", 2021, ("320400/教育局", "department")),
        ("常州市武进区教育局", "320412", 2021, ("320412/教育局", "department")),
        ("武进区教育局", "320412", 2021, ("320412/教育局", "department")),
        ("启东市人民政府办公室", "320681", 2023, ("320681/人民政府办公室", "general_office")),
        ("江苏省人民政府", "320000", 2020, ("320000/人民政府", "government")),
        ("江苏省教育厅", "320000", 2020, ("320000/教育厅", "department")),
        ("常州市气象局", "320400", 2021, ("320400/气象局", "vertical_system")),
        (
            "国家税务总局溧阳市税务局",
            "320481",
            2021,
            ("320481/税务局", "vertical_system"),
        ),
        ("南通市海门区教育局", "320684", 2018, ("320684/教育局", "department")),
        (
            "苏州工业园区管委会",
            "320500",
            2021,
            ("320500/苏州工业园区管理委员会", "development_zone"),
        ),
        (
            "江苏常州经济开发区",
            "320400",
            2021,
            ("320400/常州经济开发区管理委员会", "development_zone"),
        ),
        ("宿迁市洋河新区管委会", "321300", 2021, ("321300/洋河新区管理委员会", "development_zone")),
        ("常州市教育厅", "320400", 2021, None),  # a city has no 厅
        ("常州市风筝博览局", "320400", 2021, None),
        ("教育局", None, 2021, None),
        ("澄川市教育局", "320400", 2021, None),
    ],
)
def test_organs_by_name(
    name: str, region: str | None, year: int, organ: tuple[str, str] | None
) -> None:
    found = register.find(name, region, year)
    assert (found and (found.id, found.kind)) == organ


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("常州市人民政府", "government"),
        ("天宁区政府办", "general_office"),
        ("江阴临港经济开发区党政办公室", "general_office"),
        ("常州市人民政府外事办公室", "department"),
        ("扬州市自然资源和规划局广陵分局", "dispatched_office"),
        ("高港区沿江街道办事处", "dispatched_office"),
        ("泉州台商投资区管理委员会", "development_zone"),
        ("金陵海关", "vertical_system"),
        ("西安市西大街发展服务中心", "authorised_body"),
        ("水利部", None),
    ],
)
def test_the_end_of_a_name_tells_the_kind(name: str, kind: str | None) -> None:
    assert register.kind(name) == kind


@pytest.mark.parametrize(
    ("printed", "region", "year", "names"),
    [
        ("卫健委", "320400", 2021, ("卫生健康委员会",)),
        ("卫计委", "320400", 2016, ("卫生和计划生育委员会",)),
        ("药监局", "320000", 2015, ("食品药品监督管理局",)),
        ("药监局", "320000", 2021, ("药品监督管理局",)),
        ("人民政府国资委", "320400", 2021, ("人民政府国有资产监督管理委员会",)),
        ("文旅局", "320400", 2021, ("文化广电和旅游局", "文化和旅游局")),
        ("文化和旅游局", "320400", 2021, ("文化和旅游局",)),
        ("风筝局", "320400", 2021, ()),
    ],
)
def test_short_names(printed: str, region: str, year: int, names: tuple[str, ...]) -> None:
    assert register.names(printed, register.levels(region), year) == names


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("人民政府办室", "人民政府办公室"),  # lost
        ("人民政府府办公室", "人民政府办公室"),  # doubled
        ("住房和城多建设局", "住房和城乡建设局"),  # mistaken
        ("教局", None),  # too short to tell
        ("风筝博览局", None),
        ("水利局", None),  # is a name itself
    ],
)
def test_faulty_names(printed: str, name: str | None) -> None:
    assert register.mended(printed, frozenset({"prefecture"})) == name


def test_who_took_over() -> None:
    assert register.successor("320400/环境保护局") == "320400/生态环境局"
    assert register.successor("320000/人民政府法制办公室") == "320000/司法厅"
    assert register.successor("320400/教育局") is None
    assert register.successor("320400/风筝博览局") is None


def test_successors_are_bodies_that_last_longer() -> None:
    bodies = register._bodies()
    over = [body for body in bodies.values() if body.successor]
    assert len(over) > 20
    for body in over:
        assert register.successor(f"320400/{body.name}") or body.levels == {"province"}
        assert body.last < bodies[body.successor].last


def test_no_short_name_is_a_full_name() -> None:
    assert register._short().keys() & register._bodies().keys() == set()


def test_every_id_is_of_one_kind_and_a_known_region() -> None:
    organs = register._listed()
    assert len(organs) > 60
    for organ in organs.values():
        code, _, name = organ.id.partition("/")
        assert in_year(code, 2023) == code
        assert name


@pytest.mark.parametrize(
    "line",
    [
        "320400\t常州市风筝博览局\t\t?\t\t",
        "?\t常州市风筝博览局\t\tdepartment\t\t",
        "320400\t常州市风筝博览局",
    ],
)
def test_a_line_that_needs_a_reviewer_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(line))):
        register.parse([line])


# ------------------------------------------------------------------ proposals, end to end

UNLISTED = "常州市风筝博览局"


def _documents() -> Iterator[Document]:
    """Reports of a sample city that bears a real one's name; one organ is on no list."""
    city = City(6, range(2021, 2024), seed=9)
    for entry in city.report_entries():
        body = pages.report(city, entry).replace("澄川市", "常州市")
        body = body.replace("常州市教育局", UNLISTED)
        yield Document(
            f"http://www.changzhou.gov.cn/gi_news/{entry.number}",
            # In one charset, whatever the page says it is in.
            re.sub(r"charset=[\w-]+", "charset=utf-8", body).encode(),
            capture=f"<urn:uuid:{entry.number}>",
            fetched="2024-02-01T00:00:00Z",
            known=Known("changzhou", "常州市", "320400", "report"),
        )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "changzhou").mkdir()
    opened = catalogue.open_catalogue(folder / "changzhou" / catalogue.FILE)
    for document in _documents():
        catalogue.store(opened, read(document))
    opened.close()
    return folder


def _organs(data: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return nursery.run(
        [sys.executable, "-m", "archive", "organs", "--data", str(data), *more], cwd=ROOT
    )


def test_the_organs_that_reported_are_listed(data: Path) -> None:
    done = _organs(data)
    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [row[0] for row in rows] == [
        "320400/人民政府",
        "320400/人民政府办公室",
        "320400/公安局",
        "320400/发展和改革委员会",
        "320400/财政局",
    ]
    assert {tuple(row[3:]) for row in rows} == {("3", "2021-2023")}
    assert "6 organs, 1 of them not in the register" in done.stderr


def test_an_unlisted_organ_is_proposed_and_once_added_is_known(data: Path, tmp_path: Path) -> None:
    done = _organs(data, "--propose")
    assert done.returncode == 0, done.stderr
    remark, *addresses, line = done.stdout.splitlines()
    assert remark == "# 3 reports, 2021-2023, level prefecture"
    assert len(addresses) == 3
    assert all(address.startswith("#   http://www.changzhou.gov.cn/") for address in addresses)
    assert line == f"320400\t{UNLISTED}\t\tdepartment\t\t"
    # A reading with the proposed line in its register.
    grown = tmp_path / "pipelines"
    shutil.copytree(ROOT / "pipelines", grown, ignore=shutil.ignore_patterns("__pycache__"))
    with (grown / "organs.tsv").open("a", encoding="utf-8") as organs:
        organs.write(done.stdout)
    page = next(d for d in _documents() if UNLISTED.encode() in d.body[:2000])
    (tmp_path / "report.html").write_bytes(page.body)
    for folder, known in ((ROOT, None), (tmp_path, "320400/风筝博览局")):
        again = subprocess.run(
            [sys.executable, "-m", "pipelines", str(tmp_path / "report.html")],
            capture_output=True,
            check=True,
            text=True,
            encoding="utf-8",
            cwd=folder,
        )
        assert json.loads(again.stdout)["report"]["organ_id"] == known


def test_an_empty_folder_is_no_catalogue(tmp_path: Path) -> None:
    done = _organs(tmp_path)
    assert done.returncode == 3
    assert "crawl first" in done.stderr
