"""苏州市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, ucap


class Suzhou(Portal):
    """苏州市: the city's own column."""

    name = "suzhou"
    city = "苏州市"
    region_code = "320500"  # GB/T 2260
    level = "prefecture"
    system = ucap.SYSTEM  # seen: a report and four mirrors at UCAP addresses
    hosts = ("suzhou.gov.cn",)  # seen
    columns = (  # folder seen in a report; the list's name inferred from /szsrmzf/szyw/
        Column("市政府", "http://www.suzhou.gov.cn/szsrmzf/szszfxxgknb/nav_list.shtml"),
    )
    first_year = 2018  # seen: /szsrmzf/szszfxxgknb/201903/4d9ab167aa224732afe03b7d9c41f4d1.shtml
    floors = ((2018, 1),)  # seen: the same
