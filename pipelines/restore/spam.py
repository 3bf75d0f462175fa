"""Advertisements that a mirror writes over words of the text.

Such mirrors put one phrase, the name of a casino or a betting site, for 关于
or for an organ's name. The phrase comes out. 关于 is put back where the words
behind it ask for it; an organ's name is not guessed. A real page may speak of
gambling: only names with the tail of an advertisement count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.restore.passage import Edit, Stage, spread

# Words one of which every advertisement holds; a page without them is not searched.
_SIGNS = (
    *("澳门", "葡京", "皇冠", "太阳城", "金沙", "永利", "威尼斯", "体育", "五大联赛", "世界杯"),
    *("欧洲杯", "娱乐", "博彩", "赌", "bet", "Bet", "BET"),
)
_CITY = r"新?葡京|皇冠|太阳城|金沙|永利|威尼斯人?|巴黎人|美高梅|新濠"
_PLAY = r"赌[场城]|娱乐[场城]?"
_NUMBERED = (
    r"[Bb](?:et|ET)\s?(?:365|36|188|88)|(?<!\d)(?:365|36|188|88)\s?[Bb](?:et|ET)(?![A-Za-z])"
)
_DIGITS = re.compile(r"\d*")
_NAMES = "|".join(
    (
        rf"澳门(?:{_CITY}|银河|{_PLAY})(?:{_PLAY})?",
        rf"(?:{_CITY})(?:{_PLAY}|体育|国际)",
        r"(?<!\d)\d{3}体育",
        r"(?:欧洲|世界)(?:五大联赛|杯)(?:买球|[下投]注|赌球|竞猜)?",
        r"(?:亚博|乐鱼|必威|万博|伟德|优德|沙巴)体育",
        r"真人娱乐|线上娱乐城?|网络?(?:赌博|博彩)",
        _NUMBERED,
    )
)
_TAIL = (
    r"(?:[-—–_]?【[^】\n]{2,14}】|[-—–_|]|官方?网站?|网[站址]|平台|入口|首页|登录|注册|[投下]注|开户|"
    r"娱乐|app|APP|下载)"
)
# A name alone may be meant. With a colon or an advertisement's tail, or of a kind that no text of
# an office holds (bet365), it is not.
_SPAM = re.compile(
    rf"(?:{_NAMES}){_TAIL}{{0,6}}\s?[:：]|(?:{_NAMES}){_TAIL}{{1,6}}|(?:{_NUMBERED})"
)
# 关于…的通知: what stands behind 关于 to the end of the name of a paper.
_PAPER = re.compile(
    r"[^《》。；;\n]{2,60}?的(?:实施|指导|补充|情况)?"
    r"(?:通知|通告|公告|意见|函|批复|请示|决定|报告|说明|方案|办法|公示|建议)"
)


def look(text: str, _characters: frozenset[str]) -> Stage | None:
    """The stage that takes advertisements out, where a page has one."""
    if not any(sign in text for sign in _SIGNS) or not _SPAM.search(text):
        return None
    return lambda passage: passage.edited(_out(passage.text))


def _out(text: str) -> Iterator[Edit]:
    for match in _SPAM.finditer(text):
        begin, end = match.span()
        paper = _PAPER.match(text, end)
        asked = paper is not None and "关于" not in paper[0]
        new = "关于" if asked else ""
        note = f"{match[0]} -> {new or '(taken out)'}"
        # Where a name ends in digits, those behind it may be the text's or its own.
        digits = _DIGITS.match(text, end)
        assert digits
        origin = (*spread(begin, end, len(new)), *range(*digits.span()))
        flags = ("spam_words", "guessed")
        yield Edit(begin, digits.end(), new + digits[0], flags, note, doubt=True, origin=origin)
