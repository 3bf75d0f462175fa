"""`python -m pipelines FILE...`: read saved pages or attachments, one report a line.

Prints JSON Lines, or with `--format text` a list of what is wrong, for people.
Exits 3 when a file holds no report or cannot be read, 2 on wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pipelines import read
from pipelines.document import from_file
from pipelines.report import Report

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
        print(report.to_json() if options.format == "json" else _for_people(path, report))
    return status


def _for_people(path: Path, report: Report) -> str:
    head = report.report
    failed = [finding for finding in report.findings if finding.verdict == "fail"]
    passed = sum(1 for finding in report.findings if finding.verdict == "pass")
    who = f"{head.organ or '(机关不明)'} {head.year or '(年份不明)'}"
    lines = [
        f"{path}: {who} {head.form} {head.quality}",
        *(
            f"  不符 {finding.check} {finding.row or finding.column}: {finding.message}"
            for finding in failed
        ),
        *(f"  注意 {flag.flag}: {flag.note} {flag.at}".rstrip() for flag in report.flags),
        f"  {len(report.cells)} 格; 核对 {passed} 项相符, {len(failed)} 项不符",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
