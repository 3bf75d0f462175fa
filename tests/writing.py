"""A writer in a process of its own, to be killed or to run out of disk.

    python -m tests.writing FOLDER COUNT SIZE

Hands COUNT exchanges with SIZE bytes of body each to a writer, four at a time,
and says of each, once it is acknowledged: its id, the SHA-256 of its response,
and where its set ends in the file. Ends with 4 and the message when the
archive could not be written.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections import deque
from concurrent.futures import Future
from pathlib import Path

from archive.exchange import RecordSet
from archive.folder import hold
from archive.writer import ArchiveError, Writer
from tests.exchanges import exchange, run


def main(folder: Path, count: int, size: int) -> int:
    noise = random.Random(7)
    lock = hold(folder)
    writer = Writer(folder, run())
    waiting: deque[Future[RecordSet]] = deque()
    try:
        for number in range(count):
            waiting.append(writer.submit(exchange(number, noise.randbytes(size))))
            if len(waiting) == 4:
                acknowledge(waiting.popleft())
        while waiting:
            acknowledge(waiting.popleft())
        writer.close({"verdict": "healthy"})
    except ArchiveError as error:
        print(error, file=sys.stderr)
        return 4
    finally:
        lock.close()
    return 0


def acknowledge(done: Future[RecordSet]) -> None:
    kept = done.result()
    digest = hashlib.sha256(kept.exchange.response).hexdigest()
    print(kept.exchange.id, digest, kept.place.offset + kept.place.length, flush=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
