"""The archive against the origin's own log, over ten thousand exchanges that misbehave.

    python -m tests.bench.wire [--exchanges 10000]

Crawls through the table of faults (`tests.city.faults`), half of them over
TLS, with HEAD, POST and a body of 64 MB among them, until the origin has seen
so many exchanges. Then what the archive holds, request and response of each, is
held against what the origin saw, byte for byte; and the files against the
checkers of others. Prints what was compared, and ends with 1 when anything
differs.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import hashlib
import re
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from archive.folder import warc_files
from archive.warc import read_sets
from tests.city import message, wire
from tests.city.faults import FAULTS, with_faults
from tests.crawling import crawl
from tests.test_warc import checked_by

BATCH = 600
"""Requests of one crawl: a job is one argument of a command, and that is limited."""

RARE = ("stall", "stall-mid-body", "large")
"""Faults that cost seconds: once a crawl and scheme."""

HEADABLE = ("gzip", "deflate", "dup-cookies", "gbk-header", "404", "empty")
"""Faults whose answer to HEAD has no body: bytes after a HEAD belong to nobody."""

BODY = 64_000_000
"""Bytes of the largest body, one in each crawl."""


class Seen:
    """What passed: how often each request and response, by digest."""

    def __init__(self) -> None:
        self.pairs: collections.Counter[tuple[bytes, bytes]] = collections.Counter()
        self.bytes = 0
        self.reset: dict[bytes, bytes] = {}
        """What was sent, by request, before the connection was reset."""
        self._requests: set[bytes] = set()
        self._lock = threading.Lock()

    def note(self, request: bytes, response: bytes) -> None:
        asked, answered = (hashlib.sha256(part).digest() for part in (request, response))
        with self._lock:
            self.pairs[asked, answered] += 1
            self._requests.add(asked)
            self.bytes += len(request) + len(response)

    def has(self, request: bytes) -> bool:
        """Whether this very request passed."""
        return hashlib.sha256(request).digest() in self._requests

    def exchange(self, exchange: message.Exchange) -> None:
        if exchange.ending == "reset":
            self.reset[exchange.request] = exchange.response
        self.note(exchange.request, exchange.response)


def job(first: int) -> list[dict[str, Any]]:
    """The requests of one crawl; no address is in two of them."""
    common = [name for name in FAULTS if name not in RARE]
    asked: list[dict[str, Any]] = []
    for number in range(first, first + BATCH):
        scheme = ("http", "https")[number % 2]
        name, more = common[number // 2 % len(common)], {}
        if number % 17 == 0:
            name, more = HEADABLE[number % len(HEADABLE)], {"method": "HEAD"}
        elif number % 19 == 0:
            more = {"method": "POST", "body": f"a={number}&b=%C4%EA"}
        asked.append({"url": f"{scheme}://www.changzhou.gov.cn/fault/{name}?n={number}", **more})
    for scheme in ("http", "https"):
        base = f"{scheme}://www.changzhou.gov.cn/fault/"
        asked += [{"url": f"{base}{name}?n={first}"} for name in RARE if name != "large"]
    scheme = ("http", "https")[first // BATCH % 2]
    asked.append({"url": f"{scheme}://www.changzhou.gov.cn/fault/large?size={BODY}&n={first}"})
    return asked


def whole_gzip(path: Path) -> bool:
    """Whether the file is whole to its last byte, as `gzip -t` asks."""
    try:
        with gzip.open(path) as file:
            while file.read(1 << 20):
                pass
    except (EOFError, gzip.BadGzipFile):
        return False
    return True


def unwaived(path: Path, waived: set[str]) -> str:
    """What FastWARC complains of besides records that are waived."""
    words = checked_by("fastwarc", path, "-p")
    named = set(re.findall(r"<urn:uuid:\S+>", words))
    return words if not named or named - waived else ""


def campaign(data: Path, wanted: int) -> int:
    """Crawl until the origin has seen so many exchanges; gives how many things differ."""
    origin = Seen()
    first = 0
    with wire.serve(with_faults(), record=origin.exchange) as server:
        while sum(origin.pairs.values()) < wanted:
            crawl(
                data,
                job(first),
                CONNECT_TO=f"*=127.0.0.1:{server.port}",
                CONCURRENT_REQUESTS_PER_DOMAIN=8,
                DOWNLOAD_TIMEOUT=3,
                REDIRECT_MAX_TIMES=3,
                RETRY_TIMES=1,
            )
            server.settled()
            first += BATCH
            print(f"{sum(origin.pairs.values())} exchanges", file=sys.stderr, flush=True)
    kept, kinds, truncated, unheard, lost = Seen(), collections.Counter[str](), 0, 0, 0
    paths = list(warc_files(data / "asker"))
    revisits: set[str] = set()
    for path in paths:
        for found in read_sets(path):
            one = found.exchange
            if found.original:
                revisits.add(one.response_id)
            if not one.response and not origin.has(one.request):
                # Sent down a connection that the origin was closing: it never read it.
                unheard += 1
                continue
            received = one.interim + one.response
            sent = origin.reset.get(one.request, received)
            if one.truncated and received != sent and sent.startswith(received):
                # A reset throws away what had come and was not read yet.
                lost += 1
                received = sent
            kept.note(one.request, received)
            kinds["https" if one.tls else "http"] += 1
            truncated += one.truncated is not None
    differing = (origin.pairs - kept.pairs).total() + (kept.pairs - origin.pairs).total()
    print(
        f"{origin.pairs.total()} exchanges on the wire, {kept.pairs.total()} sets"
        f" ({kinds['https']} over TLS), {origin.bytes / 1e6:.0f} MB: {differing} differ"
    )
    print(f"{len(revisits)} of the sets are revisits")
    complaints = 0
    for name, said in (
        ("warcio check", {path: checked_by("warcio", path) for path in paths}),
        # It takes a revisit's payload digest to be of the block, which leaves the payload out.
        ("fastwarc check -p, revisits waived", {path: unwaived(path, revisits) for path in paths}),
        ("gzip -t", {path: "" if whole_gzip(path) else f"{path}: not whole" for path in paths}),
    ):
        loud = [words for words in said.values() if words]
        complaints += len(loud)
        print(f"{name}: {len(paths) - len(loud)} of {len(paths)} files clean", *loud, sep="\n")
    print(f"{unheard} requests went down a connection that the origin was closing: kept, unheard")
    print(f"{lost} answers lost their end in a reset: what was read of them is how they begin")
    print(f"{truncated} sets hold a response that was cut short, and say so")
    return differing + complaints


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--exchanges", type=int, default=10_000, help="on the wire, at least")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return 1 if campaign(Path(folder), given.exchanges) else 0


if __name__ == "__main__":
    sys.exit(main())
