"""What a number is called: by its own words, by those its sentence spoke before, and by none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests import sentences

Names = Sequence[tuple[str | None, float, str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "微信公众号有粉丝3.2万人，发布信息289条，总阅读41万次。",
            [(None, 32000, "人"), ("wechat_posts", 289, "条"), (None, 410000, "次")],
        ),
        (
            "依托官网，全年发布信息526条；依托微信公众号，全年发布信息317条。",
            [("website_posts", 526, "条"), ("wechat_posts", 317, "条")],
        ),
        (
            "微信公众号发布信息8条，网站发布信息9条，全年共发布政府信息17条。",
            [("wechat_posts", 8, "条"), ("website_posts", 9, "条"), ("info_items_total", 17, "条")],
        ),
        ("市政府网站采用我局信息78条。", [(None, 78, "条")]),
    ],
)
def test_a_channel_spoken_of_names_one_number_after_it(text: str, expected: Names) -> None:
    assert sentences.named(text) == list(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "主动公开政府信息数量比上年增长12%，达到786条。",
            [(None, 12, "%"), ("info_items_total", 786, "条")],
        ),
        (
            "新闻发布会场次较上年增加6场，达到41场。",
            [(None, 6, "场"), ("press_conferences", 41, "场")],
        ),
        (
            "政务新媒体账号由年初的88个减少至51个，合格率保持在99%以上。",
            [(None, 88, "个"), ("new_media_accounts", 51, "个"), ("new_media_pass_rate", 99, "%")],
        ),
    ],
)
def test_what_has_grown_is_what_the_number_after_it_counts(text: str, expected: Names) -> None:
    assert sentences.named(text) == list(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("制作发布解读图文、动漫、视频等36个。", [("policy_interpretations", 36, "个")]),
        (
            "公开市政府全体会议2次、常务会议27次。",
            [("meeting_disclosures", 2, "次"), ("meeting_disclosures", 27, "次")],
        ),
        (
            "对信息公开工作的举报1件，投诉0件。",
            [("disclosure_complaints", 1, "件"), ("disclosure_complaints", 0, "件")],
        ),
        (
            "对18个镇（街道）、35个部门进行实地督查。",
            [("oversight_units", 18, "个"), ("oversight_units", 35, "个")],
        ),
        ("对18个镇、35个部门进行走访。", [(None, 18, "个"), (None, 35, "个")]),
        (
            "收到申请9件（其中网络申请、信函申请分别为6件、3件）。",
            [
                ("requests_received_text", 9, "件"),
                ("requests_by_channel.online", 6, "件"),
                ("requests_by_channel.letter", 3, "件"),
            ],
        ),
        (
            "发布会方面，全年召开15场，部门负责人出席41人次。",
            [("press_conferences", 15, "场"), ("press_conference_leader_attendances", 41, "人次")],
        ),
        (
            "微博（1个）、微信（2个）分别发布信息311条、627条。",
            [
                (None, 1, "个"),
                (None, 2, "个"),
                ("weibo_posts", 311, "条"),
                ("wechat_posts", 627, "条"),
            ],
        ),
    ],
)
def test_members_of_a_list_share_its_words(text: str, expected: Names) -> None:
    assert sentences.named(text) == list(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "参加或举办新闻发布会总次数4次，其中主要负责同志参加新闻发布会次数1次。",
            [("press_conferences", 4, "次"), ("press_conference_leader_attendances", 1, "次")],
        ),
        (
            "召开新闻发布会48场，其中市领导出席11场。",
            [("press_conferences", 48, "场"), ("press_conference_leader_attendances", 11, "场")],
        ),
        (
            "2022年结转至2023年的申请1件，承接上年结转11件。",
            [("requests_carried_out_text", 1, "件"), ("requests_carried_in_text", 11, "件")],
        ),
        (
            "申请人中自然人占91%，企业占9%。",
            [("natural_person_share", 91, "%"), (None, 9, "%")],
        ),
        (
            "收到依申请公开20条，通过网站提交12条、其他渠道3条。",
            [
                ("requests_received_text", 20, "条"),
                ("requests_by_channel.online", 12, "条"),
                (None, 3, "条"),
            ],
        ),
        (
            "其他处理3件。发生行政复议2件，其中维持1件、撤回1件。",
            [(None, 3, "件"), ("reviews_text", 2, "件"), (None, 1, "件"), (None, 1, "件")],
        ),
        (
            "网站公开382条、微信公开167条、公示栏公开43条、其他方式公开信息5条。",
            [
                ("website_posts", 382, "条"),
                ("wechat_posts", 167, "条"),
                (None, 43, "条"),
                (None, 5, "条"),
            ],
        ),
        ("免收不动产登记费36.2万元。", [(None, 36.2, "万元")]),
        (
            "在14个村（社区）建成政务公开专区15个。",
            [(None, 14, "个"), ("disclosure_zones", 15, "个")],
        ),
        (
            "收到意见5条，采纳2条，公开征求意见3次。",
            [
                (None, 5, "条"),
                (None, 2, "条"),
                ("public_consultations", 3, "次"),
            ],
        ),
        (
            "办件量是上年的2倍，平均用时3天，约8.6万字，公开信息88条。",
            [("info_items_total", 88, "条")],
        ),
    ],
)
def test_neighbours_keep_their_names_apart(text: str, expected: Names) -> None:
    assert sentences.named(text) == list(expected)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("全年未举办新闻发布会。", ["press_conferences"]),
        ("全年未开展在线访谈。", ["online_interviews"]),
        ("我局未开设政务新媒体。", ["new_media_accounts"]),
        ("本机关无现行有效的规范性文件。", ["normative_docs_in_force_text"]),
        ("全年行政复议、行政诉讼零发生。", ["reviews_text", "litigation_text"]),
    ],
)
def test_zeros_of_what_was_not_held(text: str, names: Sequence[str]) -> None:
    zeros = sentences.said(text)
    assert [each.indicator for each in zeros] == names
    assert all(each.qualifier == "zero_by_statement" and each.value == 0 for each in zeros)


def test_a_short_line_cut_between_a_number_and_its_measure_word() -> None:
    assert sentences.named("一是公开信息1568", "条，二是答复咨询42件。") == [
        ("info_items_total", 1568, "条"),
        ("inquiries_answered", 42, "件"),
    ]
    # A line of its own is no measure word.
    assert sentences.named("收到的申请数量18", "件数按年统计。") == []
