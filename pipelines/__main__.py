"""`python -m pipelines FILE...`: read saved pages or attachments, one report a line.

Prints JSON Lines, or with `--format text` the list of issues an office would want.
Exits 3 when a file holds no report or cannot be read, 2 on wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pipelines import read
from pipelines.document import from_file
from pipelines.issues import issue_list

_UNREAD = 3

_EXAMPLES = """examples:
  python -m pipelines page.html
  python -m pipelines page.html --url https://www.changzhou.gov.cn/gi_news/699164327437567
  python -m pipelines *.txt --format text
"""


def main(argv: list[str] | None = None) -> int:
    """Read the files named on the command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m pipelines",
        description="Read saved annual disclosure reports. One line of JSON for every file.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--url", default="", help="the address the file was saved from")
    parser.add_argument(
        "--format", choices=("json", "text"), default="json", help="json (default) or text"
    )
    options = parser.parse_args(argv)
    if options.url and len(options.files) > 1:
        parser.error("--url names the address of one file; give one file")
    # Names and numbers are Chinese wherever the terminal was set up.
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    status = 0
    for path in options.files:
        try:
            document = from_file(path, options.url)
        except OSError as error:
            print(f"{path}: {error.strerror}", file=sys.stderr)
            status = _UNREAD
            continue
        report = read(document)
        if report.report.quality == "unread":
            status = _UNREAD
        print(report.to_json() if options.format == "json" else issue_list(report, str(path)))
    return status


if __name__ == "__main__":
    sys.exit(main())
