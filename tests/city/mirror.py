"""A mirror of the city's pages: what hijackers of government sites do to a page, by family.

    copy = mirror(html, "T+P", seed=3)
    copy.body      # the damaged bytes, UTF-8
    copy.damage    # what was done: kind, before, after

The families are those seen in the wild. Each is a row of steps, and `strength`
(0 to 1) says how much of each: how many characters are marked, how many words
and paragraphs are touched. Marks go in as they do there, by replacing bytes of
GBK text wherever they match, and the text is decoded afterwards as Windows
does: a pair that is no character becomes one `?`. A page may be HTML or text.
"""

from __future__ import annotations

import dataclasses
import random
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import opencc
from pypinyin import Style, lazy_pinyin, pinyin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "S": ("host",),
    "T": ("host", "script"),
    "T+P": ("host", "script", "marks"),
    "S+K": ("host", "keyword"),
    "TW": ("host", "taiwan"),
    "PY": ("host", "spelt"),
    "T+J": ("host", "script", "junk"),
}
"""What each family of mirrors does, in order."""

MARKED = (
    "規發執態內調聯監現網據數務結關請復實強導進動質項會領嚴續機計業報對協問權設認轉準護構時"
    "堅臺責區費國統過當識無點應經補個優訓習環節鎮謹級標學預號運產庫誰穩細勢來達獻說濟儲測風險"
    "隊長萬績創礎揚場貿"
)
"""Characters that get a mark, the first ones on every page: 6 of them, up to all."""
FEWEST_MARKED = 6
KEPT = frozenset("于范布系后采咨并托制周秘核扎愿了征注准")
"""Characters that the mirrors' table leaves simplified."""
TABLE: Mapping[str, str] = {
    "复": "復",
    "覆": "復",
    "钟": "鐘",
    "为": "為",
    "众": "眾",
    "启": "啟",
    "台": "臺",
    "着": "著",
}
SPLITTERS = (b"\xa3\xa1", b"\xa1\xa3")
"""！ and 。, on which the bytes are cut before they are decoded."""
KEYWORDS = (
    "澳门太阳城赌城-【官网娱乐网站】:",
    "澳门皇冠:",
    "欧洲五大联赛:",
    "365bet官方网站-",
    "bet36",
    "188体育:",
)
TAIWAN: Mapping[str, str] = {
    "群众": "民众",
    "文件": "档案",
    "设置": "设定",
    "网络": "网路",
    "视频": "影片",
    "在线": "线上",
}
HOST = "www.yongheji.example"
_GOVERNMENT_HOST = re.compile(r"(?:[a-z0-9-]+\.)+gov\.cn")
_RUN = re.compile(r"(?:^|(?<=[>\n]))[^<>\n]+")
_BLOCK = re.compile(r"(?=<(?:p|table|h\d)\b)")
JUNK = ("dl", "center", "pre", "fieldset", "ol")
_ORGAN = re.compile(r"[\u4e00-\u9fff]{2,8}市[\u4e00-\u9fff]{2,10}(?:局|委员会|办公室)(?=20\d\d)")


@dataclasses.dataclass(frozen=True, slots=True)
class Damage:
    """One thing done to a page."""

    kind: str
    before: str
    after: str


@dataclasses.dataclass(frozen=True, slots=True)
class Mirrored:
    """A damaged page."""

    text: str
    damage: tuple[Damage, ...]

    @property
    def body(self) -> bytes:
        return self.text.encode()

    def kinds(self) -> frozenset[str]:
        return frozenset(damage.kind for damage in self.damage)


def mirror(page: str, family: str, seed: object, strength: float = 0.5) -> Mirrored:
    """The page as a mirror of `family` would serve it; the same seed gives the same damage."""
    draw = random.Random(f"{family}|{seed}")
    damage: list[Damage] = []
    for step in FAMILIES[family]:
        page = STEPS[step](page, draw, strength, damage)
    return Mirrored(page, tuple(damage))


def _host(page: str, draw: random.Random, strength: float, damage: list[Damage]) -> str:
    """The mirror's own host for the portal's: the one that the page names first."""
    found = _GOVERNMENT_HOST.search(page)
    if found is None:
        return page
    damage.append(Damage("host", found[0], HOST))
    return page.replace(found[0], HOST)


def _script(page: str, draw: random.Random, strength: float, damage: list[Damage]) -> str:
    turned = page.translate(traditional_table())
    if turned != page:
        damage.append(Damage("script", "", ""))
    return turned


@cache
def traditional_table() -> dict[int, str]:
    """Simplified to Traditional as the mirrors have it, a character for a character of GBK."""
    dictionary = Path(opencc.__file__).parent / "dictionary" / "STCharacters.txt"
    table = {}
    for line in dictionary.read_text("utf-8").splitlines():
        plain, _, forms = line.partition("\t")
        form = forms.split()[0]
        if plain not in KEPT and len(form.encode("gbk", "replace")) == 2:
            table[ord(plain)] = form
    return table | {ord(plain): form for plain, form in TABLE.items()}


def _marks(page: str, draw: random.Random, strength: float, damage: list[Damage]) -> str:
    count = FEWEST_MARKED + round(strength * (len(MARKED) - FEWEST_MARKED))
    body = page.replace("\xa0", " ").encode("gbk", "replace")
    for character in MARKED[:count]:
        pair = character.encode("gbk")
        mark = f"({reading(character)})".encode("gbk")
        if pair in body:
            body = body.replace(pair, pair + mark)
            damage.append(Damage("mark", character, mark.decode("gbk")))
    return decoded(body, damage)


def reading(character: str) -> str:
    """The first reading in the dictionary, whatever the context."""
    return str(pinyin(character, style=Style.TONE, heteronym=True)[0][0])


def decoded(body: bytes, damage: list[Damage]) -> str:
    """GBK bytes as Windows reads them, in the pieces that the splitters leave."""
    pieces: list[bytes] = [body]
    for splitter in SPLITTERS:
        pieces = [part for piece in pieces for part in _cut(piece, splitter)]
    return "".join(_lossy(piece, damage) for piece in pieces)


def _cut(piece: bytes, splitter: bytes) -> list[bytes]:
    if piece in SPLITTERS:
        return [piece]
    first, *others = piece.split(splitter)
    return [first, *(part for other in others for part in (splitter, other))]


def _lossy(piece: bytes, damage: list[Damage]) -> str:
    out: list[str] = []
    at = 0
    while at < len(piece):
        lead = piece[at]
        if lead < 0x80:
            out.append(chr(lead))
            at += 1
            continue
        pair = piece[at : at + 2]
        at += 2
        character = _character(pair)
        out.append(character or "?")
        if character is None:
            damage.append(Damage("bytes", pair.hex(), "?"))
    return "".join(out)


def _character(pair: bytes) -> str | None:
    try:
        character = pair.decode("gbk")
    except UnicodeDecodeError:
        return None
    return character if len(character) == 1 else None


def _keyword(page: str, draw: random.Random, strength: float, damage: list[Damage]) -> str:
    """One phrase of an advertisement for 关于, or for an organ's name at the year."""
    keyword = draw.choice(KEYWORDS)

    def put(match: re.Match[str]) -> str:
        if draw.random() > max(strength, 0.1):
            return match[0]
        damage.append(Damage("keyword", match[0], keyword))
        return keyword

    return re.sub(rf"关于|{_ORGAN.pattern}", put, page)


def _taiwan(page: str, draw: random.Random, strength: float, damage: list[Damage]) -> str:
    words = list(TAIWAN.items())[: max(3, round(strength * len(TAIWAN)))]
    for plain, word in words:
        if plain in page:
            damage.append(Damage("taiwan", plain, word))
            page = page.replace(plain, word)
    damage.append(Damage("script", "", ""))
    return str(opencc.OpenCC("s2tw").convert(page))


def _spelt(page: str, draw: random.Random, strength: float, damage: list[Damage]) -> str:
    """Whole paragraphs in pinyin."""
    toned = draw.random() < 0.5

    def spell(match: re.Match[str]) -> str:
        if len(re.findall(r"[\u4e00-\u9fff]", match[0])) < 12 or draw.random() > max(strength, 0.2):
            return match[0]
        words = lazy_pinyin(match[0], style=Style.TONE if toned else Style.NORMAL)
        damage.append(Damage("spelt", match[0], " ".join(words)))
        return " ".join(words)

    return _RUN.sub(spell, page)


def _junk(page: str, draw: random.Random, strength: float, damage: list[Damage]) -> str:
    """Empty elements with one random id between the blocks."""
    name = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=5))

    def put(_: re.Match[str]) -> str:
        if draw.random() > strength:
            return ""
        tag = draw.choice(JUNK)
        element = f'<{tag} id="{name}"></{tag}>'
        damage.append(Damage("junk", "", element))
        return element

    return _BLOCK.sub(put, page)


STEPS: Mapping[str, Callable[[str, random.Random, float, list[Damage]], str]] = {
    "host": _host,
    "script": _script,
    "marks": _marks,
    "keyword": _keyword,
    "taiwan": _taiwan,
    "spelt": _spelt,
    "junk": _junk,
}


def lose(page: str, seed: object, strength: float = 0.5) -> Mirrored:
    """Other losses, on top of a family: `·` and digits of dates that came out as `?`."""
    draw = random.Random(f"lost|{seed}")
    damage: list[Damage] = []

    def put(match: re.Match[str]) -> str:
        if draw.random() > strength:
            return match[0]
        damage.append(Damage("lost", match[0], "?"))
        return "?"

    page = re.sub(r"·|(?<=自)2(?=0\d\d年)|(?<=[年月])\d(?=\d?[月日])", put, page)
    return Mirrored(page, tuple(damage))
