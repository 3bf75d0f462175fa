"""南京市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, trs


class Nanjing(Portal):
    """南京市: districts and agencies on the city's portal; bureaus and some districts on theirs.

    江宁 has its government's and its office's reports of 2021 to 2023 in one folder of the city's
    portal, and those since on its own.
    """

    region_code = "320100"  # GB/T 2260
    system = trs.SYSTEM  # seen: eleven reports at addresses of this kind
    columns = (  # seen: each folder in reports, 市政府办公厅 on a mirror only; inferred: its list
        Column("各区", "https://www.nanjing.gov.cn/zzb/zfxxgk/zfxxgknb/gqzf_72697/"),
        Column("派出机构", "https://www.nanjing.gov.cn/zzb/zfxxgk/zfxxgknb/zfpcjg_72749/"),
        Column("市政府办公厅", "https://www.nanjing.gov.cn/zdgk/xxgkzl/szfbgtzfxxgkndbg/"),
        Column("市城管局", "http://cgj.nanjing.gov.cn/njscsglj/xxgkzl/zfxxgkndbg/"),
        Column("栖霞区", "http://www.njqxq.gov.cn/qxqrmzf/xxgkzl/zfxxgkndbg/"),
        Column("江宁区", "http://www.jiangning.gov.cn/jnqrmzf/xxgkzl/zfxxgkndbg/"),
    )
    # seen: so many reports in these columns
    floors = ((2014, 1), (2021, 2), (2022, 2), (2023, 3), (2024, 1), (2025, 1))
