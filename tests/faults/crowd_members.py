"""The processes of `many_writers.py`: writers, some of which are killed, and a reader.

A writer reports one line per append, with the seconds it took, and one per error:

    3 17 0.004        writer 3's announcement 17 was acknowledged
    error writer 3: BusyLedgerError: … is locked by process 4711 of anna on desk-3
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing.synchronize import Event

from events.errors import MissionLedgerError, ReadOnlyLedgerError
from ledger.append import append_announcement
from projections.record import Record, open_record
from tests.faults.broken import Control
from tests.faults.broken_appends import WRITABLE
from tests.faults.desk import NEXT, Name, Process, forked
from tests.faults.numbered import Following, numbered

Told = Callable[[bytes], object]

NO_ROWS = "INSERT INTO log SELECT position, bytes FROM log WHERE position < 0"
"""A change of nothing, which those may make who may append."""


@dataclass(frozen=True)
class Wrote:
    """One writer's results: acknowledgements, its longest append in seconds, and its errors."""

    acknowledged: frozenset[Name]
    longest: float
    errors: tuple[str, ...]
    code: int

    @property
    def killed_at_work(self) -> bool:
        """Whether it was killed after an acknowledgement."""
        return self.code == -signal.SIGKILL and bool(self.acknowledged)


@dataclass(frozen=True)
class Read:
    """The reader's results: polls, polls with news, announcements read, and faults."""

    polls: int = 0
    news: int = 0
    announcements: int = 0
    faults: tuple[str, ...] = ()


def write(
    place: str, writer: int, told: Told, *, each: int = sys.maxsize, until: Event | None = None
) -> None:
    """Append `each` announcements, and more until the event `until` is set."""
    number = 0
    with open_record(place, write=True) as store:
        while number < each or (until and not until.is_set()):
            announcement = numbered(writer, number, most=3)
            began = time.monotonic()
            try:
                append_announcement(store, announcement, by=f"writer {writer}")
            except MissionLedgerError as error:
                said = f"error writer {writer}: {type(error).__name__}: {error.message}"
                told(said.encode() + b"\n")
            else:
                told(b"%d %d %.3f\n" % (writer, number, time.monotonic() - began))
            number += 1


def read(place: str, over: Event, told: Told) -> None:
    """Follow the log until the writers are done, then read to its end, and try to change it."""
    seen, polls, news, last = Following(), 0, 0, False
    with open_record(place) as store:
        while not last:
            last = over.is_set()
            polls += 1
            before, position = seen.position, store.position()
            if position < seen.position:
                seen.faults.append(f"the log went back from {seen.position} to {position}")
            seen.take(store.entries(after=seen.position))
            news += seen.position > before
            if seen.position < position:
                seen.faults.append(f"the log ends at {position}; reading it ended before")
            time.sleep(0.002)
        refusals = [*_changes_unrefused(place, store)]
    told(json.dumps([polls, news, len(seen.whole), [*refusals, *seen.faults[:20]]]).encode())


def _changes_unrefused(place: str, reader: Record) -> Iterator[str]:
    """Yield what the database does not refuse to a reader, or to a writer that only reads."""

    def append() -> None:
        append_announcement(reader, numbered(NEXT, 0, most=1), by="a reader")

    def insert(store: Record) -> None:
        with store.reading() as transaction:
            transaction.connection.exec_driver_sql(NO_ROWS)

    with open_record(place, write=True) as writer:
        attempts: dict[str, Callable[[], None]] = {
            "an append through a ledger opened to read": append,
            "an INSERT in a reader's transaction": partial(insert, reader),
            "an INSERT in a writer's transaction that reads": partial(insert, writer),
        }
        for what, attempt in attempts.items():
            try:
                attempt()
            except ReadOnlyLedgerError:
                continue
            except MissionLedgerError as error:
                yield f"{WRITABLE} as it should be: {what}: {error.message}"
            else:
                yield f"{WRITABLE}: {what}"


def start(work: Callable[[Told], object], seconds: float, control: Control | None) -> Process:
    """Run `work` in a process of its own, which ends after at most `seconds`."""

    def working(told: Told) -> None:
        signal.alarm(round(seconds))
        if control:
            control.breaks()
        work(told)

    return forked(working)


def wrote(process: Process) -> Wrote:
    """Wait for a writer to end; return its results."""
    lines, code = process.ended()
    told, longest, errors = set(), 0.0, []
    for line in lines.decode().splitlines(keepends=True):
        if line.startswith("error "):
            errors.append(f"an append failed: {line.strip().removeprefix('error ')}")
        elif line.endswith("\n"):
            writer, number, seconds = line.split()
            told.add((int(writer), int(number)))
            longest = max(longest, float(seconds))
    return Wrote(frozenset(told), longest, tuple(errors), code)


def killed(process: Process, seconds: float) -> Wrote:
    """Kill a writer some seconds after its first acknowledgement; return its results."""
    process.wait_for_answer()
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    return wrote(process)


def has_read(process: Process) -> Read:
    """Wait for the reader to end; return its results."""
    lines, code = process.ended()
    if code:
        return Read(faults=(f"the reader ended of itself, with exit code {code}",))
    polls, news, announcements, faults = json.loads(lines)
    return Read(polls, news, announcements, tuple(faults))


def errors_of(writers: Iterable[Wrote]) -> list[str]:
    """Return the writers' unexpected errors and exits."""
    faults = [error for one in writers for error in one.errors[:3]]
    faults += [
        f"a writer ended of itself, with exit code {one.code}"
        for one in writers
        if one.code not in (0, -signal.SIGKILL)
    ]
    return faults
