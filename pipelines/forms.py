"""The statutory forms, as data: what is printed on them and what each cell is called.

`form_2021` is annexed to 国办公开办函〔2021〕30号 (report years from 2021), `form_2019`
to 国办公开办函〔2019〕60号 (report years 2019 and 2020). The rows of both eras stand in one
list, because offices mix them: a table 3 of 2019 is found under a table 2 of 2021.
`stat_2014` is the statistics table of 2014 to 2018. Reports on 2008 to 2013 have no table of
the whole country: `narrative_2008` is the form of those that tell their figures in sentences.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from pipelines.report import Form


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A row of a form: its name, the label printed, and in which forms it stands."""

    name: str
    label: str
    forms: tuple[Form, ...]
    columns: tuple[str, ...] = ()
    """Table 2 only: the columns this row has, in every form it stands in."""


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A column of a form: its name, the header printed, and the unit of its numbers."""

    name: str
    label: str
    unit: str
    form: Form | None = None
    """The form that this header proves; None when both have it."""


BOTH: tuple[Form, ...] = ("form_2021", "form_2019")
ONLY_2021: tuple[Form, ...] = ("form_2021",)
ONLY_2019: tuple[Form, ...] = ("form_2019",)

_FIRST_YEARS: tuple[tuple[int, Form], ...] = (
    (2021, "form_2021"),
    (2019, "form_2019"),
    (2014, "stat_2014"),
)
FORM_NAMES: Mapping[Form, str] = {
    "form_2021": "2021 年格式",
    "form_2019": "2019 年格式",
    "stat_2014": "2014 年统计表",
    "narrative_2008": "2008 年文字格式",
    "unknown": "格式不明",
}
"""What an office would call each form."""


def due(year: int) -> Form:
    """The form that a report on this year has to follow."""
    return next((form for first, form in _FIRST_YEARS if year >= first), "narrative_2008")


TABLE_NAMES: Mapping[str, str] = {
    "t2": "二、主动公开政府信息情况",
    "t3": "三、收到和处理政府信息公开申请情况",
    "t4": "四、政府信息公开行政复议、行政诉讼情况",
}

S14_NAME = "政府信息公开情况统计表"
"""The one table of `stat_2014`, called s14."""


def tables(form: Form) -> Mapping[str, str]:
    """Names of the tables that a report of this form must have."""
    if form == "stat_2014":
        return {"s14": S14_NAME}
    return {} if form == "narrative_2008" else TABLE_NAMES


# ------------------------------------------------------------------ table 2, article 20

T2_COLUMNS = (
    Column("issued", "本年制发件数", "件", "form_2021"),
    Column("repealed", "本年废止件数", "件", "form_2021"),
    Column("in_force", "现行有效件数", "件", "form_2021"),
    Column("made", "本年新制作数量", "件", "form_2019"),
    Column("newly_disclosed", "本年新公开数量", "件", "form_2019"),
    Column("disclosed_total", "对外公开总数量", "件", "form_2019"),
    Column("items_prev_year", "上一年项目数量", "项", "form_2019"),
    Column("items_change", "本年增/减", "项", "form_2019"),
    Column("decisions", "本年处理决定数量", "件", "form_2021"),
    Column("decisions", "处理决定数量", "件", "form_2019"),
    Column("amount_wan_yuan", "本年收费金额(单位:万元)", "万元", "form_2021"),
    Column("projects", "采购项目数量", "个", "form_2019"),
    Column("amount_yuan", "采购总金额", "元", "form_2019"),
)
_STOCK_2021 = ("issued", "repealed", "in_force")
_STOCK_2019 = ("made", "newly_disclosed", "disclosed_total")
_ITEMS_2019 = ("items_prev_year", "items_change", "decisions")

T2_ROWS = (
    Row("regulations", "规章", ONLY_2021, _STOCK_2021),
    Row("regulations", "规章", ONLY_2019, _STOCK_2019),
    Row("normative_docs", "行政规范性文件", ONLY_2021, _STOCK_2021),
    Row("normative_docs", "规范性文件", ONLY_2019, _STOCK_2019),
    Row("licensing", "行政许可", ONLY_2021, ("decisions",)),
    Row("licensing", "行政许可", ONLY_2019, _ITEMS_2019),
    Row("other_services", "其他对外管理服务事项", ONLY_2019, _ITEMS_2019),
    Row("penalty", "行政处罚", ONLY_2021, ("decisions",)),
    Row("penalty", "行政处罚", ONLY_2019, _ITEMS_2019),
    Row("coercion", "行政强制", ONLY_2021, ("decisions",)),
    Row("coercion", "行政强制", ONLY_2019, _ITEMS_2019),
    Row("admin_fees", "行政事业性收费", ONLY_2021, ("amount_wan_yuan",)),
    Row("admin_fees", "行政事业性收费", ONLY_2019, ("items_prev_year", "items_change")),
    Row("procurement", "政府集中采购", ONLY_2019, ("projects", "amount_yuan")),
)
T2_HEADING = "信息内容"
"""First cell of every header row of table 2."""

# ------------------------------------------------------------------ table 3, requests

T3_COLUMNS = (
    Column("natural_person", "自然人", "件"),
    Column("commercial_enterprise", "商业企业", "件"),
    Column("research_institution", "科研机构", "件"),
    Column("public_welfare_org", "社会公益组织", "件"),
    Column("legal_service_org", "法律服务机构", "件"),
    Column("other_org", "其他", "件"),
    Column("total", "总计", "件"),
)
T3_ROWS = (
    Row("new_received", "一、本年新收政府信息公开申请数量", BOTH),
    Row("carried_in", "二、上年结转政府信息公开申请数量", BOTH),
    Row("granted", "(一)予以公开", BOTH),
    Row("partially_granted", "(二)部分公开(区分处理的,只计这一情形,不计其他情形)", BOTH),
    Row("denied_state_secret", "1.属于国家秘密", BOTH),
    Row("denied_prohibited_by_law", "2.其他法律行政法规禁止公开", BOTH),
    Row("denied_three_securities_one_stability", "3.危及“三安全一稳定”", BOTH),
    Row("denied_third_party_rights", "4.保护第三方合法权益", BOTH),
    Row("denied_internal_affairs", "5.属于三类内部事务信息", BOTH),
    Row("denied_process_information", "6.属于四类过程性信息", BOTH),
    Row("denied_enforcement_case_file", "7.属于行政执法案卷", BOTH),
    Row("denied_administrative_query", "8.属于行政查询事项", BOTH),
    Row("unable_not_held", "1.本机关不掌握相关政府信息", BOTH),
    Row("unable_requires_creation", "2.没有现成信息需要另行制作", BOTH),
    Row("unable_unclear_after_correction", "3.补正后申请内容仍不明确", BOTH),
    Row("refused_petition_complaint", "1.信访举报投诉类申请", BOTH),
    Row("refused_repeat_request", "2.重复申请", BOTH),
    Row("refused_public_publication", "3.要求提供公开出版物", BOTH),
    Row("refused_excessive_requests", "4.无正当理由大量反复申请", BOTH),
    Row("refused_reconfirm_or_reissue", "5.要求行政机关确认或重新出具已获取信息", BOTH),
    Row("other_total", "(六)其他处理", ONLY_2019),
    Row(
        "other_correction_overdue",
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        ONLY_2021,
    ),
    Row(
        "other_fee_overdue",
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        ONLY_2021,
    ),
    Row("other_misc", "3.其他", ONLY_2021),
    Row("total_processed", "(七)总计", BOTH),
    Row("carried_out", "四、结转下年度继续办理", BOTH),
)
T3_GROUPS = ("三、本年度办理结果", "(三)不予公开", "(四)无法提供", "(五)不予处理", "(六)其他处理")
"""Labels that head several rows of table 3 and have no numbers of their own."""

T3_OUTCOMES = tuple(
    row.name
    for row in T3_ROWS
    if row.name not in {"new_received", "carried_in", "total_processed", "carried_out"}
)
"""The rows whose sum is (七)总计."""

# ------------------------------------------------------------------ table 4, reviews and lawsuits

T4_ROWS = (
    Row("review", "行政复议", BOTH),
    Row("lit_direct", "未经复议直接起诉", BOTH),
    Row("lit_after_review", "复议后起诉", BOTH),
)
T4_COLUMNS = (
    Column("upheld", "结果维持", "件"),
    Column("corrected", "结果纠正", "件"),
    Column("other_outcome", "其他结果", "件"),
    Column("pending", "尚未审结", "件"),
    Column("total", "总计", "件"),
)
T4_GROUPS = ("行政诉讼",)


# ------------------------------------------------------------------ statistics 2014 to 2018

S14_ROWS = tuple(
    Row(name, label, ("stat_2014",), (unit,))
    for name, label, unit in (
        ("disclosed_items", "(一)主动公开政府信息数(不同渠道和方式公开相同信息计1条)", "条"),
        ("normative_disclosed", "其中:主动公开规范性文件数", "条"),
        ("normative_made", "制发规范性文件总数", "件"),
        ("by_gazette", "1.政府公报公开政府信息数", "条"),
        ("by_website", "2.政府网站公开政府信息数", "条"),
        ("by_weibo", "3.政务微博公开政府信息数", "条"),
        ("by_wechat", "4.政务微信公开政府信息数", "条"),
        ("by_other", "5.其他方式公开政府信息数", "条"),
        (
            "hot_topics_answered",
            "(一)回应公众关注热点或重大舆情数(不同方式回应同一热点或舆情计1次)",
            "次",
        ),
        ("press_conferences", "1.参加或举办新闻发布会总次数", "次"),
        ("press_conferences_leaders", "其中:主要负责同志参加新闻发布会次数", "次"),
        ("online_interviews", "2.政府网站在线访谈次数", "次"),
        ("online_interviews_leaders", "其中:主要负责同志参加政府网站在线访谈次数", "次"),
        ("interpretations", "3.政策解读稿件发布数", "篇"),
        ("social_media_responses", "4.微博微信回应事件数", "次"),
        ("other_responses", "5.其他方式回应事件数", "次"),
        ("requests_received", "(一)收到申请数", "件"),
        ("requests_in_person", "1.当面申请数", "件"),
        ("requests_fax", "2.传真申请数", "件"),
        ("requests_online", "3.网络申请数", "件"),
        ("requests_letter", "4.信函申请数", "件"),
        ("requests_closed", "(二)申请办结数", "件"),
        ("requests_closed_on_time", "1.按时办结数", "件"),
        ("requests_closed_extended", "2.延期办结数", "件"),
        ("requests_answered", "(三)申请答复数", "件"),
        ("answered_already_public", "1.属于已主动公开范围数", "件"),
        ("answered_granted", "2.同意公开答复数", "件"),
        ("answered_partial", "3.同意部分公开答复数", "件"),
        ("answered_denied", "4.不同意公开答复数", "件"),
        ("denied_state_secret", "其中:涉及国家秘密", "件"),
        ("denied_trade_secret", "涉及商业秘密", "件"),
        ("denied_privacy", "涉及个人隐私", "件"),
        ("denied_safety_stability", "危及国家安全、公共安全、经济安全和社会稳定", "件"),
        ("denied_not_gov_info", "不是《条例》所指政府信息", "件"),
        ("denied_other_law", "法律法规规定的其他情形", "件"),
        ("answered_not_this_organ", "5.不属于本行政机关公开数", "件"),
        ("answered_not_exist", "6.申请信息不存在数", "件"),
        ("answered_told_to_amend", "7.告知作出更改补充数", "件"),
        ("answered_told_other_channel", "8.告知通过其他途径办理数", "件"),
        ("reviews", "四、行政复议数量", "件"),
        ("reviews_upheld", "(一)维持具体行政行为数", "件"),
        ("reviews_corrected", "(二)被依法纠错数", "件"),
        ("reviews_other", "(三)其他情形数", "件"),
        ("litigations", "五、行政诉讼数量", "件"),
        ("litigations_upheld", "(一)维持具体行政行为或者驳回原告诉讼请求数", "件"),
        ("litigations_corrected", "(二)被依法纠错数", "件"),
        ("litigations_other", "(三)其他情形数", "件"),
        ("complaints", "六、举报投诉数量", "件"),
        ("fees", "七、依申请公开信息收取的费用", "万元"),
        ("dedicated_units", "(一)政府信息公开工作专门机构数", "个"),
        ("reading_points", "(二)设置政府信息公开查阅点数", "个"),
        ("staff", "(三)从事政府信息公开工作人员数", "人"),
        ("staff_full_time", "1.专职人员数(不包括政府公报及政府网站工作人员数)", "人"),
        ("staff_part_time", "2.兼职人员数", "人"),
        (
            "budget",
            "(四)政府信息公开专项经费(不包括用于政府公报编辑管理及政府网站建设维护等方面的经费)",
            "万元",
        ),
        ("meetings", "(一)召开政府信息公开工作会议或专题会议数", "次"),
        ("trainings", "(二)举办各类培训班数", "次"),
        ("trainees", "(三)接受培训人员数", "人次"),
    )
)
"""政府信息公开情况统计表 of 国办发〔2014〕32号, report years 2014 to 2018. `columns`: its unit.

Labels as offices print them; the annex itself has not been compared.
"""

ROWS: Mapping[str, tuple[Row, ...]] = {
    "t2": T2_ROWS,
    "t3": T3_ROWS,
    "t4": T4_ROWS,
    "s14": S14_ROWS,
}
"""The rows of each table."""
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "t2": T2_COLUMNS,
    "t3": T3_COLUMNS,
    "t4": T4_COLUMNS,
    "s14": (Column("count", "统计数", ""),),
}
"""The columns of each table."""


def expected(table: str, form: Form) -> tuple[tuple[str, str], ...]:
    """The (row, column) of every cell that a table of this form has, in printed order."""
    if table == "s14":
        return tuple((row.name, "count") for row in S14_ROWS)
    if table == "t2":
        return tuple(
            (row.name, column) for row in T2_ROWS if form in row.forms for column in row.columns
        )
    rows, columns = (T3_ROWS, T3_COLUMNS) if table == "t3" else (T4_ROWS, T4_COLUMNS)
    return tuple((row.name, column.name) for row in rows if form in row.forms for column in columns)
