"""南通市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, truecms

SITE = "https://www.nantong.gov.cn/ntsrmzf"
YEARS = range(2020, 2026)


class Nantong(Portal):
    """南通市: the city to 2019, then its office, departments and counties, a column per year."""

    name = "nantong"
    city = "南通市"
    region_code = "320600"  # GB/T 2260
    level = "prefecture"
    system = truecms.SYSTEM  # seen: reports at TrueCMS addresses, lists of this form on the host
    hosts = ("nantong.gov.cn",)  # seen
    columns = (  # folders seen in reports: zfxxgknb, szfb_2023, sjbm_2023, sjbm_2025, 20xsq
        Column("市政府", f"{SITE}/zfxxgknb/zfxxgknb.html"),
        Column("县市区2020", f"{SITE}/20xsq/20xsq.html"),
        *(  # years between and after those seen are inferred
            Column(f"{name}{year}", f"{SITE}/{folder}_{year}/{folder}_{year}.html")
            for folder, name in (("szfb", "市政府办公室"), ("sjbm", "市级部门"), ("xsq", "县市区"))
            for year in YEARS
            if (folder, year) != ("xsq", 2020)
        ),
    )
    first_year = 2008  # inferred: the column zfxxgknb holds the reports to 2019
    floors = ((2019, 1), (2023, 2), (2025, 1))  # seen: so many reports in these columns
