"""What citizens asked, reported and complained of."""

from __future__ import annotations

from pipelines.vocabulary.entry import CASES, Entry

_CALLS = "件 个 条 起 宗 人次 次 通"

CITIZENS: tuple[Entry, ...] = (
    Entry(
        "hotline_requests",
        "热线受理的诉求",
        _CALLS,
        r"(?:受理|接听|接到|接收|收到|办理|承办|处理)[^#]{0,14}?(?:诉求|来电|来信|咨询|求助|电话|工单|话务|事项|件)~#|"
        r"(?:热线|12345)[^#]{0,10}(?:受理|接听|接到|接收|收到|承办|接件|接单)~#|(?:热线|12345)(?:平台|工单|办件)+~#",
        topic="hotline",
        unless=r"直接|派发|转办|回访",
        public=True,
    ),
    Entry(
        "hotline_direct_answers",
        "热线直接答复",
        _CALLS,
        r"(?:直接|在线|当场|即时|现场)(?:直接)?(?:解答|答复|办理|办结|回复)(?:处理)?[^#]{0,6}~#",
        topic="hotline",
        public=True,
        part_of="hotline_requests",
    ),
    Entry(
        "hotline_work_orders",
        "热线派发的工单",
        _CALLS,
        r"(?:派发|派单|转派|转办|交办|形成工单|生成工单|下派)[^#]{0,12}?~#",
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
        r"(?:来信|信件|邮件|留言|信箱|转办件|来件)~#|#~(?:群众)?(?:来信|信件|邮件)",
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
        r"(?:(?:和|及|、)?(?:建议|求助|投诉))*~#|(?:咨询|留言|来信)[^#]{0,6}?(?:回复|答复|办理|解答)~#|"
        r"(?:回复|答复|解答)~#[^,，]{0,6}(?:咨询|留言)|(?:回复|答复)留言数量~#",
        unless=r"申请|12345|热线|跟帖|信箱[^#]*(?:来信|信件|邮件|留言)~#",
    ),
    Entry(
        "inquiries_answered",
        "答复的咨询和留言",
        "件 条 个 次 人次",
        r"(?:回复|答复|解答|办结)~#",
        topic="inquiries",
        unless=r"申请|12345|热线|跟帖",
    ),
    Entry(
        "inquiries_answered",
        "答复的咨询和留言",
        "件 条 个 次 人次",
        r"^、[^#]{0,8}(?:咨询|留言|来信)~#",
        topic="inquiries_answered",
    ),
    Entry(
        "disclosure_complaints",
        "对信息公开工作的举报投诉",
        CASES,
        r"(?:公开|申请)[^#]{0,10}(?:举报|投诉)[^#]{0,6}?~#",
        unless=r"复议|诉讼|信访举报投诉类|不予处理",
        none=r"¬(?:收到|接到|发生|涉及|出现|产生)?[^,，。]{0,20}(?:举报|投诉)",
        none_unless=r"未发现",
    ),
    Entry(
        "disclosure_complaints",
        "对信息公开工作的举报投诉",
        CASES,
        r"^[、和及\s]*(?:举报|投诉)~#",
        topic="disclosure_complaints",
    ),
)
