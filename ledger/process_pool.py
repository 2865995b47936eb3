"""Distribute work on a ledger to processes, one for each processor; results come in order.

Each process opens its own connection to the ledger, to read. Work that fails in a process is
repeated in this one, where the error is raised unchanged; the pool only ever saves time.
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
"""Opens the ledger, to read, in the process that calls it."""

MOST_PROCESSES = 8
"""Each takes some 100 MB and one database connection."""

PIECES_AHEAD = 4
"""How many pieces are queued for each process."""

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""The signals that end a program."""

_opened: Any = None


class WorkPool:
    """A ledger and the processes that work on it; without a pool, this process does the work."""

    def __init__(self, ledger: Any, pool: Executor | None = None) -> None:  # noqa: ANN401
        self._ledger = ledger
        self._pool = pool

    @property
    def uses_processes(self) -> bool:
        """Whether other processes do the work."""
        return self._pool is not None

    def map(self, work: Callable[[Any, Piece], Done], pieces: Iterable[Piece]) -> Iterator[Done]:
        """Yield the results of `work(ledger, piece)`, in the order of the pieces."""
        if self._pool is None:
            yield from (work(self._ledger, piece) for piece in pieces)
            return
        remaining = iter(pieces)
        queued: deque[tuple[Piece, Future[Done]]] = deque()
        while True:
            room = PIECES_AHEAD * processors() - len(queued)
            queued.extend(
                (piece, _submit(self._pool, work, piece)) for piece in islice(remaining, room)
            )
            if not queued:
                return
            piece, future = queued.popleft()
            yield work(self._ledger, piece) if future.exception() else future.result()


def _submit(pool: Executor, work: Callable[[Any, Piece], Done], piece: Piece) -> Future[Done]:
    try:
        with _signals_blocked():  # submitting may start a process, which inherits the mask
            return pool.submit(_do, work, piece)
    except (RuntimeError, OSError) as error:  # a process was killed, or none can be started
        refused: Future[Done] = Future()
        refused.set_exception(error)
        return refused


@contextmanager
def work_pool(ledger: Any, opener: Opener | None) -> Iterator[WorkPool]:  # noqa: ANN401
    """Start a pool of processes that open the ledger with `opener`, which must be picklable.

    Without an opener, this process does all the work. With one, the main module must be importable
    without side effects (`multiprocessing`, "spawn").
    """
    pool = None if opener is None or processors() == 1 else _pool(opener)
    if pool is None:
        yield WorkPool(ledger)
        return
    others, collects = active_children(), gc.isenabled()
    gc.disable()  # results are many small values that live long: a third of the time
    try:
        yield WorkPool(ledger, pool)
    except BaseException:
        for process in active_children():
            if process not in others:
                process.terminate()
        raise
    finally:
        if collects:
            gc.enable()
        with _signals_blocked():
            pool.shutdown(cancel_futures=True)


def _pool(opener: Opener) -> ProcessPoolExecutor | None:
    # Spawned, not forked: child processes must not inherit open connections or the write lock.
    try:
        return ProcessPoolExecutor(
            processors(), mp_context=get_context("spawn"), initializer=_open, initargs=(opener,)
        )
    except (OSError, ImportError, NotImplementedError):  # semaphores are unsupported or used up
        return None


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Block the signals in ENDING meanwhile; a process started meanwhile inherits the mask."""
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
        signal.signal(number, signal.SIG_DFL)  # end at once, without a traceback
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()
    with suppress(StoreError):
        _opened = opener()


def _end_with_parent() -> None:
    """Wait for the parent process to end, in whatever way, and then end this one."""
    if parent := parent_process():
        connection.wait([parent.sentinel])
        os._exit(1)


def _do(work: Callable[[Any, Piece], Done], piece: Piece) -> Done:
    return work(_opened, piece)
