"""A city's fixture: what its spider's walk was answered, and what must be read from that.

    <FIXTURES>/<city>/*.warc.gz        the walk, as `scrapy record <city>` kept it
    <FIXTURES>/<city>/golden.json      what is read from it, as somebody has reviewed it
    <FIXTURES>/<city>/golden.new.json  what is read now, where that is something else: review
                                       it, and where it is right rename it to golden.json

The walk is one file, under the name it was written with, which records in it speak
of. A run is answered from it with the network off (`crawler.replay`), one
request at a time, so that it takes the same way every time. Golden records are for
people to read: a table's row is a line, as printed, and of the checks those that
did not pass; `version` stands for every character of text and cells.
"""

from __future__ import annotations

import collections
import dataclasses
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.warcinfo import read_info, run_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.report import Report

IN_TURN: Mapping[str, Any] = {"CONCURRENT_REQUESTS": 1}
"""Settings of a run that is recorded, and of one that is answered from the record."""

PASSING = ("capture", "fetched", "parser_version")
"""Fields of a report that another recording, or another release, changes."""


@dataclasses.dataclass(frozen=True, slots=True)
class Fixture:
    """The folder of a city's fixture; see the top of this module."""

    folder: Path

    @property
    def walk(self) -> Path:
        """The WARC file; raises ValueError when there is none, or more than one."""
        (walk,) = self.folder.glob("*.warc.gz")
        return walk

    @property
    def golden(self) -> Path:
        """The reviewed records."""
        return self.folder / "golden.json"

    @property
    def proposed(self) -> Path:
        """Records that wait for a review."""
        return self.folder / "golden.new.json"

    def arguments(self) -> dict[str, str]:
        """What the recorded run was asked, as on its command line."""
        return dict(run_of(read_info(self.walk)).arguments)

    def keep(self, recorded: Path) -> None:
        """Take a WARC file as the walk, in place of the one before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for before in self.folder.glob("*.warc.gz"):
            before.unlink()
        shutil.copy(recorded, self.folder)

    def holds(self, records: str) -> bool:
        """Whether these are the golden records; where not, they are put down for a review."""
        held = self.golden.exists() and self.golden.read_text(encoding="utf-8") == records
        if held:
            self.proposed.unlink(missing_ok=True)
        else:
            self.proposed.write_text(records, encoding="utf-8")
        return held


def golden(reports: Iterable[Report]) -> str:
    """Golden records of reports, by address."""
    records = [_record(json.loads(report.to_json())) for report in reports]
    records.sort(key=lambda record: (record["report"]["url"], record["report"]["version"]))
    return json.dumps(records, ensure_ascii=False, indent=1) + "\n"


def _record(said: Mapping[str, Any]) -> dict[str, Any]:
    rows = collections.defaultdict(list)
    for cell in said["cells"]:
        # Blank and missing look alike in print.
        rows[f"{cell['table']} {cell['row']}"].append(cell["raw"] or f"({cell['status']})")
    verdicts = collections.Counter(finding["verdict"] for finding in said["findings"])
    flags = collections.Counter(flag["flag"] for flag in said["flags"])
    return {
        "report": {name: value for name, value in said["report"].items() if name not in PASSING},
        "tables": {row: " | ".join(values) for row, values in rows.items()},
        "indicators": [
            f"{one['indicator']} {one['qualifier']} {one['value']} {one['unit']}"
            for one in said["indicators"]
        ],
        "findings": dict(sorted(verdicts.items())),
        "failed": [
            " ".join(filter(None, (one["check"], one["row"], one["column"], one["message"])))
            for one in said["findings"]
            if one["verdict"] == "fail"
        ],
        "flags": dict(sorted(flags.items())),
    }
