"""Power cuts, simulated: what was acknowledged is there after any of them, whole.

    python tests/faults/power_cut.py [--rounds 3000] [--seed 1]

A writer makes a ledger and appends to it while every call that changes a file is recorded
(`recorder.c`). From the recording the disk is built as it may be after a cut at any point
(`disk.py`), and opened as after a restart. So that it is known that the simulation bites, the
same is done to writers who do not wait for the disk as long as they should: with synchronous
NORMAL and OFF, acknowledged announcements must be lost.
"""

import argparse
import random
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from shutil import rmtree
from typing import Any

from ledger import sqliteconnections
from ledger.opening import create
from tests.faults.desk import append_in_turns, look, read_acknowledged, scratch, template
from tests.faults.disk import Disk
from tests.faults.recording import read_calls, recorder, run, why_not

FULL = "PRAGMA synchronous = FULL"
PER_RECORDING = 100
"""How many cuts are made in one writer's recording."""

FEWEST = 6
"""How many cuts are worth a recording."""

MADE = b"made\n"
"""Acknowledged first: `create` has come back."""

SUSPECTED = "-wal seems to be damaged at byte"
"""What `verify` says where the append that was cut off looks as if one bit had been flipped.

A lost sector may differ from the one before it in a single bit: then there is no telling.
"""

KINDS = (
    # Events in an announcement at most, announcements, appends before closing, and the number
    # of pages at which SQLite makes a checkpoint, 1000 being its own.
    (50, 45, 45, 1000),
    (5, 25, 7, 1000),
    (5, 30, 15, 20),
    (12, 20, 20, 60),
)


@dataclass(frozen=True)
class Writer:
    """A writer who is recorded: which kind, from which chance, and how long it waits for disks."""

    number: int
    seed: int
    cuts: int
    synchronous: str


@dataclass(frozen=True)
class Cut:
    """What came of some cuts: how many of each kind of outcome, and some faults in words."""

    outcomes: Counter[str]
    faults: tuple[str, ...]


def write(folder: Path, number: int, synchronous: str) -> None:
    """Make a ledger and append to it, acknowledging in a file beside it; this is recorded."""
    most, many, at_once, pages = KINDS[number % len(KINDS)]
    sqliteconnections.Connection = _changed(synchronous, pages)  # type: ignore[misc]
    # Every other one is made in a folder that is not there yet.
    place = folder / "kept" / "ledger.sqlite" if number % 2 else folder / "ledger.sqlite"
    with (folder / "acknowledged").open("wb", buffering=0) as told:
        create(place)
        told.write(MADE)
        append_in_turns(place, number, told.write, most=most, many=many, at_once=at_once)


def _changed(synchronous: str, pages: int) -> type[sqliteconnections.Connection]:
    """Return connections that wait for the disk as told, and make checkpoints at so many pages."""

    class Changed(sqliteconnections.Connection):
        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:  # noqa: ANN401
            if statement == FULL:
                super().execute(f"PRAGMA wal_autocheckpoint = {pages}")
                statement = f"PRAGMA synchronous = {synchronous}"
            return super().execute(statement, *values)

    return Changed


def cut_again_and_again(writer: Writer, library: Path) -> Cut:
    """Record one writer, cut the power at many points, and look at the ledger after each."""
    chance = random.Random(writer.seed)
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    with scratch(memory=True) as folder:
        work, after = folder / "work", folder / "after"
        work.mkdir()
        script = [sys.executable, __file__, "--write", str(work)]
        number, log = str(writer.number), folder / "log"
        ended = run([*script, number, writer.synchronous], library, work, log=str(log))
        if ended.returncode:
            return Cut(Counter(faulty=1), (ended.stderr,))
        for point, disk, told in _points(log, work, chance, writer.cuts):
            rmtree(after, ignore_errors=True)
            for path, contents in disk.items():
                there = after / Path(path).relative_to(work)
                if contents is None:
                    there.mkdir()
                else:
                    there.write_bytes(contents)
            outcome, said = _look(after, told, writer.number)
            outcomes[outcome] += 1
            faults += [f"writer {number}, cut after call {point}: {each}" for each in said[:2]]
    return Cut(outcomes, tuple(faults[:20]))


def _points(
    log: Path, work: Path, chance: random.Random, cuts: int
) -> Iterator[tuple[int, dict[str, bytes | None], bytes]]:
    """Choose the points of cuts, half of them right after an acknowledgement; cut at each."""
    calls = list(read_calls(log))
    acknowledging = str(work / "acknowledged")
    right_after = [n for n, call in enumerate(calls, 1) if call.path == acknowledging]
    points = Counter(
        chance.choice(right_after) if chance.random() < 0.5 else chance.randint(1, len(calls))
        for _ in range(cuts)
    )
    disk, told = Disk(str(work)), b""
    for number, call in enumerate(calls, 1):
        if call.path == acknowledging:
            told += call.data
        else:
            disk.take(call)
        for _ in range(points[number]):
            yield number, disk.after_cut(chance), told


def _look(after: Path, told: bytes, number: int) -> tuple[str, list[str]]:
    """Look at what is left after a cut."""
    place = after / "kept" / "ledger.sqlite" if number % 2 else after / "ledger.sqlite"
    if not place.exists():
        if told:
            return "lost", ["the ledger itself was acknowledged and lost"]
        create(place)
    left = look(place, read_acknowledged(told.removeprefix(MADE)))
    if left.lost:
        return "lost", left.faults
    if left.faults and all(SUSPECTED in fault for fault in left.faults):
        return "suspected", []
    return ("faulty" if left.faults else "kept"), left.faults


def cut(writers: Iterable[Writer]) -> Cut:
    """Do it to many writers, on two processors."""
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    with scratch() as folder, ProcessPoolExecutor(2, mp_context=get_context("fork")) as two:
        template(folder)
        for came in two.map(partial(cut_again_and_again, library=recorder(folder)), writers):
            outcomes += came.outcomes
            faults += came.faults
    return Cut(outcomes, tuple(faults[:20]))


def writers(rounds: int, seed: int, synchronous: str) -> list[Writer]:
    """Return as many writers as it takes for so many cuts, of all kinds where they suffice."""
    many = max(min(len(KINDS), -(-rounds // FEWEST)), -(-rounds // PER_RECORDING))
    share = [rounds // many + (each < rounds % many) for each in range(many)]
    return [Writer(n, seed * 1000 + n, cuts, synchronous) for n, cuts in enumerate(share)]


def main() -> int:
    """Run it, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        folder, number, synchronous = given.write
        write(Path(folder), int(number), synchronous)
        return 0
    if reason := why_not():
        print(f"not run: {reason}")
        return 0
    missed = False
    control = max(12, given.rounds // 10)
    for synchronous, cuts in (("FULL", given.rounds), ("NORMAL", control), ("OFF", control)):
        began = time.monotonic()
        came = cut(writers(cuts, given.seed, synchronous))
        bad = came.outcomes["lost"] + came.outcomes["faulty"]
        print(
            f"synchronous={synchronous}: {came.outcomes.total()} cuts in"
            f" {time.monotonic() - began:.0f} s; something acknowledged was lost in"
            f" {came.outcomes['lost']}, the ledger was faulty otherwise in"
            f" {came.outcomes['faulty']}; an append cut off was taken for a flipped bit in"
            f" {came.outcomes['suspected']}"
        )
        if synchronous == "FULL":
            print("".join(f"  {fault}\n" for fault in came.faults), end="")
            missed |= bad > 0
        elif not came.outcomes["lost"]:
            print("  it should have been: the simulation does not bite")
            missed = True
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
