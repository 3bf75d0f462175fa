"""苏州市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, ucap


class Suzhou(Portal):
    """苏州市: the city's own column, and two of districts; 太仓 has a site for every organ."""

    region_code = "320500"  # GB/T 2260
    system = ucap.SYSTEM  # seen: four reports and seven mirrors at addresses of this kind
    columns = (  # seen: each folder, 虎丘's on a mirror; inferred: the list's name, as in others
        Column("市政府", "http://www.suzhou.gov.cn/szsrmzf/szszfxxgknb/nav_list.shtml"),
        Column("姑苏区", "http://www.gusu.gov.cn/gsq/c100549/nav_list.shtml"),
        Column("虎丘区经济发展委员会", "http://www.snd.gov.cn/hqqrmzf/c108356/nav_list.shtml"),
    )
    floors = ((2018, 1), (2023, 1))  # seen: one report of each in these columns
