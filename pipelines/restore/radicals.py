"""Radicals for characters: the fonts of some PDF files write ⼈ and ⻓ where 人 and 长 are meant.

They look the same and are other characters. Unicode says of most which character
is meant; of the simplified ones among the supplement it does not.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from pipelines.restore.passage import Edit, Passage, Stage

_FORMS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
_SUPPLEMENT = dict(
    zip(
        "⺁⺇⺋⺌⺗⺙⺝⺟⺠⺡⺢⺣⺦⺩⺪⺫⺬⺭⺮⺯⺰⺱⺳⺶⺷⺸⺹⺼⺾⻀⻁⻂⻃⻄⻅⻆⻈⻉⻊⻋⻌⻍⻐⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰",
        "厂几㔾小心攵月母民氵氺灬丬王疋目示礻竹糸纟罒罓羊羊羊老月艹艹虎衤覀西见角讠贝足车辶辶钅镸长门阝雨青韦页风飞食饣饣马骨鬼鱼鸟卤麦黄黾齐齐齿齿龙龙",
        strict=True,
    )
)


def look(text: str, _characters: frozenset[str]) -> Stage | None:
    """The stage that puts the characters back, where a page shows their forms."""
    return _turned if _FORMS.search(text) else None


def _turned(passage: Passage) -> Passage:
    return passage.edited(
        Edit(form.start(), form.end(), meant(form[0]), ("radical_forms",), many=True)
        for form in _FORMS.finditer(passage.text)
        if meant(form[0]) != form[0]
    )


@cache
def meant(form: str) -> str:
    """The character that one of these forms stands for; itself when none is known."""
    return _SUPPLEMENT.get(form, unicodedata.normalize("NFKC", form))
