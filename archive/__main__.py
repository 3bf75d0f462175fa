"""`python -m archive`: take data away, read the archive again, and keep it whole.

Data is looked for in `data/`, or where NIANBAO_DATA says.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from archive.commands import FAULTS, UNHEARD, UNWRITTEN, Command, keep, look, take
from archive.ledger import StaleLedgerError
from archive.record import DamagedError

COMMANDS: Mapping[str, Command] = {**take.COMMANDS, **look.COMMANDS, **keep.COMMANDS}

_ALWAYS: dict[str, dict[str, Any]] = {
    "--portal": {"help": "one portal only (default: all)"},
    "--data": {
        "type": Path,
        "default": Path(os.environ.get("NIANBAO_DATA", "data")),
        "help": "data folder (default: NIANBAO_DATA, or data/)",
    },
}

_EXAMPLES = """examples:
  python -m archive export --format jsonl > reports.jsonl
  python -m archive export --format csv --to tables/
  python -m archive export --format jsonl --portal changzhou --every-capture
  python -m archive rebuild --portal changzhou
  python -m archive show http://www.changzhou.gov.cn/gi_news/112170530229657
  python -m archive show --changes http://www.changzhou.gov.cn/gi_news/112170530229657
  python -m archive verify
  python -m archive verify --without changzhou-20260131T120000000Z-6f36cf4c-00001.warc.gz
  python -m archive recover --portal changzhou
  python -m archive pack --portal changzhou --to packages/
  python -m archive organs
  python -m archive organs --propose > review.tsv
  python -m archive serve
  python -m archive serve changzhou.wacz --port 8081
"""


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit status.

    0, 2 on wrong usage or when a run is writing, 3 when there is nothing or
    something is damaged, 4 when the disk refuses, 141 when nobody reads what is printed.
    """
    parser = argparse.ArgumentParser(
        prog="python -m archive",
        description="Take data away from the archive, read it again, and keep it whole.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        added = commands.add_parser(name, help=command.help, description=command.help)
        for argument, says in (command.arguments | _ALWAYS).items():
            added.add_argument(argument, **says)
    options = parser.parse_args(argv)
    try:
        status = COMMANDS[options.command].run(options)
        sys.stdout.flush()
    except (StaleLedgerError, DamagedError) as error:
        print(error, file=sys.stderr)
        return FAULTS
    except BrokenPipeError:
        # As `| head` leaves it. What is still to be printed goes nowhere, or Python complains.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNHEARD
    except (OSError, sqlite3.OperationalError) as error:
        print(f"{error}: see that the place is there, may be written and has room", file=sys.stderr)
        return UNWRITTEN
    return status


if __name__ == "__main__":
    sys.exit(main())
