"""连云港市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, truecms


class Lianyungang(Portal):
    """连云港市: its districts and zones; the city's own column is not known.

    The city's site is zglygzfmhwz. The service that gives rows after the sixtieth answers 404 here.
    """

    region_code = "320700"  # GB/T 2260
    system = truecms.SYSTEM  # seen: reports at TrueCMS addresses
    columns = (  # seen: each folder in reports; inferred: that its list has the form of szfwj.html
        Column("连云区", "http://www.lianyun.gov.cn/lyq/zfxxgknb/zfxxgknb.html"),
        Column("海州区", "http://www.lyghz.gov.cn/lyghzqrmzf/zfxxgknb/zfxxgknb.html"),
        Column("赣榆区", "http://www.ganyu.gov.cn/gyqzf/zfxxgknb/zfxxgknb.html"),
        Column("赣榆区部门", "http://www.ganyu.gov.cn/gyqzf/zyqjbmzfxxgknb/zyqjbmzfxxgknb.html"),
        Column("徐圩新区", "http://www.xwxq.gov.cn/xxxq/zfxxgknb/zfxxgknb.html"),
        Column("开发区", "http://www.lda.gov.cn/lygjjjskfq/zfxxgknb/zfxxgknb.html"),
    )
    floors = ((2022, 1), (2024, 3), (2025, 6))  # seen: so many reports in these columns
