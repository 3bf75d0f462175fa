"""无锡市人民政府"""

from crawler.portal import Portal
from crawler.systems import static


class Wuxi(Portal):
    """无锡市: its districts' directories of departments; no column of annual reports is known.

    Reports are at /doc/<year>/<month>/<day>/<number>.shtml, which tells no column; the words over
    one are 信息公开工作年度报告. Of the city's own only a copy in an encyclopaedia was seen.
    """

    region_code = "320200"  # GB/T 2260
    system = static.SYSTEM  # seen: ten reports at addresses of this kind
    directories = (  # seen: what others' crawlers read; inferred: that they lead to the columns
        "http://www.jsxishan.gov.cn/zfxxgk/bmxxgkmllm/index.shtml",
        "http://www.huishan.gov.cn/fzlm/zqdh/index.shtml",
        "http://www.wxbh.gov.cn/zfxxgk/bmxxgkml/index.shtml",
        "http://www.wxlx.gov.cn/xxgk/bmxxgkml/index.shtml",
        "http://www.wnd.gov.cn/xxgk/bmxxgkml/index.shtml",
    )
    floors = ((2021, 1), (2022, 1), (2023, 3), (2024, 1), (2025, 4))  # seen: so many reports
