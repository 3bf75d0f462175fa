"""如东县人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, truecms


class Rudong(Portal):
    """如东县: the government and its office; the government's of 2023 is in 南通's column too."""

    region_code = "320623"  # GB/T 2260
    system = truecms.SYSTEM  # seen: two reports at TrueCMS addresses
    # seen: the folder in reports; inferred: its list, from xzfwj.html on the host
    columns = (Column("县政府", "http://www.rudong.gov.cn/rdxrmzf/zfxxgknb/zfxxgknb.html"),)
    floors = ((2018, 1), (2023, 1))  # seen: one report of each in this column
