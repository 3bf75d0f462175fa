"""泰州市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, jpaas


class Taizhou(Portal):
    """泰州市: the city's column, and columns of its districts, some a folder per year and group."""

    region_code = "321200"  # GB/T 2260
    system = jpaas.SYSTEM  # seen: ten reports at addresses of this kind
    columns = (  # seen: each folder in reports; inferred: its list, of a form seen on the hosts
        Column("市政府", "http://www.taizhou.gov.cn/zfxxgk/zfxxgknb/index.html"),
        Column("高港区", "http://www.cmc.gov.cn/zfxxgk/dzbgs/dzbgszfxxgknb/index.html"),
        Column("姜堰区", "http://www.jiangyan.gov.cn/zfxxgk/zfxxgknb/2025/qjbm/index.html"),
        Column("兴化市", "http://www.xinghua.gov.cn/zwgk/zfxxgk/zfxxgknb/2025/xzjdb/index.html"),
        Column("靖江市", "https://www.jingjiang.gov.cn/xxgk/zfxxgknb/2025/szf/index.html"),
        Column("泰兴市", "http://www.taixing.gov.cn/zwgk/zfxxgknb/index.html"),
    )
    floors = ((2022, 1), (2023, 3), (2025, 5))  # seen: so many reports in these columns
