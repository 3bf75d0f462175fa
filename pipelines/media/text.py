"""Plain text -> page: every line is a line, and nothing is a table yet."""

from __future__ import annotations

from pipelines.page import Article, Line, Page


def page(text: str, undecodable: int) -> Page:
    """Lines as they are; the article is every line that no table took."""
    lines = tuple(
        Line(line, path=f"line={number}".__str__, start=0)
        for number, line in enumerate(text.splitlines(), start=1)
    )
    return Page(
        lines=lines,
        grids=(),
        titles=(),
        meta={},
        article=lambda taken: Article(tuple(i for i in range(len(lines)) if i not in taken)),
        undecodable=undecodable,
    )
