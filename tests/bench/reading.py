"""How long the reading takes, as a ratio of trafilatura.extract on the same pages.

    python -m tests.bench.reading

Both read every page of a sample city in turn, page by page, in one process, so
that a change of the machine's speed falls on both.
"""

from __future__ import annotations

import statistics
import time

from trafilatura import extract

from pipelines import read
from pipelines.document import Document, Known
from tests.city import City, pages
from tests.city.dress import charset


def main() -> None:
    """Print the median ratio, and milliseconds a page of both."""
    city = City(12, range(2019, 2026), seed=7)
    documents = []
    for entry in city.report_entries():
        truth = city.report_of(entry)
        body = pages.report(city, entry).encode(charset(frozenset(truth.dress)))
        known = Known("changzhou", "常州市", "320400", "report", entry.title)
        documents.append(Document(truth.url, body, known=known))
    for document in documents[:5]:
        read(document)
        extract(document.body)
    ours, theirs = [], []
    for document in documents:
        start = time.process_time()
        read(document)
        middle = time.process_time()
        extract(document.body)
        ours.append(middle - start)
        theirs.append(time.process_time() - middle)
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    print(f"{len(documents)} HTML pages, CPU time")
    print(f"reading / trafilatura.extract: median {statistics.median(ratios):.2f}")
    print(f"reading: median {statistics.median(ours) * 1000:.1f} ms a page")
    print(f"trafilatura.extract: median {statistics.median(theirs) * 1000:.1f} ms a page")


if __name__ == "__main__":
    main()
