"""The direction of imports: what `archive` and `pipelines` may know, and where Scrapy may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOUSE = ("pipelines", "archive", "crawler", "spiders")
# The parts of the archive that know what a report is; the others know nothing of the house.
KNOW_REPORTS = {
    "catalogue",
    "export",
    "rebuild",
    "changes",
    "copies",
    "organs",
    "requisites",
    "web",
    "take",
}
STAGE = "pipelines.stages"
SCRAPY = {"scrapy", "twisted", "scrapy_playwright", "playwright"}


def _modules() -> Iterator[tuple[str, Path]]:
    for package in HOUSE:
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


@cache
def _graph() -> dict[str, frozenset[str]]:
    """Every module of the house with all it imports, imports inside functions too."""
    modules = dict(_modules())
    graph = {}
    for name, path in modules.items():
        imported = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{name}: write imports from the top"
                assert node.module
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                imported |= (inner & modules.keys()) or {node.module}
        graph[name] = frozenset(imported)
    return graph


def _house(name: str) -> frozenset[str]:
    return frozenset(m for m in _graph()[name] if m.split(".")[0] in HOUSE)


def test_the_graph_is_seen() -> None:
    assert "pipelines.tables" in _house("pipelines")
    assert "archive.catalogue" in _house(STAGE)
    assert len(_graph()) > 35


def test_no_cycle() -> None:
    graph = {name: _house(name) - {name} for name in _graph()}
    assert list(TopologicalSorter(graph).static_order())


def test_pipelines_know_nothing_of_the_house() -> None:
    for name in _graph():
        if name.startswith("pipelines") and name != STAGE:
            assert {m for m in _house(name) if not m.startswith("pipelines")} == set(), name


def test_nobody_imports_the_stage() -> None:
    assert [name for name in _graph() if STAGE in _house(name)] == []


def test_archive_knows_no_crawler() -> None:
    for name in _graph():
        if name.startswith("archive"):
            allowed = (
                ("archive", "pipelines") if name.split(".")[-1] in KNOW_REPORTS else ("archive",)
            )
            assert {m for m in _house(name) if m.split(".")[0] not in allowed} == set(), name


def test_crawler_knows_no_spider() -> None:
    for name in _graph():
        if name.startswith("crawler"):
            assert {m for m in _house(name) if m.startswith("spiders")} == set(), name


def test_scrapy_only_where_it_belongs() -> None:
    for name, imported in _graph().items():
        if not name.startswith(("crawler", "spiders")) and name != STAGE:
            assert {m for m in imported if m.split(".")[0] in SCRAPY} == set(), name
