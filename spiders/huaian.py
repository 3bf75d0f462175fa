"""淮安市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, huaian


class Huaian(Portal):
    """淮安市: a page per year that links every organ's report, and two columns of the city's.

    Counties' reports are files there, /wzxxgknb/<year of publication>/<county>.pdf. Bureaus have
    columns of their own, as 4039_446643 at scjgj.huaian.gov.cn.
    """

    region_code = "320800"  # GB/T 2260
    system = huaian.SYSTEM  # seen: four reports and two mirrors at addresses of this kind
    columns = (  # seen: the first, in others' crawlers; inferred: the rest, from their reports
        Column("年报汇总", "https://www.huaian.gov.cn/col/18073_668815/index.html"),
        Column("市政府", "http://www.huaian.gov.cn/col/4122_231438/index.html"),
        Column("部门", "http://www.huaian.gov.cn/col/14249_137824/index.html"),
    )
    floors = ((2022, 1), (2024, 1))  # seen: so many reports in these columns
