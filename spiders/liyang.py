"""溧阳市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, czfx


class Liyang(Portal):
    """溧阳市: the government and its office in one column, and the bureau of city management.

    A column's code stands in the addresses of its reports. It was the same from 2013 to 2026.
    """

    region_code = "320481"  # GB/T 2260
    system = czfx.SYSTEM  # seen: five reports at addresses of this kind
    columns = (  # seen: each code in reports; inferred: the list's address, from sister hosts
        Column("市政府", "https://www.liyang.gov.cn/class/OPCKQFNA"),
        Column("市城管局", "https://www.liyang.gov.cn/class/AQQEAIDE"),
    )
    floors = ((2012, 1), (2021, 1), (2023, 1), (2025, 2))  # seen: so many reports in these columns
