"""A row of the vocabulary, and the signs its words may use."""

from __future__ import annotations

import dataclasses

WORDLESS = (
    r"(?:案件|申请书?|事项|办件|数量|总?[次期件条篇场人]数|场次|总数|总量|数|量|总计|共计|合计|累计|"
    r"一共|全年|年内|本年度?|计|共|均|都|各|仅|只有|已|有|为|是|达到?|组织|举办|开展|召开|举行|播出|推出|(?:保持|稳定)在|减少?[到至]|增加?[到至]|增长至|了|发生|产生|引起|引发|"
    r"被提起|提起|分别|的|[\s,，:：、\"“”()（）])*+"
)
"""What `~` stands for."""

TOPICS = {
    "kinds": r"主动公开[^,，。；;]{0,8}[,，、；;]\s*依申请公开",
    "requests": r"依申请|公开(?:的|类|事项|信息)?申请|申请公开|申请人|申请办理|"
    r"(?:收到|受理|新收|办结|答复|网上|网络|在线|信函|邮寄|当面|现场|传真|纸质)申请|申请(?:答复|办结|数)",
    "hotline": r"12345|市长热线|热线|公开电话",
    "mailbox": r"(?:市长|县长|区长|省长|书记|局长|主任|镇长|领导|厅长)信箱|网上信箱",
    "other": r"其他处理|其它处理",
    "charges": r"行政事业性收费|行政征收",
    "fee": r"信息(?:公开)?处理费|收费(?!总?金额|项目|标准)|收取(?:的|任何)?费用|检索费|复制费",
    "press": r"新闻发布|发布会|通气会",
    "media": r"政务新媒体",
    "documents": r"规范性文件",
    "trainings": r"培训",
    "inquiries": r"留言|咨询|提问",
    "letters": r"人大代表|政协|提案|举报|投诉",
    "publication": r"(?<!已)主动公开|政策解读|政务公开|发布信息",
}
"""Topics by the words that open them. `other` lasts for one sentence."""

CHANNELS = {
    "several": r"(?:网站|官网|微信|公众号|微博)\W?[、和及与]",
    "website": r"网站|官网",
    "elsewhere": r"抖音|头条|视频号|快手|客户端|报纸|电视|学习强国",
    "media": r"政务新媒体",
    "wechat": r"微信|公众号",
    "weibo": r"微博",
}
"""Topics too, by the channel that a sentence has spoken of last."""

NOT = r"(?:未|没有|无(?!法|论|障|需|缝|偿|效|纸|正当|关|锡|为|疑))"
"""What `¬` stands for: the words that deny."""

ITEMS = "条 篇 件 则 份 篇次 条次"
EVENTS = "场 次 期 场次 个 批次"
CASES = "件 起 条 宗 份 例 项 个 次 人次 件次"
"""Measure words of published items, of events, and of cases."""


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One row of the vocabulary."""

    name: str
    about: str
    units: str
    cue: str = ""
    unless: str = ""
    topic: str = ""
    public: bool = False
    none: str = ""
    none_unless: str = ""
    part_of: str = ""
