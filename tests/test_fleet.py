"""Each file of the fleet is loaded by itself: what is wrong with one is told and stops no other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.fleet import Loader
from tests.cities import SPIDERS

FACTS = """
from crawler.portal import Portal
from crawler.systems import truecms


class Wrong(Portal):
    region_code = "320623"
    system = truecms.SYSTEM
    directories = ("http://www.rudong.gov.cn/",)
"""


@pytest.mark.parametrize(
    ("name", "whole", "slip", "said"),
    [
        ("blank", '"320623"', '""', "left out:\nWrong: the fact 'region_code' cannot be ''"),
        ("missing", "truecms.SYSTEM", "None", "left out:\nWrong: the fact 'system' is missing"),
        ("unknown", "import truecms", "import trucms", "line 3: ImportError: cannot import"),
        ("unnamed", "truecms.SYSTEM", "trucms.SYSTEM", "line 8: NameError: name 'trucms'"),
        ("without", "truecms.SYSTEM", "truecms.SYSTEMS", "line 8: AttributeError: "),
        ("garbled", "class Wrong", "class", "invalid syntax (garbled.py, line 6)"),
    ],
)
def test_a_file_that_is_not_whole(
    name: str,
    whole: str,
    slip: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    package = tmp_path / f"{name}_fleet"
    package.mkdir()
    for file in ("__init__", "rudong", "zhenjiang"):
        shutil.copy(SPIDERS / f"{file}.py", package)
    assert whole in FACTS
    (package / f"{name}.py").write_text(FACTS.replace(whole, slip), "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    loader = Loader.from_settings(Settings({"SPIDER_MODULES": [package.name]}))
    assert sorted(loader.list()) == ["rudong", "zhenjiang"]
    assert loader.load("rudong").__module__ == f"{package.name}.rudong"
    assert loader.left_out.keys() == {name}
    assert said in loader.left_out[name]
    assert f"{package.name}/{name}.py is left out:" in caplog.text


def test_a_fault_of_ours_is_no_fault_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "raising_fleet"
    package.mkdir()
    (package / "__init__.py").write_text("", "utf-8")
    (package / "raising.py").write_text("raise RuntimeError('ours')", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(RuntimeError, match="ours"):
        Loader.from_settings(Settings({"SPIDER_MODULES": [package.name]}))
