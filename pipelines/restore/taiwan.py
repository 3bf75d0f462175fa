"""Taiwan's words for those of the mainland, on pages that were rewritten by a table.

Most of these words are good on both sides (档案, 民众, 设定), so a page must
prove that it was rewritten: it writes the full set of Traditional characters,
which the other mirrors do not, it shows at least two of the words, and a word
is only turned back where the page never uses its twin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pipelines.restore.passage import Edit, Stage
from pipelines.restore.script import simplify

_FULL_SET = frozenset("於範係後採諮並託製週祕")
"""Characters that the table of the other mirrors never writes."""
_FEWEST = 2

# Taiwan's word: the mainland's. Simplified; an expression may say where a word is its own.
WORDS: dict[str, str] = {
    "资讯": "信息",
    "网路": "网络",
    "民众": "群众",
    r"档案(?![馆局室柜管卷查])": "文件",
    "设定": "设置",
    "软体": "软件",
    "硬体": "硬件",
    "资料库": "数据库",
    "程式": "程序",
    "影片": "视频",
    "品质": "质量",
    "线上": "在线",
    "列印": "打印",
    "伺服器": "服务器",
    "使用者": "用户",
    "登入": "登录",
    "连结": "链接",
    "数位": "数字",
    "讯息": "消息",
    "智慧型": "智能",
    "行动电话": "移动电话",
    "网际网路": "互联网",
    "部落格": "博客",
    "随身碟": "优盘",
    "预设": "默认",
    "互动式": "交互式",
}
"""Whoever adds a word: longer ones may stand anywhere, the longest is tried first."""
_PLAIN = re.compile(r"\(.*\)")


def look(text: str, characters: frozenset[str]) -> Stage | None:
    """The stage that turns words back, where a page was rewritten."""
    if len(_FULL_SET & characters) < _FEWEST:
        return None
    simplified = simplify(text)
    words = [
        (word, own)
        for word, own in WORDS.items()
        if own not in simplified and re.search(word, simplified)
    ]
    if len(words) < _FEWEST:
        return None
    words.sort(key=lambda pair: len(_PLAIN.sub("", pair[0])), reverse=True)
    expression = re.compile("|".join(word for word, _ in words))
    twins = {_PLAIN.sub("", word): own for word, own in words}
    return lambda passage: passage.edited(_back(passage.text, expression, twins.__getitem__))


def _back(text: str, expression: re.Pattern[str], twin: Callable[[str], str]) -> Iterator[Edit]:
    for match in expression.finditer(text):
        own = twin(match[0])
        note = f"{match[0]} -> {own}"
        flags = ("taiwan_words", "guessed")
        yield Edit(*match.span(), own, flags, note, doubt=True, many=True)
