"""What sentences state: numbers in any form, names, scope, zeros, parts; and what is no count."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import narrative, read
from pipelines.document import from_file
from pipelines.page import Line
from pipelines.places import look_up
from pipelines.quantities import chinese, quantities
from pipelines.report import Indicator
from pipelines.vocabulary import VOCABULARY
from tests.narrative_score import NO_COUNTS, Score, gold, score

OFFICE = "临江市人民政府办公室"
BUREAU = "临江市水务局"


def _lines(*texts: str) -> list[Line]:
    return [Line(text, f"line={n}".__str__, 0) for n, text in enumerate(texts, 1)]


def _said(*texts: str, organ: str = BUREAU) -> tuple[Indicator, ...]:
    return narrative.indicators(_lines(*texts), organ)


def _named(*texts: str, organ: str = BUREAU) -> list[tuple[str | None, float, str]]:
    return [(each.indicator, each.value, each.unit) for each in _said(*texts, organ=organ)]


# --- numbers ---


@pytest.mark.parametrize(
    ("text", "value", "unit", "qualifier"),
    [
        ("发布信息1,300余条", 1300, "条", "ge"),
        ("发布信息１３００条", 1300, "条", "exact"),
        ("阅读量达4.5万次", 45000, "次", "exact"),
        ("服务群众232.8万余人次", 2_328_000, "人次", "ge"),
        ("发放资料3千余份", 3000, "份", "ge"),
        ("走访近50家企业", 50, "家", "approx"),
        ("走访企业50家左右", 50, "家", "approx"),
        ("发放资料不足20份", 20, "份", "le"),
        ("答复咨询100件以上", 100, "件", "ge"),
        ("开展四次调研活动", 4, "次", "exact"),
        ("组织两轮清理", 2, "轮", "exact"),
        ("收到来信一百零三件", 103, "件", "exact"),
        ("办理提案十余件", 10, "件", "ge"),
        ("从组织领导等五个方面考核", 5, "个方面", "exact"),
        ("满意率９９.5％", 99.5, "%", "exact"),
        ("满意率达百分之九十五", 95, "%", "exact"),
        ("连续三年获评优秀", 3, "年", "exact"),
        ("每个平台安排10至15名志愿者", 10, "名", "ge"),
    ],
)
def test_forms_of_numbers(text: str, value: float, unit: str, qualifier: str) -> None:
    (found,) = quantities(text)
    assert (found.value, found.unit, found.qualifier) == (value, unit, qualifier)


def test_a_range_keeps_both_ends() -> None:
    (found,) = _said("走访企业10至15家。")
    assert (found.value, found.highest) == (10, 15)


@pytest.mark.parametrize(
    "text",
    [
        "统计期限自2022年1月1日起至2022年12月31日止",
        "依据《关于印发3个办法的通知》(临政办发〔2022〕17号)",
        "(国办函〔2020〕109号)第3条、第二十条第(一)项",
        "地址：临江市滨河路88号市民中心2号楼5层512室；邮编：215000；电话：0512-66778899",
        "拨打12345服务热线",
        "严格执行“三审三校”和政策解读“三同步”",
        "建立“2小时响应”机制，在20个工作日内答复",
        "十四五规划、三定方案、最后一公里、百场活动",
        "将从以下三个方面改进",
        "统一部署，新一轮清理，第一时间回应，进一步完善，一次性告知",
        "增强四个意识、做到两个维护",
        "每月召开1次例会，每季度通报一次",
        "属于三类内部事务信息、四类过程性信息",
        "1.加强领导。2.完善制度。（三）拓展渠道。",
        "使用H5、5G等手段，2024年提升水平",
    ],
)
def test_what_counts_nothing(text: str) -> None:
    assert _said(text) == ()


_CHINESE_DIGITS = "零一二三四五六七八九"


def _written(number: int) -> str:
    """A number below 100 million in characters."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        link = "零" if 0 < low < 1000 else ""
        return _written(high) + "万" + link + (_written(low) if low else "")
    out, gap = "", False
    for scale, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            out += ("零" if gap and out else "") + _CHINESE_DIGITS[digit] + sign
            gap = False
        else:
            gap = True
    return out


@given(st.integers(1, 99_999_999))
def test_numbers_in_characters_read_back(number: int) -> None:
    assert chinese(_written(number)) == number
    if 10 <= number < 20:
        assert chinese(_written(number)[1:]) == number


@given(
    st.integers(0, 9_999_999),
    st.sampled_from(["plain", "commas", "wide", "characters"]),
    st.sampled_from([("", ""), ("近", ""), ("", "余"), ("不足", "")]),
    st.sampled_from("件条篇期场次起个部份家名"),
    st.sampled_from(["", " "]),
)
def test_a_number_in_any_form_reads_back(
    number: int, form: str, bound: tuple[str, str], unit: str, space: str
) -> None:
    if form == "characters":
        written, space = _written(max(number, 2)), ""
    else:
        written = f"{number:,}" if form == "commas" else str(number)
    if form == "wide":
        written = written.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    text = f"全年共计{bound[0]}{written}{bound[1]}{space}{unit}。"
    (found,) = quantities(text)
    assert found.value == (max(number, 2) if form == "characters" else number)
    assert found.unit == unit
    assert found.qualifier == {"近": "approx", "不足": "le"}.get(
        bound[0], "ge" if bound[1] else "exact"
    )
    assert written in text[found.begin : found.end]


@given(
    st.text(
        alphabet="一二十百万余近约第年月个件条次%0123456789,，.。()（）《》“”其中未收到申请",
        max_size=60,
    )
)
def test_any_text_is_read(text: str) -> None:
    for each in _said(text):
        assert each.sentence in text
        assert each.value >= 0


# --- names ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全年召开新闻发布会6场。", [("press_conferences", 6, "场")]),
        ("全年召开6场新闻发布会。", [("press_conferences", 6, "场")]),
        (
            "举办在线访谈12期、网络直播5场、政策解读31篇。",
            [
                ("online_interviews", 12, "期"),
                ("live_streams", 5, "场"),
                ("policy_interpretations", 31, "篇"),
            ],
        ),
        ("编发政府公报8期，发放2000余册。", [("gazette_issues", 8, "期"), (None, 2000, "册")]),
        ("微信公众号推送信息88条。", [("wechat_posts", 88, "条")]),
        ("在局门户网站发布信息120条。", [("website_posts", 120, "条")]),
        ("微博（1个）发布信息15条。", [(None, 1, "个"), ("weibo_posts", 15, "条")]),
        ("通过公众号、报纸等新媒体公开信息40条。", [(None, 40, "条")]),
        ("向市政府网站报送信息40条。", [(None, 40, "条")]),
        ("对网站、公众号、来信等30件逐一登记。", [(None, 30, "件")]),
        ("共接到7宗政府信息公开申请。", [("requests_received_text", 7, "宗")]),
        (
            "全年受理政府信息公开申请20件（含上年结转2件），办结19件，结转下年1件。",
            [
                ("requests_handled_text", 20, "件"),
                ("requests_carried_in_text", 2, "件"),
                ("requests_answered_text", 19, "件"),
                ("requests_carried_out_text", 1, "件"),
            ],
        ),
        (
            "收到申请公开信息9件，其中网络申请5件、信函申请3件、当面申请1件。",
            [
                ("requests_received_text", 9, "件"),
                ("requests_by_channel.online", 5, "件"),
                ("requests_by_channel.letter", 3, "件"),
                ("requests_by_channel.in_person", 1, "件"),
            ],
        ),
        (
            "因信息公开引发行政复议3件、行政诉讼1件。",
            [("reviews_text", 3, "件"), ("litigation_text", 1, "件")],
        ),
        (
            "行政复议、行政诉讼均为0件。",
            [("reviews_text", 0, "件"), ("litigation_text", 0, "件")],
        ),
        ("行政复议和行政诉讼共4件。", [(None, 4, "件")]),
        (
            "“区长信箱”收到来信55封，办结率98%，群众满意率96.5%。",
            [
                ("mayor_mailbox_letters", 55, "封"),
                ("mayor_mailbox_completion_rate", 98, "%"),
                ("mayor_mailbox_satisfaction_rate", 96.5, "%"),
            ],
        ),
        (
            "收取信息处理费2件，共计460元。",
            [("info_fee_cases", 2, "件"), ("info_fee_collected", 460, "元")],
        ),
        (
            "现行有效的行政规范性文件30件，本年废止规范性文件2件，新制定规范性文件4件。",
            [
                ("normative_docs_in_force_text", 30, "件"),
                ("normative_docs_repealed_text", 2, "件"),
                ("normative_docs_newly_made", 4, "件"),
            ],
        ),
        (
            "组织政务公开培训3次，参训120人次。",
            [("trainings", 3, "次"), ("trainees", 120, "人次")],
        ),
        ("本报告由总体情况等六个部分组成。", [("section_count_declared", 6, "个部分")]),
        ("栽种苗木300株，修缮道路5处。", [(None, 5, "处")]),
    ],
)
def test_names(text: str, expected: Sequence[tuple[str | None, float, str]]) -> None:
    assert _named(text) == list(expected)


def test_every_name_is_an_indicator_of_one_meaning() -> None:
    meanings: dict[str, set[str]] = {}
    for entry in VOCABULARY:
        meanings.setdefault(entry.name, set()).add(entry.about)
        assert entry.cue or entry.none
    assert all(len(about) == 1 for about in meanings.values())


# --- zeros ---


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("本年度未收到政府信息公开申请。", ["requests_received_text"]),
        ("本年度无依申请公开事项。", ["requests_received_text"]),
        ("本年度没有收取信息处理费。", ["info_fee_collected"]),
        ("无收费情况。", ["info_fee_collected"]),
        ("全年未发生行政复议和行政诉讼。", ["reviews_text", "litigation_text"]),
        ("未收到因申请引起的行政复议。", ["reviews_text"]),
        ("未出现被纠正的情形。", ["corrected_or_lost"]),
        ("未发现泄密问题。", ["violations_found"]),
        ("无障碍改造完成，无正当理由的申请依法处理。", []),
        ("如未收到政府信息公开申请，应予说明。", []),
    ],
)
def test_zeros_in_words(text: str, names: Sequence[str]) -> None:
    said = _said(text)
    assert [each.indicator for each in said] == names
    assert {(each.value, each.qualifier) for each in said} <= {(0, "zero_by_statement")}


# --- scope ---


@pytest.mark.parametrize(
    ("organ", "text", "scope"),
    [
        (BUREAU, "发布政策解读5篇。", "organ"),
        (BUREAU, "全市共收到政府信息公开申请50件。", "city"),
        (BUREAU, "在全市组织宣传活动3场。", "organ"),
        (OFFICE, "发布政策解读5篇。", "city"),
        (OFFICE, "共收到政府信息公开申请50件。", "organ"),
        (OFFICE, "全市共收到政府信息公开申请50件。", "city"),
        (OFFICE, "全市推进清理工作，关停账号5个。", "city"),
        ("河东区人民政府办公室", "举办新闻发布会5场。", "district"),
        ("河东区人民政府", "全区收到政府信息公开申请5件。", "district"),
        ("河东区人民政府", "区政府举办新闻发布会5场。", "organ"),
    ],
)
def test_scope(organ: str, text: str, scope: str) -> None:
    (said,) = _said(text, organ=organ)
    assert said.scope == scope


# --- parts ---


def test_parts_know_their_whole_and_their_list() -> None:
    said = _said("共公开信息60条，其中网站公开40条，微信公开20条，报送简报8条。")
    assert [each.part_of for each in said] == [None, 0, 0, None]
    assert [each.part_list for each in said] == [None, 0, 0, None]


def test_lists_of_one_whole_are_apart() -> None:
    said = _said(
        "受理公开申请30件（含上年结转2件），其中予以公开及部分公开18件，占比60%，不予公开12件；行政复议1件。"
    )
    whole, carried, granted, share, denied, review = said
    assert whole.part_of is None
    assert (carried.part_of, granted.part_of, share.part_of, denied.part_of) == (0, 0, 0, 0)
    assert carried.part_list != granted.part_list == share.part_list == denied.part_list
    assert share.indicator == "granted_or_partial_share"
    assert review.part_of is None


def test_a_rate_is_no_part_and_ends_no_list() -> None:
    said = _said("热线受理诉求90件，其中直接答复60件，满意率98%，转派工单30件。")
    assert [each.part_of for each in said] == [None, 0, None, 0]


def test_outcomes_belong_to_the_reviews_they_divide() -> None:
    said = _said("行政复议5件、行政诉讼0件，其中维持3件，结果纠正2件。")
    assert [each.part_of for each in said] == [None, None, 0, 0]
    assert said[3].indicator == "corrected_or_lost"


def test_categories_are_parts_of_the_total() -> None:
    said = _said("主动公开信息42条，其中工作动态28条，通知公告8条，其他6条。")
    names = [each.indicator for each in said]
    assert names == [
        "info_items_total",
        "info_items.dynamic",
        "info_items.notices",
        "info_items.other",
    ]


def test_a_sum_of_titles_is_derived() -> None:
    (said,) = _said("印发《甲办法》《乙制度》《丙制度》“1+2”制度。")
    assert (said.value, said.qualifier) == (3, "derived")
    assert _said("构建“1+2”制度体系。") == ()


# --- places ---


def test_plans_state_nothing() -> None:
    plans = (
        "五、存在的主要问题及改进情况",
        "收到批评5条。下一步将开展培训10场。",
        "发布信息99条。",
    )
    assert _named(*plans, "六、其他需要报告的事项", "收取信息处理费20元。") == [
        (None, 5, "条"),
        ("info_fee_collected", 20, "元"),
    ]


def test_a_sentence_cut_by_a_line_break() -> None:
    said = _said(
        "2023年，我局持续加大政府信息公开力度，全年共收到政府信息公开", "申请15件，均已答复。"
    )
    assert [(each.indicator, each.value, each.at) for each in said] == [
        ("requests_received_text", 15, "line=2;char=2,5")
    ]


def test_flags_of_a_damaged_span_stay_with_its_number() -> None:
    text = "发布信息12条，答复咨询30件。"
    line = Line(text, lambda: "line=1", 0, doubts=((4, 6, "gbk_shift"),))
    first, second = narrative.indicators([line], BUREAU)
    assert (first.flags, second.flags) == (("gbk_shift",), ())


# --- real reports ---


@pytest.fixture(scope="module")
def scores(seeds: Path) -> list[Score]:
    rows = list(gold(seeds / "gold_narrative.tsv"))
    return [
        score(
            [row for row in rows if row["seed"] == seed],
            read(from_file(next(seeds.glob(f"{seed}_*.txt")))).indicators,
            never,
        )
        for seed, never in NO_COUNTS.items()
    ]


def test_gold_recall(scores: list[Score]) -> None:
    assert sum(each.gold for each in scores) == 100
    assert sum(each.found for each in scores) >= 0.97 * 100


def test_gold_names(scores: list[Score]) -> None:
    assert sum(each.named for each in scores) >= 0.97 * sum(each.named_of for each in scores)


def test_gold_precision(scores: list[Score]) -> None:
    emitted = sum(each.emitted for each in scores)
    beyond = sum(miss.startswith("beyond gold") for each in scores for miss in each.misses)
    assert sum(each.false for each in scores) == 0
    assert beyond <= 0.03 * emitted


def test_every_number_leads_to_its_characters(seeds: Path) -> None:
    checked = 0
    for path in sorted(seeds.glob("*.txt")):
        document = from_file(path)
        for each in read(document).indicators:
            served = look_up(document, each.at)
            if each.qualifier == "exact" and each.unit != "年" and served.strip()[0].isdigit():
                assert served.replace(",", "").strip().startswith(f"{each.value}")
                checked += 1
    assert checked > 70


def test_a_whole_page_states_its_numbers(samples: Path) -> None:
    said = read(from_file(samples / "pingtan_2023.html")).indicators
    values = {(each.indicator, each.value) for each in said}
    assert {
        ("requests_received_text", 81),
        ("requests_answered_text", 81),
        ("granted_or_partial_text", 42),
        ("granted_or_partial_share", 51.85),
        ("reviews_text", 2),
        ("litigation_text", 7),
        ("normative_docs_in_force_text", 393),
        ("info_fee_collected", 0),
    } <= values
    assert {80, 1, 5, 31, 2} <= {each.value for each in said}
    document = from_file(samples / "pingtan_2023.html")
    for each in said:
        assert each.value == 0 or f"{each.value}" in look_up(document, each.at)
    answered = [each.indicator for each in said].index("requests_answered_text")
    parts = [e.value for e in said if e.part_of == answered and e.unit == "件"]
    assert sum(parts) == 81
