"""如皋市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, truecms


class Rugao(Portal):
    """如皋市: the government, its departments, and the zone for high technology."""

    region_code = "320682"  # GB/T 2260
    system = truecms.SYSTEM  # seen: four reports at TrueCMS addresses
    columns = (  # seen: each folder in reports; inferred: its list, as on sister hosts
        Column("市政府", "https://www.rugao.gov.cn/rgsrmzf/zfxxgknb/zfxxgknb.html"),
        Column("政府部门", "https://www.rugao.gov.cn/rgsrmzf/zfbmxxgknb/zfbmxxgknb.html"),
        Column("高新区", "https://www.rugao.gov.cn/rgscnjd/xxgknb/xxgknb.html"),
    )
    floors = ((2024, 1), (2025, 3))  # seen: so many reports in these columns
