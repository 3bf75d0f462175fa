"""常熟市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, ucap


class Changshu(Portal):
    """常熟市: the government and its office; every other organ has a column c107<three digits>."""

    region_code = "320581"  # GB/T 2260
    system = ucap.SYSTEM  # seen: six mirrors at UCAP addresses, no page of the portal itself
    # seen: the folder, on a mirror; inferred: the host, and the list's name from /zgcs/c100442/
    columns = (Column("市政府", "http://www.changshu.gov.cn/zgcs/gknb/list.shtml"),)
    floors = ((2021, 2),)  # seen: two reports in this column, on a mirror
