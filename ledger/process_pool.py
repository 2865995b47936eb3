"""Work on a ledger shared out to processes, one for each processor; what comes of it, in order.

Each process opens the ledger for itself, to read. What fails in one is done again here, where its
error can be told as it is; so nothing hangs on the processes but time.
"""

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import active_children, connection, get_context, parent_process
from typing import Any, TypeVar

from events.errors import StoreError

Piece = TypeVar("Piece")
Done = TypeVar("Done")

Opener = Callable[[], Any]
"""Opens the ledger anew, to read, in whichever process calls it."""

MOST_PROCESSES = 8
"""Each takes some 100 MB, and a connection of the database's."""

PIECES_AHEAD = 4
"""Pieces that a process is given ahead."""

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What tells a program to end."""

_opened: Any = None


class WorkPool:
    """A ledger, and the processes that work on it; without any, all is done here."""

    def __init__(self, ledger: Any, pool: Executor | None = None) -> None:  # noqa: ANN401
        self._ledger = ledger
        self._pool = pool

    @property
    def elsewhere(self) -> bool:
        """Whether anything is done in other processes."""
        return self._pool is not None

    def out(self, work: Callable[[Any, Piece], Done], pieces: Iterable[Piece]) -> Iterator[Done]:
        """Yield what `work` makes of the ledger and each piece, in the order of the pieces."""
        if self._pool is None:
            yield from (work(self._ledger, piece) for piece in pieces)
            return
        left = iter(pieces)
        given: deque[tuple[Piece, Future[Done]]] = deque()
        while True:
            ahead = PIECES_AHEAD * processors() - len(given)
            given.extend((piece, _give(self._pool, work, piece)) for piece in islice(left, ahead))
            if not given:
                return
            piece, future = given.popleft()
            yield work(self._ledger, piece) if future.exception() else future.result()


def _give(pool: Executor, work: Callable[[Any, Piece], Done], piece: Piece) -> Future[Done]:
    try:
        with _uninterrupted():  # as the process begins that this may start
            return pool.submit(_do, work, piece)
    except (RuntimeError, OSError) as error:  # somebody killed a process, or there may be no more
        refused: Future[Done] = Future()
        refused.set_exception(error)
        return refused


@contextmanager
def work_pool(ledger: Any, opener: Opener | None) -> Iterator[WorkPool]:  # noqa: ANN401
    """Share work on a ledger out to processes that open it with `opener`, which can be pickled.

    Without an opener, this process does all of the work. With one, the program that calls this
    must be fit to be imported (`multiprocessing`, "spawn").
    """
    pool = None if opener is None or processors() == 1 else _pool(opener)
    if pool is None:
        yield WorkPool(ledger)
        return
    others = active_children()
    try:
        yield WorkPool(ledger, pool)
    except BaseException:
        for process in active_children():
            if process not in others:
                process.terminate()
        raise
    finally:
        with _uninterrupted():
            pool.shutdown(cancel_futures=True)


def _pool(opener: Opener) -> ProcessPoolExecutor | None:
    # Not forked: an open database, and the lock of whoever writes, are no matter of theirs.
    try:
        return ProcessPoolExecutor(
            processors(), mp_context=get_context("spawn"), initializer=_open, initargs=(opener,)
        )
    except (OSError, ImportError, NotImplementedError):  # no semaphores here, or no more of them
        return None


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold back what ends a program until this is done; a process that is started inherits that."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def processors() -> int:
    """Return how many processors this program may use, up to MOST_PROCESSES."""
    try:
        found = len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        found = os.cpu_count() or 1
    return min(found, MOST_PROCESSES)


def _open(opener: Opener) -> None:
    global _opened  # noqa: PLW0603 (a process has one)
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)  # it ends at once, and without a word
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    threading.Thread(target=_end_with_the_first, daemon=True).start()
    gc.set_threshold(50_000)
    with suppress(StoreError):
        _opened = opener()


def _end_with_the_first() -> None:
    """End where the process that shares out has ended, however that was."""
    if first := parent_process():
        connection.wait([first.sentinel])
        os._exit(1)


def _do(work: Callable[[Any, Piece], Done], piece: Piece) -> Done:
    return work(_opened, piece)
