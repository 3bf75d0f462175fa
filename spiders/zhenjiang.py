"""镇江市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, ucap


class Zhenjiang(Portal):
    """镇江市: 高新区 and 句容市; the city's own column is not known."""

    name = "zhenjiang"
    city = "镇江市"
    region_code = "321100"  # GB/T 2260
    level = "prefecture"
    system = ucap.SYSTEM  # seen: four reports at UCAP addresses
    hosts = ("zhenjiang.gov.cn", "jurong.gov.cn")  # seen: both in reports
    columns = (  # folders seen in reports; the lists' name inferred from tyj.zhenjiang.gov.cn
        Column("高新区", "http://zjgxq.zhenjiang.gov.cn/zjgxq/zfxxgknb/xxgk_list.shtml"),
        Column("句容市", "http://www.jurong.gov.cn/jurong/bmxxgknb/xxgk_list.shtml"),
    )
    first_year = 2021  # seen: /zjgxq/zfxxgknb/202202/99c58d7c4ae44366a4c0dde649039674.shtml
    floors = ((2021, 1), (2022, 1), (2023, 1))  # seen: so many reports in these columns
