"""Work on a ledger shared out to processes, one for each processor; what comes of it, in order.

Each process opens the ledger for itself, to read. What fails in one is done again here, where its
error can be told as it is; so nothing hangs on the processes but time.
"""

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from events.errors import StoreError

Piece = TypeVar("Piece")
Done = TypeVar("Done")

WAITING = 4
"""Pieces that a process is given ahead."""

_opened: Any = None


def shared_out(
    work: Callable[[Any, Piece], Done],
    ledger: Any,  # noqa: ANN401 (what the work takes)
    pieces: Iterable[Piece],
    where: Path | str | None,
) -> Iterator[Done]:
    """Yield what `work` makes of a ledger and each piece of work, in the order of the pieces.

    `where` is the ledger's place; without one, or on one processor, all of it is done here. With
    one, the program that calls this must be fit to be imported (`multiprocessing`, "spawn").
    """
    processors = os.cpu_count() or 1
    if where is None or processors == 1:
        yield from (work(ledger, piece) for piece in pieces)
        return
    # Not forked: an open database, and the lock of whoever writes, are no matter of theirs.
    pool = ProcessPoolExecutor(
        processors, mp_context=get_context("spawn"), initializer=_open, initargs=(where,)
    )
    try:
        left = iter(pieces)
        given: deque[tuple[Piece, Future[Done] | None]] = deque()
        while True:
            ahead = WAITING * processors - len(given)
            given.extend((piece, _give(pool, work, piece)) for piece in islice(left, ahead))
            if not given:
                return
            piece, future = given.popleft()
            yield work(ledger, piece) if future is None or future.exception() else future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _give(pool: Executor, work: Callable[[Any, Piece], Done], piece: Piece) -> Future[Done] | None:
    try:
        return pool.submit(_do, work, piece)
    except RuntimeError:  # the pool broke: somebody killed a process
        return None


def _open(where: Path | str) -> None:
    from ledger.opening import open_store  # noqa: PLC0415 (it imports what shares work out)

    global _opened  # noqa: PLW0603 (a process has one)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever waits for this one hears it
    gc.set_threshold(50_000)
    with suppress(StoreError):
        _opened = open_store(where)


def _do(work: Callable[[Any, Piece], Done], piece: Piece) -> Done:
    return work(_opened, piece)
