"""连云港市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, truecms


class Lianyungang(Portal):
    """连云港市: its districts and zones; the city's own column is not known."""

    name = "lianyungang"
    city = "连云港市"
    region_code = "320700"  # GB/T 2260
    level = "prefecture"
    system = truecms.SYSTEM  # seen: reports at TrueCMS addresses; the paging answers 404 here
    hosts = ("lyg.gov.cn", "lianyun.gov.cn", "ganyu.gov.cn", "lyghz.gov.cn",
             "xwxq.gov.cn", "lda.gov.cn")  # seen: all in public pages  # fmt: skip
    columns = (  # folders seen in reports; that the lists have the form of szfwj.html is inferred
        Column("连云区", "http://www.lianyun.gov.cn/lyq/zfxxgknb/zfxxgknb.html"),
        Column("海州区", "http://www.lyghz.gov.cn/lyghzqrmzf/zfxxgknb/zfxxgknb.html"),
        Column("赣榆区", "http://www.ganyu.gov.cn/gyqzf/zfxxgknb/zfxxgknb.html"),
        Column("赣榆区部门", "http://www.ganyu.gov.cn/gyqzf/zyqjbmzfxxgknb/zyqjbmzfxxgknb.html"),
        Column("徐圩新区", "http://www.xwxq.gov.cn/xxxq/zfxxgknb/zfxxgknb.html"),
        Column("开发区", "http://www.lda.gov.cn/lygjjjskfq/zfxxgknb/zfxxgknb.html"),
    )
    first_year = 2022  # seen: /gyqzf/zfxxgknb/content/5f653074-321f-482d-918c-2d629204b8ee.html
    floors = ((2022, 1), (2024, 3), (2025, 5))  # seen: so many reports in these columns
