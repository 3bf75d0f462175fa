"""The vocabulary of indicators: what the numbers in the sentences of a report are called.

A table for people who know the reports, to read and to extend. A row says:

- `name`: of the indicator; `about`: what it counts; `units`: its measure words.
- `cue`: the words beside the number, as a regular expression in which `#` is the
  number and `~` any words that carry no meaning of their own (共, 累计, 案件, 数量 ...),
  `¬` a word that denies.
  The row whose words stand nearest to a number names it.
- `unless`: words that, in the same clause, mean something else.
- `topic`: the number must belong to this topic (`TOPICS`): the one spoken of last.
- `public`: a public act of the government. Reports of its office (办公室) speak of the
  whole city there, and of the office itself in all other rows.
- `none`: the words that state a zero (未收到...申请), without a number; `none_unless`.
- `part_of`: the indicator of which this one is a part wherever both occur.

A number that no row names is kept, without a name.
"""

from __future__ import annotations

import dataclasses

WORDLESS = (
    r"(?:案件|申请书?|事项|办件|数量|总数|总量|件数|条数|数|量|总计|共计|合计|累计|"
    r"一共|计|共|均|都|各|仅|只有|已|有|为|是|达到?|减少?[到至]|增加?[到至]|增长至|了|发生|产生|引起|引发|"
    r"被提起|提起|分别|的|[\s,，:：、\"“”()（）])*+"
)
"""What `~` stands for."""

TOPICS = {
    "requests": r"依申请|公开(?:的|类|事项|信息)?申请|申请公开|申请人|申请办理",
    "hotline": r"12345|市长热线|热线|公开电话",
    "mailbox": r"(?:市长|县长|区长|省长|书记|局长|主任|镇长|领导|厅长)信箱|网上信箱",
    "other": r"其他处理|其它处理",
    "fee": r"信息处理费|收费|检索费|复制费",
    "press": r"新闻发布|发布会|通气会",
    "media": r"政务新媒体",
    "letters": r"留言|人大代表|政协|提案|举报|投诉",
    "publication": r"(?<!已)主动公开|政策解读|政务公开|发布信息",
}
"""Topics by the words that open them. `other` lasts for one sentence."""

NOT = r"(?:未|没有|无(?!法|论|障|需|缝|偿|效|纸|正当|关|锡|为|疑))"
"""What `¬` stands for: the words that deny."""

_POST = (
    r"(?:信息|资讯|动态|推文|文章|内容|稿件?|消息|作品|图文|公告|新闻|短?视频|公开|公布|发布|发送|"
    r"推送|更新|转载|刊发|刊登)"
)


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


_ITEMS = "条 篇 件 则 份"
_EVENTS = "场 次 期 场次 个 批次"
_CASES = "件 起 条 宗 份 例 项 个 次 人次"

VOCABULARY: tuple[Entry, ...] = (
    # What was published.
    Entry(
        "info_items_total",
        "主动公开的政府信息",
        _ITEMS,
        r"(?:公开|发布|公布)(?:[^#]{0,40}等)?(?:各类|各项|各|政府|政务|相关|有关|的|本单位|部门|主动|公开|全部|"
        r"共|累计|总|[\s,，])*(?:信息|内容)(?:公开)?~#|#~(?:主动公开)?(?:政府|政务)信息|"
        r"(?:政府|政务)信息~(?:主动)?公开~#",
        unless=r"微信|微博|公众号|新媒体|抖音|快手|头条|APP|客户端|报送|推送|推荐|转载|会议信息|"
        r"公开申请|依申请|公开举报|重点领域|解读|不予公开|报道|报纸|电视|宣传栏|公[示开告]栏|电子屏",
    ),
    Entry(
        "website_posts",
        "政府网站发布的信息",
        _ITEMS,
        rf"(?:政府|门户|政务|部门|官方|局|委|办)?(?:门户)?网站?[^#,，]{{0,40}}{_POST}~#",
        unless=r"主动公开(?:各类|各项|的)*(?:政府|政务)*信息|向[^#]*网站|报送|推送|微信|公众号|微博|"
        r"回复|答复|咨询|留言|访谈|申请|征集|调查|网站\W?(?:及|和|、)|访问|解读|直播|办理|受理|检查",
    ),
    Entry(
        "wechat_posts",
        "微信发布的信息",
        _ITEMS,
        rf"(?:微信|公众号|公众账号)[^#]{{0,40}}{_POST}~#",
        unless=r"微博|抖音|头条|快手|关注|粉丝|阅读|(?:公众号|微信)\W{0,2}等|视频号|网站|办理|受理|检查",
    ),
    Entry(
        "weibo_posts",
        "微博发布的信息",
        _ITEMS,
        rf"微博[^#]{{0,40}}{_POST}~#",
        unless=r"微信|公众号|抖音|头条|快手|关注|粉丝|阅读|微博\W{0,2}等|办理|受理|检查",
    ),
    Entry(
        "new_media_accounts",
        "政务新媒体账号",
        "个 家",
        r"(?:政务)?新媒体(?:账号|帐号|平台)?~#|#~(?:政务)?新媒体(?:账号|帐号)|(?:账号|帐号)数量?~#",
        unless=r"注销|关停|关闭|清理|新增|新开设|新开通|整合|合并|检查|抽查|监测|整改",
        public=True,
    ),
    Entry("new_media_pass_rate", "政务新媒体合格率", "%", r"新媒体[^#]*合格率~#", public=True),
    Entry(
        "gazette_issues", "政府公报期数", "期 辑", r"公报[^#]{0,12}?~#|#~(?:政府)?公报", public=True
    ),
    Entry(
        "gov_documents_published",
        "公开的政府文件",
        "件 份 个 条 篇",
        r"名义(?:印发|制发|发布|公开)的?(?:各类)?(?:政策)?(?:文件|公文)~#|"
        r"(?:市|县|区|省|州|旗)(?:人民)?政府(?:\(办\)|（办）|及(?:市|县|区)?政府办公?室?|办公[室厅]|办)?(?:各类)?"
        r"(?:政策|制发|印发的?)?(?:文件|公文)~#|政府(?:政策)?(?:文件|公文)~#",
        unless=r"规范性|解读",
        public=True,
    ),
    Entry(
        "policy_interpretations",
        "政策解读",
        "篇 件 条 个 期 份 部 次 项 场 则",
        r"解读(?:性)?(?:材料|信息|稿件?|文件|文章|视频|产品|图解|方案|内容|说明|作品|"
        r"(?:及|和|与|、)[^#,，]{2,6})?~#|#~(?:[^,，]{0,6})?(?:政策|文件)[^,，]{0,4}解读|(?:政策)?图解~#",
        unless=r"解读率|新闻发布会[^解]*#",
        public=True,
    ),
    Entry("interpretation_rate", "政策解读率", "%", r"解读(?:率|比例|覆盖率)~#", public=True),
    Entry(
        "press_conferences",
        "新闻发布会",
        _EVENTS,
        r"(?:新闻)?(?:发布会|发布活动|通气会)~(?:举行|召开|举办)?~#|#~[^,，]{0,8}新闻(?:发布会|发布活动|通气会)",
        unless=r"出席|参加",
        public=True,
    ),
    Entry(
        "press_conference_leader_attendances",
        "负责人出席新闻发布会",
        "人次 次 人 场次",
        r"(?:出席|参加)[^#]{0,12}(?:发布会|发布活动)~#",
        public=True,
    ),
    Entry(
        "press_conference_leader_attendances",
        "负责人出席新闻发布会",
        "人次 次 人 场次",
        r"(?:领导|负责人|负责同志|领导干部)[^#]{0,6}(?:出席|参加)~#",
        topic="press",
        public=True,
    ),
    Entry(
        "online_interviews",
        "在线访谈",
        "期 次 场 个 场次",
        r"访谈(?:活动|节目|栏目)?~#|#~(?:在线|网上|网络|视频)?访谈",
        public=True,
    ),
    Entry(
        "live_streams",
        "网上直播",
        "期 次 场 场次 个",
        r"(?:网上|网络|在线|视频|现场)?直播(?!间)(?:[“\"][^”\"]*[”\"])?(?:活动)?~#|#~(?:网上|网络|在线)直播",
        public=True,
    ),
    Entry(
        "public_consultations",
        "民意征集",
        "期 次 项 条 件 个 场",
        r"(?:民意|意见|决策|公众意见)(?:建议)?(?:草案)?(?:网上)?征集(?:活动|项目|公告|信息)?~#|"
        r"征集(?:民意|意见)(?:建议)?(?:活动|公告)?~#|#~[^,，]{0,6}(?:民意|意见)征集",
        public=True,
    ),
    Entry(
        "meeting_disclosures",
        "公开的会议信息",
        "条 次 件 期 场 篇",
        r"(?:公开|发布|公布)?[^#]{0,20}(?:会议|常务会|全会)(?:信息|纪要|情况|内容|议题|议定事项)~#|"
        r"(?:公开|发布)[^#]{0,10}常务会议?~#",
        public=True,
    ),
    Entry(
        "open_day_events",
        "政府开放日活动",
        _EVENTS,
        r"开放日[”\"]?(?:主题|系列)?(?:活动)?~#|#~[^,，]{0,8}开放日",
        public=True,
    ),
    Entry(
        "disclosure_zones",
        "政务公开专区",
        "个 处 家",
        r"(?:政务|政府信息)公开(?:标准化)?(?:专区|体验区|服务区|查阅点)~#|"
        r"#~(?:基层)?(?:政务|政府信息)公开(?:标准化)?(?:专区|体验区|服务区)",
        public=True,
    ),
    # Citizens and the government.
    Entry(
        "hotline_requests",
        "热线受理的诉求",
        "件 个 条 起 宗 人次 次 通",
        r"(?:受理|接听|接到|接收|收到|办理|承办|处理)[^#]{0,14}?(?:诉求|来电|电话|工单|话务|事项|件)~#|"
        r"(?:热线|12345)[^#]{0,10}(?:受理|接听|接到|接收|收到|承办)~#",
        topic="hotline",
        unless=r"直接|派发|转办|回访",
        public=True,
    ),
    Entry(
        "hotline_direct_answers",
        "热线直接答复",
        "件 个 条 起 宗 次",
        r"(?:直接|在线|当场)(?:解答|答复|办理|办结)(?:处理)?[^#]{0,6}~#",
        topic="hotline",
        public=True,
        part_of="hotline_requests",
    ),
    Entry(
        "hotline_work_orders",
        "热线派发的工单",
        "件 个 条 起 宗",
        r"(?:派发|转办|交办|形成工单|生成工单|下派)[^#]{0,12}?~#",
        topic="hotline",
        public=True,
        part_of="hotline_requests",
    ),
    Entry(
        "hotline_ontime_rate",
        "热线按时办理率",
        "%",
        r"(?:按时|按期|及时)(?:办理|办结|答复)?率~#",
        topic="hotline",
        public=True,
    ),
    Entry("hotline_followup_rate", "热线回访率", "%", r"回访率~#", topic="hotline", public=True),
    Entry(
        "mayor_mailbox_letters",
        "市长信箱来信",
        "件 封 条 个 份 次",
        r"(?:来信|信件|邮件|留言|信箱)~#|#~(?:群众)?(?:来信|信件|邮件)",
        topic="mailbox",
        unless=r"举报|投诉来信",
        public=True,
    ),
    Entry(
        "mayor_mailbox_completion_rate",
        "市长信箱办结率",
        "%",
        r"办结率~#",
        topic="mailbox",
        public=True,
    ),
    Entry(
        "mayor_mailbox_satisfaction_rate",
        "市长信箱满意率",
        "%",
        r"满意[率度]~#",
        topic="mailbox",
        public=True,
    ),
    Entry(
        "inquiries_answered",
        "答复的咨询和留言",
        "件 条 个 次 人次",
        r"(?:回复|答复|办理|办结|处理|解答|回应)[^#]{0,14}?(?:咨询|留言|提问|来信|问题|信件|来电)"
        r"(?:和建议|及建议|、建议|建议)?~#|(?:咨询|留言)[^#]{0,6}?(?:回复|答复|办理|解答)~#|"
        r"(?:回复|答复|解答)~#[^,，]{0,6}(?:咨询|留言)|(?:回复|答复)留言数量~#",
        unless=r"申请|12345|热线|跟帖",
    ),
    Entry(
        "disclosure_complaints",
        "对信息公开工作的举报投诉",
        _CASES,
        r"(?:公开|申请)[^#]{0,10}(?:举报|投诉)[^#]{0,6}?~#",
        unless=r"复议|诉讼|信访举报投诉类|不予处理",
        none=r"¬(?:收到|接到|发生|涉及|出现|产生)?[^,，。]{0,20}(?:举报|投诉)",
        none_unless=r"未发现",
    ),
    # Requests.
    Entry(
        "requests_received_text",
        "收到的政府信息公开申请",
        _CASES,
        r"(?:收到|受理|接收|接到|新收)[^#]{0,40}?(?:申请|依申请公开)(?:公开)?(?:政府信息)?[^#]{0,6}?~#|"
        r"(?:收到|受理|接收|接到|新收)[^#]{0,12}#[^,，]{0,16}(?:申请|依申请)",
        unless=r"复议|诉讼|举报|结转[^#]*#",
        none=r"(?:未|没有)(?:收到|接到|受理|接收)(?:到|过|任何|有关|公民|法人|、|，|和|或|其他|其它|组织|社会|"
        r"公众|群众|关于|的|新|一?[件例起]|政府|信息|公开|依|申请|通过|网上|提出|提交|书面)*?(?:申请公开|公开申请|"
        r"政府信息申请|信息申请|依申请|申请)|"
        r"(?:无|没有)(?:新收|涉及|有关|任何|公民|群众|的|提出|政府|信息)*(?:依申请公开|公开申请)",
        none_unless=r"复议|诉讼|举报|投诉|收费|费用|超期|逾期|引发|引起",
    ),
    Entry(
        "requests_received_text",
        "收到的政府信息公开申请",
        _CASES,
        r"(?:收到|受理|接收|新收)~#",
        topic="requests",
        unless=r"复议|诉讼|举报",
    ),
    Entry(
        "requests_handled_text",
        "办理的政府信息公开申请，含上年结转",
        _CASES,
        r"(?:办理|处理)(?:政府|信息|公开|依|各类|的|我?[市县区]|、)*(?:申请公开|依申请公开|公开申请|申请)"
        r"(?:公开)?[^#答复]{0,6}?~#",
        unless=r"协办|协查|复议|诉讼",
    ),
    Entry(
        "requests_answered_text",
        "答复或办结的申请",
        _CASES,
        r"(?:答复|办结|办理完毕|办理完成|回复)[^#]{0,16}?(?:申请|依申请公开)[^#]{0,6}?~#|"
        r"(?:申请|依申请公开)[^#]{0,8}?(?:答复|办结)~#|(?:答复|办结|办理|办理完毕|办理完成)~#",
        topic="requests",
        unless=r"协办|协查|配合|指导|同意|不予|免于|部分公开|答复类型|咨询|留言|热线|其他类型|其它公开|提案",
    ),
    Entry(
        "requests_carried_in_text",
        "上年结转的申请",
        _CASES,
        r"(?:上年度?|上一年度?|去年|往年|20\d\d年度?)(?:未办结)?(?:结转|转至|转入|转办|转接|遗留|跨年)[^#]{0,16}?~#",
        none=r"(?:无|没有)(?:上年度?|上一年度?)结转",
    ),
    Entry(
        "requests_carried_out_text",
        "结转下年的申请",
        _CASES,
        r"(?:结转|转|顺延|延续|转入)(?:到|至|入|为)?(?:下一?年度?|次年|明年|20\d\d年度?)"
        r"(?:继续)?(?:办理|答复|处理)?~#|#~(?:政府信息公开)?(?:申请)?(?:将)?(?:结转|转|顺延)(?:到|至|入)?(?:下|次|明|20\d\d)",
        none=r"(?:无|没有)结转(?:到|至)?(?:下|次)",
    ),
    Entry(
        "requests_by_channel.online",
        "网上提出的申请",
        _CASES,
        r"(?:网上|网络|线上|在线|互联网|网站|电子邮件|邮箱|网页|平台)(?:提交|渠道|方式|途径|形式|提出|受理|接收|"
        r"收到|依)*(?:的)?(?:申请表?)?(?:公开)?~#",
        topic="requests",
        unless=r"、[^#]*(?:收到|受理|接收)|公开信息|发布|解读|访谈|直播|征集|调查|咨询|留言",
    ),
    Entry(
        "requests_by_channel.letter",
        "信函提出的申请",
        _CASES,
        r"(?:信函|邮寄|来信|挂号信|快递|EMS|书面|纸质)(?:提交|渠道|方式|途径|形式|提出|受理|接收|收到)*(?:的)?(?:申请表?)?~#",
        topic="requests",
        unless=r"、[^#]*(?:收到|受理|接收)|举报|投诉",
    ),
    Entry(
        "requests_by_channel.in_person",
        "当面提出的申请",
        _CASES,
        r"(?:当面|现场|窗口|来访|上门)(?:提交|渠道|方式|途径|形式|提出|受理|接收|收到)*(?:的)?(?:申请表?)?~#",
        topic="requests",
        unless=r"、[^#]*(?:收到|受理|接收)|举报|投诉",
    ),
    Entry(
        "requests_by_channel.fax",
        "传真提出的申请",
        _CASES,
        r"传真(?:提交|渠道|方式|途径|形式|提出)*(?:的)?(?:申请表?)?~#",
        topic="requests",
    ),
    Entry(
        "natural_person_share",
        "自然人申请的占比",
        "%",
        r"自然人[^#]{0,14}占(?:比|总数的?|申请总数的?)?~#",
    ),
    Entry(
        "granted_or_partial_text",
        "予以公开和部分公开的申请",
        _CASES,
        r"(?:予以|同意|全部)?公开(?:及|和|或|、|与)(?:予以|同意)?部分公开[^#]{0,6}?~#",
    ),
    Entry(
        "granted_or_partial_share",
        "予以公开和部分公开的占比",
        "%",
        r"公开(?:及|和|或|、|与)(?:予以|同意)?部分公开[^#]{0,14}占(?:比|总数的?)?~#",
    ),
    Entry(
        "other_note.not_exist", "其他处理：信息不存在", _CASES, r"不存在[^#]{0,4}~#", topic="other"
    ),
    Entry(
        "other_note.correction_overdue",
        "其他处理：逾期未补正",
        _CASES,
        r"补正[^#]{0,8}~#",
        topic="other",
    ),
    Entry(
        "other_note.village_affairs",
        "其他处理：村务信息",
        _CASES,
        r"村务(?:信息)?~#",
        topic="other",
    ),
    Entry(
        "other_note.party_affairs",
        "其他处理：党务信息",
        _CASES,
        r"党[务组委](?:信息)?~#",
        topic="other",
    ),
    Entry(
        "other_note.withdrawn",
        "其他处理：撤回申请",
        _CASES,
        r"(?:撤回|撤销|撤件)[^#]{0,4}~#",
        topic="other",
    ),
    Entry(
        "other_note.not_government_information",
        "其他处理：非政府信息",
        _CASES,
        r"(?:非|不属于)政府信息[^#]{0,4}~#",
        topic="other",
    ),
    Entry(
        "other_note.fee_overdue",
        "其他处理：逾期未缴费",
        _CASES,
        r"缴(?:纳|费)[^#]{0,6}~#",
        topic="other",
    ),
    Entry(
        "overdue_answers",
        "超期的答复",
        _CASES,
        r"(?:超期|逾期)(?:未)?(?:答复|办理)[^#]{0,4}~#",
        none=r"¬(?:出现|发生|存在|有)[^,，。]{0,6}(?:超期|逾期)",
    ),
    # Remedies, complaints, money.
    Entry(
        "reviews_text",
        "因信息公开的行政复议",
        _CASES,
        r"(?:行政)?复议(?:案件)?(?:(?:、|和|及|与|或|,|，)(?:行政)?(?:应?诉|诉讼)(?:案件)?)?~#|"
        r"#~[^,，]{0,10}行政复议(?!后)",
        unless=r"复议后|复议机关",
        none=r"¬[^,，。;；]{0,40}(?:行政)?复议(?!后)",
        none_unless=r"无法|无正当|未经复议|结果|败诉",
    ),
    Entry(
        "litigation_text",
        "因信息公开的行政诉讼",
        _CASES,
        r"(?:行政)?(?:诉讼|起诉|应诉)(?:案件)?~#|#~[^,，]{0,10}(?:行政诉讼|诉讼案件)",
        none=r"¬[^,，。;；]{0,50}(?:行政)?诉讼",
        none_unless=r"无法|无正当|结果|败诉",
    ),
    Entry(
        "corrected_or_lost",
        "被纠正或败诉",
        _CASES,
        r"(?:结果纠正|被?纠正|败诉|被?纠错)~#|#~(?:结果|被)?(?:纠正|败诉|纠错)",
        none=r"¬(?:发生|出现|有|存在|被)?[^,，。;；]{0,12}(?:纠正|纠错|败诉)",
    ),
    Entry(
        "violations_found",
        "发现的违规",
        _CASES,
        none=r"(?:未发现|没有发现|未发生|无)[^,，。;；]{0,14}(?:违反|违规|违纪|泄密|失密)",
    ),
    Entry(
        "info_fee_collected",
        "收取的信息处理费",
        "元 万元",
        r"(?:收取|收费|处理费|费用|金额|收入|计)[^#]{0,12}?~#",
        topic="fee",
        unless=r"支出|经费|预算|采购|投入|行政事业性收费",
        none=r"(?:未|没有|不|无)(?:发生|产生|有|涉及|向[^,，。]{0,8})?(?:收取|收费|信息处理费|检索费|复制费)|"
        r"(?:未|没有)(?:产生|发生)[^,，。]{0,10}(?:处理费|费用|收费)",
        none_unless=r"行政事业性收费|减免",
    ),
    Entry(
        "info_fee_cases",
        "收取信息处理费的申请",
        "件 次 起 宗 笔",
        r"(?:收取|收费)[^#]{0,12}?~#",
        unless=r"未收|不收",
    ),
    # Rules and documents.
    Entry(
        "normative_docs_newly_made",
        "新制发的规范性文件",
        "件 份 个 部",
        r"(?:制发|制定|新制定|出台|印发|新增|发布|制作)[^#]{0,10}规范性文件~#|规范性文件[^#]{0,6}(?:制发|制定)~#",
        unless=r"现行有效|废止|清理|纳入",
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
        "normative_docs_in_force_text",
        "现行有效的规范性文件",
        "件 份 个 部",
        r"(?:现行)?有效(?:的)?(?:行政)?(?:规范性文件|件数)[^#]{0,4}~#|规范性文件[^#]{0,6}现行有效~#",
    ),
    Entry(
        "normative_docs_disclosed_text",
        "公开的规范性文件",
        "件 份 个 部",
        r"公开[^#]{0,24}规范性文件~#",
        unless=r"现行有效|废止",
    ),
    # The organ's own work.
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
        r"(?:由|包括|分为?|共|等)[^#]{0,2}#(?:组成|构成|内容|[:：]|$)|报告[^#]{0,60}#(?:组成|构成)|共分~?#",
        unless=r"考核|工作从",
    ),
)

CATEGORIES: tuple[tuple[str, str], ...] = (
    ("dynamic", r"动态|理论研究|新闻"),
    ("disclosure_column", r"(?:政府|政务)?公开信息|信息公开"),
    ("annual_report", r"年报|年度报告"),
    ("organ_profile", r"机构概况|机构职能|机构设置|组织机构|领导(?:信息|分工|介绍)|单位概况"),
    ("plans_summaries", r"规划|计划|总结"),
    ("notices", r"通知|公告|公示|通告"),
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
    ("other", r"其他|其它"),
)
"""Categories of `info_items.<category>`: the parts of a total of published items.

The last name that the part is called by counts; the first row that fits wins.
"""
