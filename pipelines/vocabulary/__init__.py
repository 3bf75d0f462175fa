"""The vocabulary of indicators: what the numbers in the sentences of a report are called.

A table for people who know the reports, to read and to extend. A row says:

- `name`: of the indicator; `about`: what it counts; `units`: its measure words.
- `cue`: the words beside the number, as a regular expression in which `#` is the
  number and `~` any words that carry no meaning of their own (共, 累计, 案件, 数量 ...),
  `¬` a word that denies.
  The row whose words stand nearest to a number names it.
- `unless`: words that, in the same clause, mean something else.
- `topic`: the number must belong to this topic (`TOPICS`, `CHANNELS`): the one spoken of last;
  or the number before it in the sentence has this name.
- `public`: a public act of the government. Reports of its office (办公室) speak of the
  whole city there, and of the office itself in all other rows.
- `none`: the words that state a zero (未收到...申请), without a number; `none_unless`.
- `part_of`: the indicator of which this one is a part wherever both occur.

A number that no row names is kept, without a name.
"""

from __future__ import annotations

from pipelines.vocabulary.citizens import CITIZENS
from pipelines.vocabulary.entry import CHANNELS, NOT, TOPICS, WORDLESS, Entry
from pipelines.vocabulary.published import PUBLISHED
from pipelines.vocabulary.requests import REQUESTS
from pipelines.vocabulary.work import WORK

__all__ = ["CATEGORIES", "CHANNELS", "NOT", "TOPICS", "VOCABULARY", "WORDLESS", "Entry"]

VOCABULARY: tuple[Entry, ...] = PUBLISHED + CITIZENS + REQUESTS + WORK
"""Every row, in the order in which equals are preferred."""

CATEGORIES: tuple[tuple[str, str], ...] = (
    ("dynamic", r"动态|理论研究|新闻"),
    ("disclosure_column", r"(?:政府|政务)公开信息|信息公开(?=专?栏)"),
    ("annual_report", r"年报|年度报告"),
    ("organ_profile", r"机构概况|机构职能|机构设置|组织机构|领导(?:信息|分工|介绍)|单位概况"),
    ("plans_summaries", r"规划|计划|总结"),
    ("notices", r"通知|公告(?!栏)|公示(?!栏)|通告"),
    ("personnel", r"人事"),
    ("finance", r"财政|预决算|预算|决算|资金|三公"),
    ("policy_documents", r"法规|规范性文件|政策文件|部门文件|文件"),
    ("licensing", r"行政许可|行政审批"),
    ("enforcement", r"行政处罚|行政执法|行政强制|执法"),
    ("procurement", r"采购|招投标|招标|公共资源"),
    ("projects", r"重大(?:建设)?项目|重点项目|项目"),
    ("emergency", r"应急|安全生产"),
    ("welfare", r"社会保障|社会救助|民政|教育|医疗|就业|扶贫|公益"),
    ("environment", r"(?<!营商)环境|环保"),
    ("other", r"其[他它](?!渠道|方式|途径|平台|媒体|形式)"),
)
"""Categories of `info_items.<category>`: the parts of a total of published items.

The last name that the part is called by counts; the first row that fits wins.
"""
