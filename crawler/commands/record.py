"""`scrapy record CITY`: make a city's fixture, or make it anew (`crawler.fixture`).

A crawl like any other, into a folder that is gone afterwards, from the sample city
that stands in for the portal, or with `--live` a few reports of the portal itself.
What it kept becomes the fixture when the verdict is good; else nothing changes.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import closing
from pathlib import Path

from scrapy.exceptions import UsageError

from archive import catalogue
from archive.folder import warc_files
from crawler.commands import crawl
from crawler.fixture import IN_TURN, Fixture, golden

FEW = "6"
"""Reports that are asked of a real portal."""

EXAMPLES = f"""
examples:
  python -m tests.city --port 0 --for nantong -- scrapy record nantong
      from the sample city in the place of the portal
  scrapy record nantong --live
      from the portal itself: its lists, and {FEW} reports (or -a sample=N)

What is read is held against golden.json. Where it is something else, or nothing was reviewed
yet, it is written to golden.new.json: review it, then rename it to golden.json.
"""


class Command(crawl.Command):
    """The command; Scrapy finds it by the name of this file."""

    def syntax(self) -> str:
        """What comes after the command's name."""
        return "CITY [--live]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Make a city's fixture: a small recorded walk, and what is read from it"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The options of a crawl, and --live."""
        super().add_options(parser)
        parser.add_argument("--live", action="store_true", help="ask the portal itself")
        parser.epilog = EXAMPLES

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Record; raises UsageError when the run cannot be as asked, which ends with 2."""
        assert self.settings
        if bool(self.settings["CONNECT_TO"]) is opts.live:
            raise UsageError(
                "set CONNECT_TO to a sample city that stands in for the portal, as"
                " `python -m tests.city --for` does, or say --live to ask the portal itself:"
                " one of the two",
                print_help=False,
            )
        sample = {"sample": FEW} if opts.live else {}
        opts.spargs = {"requisites": "no", **sample, **opts.spargs}
        for name, value in IN_TURN.items():
            self.settings.set(name, value, priority="cmdline")
        with tempfile.TemporaryDirectory() as data:
            self.settings.set("NIANBAO_DATA", data, priority="cmdline")
            super().run(args, opts)
            if self.exitcode:
                print("The fixture stays as it was: only a run without a reason to doubt makes one")
                return
            (city,) = args
            fixture = Fixture(Path(self.settings["FIXTURES"]) / city)
            (walk,) = warc_files(Path(data) / city)
            fixture.keep(walk)
            with closing(catalogue.open_catalogue(Path(data) / city / catalogue.FILE)) as opened:
                records = golden(catalogue.reports(opened))
        print(f"wrote {fixture.walk}, {fixture.walk.stat().st_size:,} bytes")
        if fixture.holds(records):
            print(f"{fixture.golden} holds")
        else:
            print(f"review {fixture.proposed}, and if it is right rename it to golden.json")
