"""宿迁市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, ucap


class Suqian(Portal):
    """宿迁市: the city, its office, and 宿城区."""

    name = "suqian"
    city = "宿迁市"
    region_code = "321300"  # GB/T 2260
    level = "prefecture"
    system = ucap.SYSTEM  # seen: nine reports at UCAP addresses
    hosts = ("suqian.gov.cn", "sqsc.gov.cn")  # seen: both in reports
    columns = (  # folders seen in reports; xxgk_list.shtml seen in other columns of the first host
        Column("市政府", "https://www.suqian.gov.cn/cnsq/gknb/xxgk_list.shtml"),
        Column("市政府办公室", "https://www.suqian.gov.cn/zfb/gknb/xxgk_list.shtml"),
        Column("部门", "https://www.suqian.gov.cn/cnsq/2020bmnbn/xxgk_list.shtml"),
        Column("县区", "https://www.suqian.gov.cn/cnsq/2020xqnbm/xxgk_list.shtml"),
        Column("宿城区", "http://www.sqsc.gov.cn/scq/xxgkbg/xxgk_list.shtml"),
    )
    first_year = 2014  # seen: /cnsq/gknb/201503/0f235d56ca894d5d9a95a53676d05733.shtml
    floors = ((2021, 1), (2022, 1), (2023, 1), (2024, 1))  # seen: so many in these columns
