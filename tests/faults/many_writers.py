"""Many processes append at once while another reads: no gap, no starvation, nothing missed.

    python tests/faults/many_writers.py [--backend sqlite|postgresql] [--writers 16] [--each 500]
                                        [--kills 60] [--seed 1] [--control NAME]

Every announcement states its writer and number (`numbered`). The reader polls for the position and
then reads what is new, as a program that follows the log does. Meanwhile other writers are killed
at a random moment after their first acknowledgement, one after the other; with a server, the client
process is killed. The writers continue at least until that is over.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import sqlalchemy as sa

from events.errors import MissionLedgerError
from ledger.append import append_announcement
from ledger.storage.sqlite import BUSY_SECONDS
from projections.record import create_record, open_record
from tests.faults.broken import Control, add_control, conclude
from tests.faults.broken_appends import (
    BEHIND,
    DEAD,
    HALF,
    LOST,
    OF_ITSELF,
    WRITABLE,
    acknowledge_early,
    leave_positions,
    let_readers_write,
    lock_by_a_file,
    raise_always,
    read_one_late,
    split_append,
    write_unlocked,
)
from tests.faults.crowd_members import (
    Wrote,
    errors_of,
    has_read,
    killed,
    read,
    start,
    write,
    wrote,
)
from tests.faults.desk import NEXT, Name, look
from tests.faults.numbered import numbered
from tests.postgres import running_server, why_not

BACKENDS = ("sqlite", "postgresql")

CONTROLS = {
    "split": Control("appends in two transactions", split_append, HALF),
    "unmoved": Control("leaves the positions of projections", leave_positions, BEHIND),
    "early": Control("acknowledges before it commits", acknowledge_early, LOST),
    "raising": Control("raises in every append", raise_always, OF_ITSELF),
    "unlocked": Control("counts positions without a lock", write_unlocked, "an append failed"),
    "lock-file": Control("leaves its lock behind when killed", lock_by_a_file, DEAD),
    "writable": Control("opens for writing what is only read", let_readers_write, WRITABLE),
    "skipping": Control("reads on one entry late", read_one_late, "a gap"),
}

ON_FILES = ("lock-file",)
"""The controls that break nothing on a server."""

DOOMED = 1000
"""The number of the first writer to be killed."""

LEAST_NEWS = 3
"""How often the reader must find new entries, at least; usually 50 times."""


@dataclass(frozen=True)
class Crowd:
    """The results of a run; `short` lists what was tried too little."""

    announcements: int
    entries: int
    seconds: float
    longest: float
    polls: int
    kills: int
    faults: tuple[str, ...]
    short: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.announcements} announcements, {self.entries} entries in {self.seconds:.1f} s:"
            f" {self.announcements / self.seconds:.0f} announcements/s;"
            f" longest wait of a writer {self.longest:.2f} s; {self.kills} writers killed at work;"
            f" the reader asked {self.polls} times; {len(self.faults)} faults"
        )


def crowd(
    place: str,
    *,
    writers: int,
    each: int,
    seconds: float = 900,
    kills: int = 0,
    seed: int = 1,
    control: Control | None = None,
) -> Crowd:
    """Run writers that append `each` announcements to an empty ledger, and a reader.

    Meanwhile `kills` other writers are killed, one after the other.
    """
    began = time.monotonic()
    forking, chance = get_context("fork"), random.Random(seed)
    enough, over = forking.Event(), forking.Event()
    member = partial(start, seconds=seconds, control=control)
    reader = member(partial(read, place, over))
    running = [
        member(partial(write, place, writer, each=each, until=enough)) for writer in range(writers)
    ]
    dead = []
    for number in range(kills):
        doomed = member(partial(write, place, DOOMED + number))
        dead.append((doomed.pid, killed(doomed, 0.1 * chance.random())))
    enough.set()
    alive = [wrote(process) for process in running]
    took = time.monotonic() - began
    over.set()
    seen = has_read(reader)
    everyone = [*alive, *(one for _, one in dead)]
    acknowledged = frozenset[Name]().union(*(one.acknowledged for one in everyone))
    after = look(place, acknowledged, append=False)
    faults = [*errors_of(everyone), *seen.faults, *after.faults]
    if seen.announcements != len(after.whole):
        faults.append(f"the reader saw {seen.announcements} announcements of {len(after.whole)}")
    longest = max(one.longest for one in alive)
    if longest > BUSY_SECONDS:
        faults.append(f"a writer waited {longest:.1f} s, more than {BUSY_SECONDS}")
    faults += [*_held_by(place, [pid for pid, _ in dead]), *_once_more(place, after.position)]
    at_work = sum(one.killed_at_work for _, one in dead)
    short = _short(alive, each, seen.news, at_work, kills)
    return Crowd(
        len(after.whole), after.position, took, longest, seen.polls, at_work, tuple(faults), short
    )


def _held_by(place: str, pids: Sequence[int], seconds: float = BUSY_SECONDS) -> Iterator[str]:
    """Yield a fault for each connection of these processes still open after some time."""
    if not place.startswith("postgresql") or not pids:
        return
    engine = sa.create_engine(place, poolclass=sa.pool.NullPool)
    query = sa.text("SELECT application_name FROM pg_stat_activity")
    ends, end = tuple(f" {pid}" for pid in pids), time.monotonic() + seconds
    while True:
        with engine.connect() as connection:
            left = [name for (name,) in connection.execute(query) if (name or "").endswith(ends)]
        if not left or time.monotonic() > end:
            yield from (f"the server still has a connection of {name}" for name in left)
            return
        time.sleep(0.05)


def _once_more(place: str, position: int) -> Iterator[str]:
    """Append once more, when no other process uses the ledger."""
    try:
        with open_record(place, write=True) as store:
            append_announcement(store, numbered(NEXT, position, most=3), by="the next writer")
    except MissionLedgerError as error:
        yield f"nobody can append any more: {error.message}"


def _short(
    alive: Sequence[Wrote], each: int, news: int, at_work: int, kills: int
) -> tuple[str, ...]:
    """Return what was tried too little."""
    short = [
        f"a writer was told of {len(one.acknowledged)} announcements, not {each}"
        for one in alive
        if len(one.acknowledged) < each
    ]
    if news < LEAST_NEWS:
        short.append(f"the reader found something new {news} times, not {LEAST_NEWS}")
    if at_work < kills / 2:
        short.append(f"{at_work} of {kills} writers were killed at work")
    return tuple(short)


@contextmanager
def empty_ledger(backend: str) -> Iterator[str]:
    """Create a ledger with a user's safety from power cuts, and yield its location."""
    if backend == "postgresql":
        with running_server(quick=False) as server:
            yield server.new_ledger()
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield str(create_record(Path(folder) / "ledger.sqlite"))


def main() -> int:
    """Run the suite on each available backend, and print its results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--backend", choices=BACKENDS)
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--each", type=int, default=500)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    add_control(parser, CONTROLS)
    given = parser.parse_args()
    control = CONTROLS[given.control] if given.control else None
    codes = [0]
    for backend in [given.backend] if given.backend else BACKENDS:
        if backend == "postgresql" and (reason := why_not()):
            print(f"postgresql: not run: {reason}")
            continue
        if backend == "postgresql" and given.control in ON_FILES:
            print(f"postgresql: not run: {given.control} is of files only")
            continue
        with empty_ledger(backend) as place:
            came = crowd(
                place,
                writers=given.writers,
                each=given.each,
                kills=given.kills,
                seed=given.seed,
                control=control,
            )
        print(f"{backend}: {given.writers} writers: {came}")
        codes.append(conclude(control, came.faults, came.short))
    # A control must be detected on each backend.
    return min(codes[1:], default=0) if control else max(codes)


if __name__ == "__main__":
    sys.exit(main())
