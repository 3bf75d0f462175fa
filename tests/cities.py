"""The spiders as they are written: their facts, and how their comments say that each is known."""

from __future__ import annotations

import ast
import dataclasses
import io
import re
import tokenize
from collections.abc import Mapping
from pathlib import Path

from crawler.portal import Portal
from tests.city.standin import spider

SPIDERS = Path(__file__).parent.parent / "spiders"
NO_CITIES = {"__init__", "portal"}
KNOWN = re.compile(r"(GB/T 2260|seen\b|inferred\b)")
"""How a comment on a fact begins: from the standard, from a public page, or from the system."""


@dataclasses.dataclass(frozen=True)
class Sheet:
    """One spider's file."""

    name: str
    portal: type[Portal]
    code_lines: int
    """Lines that are not blank, comment or docstring."""
    known: Mapping[str, str]
    """Every fact that is declared, and its comment."""

    def inferred(self) -> Mapping[str, str]:
        """Of which facts something is inferred, and what."""
        said = {fact: words.partition("inferred")[2] for fact, words in self.known.items()}
        return {fact: words.lstrip(": ") for fact, words in said.items() if words}


def sheets() -> list[Sheet]:
    """Every city's, by region."""
    names = {path.stem for path in SPIDERS.glob("*.py")} - NO_CITIES
    found = [sheet(spider(name), (SPIDERS / f"{name}.py").read_text("utf-8")) for name in names]
    return sorted(found, key=lambda one: one.portal.region_code)


def sheet(portal: type[Portal], source: str) -> Sheet:
    """A spider as its source has it."""
    tree = ast.parse(source)
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    lines = source.splitlines()
    code = {n for n, line in enumerate(lines, 1) if line.strip() and line.strip()[0] != "#"}
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef)) and ast.get_docstring(node):
            code -= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
        if isinstance(node, ast.ClassDef):
            for fact in node.body:
                if isinstance(fact, ast.Assign) and isinstance(fact.targets[0], ast.Name):
                    known[fact.targets[0].id] = _comment(fact, comments, lines)
    return Sheet(portal.name, portal, len(code), known)


def _comment(fact: ast.Assign, comments: Mapping[int, str], lines: list[str]) -> str:
    """The comment in the fact's lines, or in those right above it; empty when there is none."""
    above = fact.lineno - 1
    while above and lines[above - 1].lstrip().startswith("#"):
        above -= 1
    at = range(above + 1, (fact.end_lineno or fact.lineno) + 1)
    return " ".join(comments[line] for line in at if line in comments)
