"""Numbers in sentences: `1,300`, `1300余条`, `4.5万`, `四次`, `93.5%`, and what each bound says.

Only numbers that count something are quantities: a number with a measure word
behind it, or a percentage. Years, dates, times, document numbers, addresses,
list ordinals, and numbers inside titles and quoted names are none.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from decimal import Decimal

from pipelines.report import Number, Qualifier

# Full-width digits and signs for their ASCII twins, one character for one.
_HALF = str.maketrans("０１２３４５６７８９．％＋", "0123456789.%+")
_FULL_WIDTH = re.compile("[０-９．％＋]")

# Measure words, each with what may not follow it (3个月 is no count, 统一部署 no 一部).
_MEASURES: tuple[tuple[str, str], ...] = (
    (
        "人次|个次|场次|批次|件次|篇次|条次|项次|家次|户次|期次|个百分点|国语言|种语言|个方面|个部分|部分|亿元|万元|元",
        "",
    ),
    ("个", "月|工作日|小时|自然日|半|体|人|性|别"),
    ("件", "套|数"),
    ("条", "例|件|款|块|线|幅"),
    ("篇", "幅|章"),
    ("期", "间|限|刊|满|望"),
    ("场", "所|景|地|馆|合"),
    ("次", "日|年|序|数|月|生|要|级"),
    ("起", "诉|草|步|止|至|点|来|到|施"),
    ("部", "门|分|署|委|长|级|属|队|局|件"),
    ("份", "额"),
    ("家", "庭|长|属"),
    ("名", "单|录|称|额|义|优|列"),
    ("人", "民|大|社|员|力|事|才|均|口|文|工"),
    ("项", "目"),
    ("处", "室|理|置|罚|长|级|于"),
    ("类", "似|型|推"),
    ("种", "植|类"),
    ("批", "准|复|示|评"),
    ("通", "过|知|报|道|告|信|讯|用|俗|畅"),
    ("例", "会|行|如|外"),
    ("笔", "记|试"),
    ("位", "置|于|列"),
    ("轮", "换|岗|训|流"),
    ("张", "贴"),
    ("页", "面|岩"),
    ("宗|封|户|幅|册|套(?!班子)|则|款(?=项)|方面|块(?=[^钱])", ""),
)
_UNIT = "|".join(
    f"(?:{words})(?!{after})" if after else f"(?:{words})" for words, after in _MEASURES
)
UNIT_ALONE = re.compile(rf"\s*(?:{_UNIT})(?=[,，。;；、:：)）])")
"""A line that begins with a measure word: its number stands at the end of the line before."""
_BEFORE = (
    "大约|将近|接近|近|约|超过|超|逾|突破|不足|不到|至少|不少于|不低于|最多|至多|不超过|高达|多达"
)
_MORE = r"余|多|来|\+"
_DIGITS = (
    r"\d{1,3}(?:[,，]\d{3})+(?![\d,，])(?:\.\d+)?|(?<!\d\s)[1-9]\d{0,2}(?:[ \xa0]\d{3})+(?!\d)|"
    r"\d+(?:\.\d+)?"
)
_GROUPED = re.compile(r"[,，\s]")
"""What stands between thousands."""
_CHINESE = "(?:[一二两三四五六七八九十][一二三四五六七八九十百千万零〇]*|[百千](?=[余多]))"
_QUANTITY = re.compile(
    rf"""
    (?:(?P<before>{_BEFORE})\s*)?
    (?:
      (?<![\d.A-Za-z第〔\[+×-])(?P<digits>{_DIGITS})
      (?:\s*(?:-|—|–|～|~|至|到)\s*(?P<to>{_DIGITS}))?
      \s*(?P<more>{_MORE})?\s*(?P<scale>[百千万亿](?!元))?\s*
      (?:(?<=[万亿])(?P<rest>\d)(?P<rest_scale>[百千万]))?(?P<more2>{_MORE})?\s*
      (?:(?P<percent>%)|(?P<unit>{_UNIT})|(?P<bare>(?<=[万亿余多+])(?=[,，。;；、)）]|$)))
    | 百分之(?P<hundredths>百|{_CHINESE}|\d+(?:\.\d+)?)
    | (?:(?<=[为是])\s?[0零]|(?<![一二三四五六七八九十百千万])零(?P<none_of>件|起|宗|次|份|元))
      (?=[\s,，。;；、)）]|$)
    | 连续第?(?P<years>\d{{1,2}}|{_CHINESE})年
    | (?P<chinese>(?<![第每前后这那几数一二两三四五六七八九十百千万零〇])(?:{_CHINESE}))
      (?P<cmore>余|多|来)?
      (?P<cunit>人次|场次|国语言|种语言|个方面|个部分|部分|{_UNIT})
    )
    (?P<after>以上|左右|上下|以内|以下|有余|余(?!下|额)|多(?=[,，。;；、)）]|$))?
    """,
    re.VERBOSE,
)
# What a quantity begins with: a search for one character is many times faster.
_BEGINS = re.compile(r"[0-9一二两三四五六七八九十百千零大将接近约超逾突不至最高多连]")
# No quantity stands in a title, a document number or a quoted name.
_NAMES = re.compile(r"《[^《》]*》|〔[^〔〕]*〕|[“「『][^“”。]{0,40}?[”」』]|‘[^‘’。]{0,40}’")
_STRAIGHT = re.compile(r'"[^"。，,]{1,20}"')
_AFTER_NUMBER = re.compile(r"[A-Za-z]")
# 一 counts only behind a verb of doing or where the clause ends; else it is grammar (新一轮).
_DONE = re.compile(
    r"(?:开展|组织|举办|召开|进行|举行|发布|公布|制定|出台|收到|受理|接到|答复|办理|办结|印发|新增|设立|建成|"
    r"公开|发生|产生|完成|编制|共|计|了)$"
)
_NOT_ONE = re.compile(r"[统同每任逐单唯新进另某各这那哪之万专不跑]$")
_CLAUSE_END = re.compile(r"\s*(?:[,，。;；、)）]|$)")
# What 个 counts when the number is in characters: 两个维护 and its like are no counts.
_THINGS = re.compile(
    r"部门|单位|镇|乡|街道|村|社区|县|区|市|网站|账号|平台|栏目|专栏|专区|窗口|小组|科室|处室|系统|"
    r"行业|领域|类别|渠道|项目|事项|案例|政务"
)
# 以下三个方面 announces what is said next.
_ANNOUNCED = re.compile(
    r"(?:以下|如下|下列|下面|下述|上述)[^,，。;；]{0,4}$|主要(?:有|从|做好|体现在?|表现在?)$"
)
# 十届三次会议 is an ordinal.
_SITTING = re.compile(r"届[^,，。]{0,8}$")
# 每月1期 is a rhythm, no count.
_RHYTHM = re.compile(r"每(?:半?年|个?月|季度?|两?周|日|天|次|期)[^,，。;；]{0,10}$")
# 未发生一起: not even one; what there was none of is a zero in words.
_NOT_EVEN = re.compile(r"(?:未|没有|无)(?:发生|出现|发现|收到|接到|产生|有|过)*$")
_VALUE = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALE = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_BOUND: dict[str, Qualifier] = {
    **dict.fromkeys(("近", "约", "大约", "将近", "接近", "左右", "上下", "来"), "approx"),
    **dict.fromkeys(("不足", "不到", "最多", "至多", "不超过", "以内", "以下"), "le"),
    **dict.fromkeys(("超过", "超", "逾", "突破", "至少", "不少于", "不低于"), "ge"),
    **dict.fromkeys(("余", "多", "+", "以上", "有余"), "ge"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Quantity:
    """A number that counts something, and the characters it is written with."""

    begin: int
    end: int
    value: Number
    unit: str
    """Measure word as printed; `%` for percentages, `年` for years in a row; empty when none is."""
    qualifier: Qualifier
    highest: Number | None = None
    """The upper end of a range; `value` is the lower."""


def quantities(text: str) -> Iterator[Quantity]:
    """The quantities of a passage, in order."""
    plain = text.translate(_HALF) if _FULL_WIDTH.search(text) else text
    names = [m.span() for m in _NAMES.finditer(plain)]
    if '"' in plain:
        names.extend(m.span() for m in _STRAIGHT.finditer(plain))
    position = 0
    while begin := _BEGINS.search(plain, position):
        match = _QUANTITY.match(plain, begin.start())
        if match is None:
            position = begin.end()
            continue
        position = match.end()
        if any(a < match.end() and match.start() < b for a, b in names):
            continue
        found = _quantity(match, plain)
        if found is not None:
            yield found


def _quantity(match: re.Match[str], plain: str) -> Quantity | None:
    part = match.groupdict()
    marks = [part[name] for name in ("before", "more", "more2", "cmore", "after")]
    qualifier: Qualifier = next((_BOUND[m] for m in marks if m in _BOUND), "exact")
    highest: Number | None = None
    value: Number | None
    if part["digits"]:
        scale = _SCALE.get(part["scale"] or "", 1)
        exact = _exact(part["digits"]) * scale
        if part["rest"]:
            exact += int(part["rest"]) * _SCALE[part["rest_scale"]]
        value = _plain(exact)
        unit = "%" if part["percent"] else part["unit"] or ""
        if part["to"]:
            highest = _plain(_exact(part["to"]) * scale)
            if highest <= value:
                return None
            qualifier = "ge"
    elif part["hundredths"]:
        written = part["hundredths"]
        if written == "百":
            value = 100
        else:
            value = _plain(Decimal(written)) if written[0].isdigit() else chinese(written)
        unit = "%"
    elif part["years"]:
        written = part["years"]
        value = int(written) if written.isdigit() else chinese(written)
        unit = "年"
    elif not part["chinese"]:
        value, unit = 0, part["none_of"] or ""
    else:
        written = part["chinese"]
        # 百余条 is more than one hundred.
        value, unit = _SCALE.get(written) or chinese(written), part["cunit"]
        if not _counts(part["chinese"], unit, plain, match):
            return None
    if value is None:
        return None
    if _RHYTHM.search(plain, max(0, match.start() - 16), match.start()):
        return None
    if unit in ("名", "位") and plain[match.start() - 1 : match.start()] == "前":
        return None
    if value == 1 and _NOT_EVEN.search(plain, max(0, match.start() - 8), match.start()):
        return None
    if unit in ("个方面", "方面", "个部分", "项") and _ANNOUNCED.search(plain, 0, match.start()):
        return None
    if unit in ("国语言", "种语言"):
        unit = "语言"
    return Quantity(match.start(), match.end(), value, unit, qualifier, highest)


def _counts(written: str, unit: str, plain: str, match: re.Match[str]) -> bool:
    """Whether a number in characters counts something where it stands."""
    ends = _CLAUSE_END.match(plain, match.end()) is not None
    before = plain[max(0, match.start() - 4) : match.start()]
    if written == "一":
        if _NOT_ONE.search(before):
            return False
        return bool(_DONE.search(before)) or (ends and unit != "个" and bool(before.strip()))
    if unit == "次" and _SITTING.search(plain, max(0, match.start() - 10), match.start()):
        return False
    if unit == "个":
        return ends or _THINGS.match(plain, match.end()) is not None
    return ends or unit not in ("人", "类", "种")


def chinese(written: str) -> int | None:
    """The value of a number in characters below 100 million; None when it is none (百, 三二)."""
    high, sign, low = written.rpartition("万")
    if sign:
        above = chinese(high)
        below = chinese(low.lstrip("零〇")) if low else 0
        return None if above is None or below is None else above * 10_000 + below
    total, digit, last = 0, None, 10_000
    for index, character in enumerate(written):
        if character in _VALUE:
            if digit:
                return None
            digit = _VALUE[character]
        else:
            scale = _SCALE.get(character, 0)
            if not scale or scale >= last or (digit is None and (index or scale > 10)):
                return None
            total += (1 if digit is None else digit) * scale
            digit, last = None, scale
    return total + (digit or 0) if written else None


def _exact(written: str) -> Decimal:
    return Decimal(_GROUPED.sub("", written))


def _plain(exact: Decimal) -> Number:
    return int(exact) if exact == exact.to_integral_value() else float(exact)
