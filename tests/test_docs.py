"""Generated pages are fresh, and what the README tells people to type exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs import DOCS, PAGES

ROOT = DOCS.parent


@pytest.mark.parametrize("name", PAGES)
def test_generated_page_is_fresh(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), f"docs/{name} is stale: run `make docs`"


@pytest.mark.parametrize("page", ["README.md", "README.zh.md", "CONTRIBUTING.md"])
def test_links_lead_to_files(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_both_readmes_show_the_same_commands() -> None:
    blocks = [
        re.findall(r"```(?:sh)?\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
        for page in ("README.md", "README.zh.md")
    ]
    commands = [
        [re.sub(r"\s*#.*", "", line) for block in found for line in block.splitlines()]
        for found in blocks
    ]
    assert commands[0] == commands[1]
    assert "make crawl" in commands[0]


def test_every_tracked_text_speaks_of_the_project_alone() -> None:
    """No folder of the machine it was written on; and the lock, which names no address at all."""
    forbidden = re.compile(rf"{re.escape(str(ROOT))}/|/(?:home|root|Users)/\w")
    texts = [
        path
        for pattern in ("*.md", "*.py", "*.toml", "*.lock", "Makefile", ".ci/run", "*.cfg")
        for path in ROOT.rglob(pattern)
        if not {".venv", ".git", "data"} & set(path.relative_to(ROOT).parts)
    ]
    assert len(texts) > 50
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")
    found = {
        str(path.relative_to(ROOT))
        for path in texts
        if path != Path(__file__) and forbidden.search(path.read_text(encoding="utf-8"))
    }
    assert found == set()
