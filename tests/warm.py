"""What a crawl imports, all but the settings, for the server of `tests.nursery`.

The settings read the environment, so every child imports them itself. Nothing
here may start a thread, choose a reactor or open a file of an archive.
"""

import importlib
import sys
from collections.abc import Iterator

from scrapy.settings import default_settings
from scrapy.utils.misc import walk_modules_iter

import pipelines
from pipelines.document import Document
from tests.city.city import City

# Packages that Scrapy loads whole.
WHOLE = ("scrapy.commands", "spiders")
# What is loaded by its name in the settings, or once a crawl begins.
LATE = (
    "crawler.commands.crawl",
    "crawler.politeness",
    "crawler.render",
    "crawler.replay",
    "crawler.requisites",
    "pipelines.stages",
    "scrapy.squeues",
)


def _parts() -> Iterator[str]:
    """Modules that Scrapy's own settings name."""
    for value in vars(default_settings).values():
        for name in value if isinstance(value, dict) else (value,):
            if isinstance(name, str) and name.startswith("scrapy."):
                yield name.rpartition(".")[0]


def _read_reports() -> None:
    """Let the reading compile its patterns and load its dictionaries."""
    city = City(2, range(2021, 2022))
    for entry in city.report_entries():
        pipelines.read(
            Document(f"http://{city.cms.host}{entry.path}", city.article(entry).encode())
        )


for package in WHOLE:
    list(walk_modules_iter(package))
for module in (*LATE, *_parts()):
    importlib.import_module(module)
_read_reports()

assert "crawler.settings" not in sys.modules, "settings must be read by each child"
assert "twisted.internet.reactor" not in sys.modules, "a reactor cannot be shared by processes"
