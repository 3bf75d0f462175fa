"""镇江市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, ucap


class Zhenjiang(Portal):
    """镇江市: 高新区 and 句容市; the city's own column is not known."""

    region_code = "321100"  # GB/T 2260
    system = ucap.SYSTEM  # seen: four reports at UCAP addresses
    columns = (  # seen: each folder in reports; inferred: the list's name, from another host
        Column("高新区", "http://zjgxq.zhenjiang.gov.cn/zjgxq/zfxxgknb/xxgk_list.shtml"),
        Column("句容市", "http://www.jurong.gov.cn/jurong/bmxxgknb/xxgk_list.shtml"),
    )
    floors = ((2021, 1), (2022, 1), (2023, 1))  # seen: so many reports in these columns
