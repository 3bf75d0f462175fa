"""Run the sample city as a process: `python -m tests.city --port 8000`."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, TextIO

from tests.city.city import FAULTS, FORBIDDEN, City
from tests.city.message import Exchange, Record, to_json_lines
from tests.city.site import site
from tests.city.systems.known import SYSTEMS
from tests.city.wire import serve

if TYPE_CHECKING:
    from collections.abc import Sequence

EXAMPLES = """
examples:
  python -m tests.city --port 8000
      12 organs, reports of 2019 to 2025, at http://127.0.0.1:8000/ and https://127.0.0.1:8000/
  python -m tests.city --port 0 --organs 200 --years 2021-2025 --seed 3
      1,000 reports on a free port, which is printed
  python -m tests.city --truth truth.json --log wire.jsonl
      write what is true of every report, and every byte that passes
  python -m tests.city --system ucap
      the same city on another content-management system
  python -m tests.city --fault flaky --fault total-lies
      a city that misbehaves
  python -m tests.city --port 0 -- scrapy crawl changzhou
      crawl the city, then take it down; the exit status is the crawl's
  python -m tests.city --port 0 --for nantong -- scrapy record nantong
      a small city on the system and at the addresses of a spider, to make its fixture from
"""


def _years(text: str) -> range:
    first, _, last = text.partition("-")
    try:
        years = range(int(first), int(last or first) + 1)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a year or FIRST-LAST") from None
    if not years or years[0] < 2019:
        raise argparse.ArgumentTypeError(f"{text!r}: years run forward, and from 2019")
    return years


def _parser() -> argparse.ArgumentParser:
    systems = textwrap.fill(", ".join(SYSTEMS), 80, initial_indent="  ", subsequent_indent="  ")
    faults = "".join(f"  {name:<20}{said}\n" for name, said in FAULTS.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.city",
        description="Serve a made-up city's portal over HTTP and TLS on one port.",
        epilog=f"{EXAMPLES}\nsystems:\n{systems}\n\nfaults:\n{faults}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one (%(default)s)")
    parser.add_argument("--organs", type=int, help="how many (12; with --for 2)")
    parser.add_argument(
        "--years", type=_years, help="report years (2019-2025; with --for 2020-2021)"
    )
    parser.add_argument("--seed", type=int, default=7, help="another seed, another city")
    parser.add_argument(
        "--system",
        default="changzhou",
        choices=SYSTEMS,
        metavar="NAME",
        help="what it runs on (%(default)s), see below",
    )
    parser.add_argument(
        "--for",
        dest="portal",
        metavar="SPIDER",
        help="stand in for the portal of this spider, whatever --system and --fault say",
    )
    parser.add_argument("--log", type=Path, help="write every exchange there, as JSON Lines")
    parser.add_argument("--truth", type=Path, help="write what is true there, as JSON")
    parser.add_argument(
        "--fault", action="append", default=[], choices=FAULTS, metavar="NAME", help="see below"
    )
    parser.add_argument(
        "command",
        nargs="*",
        metavar="COMMAND",
        help="run this against the city, with CONNECT_TO set, and end with it",
    )
    return parser


def write_truth(city: City, stream: IO[str]) -> None:
    """The truth of the city as one JSON object, written report by report."""
    facts = {
        "seed": city.seed,
        "system": city.cms.name,
        "host": city.cms.host,
        "years": city.years,
        "organs": [organ.name for organ in city.organs],
        "columns": city.lists(),
        "robots_forbid": FORBIDDEN,
    }
    stream.write(json.dumps(facts, ensure_ascii=False)[:-1] + ', "reports": [\n')
    for number, report in enumerate(city.reports()):
        comma = ",\n" if number else ""
        stream.write(comma + json.dumps(report.to_json(), ensure_ascii=False))
    stream.write("\n]}\n")


def _forget(exchange: Exchange) -> None:
    """A process that nobody asked for a log keeps none."""


def _city(asked: argparse.Namespace) -> City:
    if asked.portal:
        # Needs the spiders, and so Scrapy, which a city alone does without.
        from tests.city.standin import FEW, StandIn, spider

        return StandIn(spider(asked.portal), asked.organs or FEW, asked.years, asked.seed)
    years = asked.years or range(2019, 2026)
    return City(asked.organs or 12, years, asked.seed, asked.fault, SYSTEMS[asked.system])


def _opened(path: Path, parser: argparse.ArgumentParser) -> TextIO:
    try:
        return path.open("w", encoding="utf-8")
    except OSError as problem:
        parser.error(f"cannot write {path}: {problem.strerror}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted or terminated, or until the command given has ended."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    try:
        city = _city(asked)
    except ModuleNotFoundError as problem:
        if problem.name != f"spiders.{asked.portal}":
            raise
        parser.error(f"--for {asked.portal}: there is no such spider, spiders/ has them all")
    except ValueError as problem:
        parser.error(str(problem))
    if asked.truth:
        with _opened(asked.truth, parser) as stream:
            write_truth(city, stream)
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    with contextlib.ExitStack() as stack:
        record: Record = _forget
        if asked.log:
            record = to_json_lines(stack.enter_context(_opened(asked.log, parser)))
        try:
            server = stack.enter_context(serve(site(city), asked.host, asked.port, record))
        except (OSError, OverflowError) as problem:
            parser.error(f"cannot listen on {asked.host}:{asked.port}: {problem}")
        if asked.command:
            # The city hears an interrupt too, and leaves it to the command to end.
            target = f"*={asked.host}:{server.port}"
            try:
                return subprocess.run(
                    asked.command, check=False, env={**os.environ, "CONNECT_TO": target}
                ).returncode
            except OSError as problem:
                parser.error(f"cannot run {asked.command[0]}: {problem.strerror}")
        print(f"http://{asked.host}:{server.port}/", flush=True)
        done.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
