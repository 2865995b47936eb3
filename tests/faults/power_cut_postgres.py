"""Simulated power cuts of a PostgreSQL server: after each, everything acknowledged is there.

    python tests/faults/power_cut_postgres.py [--rounds 120] [--seed 1] [--control NAME] [--first]

A server is recorded while a ledger is created in it and writers append (`server_recording.py`).
From the recording a possible state of its data folder after a cut at any point is built
(`disk.py`); a new server recovers it (`server_restart.py`), and the ledger is checked. The server's
settings let it acknowledge before it syncs; it syncs because the program requests it.

With a control, a server, a program or a disk is broken in one way, and faults must be found; the
exit code is 1 if faults were found, whether expected or not.
"""

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection

from ledger.storage import postgresql
from tests.faults.desk import Name, read_acknowledged
from tests.faults.disk import Disk
from tests.faults.recording import Call
from tests.faults.recording import why_not as why_not_recorded
from tests.faults.server_recording import ANNOUNCEMENTS, MADE, WRITERS, record
from tests.faults.server_restart import Left, cut_while_recovering, restart
from tests.postgres import why_not

PER_RECORDING = 60
"""How many cuts are made in one server's recording."""

WAL = "/pg_wal/"
"""The part of a path that marks files of the write-ahead log."""

PER_SECOND_CUT = 4
"""Every n-th cut is followed by another, while the next server recovers."""

CHANGES = ("write", "truncate", "sync", "create", "unlink", "rename")
"""The calls after which the power is cut, other than acknowledgements."""


@dataclass(frozen=True)
class Control:
    """What is broken, and a regular expression for the expected fault.

    Either settings of the server, a function in the writers' processes, or the disk is broken.
    """

    description: str
    shows: str
    settings: dict[str, str] = field(default_factory=dict)
    begin: Callable[[], object] = lambda: None
    names_with_files: bool = True


def wait_for_nothing() -> None:
    """Make this program's connections not wait for syncs."""
    unbroken = postgresql._engine

    def engine(url: sa.URL, *, write: bool) -> sa.Engine:
        made = unbroken(url, write=write)

        @sa.event.listens_for(made, "connect")
        def configure(connection: DBAPIConnection, _: object) -> None:
            connection.cursor().execute("SET synchronous_commit = off")
            connection.commit()

        return made

    postgresql._engine = engine


CONTROLS = {
    "no-fsync": Control(
        "the server never waits for the disk (fsync=off)",
        shows="lost: ",
        settings={"fsync": "off"},
    ),
    "asynchronous": Control(
        "the program leaves a server as it is that acknowledges before the disk has it",
        shows=r"lost: \d+ of \d+ acknowledged",
        settings={"wal_writer_delay": "10s"},  # so that a slow writer loses data too
        begin=wait_for_nothing,
    ),
    "torn-pages": Control(
        "the server cannot repair a page that was written in part (full_page_writes=off)",
        shows="invalid page",
        settings={"full_page_writes": "off"},
    ),
    "strict-names": Control(
        "the disk forgets a synced file's name unless its folder is synced, as POSIX allows;"
        " PostgreSQL relies on file systems that do not",
        shows="No such file|unexpected zero page",
        names_with_files=False,
    ),
}

UNBROKEN = Control("nothing is broken", shows=".")


@dataclass
class Cuts:
    """The results of some cuts: counts by kind, and the faults."""

    made: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        made = self.made
        return (
            f"{made['cuts']} cuts in {made['recordings']} recordings of a server, in"
            f" {self.seconds:.0f} s: {made['acknowledged']} announcements acknowledged,"
            f" {made['checkpoints']} checkpoints and {made['files']} more files of the write-ahead"
            f" log meanwhile; the disk lacked part of that log in {made['log']} cuts, of other"
            f" files in {made['others']};"
            f" {made['again']} times the power was cut again during recovery;"
            f" {made['expected']} announcements had to be found again\n{len(self.faults)} faults"
        )

    def __iadd__(self, other: "Cuts") -> "Cuts":
        self.made += other.made
        self.faults += other.faults
        return self


def cut_again_and_again(cuts: int, seed: int, name: str | None, *, first: bool) -> Cuts:
    """Record one server, and cut its power at many points.

    With `first`, stop at the control's expected fault.
    """
    control = CONTROLS[name] if name else UNBROKEN
    came, chance = Cuts(), random.Random(seed)
    files = {"wal_recycle": "on" if seed % 2 else "off"}  # or new WAL files
    recorded = record({**files, **control.settings}, control.begin)
    notes = [number for number, call in enumerate(recorded.calls) if call.what == "note"]
    came.made += Counter(
        recordings=1,
        acknowledged=len(notes) - 1,
        **_meanwhile(recorded.calls[notes[0] : notes[-1]]),
    )
    if recorded.faults:
        came.faults += recorded.faults
        return came
    disk = Disk(str(recorded.folder), recorded.before, names_with_files=control.names_with_files)
    for point, told in _points(recorded.calls, notes, disk, chance, cuts):
        left = Left(recorded.folder, disk.after_cut(chance))
        again = not name and came.made["cuts"] % PER_SECOND_CUT == 0
        if again:
            left = cut_while_recovering(left, chance)
        log, others = _lacking(disk)
        came.made += Counter(cuts=1, again=again, log=log, others=others, expected=len(told))
        said = restart(left, recorded.database, told, patience=5 if name else 60)
        came.faults += [f"server {seed}, cut after call {point}: {each}" for each in said]
        if first and any(re.search(control.shows, each) for each in said):
            break
    return came


def _points(
    calls: Sequence[Call], notes: Sequence[int], disk: Disk, chance: random.Random, cuts: int
) -> Iterator[tuple[int, frozenset[Name]]]:
    """Choose points after acknowledgements, writes to the write-ahead log, and any changes.

    Bring the disk to each point in order, and yield it with the acknowledgements before it.
    """
    after = range(notes[0] + 1, notes[-1] + 1)
    changes = [n for n in after if calls[n].what in CHANGES]
    logged = [n for n in changes if calls[n].what == "write" and WAL in calls[n].path]
    points = Counter(chance.choice((notes, logged, changes)[n % 3]) for n in range(cuts))
    told = b""
    for number, call in enumerate(calls):
        if call.what != "note":
            disk.take(call)
        elif call.data != MADE:
            told += call.data
        for _ in range(points[number]):
            yield number, read_acknowledged(told)


def _lacking(disk: Disk) -> tuple[bool, bool]:
    """Whether the disk has unsynced writes to the write-ahead log, and to other files."""
    unsynced = disk.unsynced()
    log = [path for path in unsynced if WAL in path]
    return bool(log), len(unsynced) > len(log)


def _meanwhile(calls: Sequence[Call]) -> dict[str, int]:
    """Count checkpoints, and files of the write-ahead log that were created or recycled."""
    return {
        "checkpoints": sum(c.what == "write" and c.path.endswith("/pg_control") for c in calls),
        "files": sum(c.what == "rename" and WAL in c.to for c in calls),
    }


def cut(rounds: int, seed: int, control: str | None = None, *, first: bool = False) -> Cuts:
    """Cut as many servers as needed, in two processes."""
    began, came = time.monotonic(), Cuts()
    servers = -(-rounds // PER_RECORDING)
    share = [rounds // servers + (each < rounds % servers) for each in range(servers)]
    seeds = [seed * 1000 + each for each in range(servers)]
    work = partial(cut_again_and_again, name=control, first=first)
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as two:
        for each in two.map(work, share, seeds):
            came += each
    if not (first and came.faults):
        came.faults += _too_little(came.made, rounds)
    came.seconds = time.monotonic() - began
    return came


def _too_little(made: Counter[str], rounds: int) -> list[str]:
    """Return what was tried too little; where chance decides, a fifth of the usual is enough."""
    few = max(1, rounds // 15)
    least = {
        "cuts": (rounds, "cuts were made"),
        "acknowledged": (made["recordings"] * WRITERS * ANNOUNCEMENTS, "were acknowledged"),
        "checkpoints": (made["recordings"], "checkpoints were made while writers appended"),
        "files": (made["recordings"], "files were added to the write-ahead log"),
        "again": (few, "cuts were followed by another during recovery"),
        "log": (few, "cuts fell while the disk lacked part of the write-ahead log"),
        "others": (few, "cuts fell while the disk lacked part of other files"),
        "expected": (rounds, "acknowledged announcements had to be found again"),
    }
    return [
        f"too little was tried: {made[name]} {said}, and not {enough} at least"
        for name, (enough, said) in least.items()
        if made[name] < enough
    ]


def main() -> int:
    """Run the suite and print its results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", choices=CONTROLS, help="what to break")
    parser.add_argument("--first", action="store_true", help="stop at the first fault")
    given = parser.parse_args()
    if reason := why_not() or why_not_recorded():
        print(f"not run: {reason}")
        return 0
    if given.control:
        print(f"control {given.control}: {CONTROLS[given.control].description}")
    came = cut(**vars(given))
    print(came)
    for fault in came.faults[:20]:
        print(f"  {fault}")
    return int(bool(came.faults))


if __name__ == "__main__":
    sys.exit(main())
