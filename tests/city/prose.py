"""The words of a report: its parts in order, with made-up sentences around the tables.

No sentence is taken from a real report. What a sentence says of a figure in the
tables is what the table prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from tests.city.dress import Dress
    from tests.city.forms import Form
    from tests.city.truth import TrueReport

Part = tuple[Literal["heading", "paragraph", "signature", "t2", "t3", "t4"], str]
Sentence = tuple[str, tuple[tuple[int, int], ...]]
"""A sentence with gaps, and the range of the number in each gap."""

HEADINGS: dict[Form, tuple[str, ...]] = {
    "form_2021": (
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ),
    "form_2019": (
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "五、政府信息公开工作存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ),
}
ODD_HEADINGS = (
    "一、信息公开工作总体情况",
    "二、公开的主要内容",
    "三、收到和处理政府信息公开申请情况",
    "四、因政府信息公开申请行政复议、提起行政诉讼的情况",
    "五、存在的主要问题及改进情况",
    "六、其他事项",
)
SUFFIXES = ("", "（表一）", "（表二）", "（表三）", "", "")

DISCLOSURE: tuple[Sentence, ...] = (
    (
        "全年在门户网站发布各类政务信息{}条，在“澄川发布”新媒体发布{}条。",
        ((80, 2400), (20, 900)),
    ),
    ("聚焦群众办事，更新办事指南{}份，制作流程图{}张。", ((3, 60), (2, 40))),
    ("围绕年度重点任务，公开项目进展{}次，同步附上联系电话和办理窗口。", ((4, 48),)),
    ("组织新闻发布会{}场，参加在线访谈{}期。", ((1, 30), (1, 24))),
    ("编写政策解读材料{}篇，其中图文解读{}篇。", ((21, 60), (1, 20))),
    ("财政预决算信息按期公开，随文附名词解释{}条。", ((6, 25),)),
    ("梳理本领域公开事项{}项，逐项明确公开时限和责任科室。", ((12, 160),)),
)
ON_REQUEST: tuple[Sentence, ...] = (
    ("重新编排了申请办理的接收、登记、审核、答复四个环节，平均办理时间缩短{}天。", ((1, 6),)),
    ("对疑难申请逐件会商，全年会商{}次。", ((1, 20),)),
    ("公开指南中的受理渠道核对更新{}次。", ((1, 4),)),
    ("答复文书统一编号、统一格式，事后抽查{}份，未见差错。", ((3, 40),)),
)
MANAGEMENT: tuple[Sentence, ...] = (
    ("对历年文件开展清理，标注失效文件{}件。", ((1, 50),)),
    ("信息发布前由拟稿、科室、分管三级审看，退回修改{}条。", ((1, 60),)),
    ("将{}份旧文件转为可检索的文本格式。", ((10, 300),)),
    ("建立信息更新台账，按月核对栏目{}个。", ((6, 40),)),
)
PLATFORM: tuple[Sentence, ...] = (
    ("网站公开专栏改版，合并重复栏目{}个。", ((1, 12),)),
    ("在服务大厅设置公开查阅点{}处，接待查阅群众{}人次。", ((1, 9), (20, 1500))),
    ("新媒体账号保留{}个，注销长期不更新的账号{}个。", ((1, 12), (1, 5))),
    ("检查网站链接{}条，修复打不开的页面{}个。", ((300, 9000), (1, 40))),
)
OVERSIGHT: tuple[Sentence, ...] = (
    ("开展业务培训{}次，参训{}人次。", ((1, 8), (20, 400))),
    ("公开工作列入科室年度评分，占{}分。", ((2, 8),)),
    ("全年未发生因公开不当被追究责任的情形。", ()),
    ("邀请{}位群众代表评议栏目内容，采纳建议{}条。", ((5, 40), (1, 5))),
)
PROBLEMS: tuple[Sentence, ...] = (
    ("一是部分信息发布后更新不够及时。", ()),
    ("一是政策解读的形式偏少，文字偏长。", ()),
    ("一是基层办理人员更换较多，业务还不够熟。", ()),
    ("一是网站栏目之间有重复，群众查找不便。", ()),
)
REMEDIES: tuple[Sentence, ...] = (
    ("针对以上不足，我们把更新要求写进科室职责，每季度检查一次。", ()),
    ("下一步将增加图表和短视频，让材料好懂、好找、好用。", ()),
    ("下一步将编印操作手册，组织新进人员跟班学习{}天。", ((2, 10),)),
    ("下一步将合并栏目，增设搜索入口{}个。", ((1, 4),)),
)
PARTS_2021: tuple[tuple[str, tuple[Sentence, ...]], ...] = (
    ("（一）主动公开。", DISCLOSURE),
    ("（二）依申请公开。", ON_REQUEST),
    ("（三）政府信息管理。", MANAGEMENT),
    ("（四）平台建设。", PLATFORM),
    ("（五）监督保障。", OVERSIGHT),
)
PARTS_2019: tuple[tuple[str, tuple[Sentence, ...]], ...] = (
    ("一是突出重点抓公开。", DISCLOSURE),
    ("二是规范流程抓办理。", ON_REQUEST),
    ("三是完善平台抓服务。", PLATFORM),
    ("四是健全机制抓落实。", OVERSIGHT),
)


def headings(form: Form, dress: Dress) -> tuple[str, ...]:
    """The six headings as this page prints them."""
    words = ODD_HEADINGS if "odd-headings" in dress else HEADINGS[form]
    if "table-suffix" not in dress:
        return words
    return tuple(word + suffix for word, suffix in zip(words, SUFFIXES, strict=True))


def compose(report: TrueReport, dress: Dress, draw: random.Random) -> Iterator[Part]:
    """The parts of the article in order; `t2`, `t3`, `t4` stand for the tables."""
    heads = headings(report.form, dress)
    yield "paragraph", _opening(report, dress, heads)
    yield "heading", heads[0]
    yield (
        "paragraph",
        f"{report.year}年，{_self(report)}按照市委、市政府部署，把公开贯穿决策、执行、管理、服务各环节。",
    )
    for lead, pool in PARTS_2021 if report.form == "form_2021" else PARTS_2019:
        sentences = [_filled(sentence, draw) for sentence in draw.sample(pool, draw.randint(1, 3))]
        if pool is ON_REQUEST:
            sentences.insert(0, _requests(report))
        yield "paragraph", lead + "".join(sentences)
    yield "heading", heads[1]
    yield "t2", ""
    yield "heading", heads[2]
    yield "t3", ""
    if misc := report.form == "form_2021" and report.value("t3", "other_misc", "total"):
        yield "paragraph", f"说明：第（六）项第3目“其他”共{misc}件，均为申请人撤回申请。"
    yield "heading", heads[3]
    yield "t4", ""
    yield "heading", heads[4]
    yield "paragraph", _filled(draw.choice(PROBLEMS), draw) + _filled(draw.choice(REMEDIES), draw)
    yield "heading", heads[5]
    if report.form == "form_2021":
        yield "paragraph", "本年度未收取政府信息公开信息处理费。"
    yield "paragraph", "除上述内容外，无其他需要报告的事项。"
    if report.signed:
        year, month, day = map(int, report.signed.split("-"))
        yield "signature", report.organ
        yield "signature", f"{year}年{month}月{day}日"


def _self(report: TrueReport) -> str:
    if report.scope == "government_aggregate":
        return "全市各级行政机关"
    return (
        "我委"
        if report.organ.endswith("委员会")
        else "我局"
        if report.organ[-1] == "局"
        else "我办"
    )


def _opening(report: TrueReport, dress: Dress, heads: tuple[str, ...]) -> str:
    if report.scope == "government_aggregate":
        who = f"本报告由{report.organ}办公室综合各县区、各部门{report.year}年度报告编制而成。"
    else:
        who = f"根据《中华人民共和国政府信息公开条例》，{report.organ}编制本报告。"
    parts = f"本报告由{'；'.join(heads)}六部分组成。" if "contents-sentence" in dress else ""
    said = report.contacts
    return (
        f"{who}{parts}本报告所列数据的统计期限自{report.year}年1月1日起至{report.year}年12月31日止。"
        f"如对本报告有疑问，请与{report.organ}联系（地址：{said['address']}；邮编：{said['postcode']}；"
        f"电话：{said['phone']}；电子邮箱：{said['email']}）。"
    )


def _requests(report: TrueReport) -> str:
    new, before, done, after = (
        report.value("t3", row, "total")
        for row in ("new_received", "carried_in", "total_processed", "carried_out")
    )
    if not any((new, before, done, after)):
        return "本年度未收到政府信息公开申请。"
    return (
        f"本年度新收政府信息公开申请{new}件，上年结转{before}件，办结{done}件，"
        f"结转下年度继续办理{after}件。"
    )


def _filled(sentence: Sentence, draw: random.Random) -> str:
    text, ranges = sentence
    return text.format(*(draw.randint(low, high) for low, high in ranges))
