"""南通市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, truecms, yearly

SITE = "https://www.nantong.gov.cn/ntsrmzf"


class Nantong(Portal):
    """南通市: the city to 2019, then its office, departments and counties, a column per year."""

    region_code = "320600"  # GB/T 2260
    system = truecms.SYSTEM  # seen: reports at TrueCMS addresses, lists of this form on the host
    columns = (  # seen: zfxxgknb, 20xsq, three of 2023, sjbm_2025; inferred: the other years
        Column("市政府", f"{SITE}/zfxxgknb/zfxxgknb.html"),
        Column("县市区2020", f"{SITE}/20xsq/20xsq.html"),
        *yearly("县市区", SITE + "/xsq_{year}/xsq_{year}.html", range(2021, 2026)),
        *yearly("市政府办公室", SITE + "/szfb_{year}/szfb_{year}.html", range(2020, 2026)),
        *yearly("市级部门", SITE + "/sjbm_{year}/sjbm_{year}.html", range(2020, 2026)),
    )
    floors = ((2019, 1), (2020, 1), (2023, 3), (2025, 1))  # seen: so many reports in these columns
