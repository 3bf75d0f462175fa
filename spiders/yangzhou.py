"""扬州市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, jpaas


class Yangzhou(Portal):
    """扬州市: its counties' directories; no column of annual reports is known.

    All reports seen on its hosts, of 2010 to 2017, were at addresses of systems before this one.
    """

    region_code = "321000"  # GB/T 2260
    system = jpaas.SYSTEM  # seen: pages of seven hosts that others' crawlers read
    # inferred: from 泰州, which runs on the same system
    columns = (Column("市政府", "https://www.yangzhou.gov.cn/zfxxgk/zfxxgknb/index.html"),)
    directories = (  # seen: what others' crawlers read; inferred: that they lead to the columns
        "https://gl.yangzhou.gov.cn/zfxxgk/fdzdgknr/bmxxgk/index.html",
        "http://www.hj.gov.cn/zfxxgk/bmzfxxgk/index.html",
        "http://www.jiangdu.gov.cn/zfxxgk/fdzdgknr/bmwj/index.html",
        "https://baoying.yangzhou.gov.cn/zfxxgk/xjbmxxgk/index.html",
        "http://www.yizheng.gov.cn/zfxxgk/yqxzbmxxgkml/index.html",
        "http://www.gaoyou.gov.cn/zwgk/bmxxgk/index.html",
    )
