"""徐州市人民政府"""

from crawler.portal import Portal
from crawler.systems import epoint


class Xuzhou(Portal):
    """徐州市: the tree of open information; no column of annual reports is known.

    Each bureau's host has a tree of its own with like numbers. Over https some refuse programs. The
    reports seen are of 沛县 and a zone of 睢宁, on other systems, and of the city only copies.
    """

    region_code = "320300"  # GB/T 2260
    system = epoint.SYSTEM  # seen: columns of five hosts that others' crawlers read
    directories = (  # seen: the column 市政府文件; inferred: that its tree leads to the reports
        "http://www.xz.gov.cn/dynamic/zwgk/govInfoPubright.html?categorynum=003001003",
    )
