"""How long the reading takes, as a ratio of trafilatura.extract on the same pages.

    python -m tests.bench.reading

Both read every HTML page of three sample cities and of ../shared/samples (when
it is there) in turn, page by page, in one process, so that a change of the
machine's speed falls on both. Each page is read once: nothing is remembered of it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from trafilatura import extract

from pipelines import read
from pipelines.document import Document, Known, from_file
from tests.city import City, pages
from tests.city.dress import charset

SEEDS = (7, 8, 9)
SAMPLES = Path(__file__).parents[3] / "shared" / "samples"


def documents() -> Iterator[Document]:
    """The pages that both read."""
    for seed in SEEDS:
        city = City(12, range(2019, 2026), seed)
        for entry in city.report_entries():
            truth = city.report_of(entry)
            body = pages.report(city, entry).encode(charset(frozenset(truth.dress)))
            known = Known("changzhou", "常州市", "320400", "report", entry.title)
            yield Document(truth.url, body, known=known)
    yield from map(from_file, sorted(SAMPLES.glob("*.html")))


def main() -> None:
    """Print the median ratio, and milliseconds a page of both."""
    first, *found = documents()
    read(first)
    extract(first.body)
    ours, theirs = [], []
    for document in found:
        start = time.process_time()
        read(document)
        middle = time.process_time()
        extract(document.body)
        ours.append(middle - start)
        theirs.append(time.process_time() - middle)
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    print(f"{len(found)} HTML pages, CPU time")
    print(f"reading / trafilatura.extract: median {statistics.median(ratios):.2f}")
    print(f"reading: median {statistics.median(ours) * 1000:.1f} ms a page")
    print(f"trafilatura.extract: median {statistics.median(theirs) * 1000:.1f} ms a page")


if __name__ == "__main__":
    main()
