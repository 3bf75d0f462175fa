"""Which report this is: organ, region, level, scope, year, dates, contacts, host.

Each answer comes from the strongest place that gives one; a second place that
says otherwise leaves a flag. The order of places is written down in tables.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from urllib.parse import urlsplit

from pipelines import codes, dates, organs, regions, register
from pipelines.document import Document
from pipelines.page import Page
from pipelines.report import Flag, HostClass, Level, OrganKind, Scope
from pipelines.restore.script import simplify

TITLE = re.compile(
    r"政?府?信息?公开(?:工作)?(?:年度)?(?:工作)?(?:报告|年报|年度报)|年度政府信息公开|(?:政府)?信息公开.{0,6}20\d\d年度报告"
)
"""What the title of a report says, whatever stands around it."""

_YEAR = re.compile(r"(20\d\d)\s*年?度?")
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE_YEAR = re.compile(r"二[〇○零][一二三四五六七八九〇○零]{2}(?=年)")
_PERIOD = re.compile(r"统计(?:期限|时限|时间|周期|范围)?.{0,12}?(20\d\d)年1?月?1?日?")
_NOT_ORGAN = re.compile(
    r"^(?:关于|印发|公布|发布|转发|《|【)+|^(?:20\d\d|二[〇○零]..)年?度?|年度$|[》】（(].*$|(?:关于|的|发布|公布|公开)$|[:：]$"
)
_YEAR_BEHIND = re.compile(r"(?:20\d\d|二[〇○零]..)\s*年?\s*(?:度)?$")
# Where an organ names itself in running text, strongest first.
_NAMED = (
    re.compile(r"(?:由|为)([\u4e00-\u9fff]{4,40}?)(?:根据|按照|编制|组织编制|汇总)"),
    re.compile(r"(?:请|可)(?:直接)?(?:与|向|同|致电|联系)([\u4e00-\u9fff]{4,40})"),
    re.compile(r"(?:现)?(?:将|公布|发布|向社会公布)([\u4e00-\u9fff]{4,40}?)20\d\d年"),
    re.compile(r"20\d\d年(?:度)?[,，]?([\u4e00-\u9fff]{4,40})"),
)
_PUBLISHER = re.compile(
    r"(?:发布机构|发文机关|发布单位|信息来源|文章来源|来源|公开机构|索引机构)\s*[:：]?\s*([\u4e00-\u9fff]{4,40})?"
)
_AGGREGATE = re.compile(r"(?:汇总|综合).{0,60}?(?:单位|部门|县|区|镇|街道)")
_REGION_ALONE = re.compile(r"[省市县区旗州盟]$")
_TOWN = re.compile(r"(?:镇|乡|街道)(?:人民政府|办事处)?$")
_WHOLE_TITLE = re.compile(
    r"[^,，。;；:：]*公开[^,，。;；:：]*(?:报告|年报)(?:[（(][^,，。]*[）)])?"
)
_CONTACTS: Mapping[str, re.Pattern[str]] = {
    "address": re.compile(r"地址\s*[:：为]\s*([^;；。)）\n]{4,60})"),
    "postcode": re.compile(r"(?:邮编|邮政编码)\s*[:：为]?\s*(\d{6})(?!\d)"),
    "phone": re.compile(
        r"(?:电话|联系电话)\s*(?:号码)?\s*[:：为]?\s*((?:0\d{2,3}[-—–－ ]?)?\d{7,8})(?!\d)"
    ),
    "fax": re.compile(r"传真\s*(?:号码)?\s*[:：为]?\s*((?:0\d{2,3}[-—–－ ]?)?\d{7,8})(?!\d)"),
    "email": re.compile(
        r"(?:邮箱|邮件|[Ee]-?mail)[^:：@]{0,6}[:：为]?\s*([\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    ),
}
_APPENDED = re.compile(r"\s*[_|｜]\s*|\s+-\s+|-(?=[\u4e00-\u9fff]+(?:-[\u4e00-\u9fff]+)*$)")
_GOVERNMENT_HOSTS = (".gov.cn", ".gov")
_NOT_A_REPORT = re.compile(
    r"通知|说明|公布情况|部署会|召开|格式|指南|要点|总结|政府工作报告|法治政府|绩效|自查|制度$"
)
_LONG_LINE = 300
_SECTIONS_THAT_PROVE = 3
# A list of reports carries the same words in its title, but no sentences.
_SENTENCES_OF_PROSE = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Identity:
    """Who reports on which year, and when it was made known."""

    organ: str | None
    organ_id: str | None
    organ_kind: OrganKind | None
    organ_code: str | None
    region_code: str | None
    level: Level
    scope: Scope
    year: int | None
    title: str | None
    published: str | None
    published_from: str | None
    dates: Mapping[str, str]
    signed: str | None
    contacts: Mapping[str, str]
    host_class: HostClass
    flags: tuple[Flag, ...]


def identify(document: Document, page: Page, article: Sequence[str]) -> Identity:
    """Tell the identity of a report from its page and the lines of its article."""
    known = document.known
    lines = [line.text for line in page.lines]
    flags: list[Flag] = []
    found = dates.published(dict(page.meta), lines, known.date, document.url)
    candidates: dict[str, str] = {}
    for date, source in found:
        candidates.setdefault(source, date)
    signed = dates.signed(article)
    if signed is not None:
        candidates["signed"] = signed
    published_from, published = next(iter(candidates.items()), (None, None))
    title = _title(page, article, known.title)
    text = "\n".join(article)
    year = _year(title, text, document.url, published, flags)
    organ = _organ(title, page, lines, article, document, year, flags)
    region = _region(organ, year, page, known.region_code, flags)
    registered = register.find(organ, region, year) if organ else None
    if organ is None:
        flags.append(Flag("organ_unknown", "", "no place on the page names the organ"))
    host_class = _host_class(document.url)
    if host_class not in ("gov", "unknown"):
        flags.append(Flag("host_mirror", "", urlsplit(document.url).hostname or ""))
    return Identity(
        organ=organ,
        organ_id=registered.id if registered else None,
        organ_kind=registered.kind if registered else register.kind(organ or ""),
        organ_code=codes.organ_code(_index_numbers(lines, document.url)),
        region_code=region,
        level="township" if organ and _TOWN.search(organ) else regions.level(region),
        scope=_scope(organ, text, published),
        year=year,
        title=title,
        published=published,
        published_from=published_from,
        dates=candidates,
        signed=signed,
        contacts=_contacts(text),
        host_class=host_class,
        flags=tuple(flags),
    )


def unknown(document: Document) -> Identity:
    """The identity of a document that holds no page: what its address says, and nothing else."""
    return Identity(
        organ=None,
        organ_id=None,
        organ_kind=None,
        organ_code=None,
        region_code=None,
        level="unknown",
        scope="unknown",
        year=None,
        title=None,
        published=None,
        published_from=None,
        dates={},
        signed=None,
        contacts={},
        host_class=_host_class(document.url),
        flags=(),
    )


def is_report(title: str | None, text: str, sections: int, cells: int) -> bool:
    """Whether a page is an annual report: by its tables, its sections, or title and prose."""
    if cells or sections >= _SECTIONS_THAT_PROVE:
        return True
    named = title is not None and TITLE.search(title) and not _NOT_A_REPORT.search(title)
    return bool(named) and text.count("。") >= _SENTENCES_OF_PROSE


def _title(page: Page, article: Sequence[str], row_title: str) -> str | None:
    first_lines = [line.strip(" |") for line in article[:8] if len(line) < 2000]
    short = [line for line in first_lines if len(line) <= 60]
    # What a list of a mirror printed has not been restored with the page.
    for title in (*page.titles, *_whole_titles(short), *short, simplify(row_title)):
        if TITLE.search(title):
            return _bare_title(title)
    # Neither the page's title nor its article: what alone on the page reads like one.
    short = [text for line in page.lines if _YEAR.search(text := line.text[:60].strip(" |"))]
    alone = set(filter(_WHOLE_TITLE.fullmatch, short))
    if len(alone) == 1:
        return _bare_title(alone.pop())
    return _bare_title(page.titles[0]) if page.titles else (row_title or None)


def _whole_titles(lines: Sequence[str]) -> Iterator[str]:
    """Titles among the first lines of a text, where the paper's width has cut them."""
    for count in (1, 2, 3):
        for start in range(len(lines)):
            title = "".join(lines[start : start + count])
            if not _WHOLE_TITLE.fullmatch(title) or (count > 1 and not _YEAR.search(lines[start])):
                continue
            organ = lines[start - 1] if start and _organ_in_title(title) is None else ""
            yield (organ if organs.cut(organ) == organ else "") + title


def _bare_title(title: str) -> str:
    """Without the names of column and site that templates append."""
    pieces = [piece.strip() for piece in _APPENDED.split(title.strip())]
    named = next((piece for piece in pieces if TITLE.search(piece)), pieces[0])
    quoted = re.fullmatch(r"《([^《》]+)》", named)
    return quoted[1] if quoted else named


def _year(
    title: str | None, text: str, url: str, published: str | None, flags: list[Flag]
) -> int | None:
    digits = _CHINESE_YEAR.sub(lambda m: m[0].translate(_CHINESE_DIGITS), title or "")
    period = _PERIOD.search(text)
    in_title = _YEAR.search(digits)
    in_url = re.search(r"fbtime=(20\d\d)", url)
    head = re.search(r"(20\d\d)年?度?政府信息公开", text[:600])
    found = [
        (source, int(match[1]))
        for source, match in (
            ("the statistics period", period),
            ("the title", in_title),
            ("the address", in_url),
            ("the first paragraph", head),
        )
        if match
    ]
    if not found and published:
        found = [("the year before publication", int(published[:4]) - 1)]
    if not found:
        flags.append(Flag("year_unknown", "", "no statistics period, title or date names a year"))
        return None
    others = [f"{source} says {year}" for source, year in found[1:] if year != found[0][1]]
    if others:
        note = f"{found[0][0]} says {found[0][1]}, {', '.join(others)}"
        flags.append(Flag("year_conflict", "", note))
    return found[0][1]


def _organ(
    title: str | None,
    page: Page,
    lines: Sequence[str],
    article: Sequence[str],
    document: Document,
    year: int | None,
    flags: list[Flag],
) -> str | None:
    """The organ's full name: as the title has it, completed from where it is written out."""
    city, near = document.known.city, document.known.region_code
    titled = _organ_in_title(title)
    as_printed = list(_written_out(page, lines, article, near))
    written = [organs.full(name, near) for name in as_printed]
    if titled is None:
        return written[0] if written else None
    printed = titled
    if not organs.has_region(titled, near):
        for name in written:
            if organs.stands_for(titled, name):
                return name
        if not city:
            return titled
        titled = organs.beside(titled, city, near)
    whole = organs.full(titled, near, year)
    if _REGION_ALONE.search(titled):
        return whole
    # The page may write out what the title shortens: the same characters, more of them.
    longer = [name for name in written if organs.stands_for(titled, name)]
    if longer and not longer[0].startswith(whole):
        return longer[0]
    if whole in as_printed:
        return whole
    meant = organs.meanings(titled, near, year)
    mended = None if meant else organs.mended(whole, near)
    own = printed.removeprefix(city[-1:])
    added = printed != titled
    if mended or len(meant) > 1 or (added and not (meant and titled.endswith(own))):
        others = f", or {'、'.join(meant[1:])}" if len(meant) > 1 else ""
        whole = mended or whole
        flags.append(Flag("organ_guessed", "", f"{printed!r} is taken for {whole}{others}"))
    return whole


def _region(
    organ: str | None, year: int | None, page: Page, near: str, flags: list[Flag]
) -> str | None:
    """The code that the organ's region carried in the report year.

    A region that the year does not know by this name or code is kept, with a flag.
    """
    code, length = regions.locate(organ or "", year, near)
    named, longer = regions.locate(organ or "", None, near)
    if code is None or length < longer:
        site = regions.code_of_site(page.meta.get("siteidcode", ""))
        listed = register.find(organ, None, year) if organ else None
        today = named or (listed.region_code if listed else site) or near or None
        code = regions.in_year(today, year) if today else None
        if today and code is None:
            flags.append(Flag("region_not_then", "", f"{today} was not in use in {year}"))
            code = today
    if code is None:
        flags.append(
            Flag("region_unknown", "", f"no region in {organ!r}, none known of the portal")
        )
    return code


def _organ_in_title(title: str | None) -> str | None:
    if title is None:
        return None
    name = TITLE.split(title, maxsplit=1)[0] if TITLE.search(title) else ""
    previous = None
    while name != previous:
        previous, name = name, _NOT_ORGAN.sub("", name.strip(" 　\xa0,，、"))
        name = _YEAR_BEHIND.sub("", name)
    return name if len(name) >= 2 else None


def _written_out(
    page: Page, lines: Sequence[str], article: Sequence[str], near: str
) -> Iterator[str]:
    """Names, as printed, from the places where an organ names itself, strongest first."""
    source = page.meta.get("contentsource", "")
    publishers = [source] if source else []
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        found = _PUBLISHER.search(line) if len(line) < _LONG_LINE else None
        if found:
            publishers.append(found[1] or following.strip())
    article = [line for line in article if line.strip(" |") not in page.titles]
    tail = [line.strip(" |") for line in article[-6:]]
    signatures = [re.split(r"[\s\d二]", line, maxsplit=1)[0] for line in tail]
    body = "\n".join(article)
    named = [match[1] for pattern in _NAMED for match in pattern.finditer(body)]
    for name in (*named[:1], *publishers, *signatures, *named[1:]):
        organ = organs.cut(name, near=near)
        if organ is not None:
            yield organ


def _index_numbers(lines: Sequence[str], url: str) -> Iterator[str]:
    """Where an organisation code may stand: behind 索引号, and in the address."""
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        if "索引号" in line and len(line) < _LONG_LINE:
            yield from (line, following)
    yield url


def _scope(organ: str | None, text: str, published: str | None) -> Scope:
    """A government's own report covers the whole region; an office's covers the office."""
    if organ is None:
        return "unknown"
    if not organs.is_government(organ) or _TOWN.search(organ):
        return "organ_own"
    in_season = published is None or published[5:7] in ("02", "03")
    return "government_aggregate" if in_season or _AGGREGATE.search(text[:1500]) else "organ_own"


def _contacts(text: str) -> dict[str, str]:
    found = {name: pattern.search(text) for name, pattern in _CONTACTS.items()}
    return {name: match[1].strip() for name, match in found.items() if match}


def _host_class(url: str) -> HostClass:
    host = urlsplit(url).hostname
    if not host:
        return "unknown"
    return "gov" if host.endswith(_GOVERNMENT_HOSTS) else "mirror"
