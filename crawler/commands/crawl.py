"""`scrapy crawl PORTAL`: crawl one portal, and end with a status that can be trusted.

Scrapy's own command of this name ends with 0 whatever happened. This one ends
with the status of the run's verdict (`crawler.health.EXIT`), and with 2 before
anything is fetched when the run cannot be as it was asked for.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
from difflib import get_close_matches

from scrapy.commands import BaseRunSpiderCommand, ScrapyHelpFormatter
from scrapy.exceptions import UsageError

from archive import source
from archive.catalogue import StaleCatalogueError
from archive.folder import LockedError, MixedError
from archive.record import DamagedError
from crawler import arguments
from crawler.fleet import Loader
from crawler.health import EXIT
from crawler.summary import Summary

EXAMPLES = """
examples:
  scrapy crawl changzhou
  scrapy crawl changzhou -a years=2019-2025
  scrapy crawl changzhou -a sample=20            a first look: stop after 20 reports
  scrapy crawl changzhou -a recheck=30d          ask again only for what is older than 30 days
  scrapy crawl changzhou -a accept=gone          the reports that left the lists were looked at
  scrapy crawl changzhou -a resume=no            do not go on with a run that was interrupted
  scrapy crawl portal -a url=URL                 any portal that has no file, from an address of it
  scrapy crawl changzhou -s REPLAY=FILE          from a WARC file or folder, with the network off
  CONNECT_TO='*=127.0.0.1:8000' NIANBAO_DATA=/tmp/sample scrapy crawl changzhou

exit status:
  0  healthy          2  the command cannot be followed
  1  a bug            3  suspicious, incomplete or refused
                      4  the archive could not be written
"""


class _WithExamples(argparse.RawDescriptionHelpFormatter, ScrapyHelpFormatter):
    """Scrapy's help, with the lines of the examples left as they are."""


class Command(BaseRunSpiderCommand):
    """The command; Scrapy finds it by the name of this file."""

    requires_project = True

    def syntax(self) -> str:
        """What comes after the command's name."""
        return "PORTAL [-a NAME=VALUE ...]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Crawl a city's portal into the archive, and give a verdict"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options, and examples under them."""
        super().add_options(parser)
        parser.epilog = EXAMPLES
        parser.formatter_class = _WithExamples

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl; raises UsageError when the run cannot be as asked, which ends with 2."""
        assert self.crawler_process
        loader = self.crawler_process.spider_loader
        assert isinstance(loader, Loader)
        portals = loader.list()
        if len(args) != 1:
            raise _usage(f"name one portal of {', '.join(portals)}; {len(args)} were given")
        name = args[0]
        if name in loader.left_out:
            raise _usage(f"{name} cannot be crawled: what is wrong with its file is said above")
        if name not in portals:
            meant = get_close_matches(name, portals, n=1)
            hint = f"did you mean {meant[0]}?" if meant else f"there are {', '.join(portals)}"
            raise _usage(f"there is no portal {name!r}; {hint}")
        try:
            asked = arguments.parse(opts.spargs, name)
        except arguments.ArgumentError as error:
            raise _usage(str(error)) from error
        if self.settings and self.settings["REPLAY"] and asked.recheck is not None:
            raise _usage("-a recheck asks what was captured lately, and REPLAY asks for all of it")
        crawler = self._create_crawler(name)
        run = self.crawler_process.crawl(crawler, **opts.spargs)
        assert isinstance(run, asyncio.Task)
        self.crawler_process.start()
        try:
            run.result()
        except (LockedError, MixedError, StaleCatalogueError) as error:
            raise _usage(str(error)) from error
        except source.NoArchiveError as error:
            raise _usage(f"REPLAY={error}") from error
        except (DamagedError, OSError, sqlite3.OperationalError) as error:
            print(f"the archive could not be opened: {error}", file=sys.stderr)
            self.exitcode = EXIT["archive_failed"]
            return
        summary = crawler.get_extension(Summary)
        assert summary
        assert summary.verdict
        self.exitcode = summary.verdict.exit_status


def _usage(message: str) -> UsageError:
    return UsageError(message, print_help=False)
