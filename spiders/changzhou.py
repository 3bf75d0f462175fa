"""常州市人民政府"""

from crawler.portal import Portal
from crawler.systems import changzhou


class Changzhou(Portal):
    """常州市: the city's portal, which holds the columns of its departments.

    Reports before 2018 were seen under /ns_news/, which no column that is known lists.
    """

    region_code = "320400"  # GB/T 2260
    system = changzhou.SYSTEM  # seen: /gi_news/ addresses of three reports
    directories = ("http://www.changzhou.gov.cn/gi_class/",)  # inferred: from /gi_class/jyj_02
    floors = ((2020, 1), (2021, 2))  # seen: so many reports at /gi_news/
    first_year = 2008  # seen: /ns_news/331117049764495
