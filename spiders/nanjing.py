"""南京市人民政府"""

from crawler.portal import Portal
from crawler.systems import Column, trs


class Nanjing(Portal):
    """南京市: districts and agencies on the city's portal, and 城管局, 栖霞, 江宁 on theirs."""

    name = "nanjing"
    city = "南京市"
    region_code = "320100"  # GB/T 2260
    level = "prefecture"
    system = trs.SYSTEM  # seen: eleven reports at addresses of this kind
    hosts = ("nanjing.gov.cn", "njqxq.gov.cn", "jiangning.gov.cn")  # seen: all in reports
    columns = (  # folders seen in reports; that they list them is inferred
        Column("各区", "https://www.nanjing.gov.cn/zzb/zfxxgk/zfxxgknb/gqzf_72697/"),
        Column("派出机构", "https://www.nanjing.gov.cn/zzb/zfxxgk/zfxxgknb/zfpcjg_72749/"),
        Column("市城管局", "http://cgj.nanjing.gov.cn/njscsglj/xxgkzl/zfxxgkndbg/"),
        Column("栖霞区", "http://www.njqxq.gov.cn/qxqrmzf/xxgkzl/zfxxgkndbg/"),
        Column("江宁区", "http://www.jiangning.gov.cn/jnqrmzf/xxgkzl/zfxxgkndbg/"),
    )
    first_year = 2014  # seen: /gqzf_72697/qhqrmzf/201503/t20150313_1053704.html
    floors = ((2021, 2), (2022, 2), (2023, 3))  # seen: so many reports in these columns
