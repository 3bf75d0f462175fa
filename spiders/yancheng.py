"""盐城市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, jpage


class Yancheng(Portal):
    """盐城市: columns of the city, its departments and two counties, another number each year.

    Reports were also seen at wap.yancheng.gov.cn, at the same paths. A short challenge comes before
    pages, and a captcha when they are asked for fast.
    """

    region_code = "320900"  # GB/T 2260
    system = jpage.SYSTEM  # seen: eleven reports at addresses of this kind
    columns = (  # seen: each number in reports, 44755 on a mirror only; inferred: its list
        Column("市政府2021", "http://www.yancheng.gov.cn/col/col32749/index.html"),
        Column("部门2022", "http://www.yancheng.gov.cn/col/col33704/index.html"),
        Column("市政府2023", "http://www.yancheng.gov.cn/col/col44754/index.html"),
        Column("部门2023", "http://www.yancheng.gov.cn/col/col44755/index.html"),
        Column("大丰区2024", "https://www.dafeng.gov.cn/col/col45469/index.html"),
        Column("东台市2025", "https://www.dongtai.gov.cn/col/col7651/index.html"),
    )
    floors = ((2021, 1), (2022, 1), (2023, 1), (2024, 1), (2025, 1))  # seen: one of each there
