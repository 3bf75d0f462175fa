"""常州市人民政府"""

from crawler.portal import Portal
from crawler.systems import changzhou


class Changzhou(Portal):
    """常州市: the city's portal, which holds the columns of its departments."""

    name = "changzhou"
    city = "常州市"
    region_code = "320400"  # GB/T 2260
    level = "prefecture"
    system = changzhou.SYSTEM  # seen: /gi_news/ addresses of four reports
    hosts = ("changzhou.gov.cn",)  # seen: www and the departments' own hosts
    directories = ("http://www.changzhou.gov.cn/gi_class/",)  # inferred from /gi_class/jyj_02
    first_year = 2008  # seen: /ns_news/331117049764495
    floors = ((2021, 2),)  # seen: /gi_news/699164327437567 and /gi_news/979164680998966
