"""Every setting of the crawl, each with its reason.

The environment sets four: NIANBAO_DATA, CONNECT_TO, NIANBAO_CONTACT, NIANBAO_NOTIFY. Any
setting can be given with `-s NAME=VALUE`; `crawler.politeness` refuses values that
would make a crawl of a real host impolite.
"""

import os
from pathlib import Path

from crawler import __version__

BOT_NAME = "nianbao"
SPIDER_MODULES = ["spiders"]
# Looks at each file by itself: one that is half filled in stops no other portal's crawl.
SPIDER_LOADER_CLASS = "crawler.fleet.Loader"
NEWSPIDER_MODULE = "spiders"
COMMANDS_MODULE = "crawler.commands"
# `scrapy genspider -t city NAME HOST` writes a city's file with the facts to fill in.
TEMPLATES_DIR = str(Path(__file__).parent / "templates")

# Where things are

# `data/<portal>/` holds a portal's archive, ledger and catalogue.
NIANBAO_DATA = os.environ.get("NIANBAO_DATA", "data")
# Bytes after which a WARC file is finished and the next one begun: what most archives use.
WARC_ROTATE = 1_000_000_000
# Days in which an interrupted run is gone on with by the next. Its lists are not read again, so
# after this they say too little of the portal; a run of 300,000 pages takes about as long.
RESUME_WITHIN = 7
# Whether a run waits while the disk is full; else it ends at once, as on a bad disk.
WAIT_FOR_ROOM = True
# A WARC file, or a folder of them: the crawl is answered from it, with the network off.
REPLAY = ""
# Where `scrapy record` keeps what the fleet's offline test walks; from the project's folder.
FIXTURES = "tests/fixtures"
# `host[:port]=address:port`, as curl's --connect-to: sends unchanged spiders to the sample city.
CONNECT_TO = os.environ.get("CONNECT_TO", "")
# Who runs this crawl, an address or a mail address: portals must be able to complain to somebody.
NIANBAO_CONTACT = os.environ.get("NIANBAO_CONTACT", "")

# Whom the verdict is sent to: addresses of Apprise, a space between them.
NIANBAO_NOTIFY = os.environ.get("NIANBAO_NOTIFY", "")
# Whether healthy verdicts are sent too, and not only those that want somebody to look.
NOTIFY_ALWAYS = False

# Who we say we are

# The name of the program and a way to reach who runs it; never a browser's name.
USER_AGENT = f"Nianbao/{__version__}" + (f" (+{NIANBAO_CONTACT})" if NIANBAO_CONTACT else "")
DEFAULT_REQUEST_HEADERS = {
    # Some portals answer 406, or an English edition, to Scrapy's `en`.
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    # Every replay tool reads these two; br and zstd only some.
    "Accept-Encoding": "gzip, deflate",
}

# How we behave

# crawler.politeness.Robots obeys robots.txt; Scrapy's own lets pages slip through (see there).
ROBOTSTXT_OBEY = True
# Seconds from one request to the next on a host; none when CONNECT_TO leads to this machine.
DOWNLOAD_DELAY = 2.0
# The delay is a promise, so it is never shortened by chance.
DOWNLOAD_DELAY_JITTER = 0.0
# One connection to a host, as a reader with one hand would have.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# Bureaus have hosts of their own: this many hosts are read side by side.
CONCURRENT_REQUESTS = 16
# Answers that mean "not now" are asked for again, this often.
RETRY_TIMES = 3
RETRY_HTTP_CODES = [408, 429, 500, 502, 503, 504, 522, 524]
# A page lost for good is reported by name at the end of the run, not by a log line in it.
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"
# Seconds a host rests after its first failure in a row; doubled with each that follows.
BACKOFF = 2.0
# Seconds a host may make us rest at most, whatever its Retry-After says.
REST_LIMIT = 300.0
# After so many failures in a row a host is left alone until the next run.
HOST_GIVE_UP = 12
# A chain of redirects longer than this is a circle.
REDIRECT_MAX_TIMES = 5
# A page that refreshes itself elsewhere is a page: it is archived and read as it was served.
METAREFRESH_ENABLED = False
# A proxy would stand between the portal and the archive.
HTTPPROXY_ENABLED = False

DOWNLOADER_MIDDLEWARES = {
    # Scrapy's drops foreign addresses without a word; ours names them.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "crawler.politeness.OnSite": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.politeness.Robots": 100,
    # Before all that a single request goes through: each request of a drawn page does so itself.
    "crawler.render.Render": 110,
    # Outside Scrapy's retries and the cookies, so that it sees what is left of both.
    "crawler.politeness.SecondTry": 540,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "crawler.politeness.Cookies": 700,
    # After what decides whether and how to ask, before what makes a request wait.
    "crawler.replay.Replay": 900,
    # Innermost, so that nothing but the download lies between a turn and its end.
    "crawler.politeness.Turns": 950,
}

SPIDER_MIDDLEWARES = {
    # Adds the stylesheets, pictures and scripts of report pages, after all else.
    "crawler.requisites.Requisites": 500,
}
# Days in which a stylesheet, picture or script that was captured whole is not asked for again.
REQUISITES_RECHECK = 30

# What we take

# Every exchange goes through the tee; what it cannot record is not fetched.
DOWNLOAD_HANDLERS = {
    "http": "crawler.capture.CapturingHandler",
    "https": "crawler.capture.CapturingHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# Seconds to wait for a whole answer: portals are slow at the end of January.
DOWNLOAD_TIMEOUT = 90
# Seconds to wait for a name; Scrapy's 60 hold up a run that has a dead host in it.
DNS_TIMEOUT = 20
# Bytes of one answer; a report is far smaller, and memory must stay flat.
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# A body that ends early is asked for again, and named when it stays short.
DOWNLOAD_FAIL_ON_DATALOSS = True
# Many portals serve incomplete chains. Pages are public, and the archive says what was served.
DOWNLOAD_VERIFY_CERTIFICATES = False
# Every status reaches the spider, which names it.
HTTPERROR_ALLOW_ALL = True
# Scrapy drops longer addresses without a word.
URLLENGTH_LIMIT = 0
# The walk keeps its own account of pages; a filter here would drop redirects without a word.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
# The archive is the only memory of pages.
HTTPCACHE_ENABLED = False

# Where we look, in a portal that has no file

# Links from the address given to a page that lists columns of annual reports.
SCOUT_DEPTH = 3
# Pages that are looked at for such columns; an organ's own page is often one.
SCOUT_PAGES = 300

# What we draw

# The program that draws pages; empty takes Playwright's own Chromium, else one of the system.
BROWSER = ""
# Pages that are drawn side by side; each takes some hundred megabytes.
BROWSER_PAGES = 2
# Seconds from a page's document to its end; its files wait for their turns, so this is long.
RENDER_TIMEOUT = 300

# What we leave closed

# On by default in Scrapy: a port that runs any Python sent to it.
REMOTE_CONTROL_ENABLED = False
# On by default in Scrapy: a console into the running crawl.
TELNETCONSOLE_ENABLED = False

# What is said while it runs

# A run speaks through its progress line, its table and its verdict; warnings stay visible.
LOG_LEVEL = "WARNING"
LOG_FORMAT = "%(levelname)s: %(message)s"
STATS_DUMP = False

EXTENSIONS = {
    # Takes the portal's folder before anything is fetched.
    "crawler.capture.Archive": 0,
    # Collects the facts of the run, prints the table, files the verdict.
    "crawler.summary.Summary": 500,
}
# Scrapy makes this many tasks for every page; reading is done one page at a time anyway.
CONCURRENT_ITEMS = 1
# What was captured is read and catalogued at once.
ITEM_PIPELINES = {"pipelines.stages.Read": 300}
