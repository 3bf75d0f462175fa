"""Rules and documents, and the organ's own work."""

from __future__ import annotations

from pipelines.vocabulary.entry import Entry

WORK: tuple[Entry, ...] = (
    Entry(
        "normative_docs_newly_made",
        "新制发的规范性文件",
        "件 份 个 部",
        r"(?:制发|制定|新制定|出台|印发|新增|发布|制作)[^#]{0,10}规范性文件~#|规范性文件[^#]{0,6}(?:制发|制定)~#",
        unless=r"现行有效|废止|清理|纳入",
        none=r"¬(?:有|新|制[发定作]|印发|出台|发布|的|行政)+规范性文件",
    ),
    Entry(
        "normative_docs_recognised",
        "新认定的规范性文件",
        "件 份 个 部",
        r"#~[^,，]{0,10}(?:纳入|认定为|确认为)[^,，]{0,6}规范性文件|(?:纳入|认定)[^#]{0,8}规范性文件~#",
    ),
    Entry(
        "normative_docs_repealed_text",
        "废止的规范性文件",
        "件 份 个 部",
        r"(?:废止|失效|宣布失效)[^#]{0,12}?(?:规范性文件)~#|规范性文件[^#]{0,8}(?:废止|失效)~#",
    ),
    Entry(
        "normative_docs_repealed_text",
        "废止的规范性文件",
        "件 份 个 部",
        r"废止~#",
        topic="documents",
    ),
    Entry(
        "normative_docs_in_force_text",
        "现行有效的规范性文件",
        "件 份 个 部",
        r"(?:现行)?有效(?:的)?(?:行政)?(?:规范性文件|件数)[^#]{0,4}~#|规范性文件[^#]{0,6}现行有效~#",
    ),
    Entry(
        "normative_docs_in_force_text",
        "现行有效的规范性文件",
        "件 份 个 部",
        r"现行有效~#",
        topic="documents",
    ),
    Entry(
        "normative_docs_disclosed_text",
        "公开的规范性文件",
        "件 份 个 部",
        r"公开(?![^#]*情况)[^#]{0,24}规范性文件~#",
        unless=r"现行有效|废止",
    ),
    Entry(
        "trainings",
        "培训",
        "次 场 期 场次 轮 班",
        r"培训(?:班|会|活动|讲座|工作)?~#|#~[^,，]{0,12}培训(?!人|内容)",
    ),
    Entry(
        "trainees",
        "参加培训的人",
        "人次 人 名",
        r"(?:培训|参训)[^#]{0,10}?~#|#~[^,，]{0,8}参加[^,，]{0,6}培训",
    ),
    Entry(
        "oversight_units",
        "检查的单位",
        "个 家",
        r"(?:检查|抽查|督查|督导|监测|测评|巡查|考核|评估)[^#]{0,10}#~(?:[^,，]{0,6}(?:部门|单位|镇|街道|网站|县|区))|"
        r"对#[^,，]{0,14}(?:检查|抽查|督查|督导|监测|测评|巡查|考核|评估)",
    ),
    Entry(
        "section_count_declared",
        "年报声明的组成部分数",
        "部分 个部分 个方面 方面",
        r"(?:由|包括|分为?|共|等)[^#]{0,2}#(?:组成|构成|内容|[:：]|$)|(?:报告|年报)[^#]{0,60}#(?:组成|构成)|共分~?#",
        unless=r"考核|工作从",
    ),
)
