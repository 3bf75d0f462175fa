"""宿迁市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, ucap


class Suqian(Portal):
    """宿迁市: the city, its office, departments and counties, and 宿城区.

    Departments and counties have one page, which is written anew each year at the same address: at
    one of March 2021 stood a report of March 2022. Such a page may be called 沭阳县 and no more.
    """

    region_code = "321300"  # GB/T 2260
    system = ucap.SYSTEM  # seen: thirteen reports at UCAP addresses
    columns = (  # seen: each folder in reports; inferred: the list's name, from other columns there
        Column("市政府", "https://www.suqian.gov.cn/cnsq/gknb/xxgk_list.shtml"),
        Column("市政府办公室", "https://www.suqian.gov.cn/zfb/gknb/xxgk_list.shtml"),
        Column("部门", "https://www.suqian.gov.cn/cnsq/2020bmnbn/xxgk_list.shtml", every=True),
        Column("县区", "https://www.suqian.gov.cn/cnsq/2020xqnbm/xxgk_list.shtml", every=True),
        Column("宿城区", "http://www.sqsc.gov.cn/scq/xxgkbg/xxgk_list.shtml"),
    )
    # seen: so many reports in these columns, those aside that are written anew
    floors = ((2014, 1), (2017, 1), (2021, 1), (2022, 1), (2023, 1), (2024, 1))
