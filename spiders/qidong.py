"""启东市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, truecms


class Qidong(Portal):
    """启东市: its office, departments of 2023, towns and zones of 2024.

    The government's own report is in 南通's column of counties. The office's of 2023 stands in two
    columns here.
    """

    region_code = "320681"  # GB/T 2260
    system = truecms.SYSTEM  # seen: a report and four mirrors at TrueCMS addresses
    columns = (  # seen: the first folder in a report, the rest on mirrors; inferred: their lists
        Column("市政府办公室", "http://www.qidong.gov.cn/qdsrmzf/zfxxgknb/zfxxgknb.html"),
        Column("部门2023", "http://www.qidong.gov.cn/qdsrmzf/bmnb2023/bmnb2023.html"),
        Column("区镇2024", "http://www.qidong.gov.cn/qdsrmzf/qznb2024/qznb2024.html"),
        Column("区镇2024", "http://www.qidong.gov.cn/qdsrmzf/qznb2024x/qznb2024x.html"),
    )
    floors = ((2020, 1), (2023, 1), (2024, 2))  # seen: 2023 in a public page, the rest on mirrors
