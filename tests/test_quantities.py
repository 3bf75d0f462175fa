"""The numbers that sentences state, in any form; and what is no count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.quantities import chinese, quantities
from tests import sentences


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
        ("发布信息1，300条", 1300, "条", "exact"),
        ("发布信息2 568条", 2568, "条", "exact"),
        ("受理诉求1万3千件", 13_000, "件", "exact"),
        ("征得意见百余条", 100, "条", "ge"),
        ("整改完成率为百分之百", 100, "%", "exact"),
        ("公开惠企政策56项次", 56, "项次", "exact"),
        ("抽查网站52家次", 52, "家次", "exact"),
        ("行政诉讼均为零", 0, "", "exact"),
        ("行政诉讼零件", 0, "件", "exact"),
    ],
)
def test_forms_of_numbers(text: str, value: float, unit: str, qualifier: str) -> None:
    (found,) = quantities(text)
    assert (found.value, found.unit, found.qualifier) == (value, unit, qualifier)


def test_a_range_keeps_both_ends() -> None:
    (found,) = sentences.said("走访企业10至15家。")
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
        "积案清零，差评率为零",
        "未发生一起泄题事件，没有出现1例退件",
        "市十届人大三次会议精神，四套班子，居全市前3名",
        "打造15分钟服务圈，最多跑一次",
        "使用H5、5G等手段，2024年提升水平",
    ],
)
def test_what_counts_nothing(text: str) -> None:
    assert sentences.said(text) == ()


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
    for each in sentences.said(text):
        assert each.sentence in text
        assert each.value >= 0
