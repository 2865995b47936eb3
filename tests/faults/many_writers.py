"""Many processes append at once while another reads: no gap, nobody starved, nothing unseen.

    python tests/faults/many_writers.py [--backend sqlite|postgresql] [--writers 16] [--each 500]

Every announcement says who appended it and which it is (`numbered`). The reader polls for the
position and then reads what is new, as a program does that follows the log.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from events.errors import MissionLedgerError
from ledger.appending import append_announcement
from ledger.opening import create, open_store
from ledger.sqlite import BUSY_SECONDS
from ledger.verifying import verify
from tests.faults.numbered import Following, numbered
from tests.postgres import running_server, why_not

BACKENDS = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Wrote:
    """What came of one writer: how long its longest append took, in seconds, and its errors."""

    longest: float
    errors: tuple[str, ...]


@dataclass(frozen=True)
class Read:
    """What came of the reader: how often it asked, what it saw, what was not as promised."""

    polls: int
    announcements: int
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Crowd:
    """What came of a run; `faults` is empty where the ledger kept its promises."""

    announcements: int
    entries: int
    seconds: float
    longest: float
    polls: int
    faults: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.announcements} announcements, {self.entries} entries in {self.seconds:.1f} s:"
            f" {self.announcements / self.seconds:.0f} announcements/s;"
            f" longest wait of a writer {self.longest:.2f} s;"
            f" the reader asked {self.polls} times; {len(self.faults)} faults"
        )


def write(place: str, writer: int, each: int) -> Wrote:
    """Append one writer's announcements, one after another."""
    longest, errors = 0.0, []
    with open_store(place, write=True) as store:
        for number in range(each):
            announcement = numbered(writer, number, most=3)
            began = time.monotonic()
            try:
                append_announcement(store, announcement, by=f"writer {writer}")
            except MissionLedgerError as error:
                errors.append(f"writer {writer}: {type(error).__name__}: {error.message}")
            longest = max(longest, time.monotonic() - began)
    return Wrote(longest, tuple(errors))


def read(place: str, announcements: int, seconds: float) -> Read:
    """Follow the log until so many announcements have come, or time is up."""
    seen, polls, end = Following(), 0, time.monotonic() + seconds
    with open_store(place) as store:
        while len(seen.whole) < announcements and time.monotonic() < end:
            polls += 1
            position = store.position()
            if position < seen.position:
                seen.faults.append(f"the log went back from {seen.position} to {position}")
            seen.take(store.entries(after=seen.position))
            if seen.position < position:
                seen.faults.append(f"the log ends at {position}; reading it ended before")
            time.sleep(0.002)
    return Read(polls, len(seen.whole), tuple(seen.faults[:20]))


def crowd(place: str, *, writers: int, each: int, seconds: float = 900) -> Crowd:
    """Let so many writers append so many announcements each to an empty ledger, and read it."""
    began = time.monotonic()
    wanted = writers * each
    with ProcessPoolExecutor(writers + 1, mp_context=get_context("fork")) as processes:
        reading = processes.submit(read, place, wanted, seconds)
        writing = [processes.submit(write, place, writer, each) for writer in range(writers)]
        wrote = [future.result() for future in writing]
        took = time.monotonic() - began
        reader = reading.result()
    faults = [*reader.faults, *(error for one in wrote for error in one.errors)]
    if reader.announcements != wanted:
        faults.append(f"the reader saw {reader.announcements} announcements of {wanted}")
    longest = max(one.longest for one in wrote)
    if longest > BUSY_SECONDS:
        faults.append(f"a writer waited {longest:.1f} s, more than {BUSY_SECONDS}")
    after = Following()
    with open_store(place) as store:
        after.take(store.entries())
        verified = verify(store)
    faults += [*after.faults, *(finding.message for finding in verified.findings)]
    if verified.root != after.tree.root:
        faults.append("the root is not that of the entries")
    return Crowd(len(after.whole), after.position, took, longest, reader.polls, tuple(faults))


@contextmanager
def empty_ledger(backend: str) -> Iterator[str]:
    """Give the place of a new ledger, as safe from power cuts as a user's."""
    if backend == "postgresql":
        with running_server(quick=False) as server:
            yield server.new_ledger()
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield str(create(Path(folder) / "ledger.sqlite"))


def main() -> int:
    """Run it on each backend that is here, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--backend", choices=BACKENDS)
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--each", type=int, default=500)
    given = parser.parse_args()
    missed = False
    for backend in [given.backend] if given.backend else BACKENDS:
        if backend == "postgresql" and (reason := why_not()):
            print(f"postgresql: not run: {reason}")
            continue
        with empty_ledger(backend) as place:
            came = crowd(place, writers=given.writers, each=given.each)
        print(f"{backend}: {given.writers} writers: {came}")
        for fault in came.faults[:20]:
            print(f"  {fault}")
        missed |= bool(came.faults)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
