"""The numbers of sentences: what they are called, whose, part of what, and where."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipelines import narrative
from pipelines.page import Line
from pipelines.vocabulary import VOCABULARY
from tests import sentences
from tests.sentences import BUREAU, OFFICE

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
        ("全年有210条信息在市政府网站发布。", [("website_posts", 210, "条")]),
        (
            "公众号关注人数1.5万人，推送文章60篇；微博粉丝800人，原创信息25条。",
            [
                (None, 15000, "人"),
                ("wechat_posts", 60, "篇"),
                (None, 800, "人"),
                ("weibo_posts", 25, "条"),
            ],
        ),
        (
            "印发规范性文件4件，废止1件，现行有效20件。",
            [
                ("normative_docs_newly_made", 4, "件"),
                ("normative_docs_repealed_text", 1, "件"),
                ("normative_docs_in_force_text", 20, "件"),
            ],
        ),
        ("收到网民留言30条，回复29条。", [(None, 30, "条"), ("inquiries_answered", 29, "条")]),
        (
            "在线访谈期数4期，政策解读总数9篇。",
            [("online_interviews", 4, "期"), ("policy_interpretations", 9, "篇")],
        ),
        (
            "全年公开信息： 45 条 其中 网站 30 条 微信 15 条",
            [
                ("info_items_total", 45, "条"),
                ("website_posts", 30, "条"),
                ("wechat_posts", 15, "条"),
            ],
        ),
        ("政府信息公开申请总量为17件。", [("requests_received_text", 17, "件")]),
        (
            "主动公开文件40份，依申请公开12份，不予公开3份。",
            [(None, 40, "份"), (None, 12, "份"), (None, 3, "份")],
        ),
        (
            "行政事业性收费项目2项，收费总金额90万元。",
            [(None, 2, "项"), (None, 90, "万元")],
        ),
    ],
)
def test_names(text: str, expected: Sequence[tuple[str | None, float, str]]) -> None:
    assert sentences.named(text) == list(expected)


# --- lists, differences, changes ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "网站、微信、微博发布信息分别为60条、25条、8条。",
            [("website_posts", 60, "条"), ("wechat_posts", 25, "条"), ("weibo_posts", 8, "条")],
        ),
        (
            "门户网站和公众号全年分别发布信息60条和25条。",
            [("website_posts", 60, "条"), ("wechat_posts", 25, "条")],
        ),
        (
            "行政复议、行政诉讼分别为2件和1件。",
            [("reviews_text", 2, "件"), ("litigation_text", 1, "件")],
        ),
        (
            "举办新闻发布会、在线访谈各2场。",
            [("press_conferences", 2, "场"), ("online_interviews", 2, "场")],
        ),
        ("甲平台、乙平台各发布信息3条。", [("info_items_total", 3, "条")]),
        (
            "收到政府信息公开申请20件，较上年增加5件，增长33.3%；2020年为12件。",
            [
                ("requests_received_text", 20, "件"),
                (None, 5, "件"),
                (None, 33.3, "%"),
                (None, 12, "件"),
            ],
        ),
        (
            "政务新媒体账号由30个整合为11个。",
            [(None, 30, "个"), ("new_media_accounts", 11, "个")],
        ),
    ],
)
def test_numbers_are_read_beside_their_own_words(
    text: str, expected: Sequence[tuple[str | None, float, str]]
) -> None:
    assert sentences.named(text) == list(expected)


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
        ("全年未制发行政规范性文件。", ["normative_docs_newly_made"]),
        ("办理全部申请，无一超期。", ["overdue_answers"]),
        ("本年度没有发生一起失泄密事件。", ["violations_found"]),
        ("未收到公民、法人或者其他组织提出的政府信息公开申请。", ["requests_received_text"]),
        ("未对依申请公开收取任何费用。", ["info_fee_collected"]),
        ("无障碍改造完成，无正当理由的申请依法处理。", []),
        ("如未收到政府信息公开申请，应予说明。", []),
    ],
)
def test_zeros_in_words(text: str, names: Sequence[str]) -> None:
    said = sentences.said(text)
    assert [each.indicator for each in said] == names
    assert {(each.value, each.qualifier) for each in said} <= {(0, "zero_by_statement")}


def test_a_zero_without_a_measure_word_counts_what_its_row_counts() -> None:
    said = sentences.said("行政复议、行政诉讼均为0，差评率为零。")
    assert [(each.indicator, each.value, each.unit, each.qualifier) for each in said] == [
        ("reviews_text", 0, "件", "exact"),
        ("litigation_text", 0, "件", "exact"),
    ]


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
    (said,) = sentences.said(text, organ=organ)
    assert said.scope == scope


# --- parts ---


def test_parts_know_their_whole_and_their_list() -> None:
    said = sentences.said("共公开信息60条，其中网站公开40条，微信公开20条，报送简报8条。")
    assert [each.part_of for each in said] == [None, 0, 0, None]
    assert [each.part_list for each in said] == [None, 0, 0, None]


def test_lists_of_one_whole_are_apart() -> None:
    said = sentences.said(
        "受理公开申请30件（含上年结转2件），其中予以公开及部分公开18件，占比60%，不予公开12件；行政复议1件。"
    )
    whole, carried, granted, share, denied, review = said
    assert whole.part_of is None
    assert (carried.part_of, granted.part_of, share.part_of, denied.part_of) == (0, 0, 0, 0)
    assert carried.part_list != granted.part_list == share.part_list == denied.part_list
    assert share.indicator == "granted_or_partial_share"
    assert review.part_of is None


def test_a_rate_is_no_part_and_ends_no_list() -> None:
    said = sentences.said("热线受理诉求90件，其中直接答复60件，满意率98%，转派工单30件。")
    assert [each.part_of for each in said] == [None, 0, None, 0]


def test_outcomes_belong_to_the_reviews_they_divide() -> None:
    said = sentences.said("行政复议5件、行政诉讼0件，其中维持3件，结果纠正2件。")
    assert [each.part_of for each in said] == [None, None, 0, 0]
    assert said[3].indicator == "corrected_or_lost"


def test_categories_are_parts_of_the_total() -> None:
    said = sentences.said("主动公开信息42条，其中工作动态28条，通知公告8条，其他6条。")
    names = [each.indicator for each in said]
    assert names == [
        "info_items_total",
        "info_items.dynamic",
        "info_items.notices",
        "info_items.other",
    ]


def test_categories_without_a_total_and_in_brackets() -> None:
    listed = sentences.named("主动公开信息主要包括：工作动态70条、植树造林9条、通知公告8条。")
    assert [name for name, *_ in listed] == ["info_items.dynamic", None, "info_items.notices"]
    inside = sentences.said("发布各类信息90条（其中：工作动态70条，其他20条）。")
    assert [each.indicator for each in inside[1:]] == ["info_items.dynamic", "info_items.other"]
    assert [each.part_of for each in inside] == [None, 0, 0]


def test_a_sum_of_titles_is_derived() -> None:
    (said,) = sentences.said("印发《甲办法》《乙制度》《丙制度》“1+2”制度。")
    assert (said.value, said.qualifier) == (3, "derived")
    assert sentences.said("构建“1+2”制度体系。") == ()


# --- places ---


def test_plans_state_nothing() -> None:
    plans = (
        "五、存在的主要问题及改进情况",
        "收到批评5条。下一步将开展培训10场。",
        "发布信息99条。",
    )
    assert sentences.named(*plans, "六、其他需要报告的事项", "收取信息处理费20元。") == [
        (None, 5, "条"),
        ("info_fee_collected", 20, "元"),
    ]


def test_a_sentence_cut_by_a_line_break() -> None:
    said = sentences.said(
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
