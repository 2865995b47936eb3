"""Power cuts under a PostgreSQL server, simulated: what was acknowledged is there after any.

    python tests/faults/power_cut_postgres.py [--rounds 120] [--seed 1] [--control NAME] [--first]

A server is recorded while a ledger is made in it and writers append (`server_recording.py`).
From the recording the folder of its databases is built as it may be after a cut at any point
(`disk.py`); a new server recovers there (`server_restart.py`), and the ledger is looked at. The
server is set to acknowledge before the disk has it, and waits because the program tells it to.

With a control, a server, a program or a disk is broken in one way, and faults must be found; the
exit code is 1 where faults were found, whether they had to be or not.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context

from tests.faults.broken import Control, add_control, conclude, nothing
from tests.faults.desk import MADE, Name, read_acknowledged
from tests.faults.disk import Disk
from tests.faults.postgres_controls import commit_without_the_disk
from tests.faults.recording import Call
from tests.faults.recording import why_not as why_not_recorded
from tests.faults.server_recording import ANNOUNCEMENTS, WRITERS, record
from tests.faults.server_restart import Left, cut_while_recovering, restart
from tests.postgres import why_not

PER_RECORDING = 60
"""How many cuts are made in one server's recording."""

WAL = "/pg_wal/"
"""In the paths of the write-ahead log's files."""

PER_SECOND_CUT = 4
"""Every so many cuts the power is cut again, while the next server recovers."""

CHANGES = ("write", "truncate", "sync", "create", "unlink", "rename")
"""Calls that a cut comes right after, where it does not come after an acknowledgement."""


@dataclass(frozen=True)
class ServerControl(Control):
    """A control that may also break settings of the server, or the disk."""

    settings: dict[str, str] = field(default_factory=dict)
    names_with_files: bool = True


CONTROLS = {
    "no-fsync": ServerControl(
        "runs on a server that never waits for the disk (fsync=off)",
        nothing,
        "lost: ",
        settings={"fsync": "off"},
    ),
    "asynchronous": ServerControl(
        "lets a server acknowledge a commit before the disk has it",
        commit_without_the_disk,
        r"lost: \d+ of \d+ acknowledged",
        settings={"wal_writer_delay": "10s"},  # so that a slow writer loses something as well
    ),
    "torn-pages": ServerControl(
        "runs on a server that cannot repair a page written in part (full_page_writes=off)",
        nothing,
        "invalid page",
        settings={"full_page_writes": "off"},
    ),
    "strict-names": ServerControl(
        "runs on a disk that forgets a synced file's name unless its folder is synced, as POSIX"
        " allows and PostgreSQL does not expect",
        nothing,
        "No such file|unexpected zero page",
        names_with_files=False,
    ),
}

UNBROKEN = ServerControl("is as it is", nothing, ".")


@dataclass
class Cuts:
    """What came of some cuts: how many of each kind, and all that went wrong, in words."""

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
    """Record one server and cut its power at many points.

    Where told to, stop at the `first` fault that the control named must show.
    """
    control = CONTROLS[name] if name else UNBROKEN
    came, chance = Cuts(), random.Random(seed)
    files = {"wal_recycle": "on" if seed % 2 else "off"}  # WAL goes to old files, or to new ones
    recorded = record({**files, **control.settings}, control.breaks)
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
        if first and control.is_shown(said):
            break
    return came


def _points(
    calls: Sequence[Call], notes: Sequence[int], disk: Disk, chance: random.Random, cuts: int
) -> Iterator[tuple[int, frozenset[Name]]]:
    """Choose points: after an acknowledgement, a write to the write-ahead log, any change.

    Take the disk to each of them, in order, and return what was acknowledged before.
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
    """Whether the disk lacks something of the write-ahead log, and of other files."""
    unsynced = disk.unsynced()
    log = [path for path in unsynced if WAL in path]
    return bool(log), len(unsynced) > len(log)


def _meanwhile(calls: Sequence[Call]) -> dict[str, int]:
    """Count checkpoints, and files of the write-ahead log that were made or used again."""
    return {
        "checkpoints": sum(c.what == "write" and c.path.endswith("/pg_control") for c in calls),
        "files": sum(c.what == "rename" and WAL in c.to for c in calls),
    }


def cut(rounds: int, seed: int, control: str | None = None, *, first: bool = False) -> Cuts:
    """Do it to as many servers as it takes, on two processors."""
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
    """Say what was not tried. Where chance decides, a fifth of what is usual is enough."""
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
    """Run it, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    add_control(parser, CONTROLS)
    parser.add_argument("--first", action="store_true", help="stop at the first fault")
    given = parser.parse_args()
    if reason := why_not() or why_not_recorded():
        print(f"not run: {reason}")
        return 0
    came = cut(**vars(given))
    print(came)
    return conclude(CONTROLS.get(given.control), came.faults)


if __name__ == "__main__":
    sys.exit(main())
