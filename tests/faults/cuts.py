"""Cut the power at points of a recording, and check the ledger that each cut leaves."""

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from shutil import rmtree
from typing import Any

from ledger.storage.sqlite import BUSY_SECONDS
from ledger.storage.write_lock import accept_log, observe_log
from projections.record import create_record
from tests.faults.desk import MADE, SUSPECTED, look, read_acknowledged, scratch, template
from tests.faults.disk import Disk
from tests.faults.recording import read_calls, recorder, run

KINDS = 4
"""How many kinds of writers there are."""

PER_RECORDING = 100
"""How many cuts are made in one writer's recording."""

FEWEST = 6
"""The fewest cuts that justify a recording."""

SCRIPT = Path(__file__).with_name("power_cut.py")

LEAST_ACKNOWLEDGED = 2
"""The least mean of announcements acknowledged before a cut; usually more than 10."""

LEAST_DROPPED = 10
"""At least one cut in so many must drop unsynced data; usually every other does."""


@dataclass(frozen=True)
class Writer:
    """A writer to record: its number, random seed, number of cuts, and the program or control."""

    number: int
    seed: int
    cuts: int
    program: str


@dataclass
class Cut:
    """The results of some cuts: a count of each outcome, and the faults.

    `acknowledged` counts acknowledgements before the cuts, `dropped` the cuts that left less than
    was written, and `marked` those after which the write-ahead log was marked as the ledger's own;
    after the others, opening verifies both.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    acknowledged: int = 0
    dropped: int = 0
    marked: int = 0

    def add(self, other: "Cut") -> None:
        """Add the results of others."""
        self.outcomes += other.outcomes
        self.faults += other.faults
        self.acknowledged += other.acknowledged
        self.dropped += other.dropped
        self.marked += other.marked

    def __str__(self) -> str:
        many = self.outcomes
        return (
            f"something acknowledged was lost in {many['lost']}, the ledger was faulty otherwise in"
            f" {many['faulty']}; an append cut off was taken for a flipped bit in"
            f" {many['suspected']}; {self.acknowledged} times something had been acknowledged"
            f" before, and {self.dropped} cuts dropped something; after {self.marked} the log was"
            " marked as the ledger's"
        )

    def too_little(self, rounds: int) -> list[str]:
        """Return what too few cuts tried."""
        short, made = [], self.outcomes.total() - self.outcomes["ended"]
        if made < rounds:
            short.append(f"{made} cuts were made, not {rounds}")
        if self.acknowledged < (least := LEAST_ACKNOWLEDGED * rounds):
            before = f"{self.acknowledged} times something was acknowledged before a cut"
            short.append(f"{before}, not {least}")
        if self.dropped < (least := max(1, rounds // LEAST_DROPPED)):
            short.append(f"{self.dropped} cuts dropped anything, not {least}")
        return short


def cut_again_and_again(writer: Writer, library: Path) -> Cut:
    """Record one writer, cut the power at many points, and check the ledger after each."""
    chance = random.Random(writer.seed)
    came = Cut()
    with scratch(memory=True) as folder:
        work, after = folder / "work", folder / "after"
        work.mkdir()
        script = [sys.executable, str(SCRIPT), "--write", str(work)]
        number, log = str(writer.number), folder / "log"
        ended = run([*script, number, writer.program], library, work, log=str(log))
        if ended.returncode:
            came.outcomes["ended"] += 1
            came.faults.append(f"writer {number} ended of itself: {ended.stderr.strip()}")
            return came
        for point, disk, told in _points(log, work, chance, writer.cuts):
            left = disk.after_cut(chance)
            came.dropped += left != disk.after_cut(Luck())
            came.acknowledged += told.count(b"\n")
            _lay_out(left, work, after)
            place = _place_in(after, writer.number)
            if marked := place.exists() and came.outcomes.total() % 2 == 0:
                # The files are new ones, so that no mark of theirs is on the disk.
                accept_log(place, observe_log(place), BUSY_SECONDS)
            came.marked += marked
            outcome, said = _look(place, told)
            came.outcomes[outcome] += 1
            came.faults += [f"writer {number}, cut after call {point}: {each}" for each in said[:2]]
    return came


class Luck(random.Random):
    """A random generator for which a cut leaves everything written."""

    def random(self) -> float:
        """Return the least value."""
        return 0.0

    def choice(self, some: Any) -> Any:  # noqa: ANN401
        """Return the last value."""
        return some[-1]

    def randint(self, _: int, last: int) -> int:
        """Return the last value."""
        return last


def _lay_out(left: Mapping[str, bytes | None], work: Path, after: Path) -> None:
    """Create in `after` the files that are left of those in `work`."""
    rmtree(after, ignore_errors=True)
    for path, contents in left.items():
        there = after / Path(path).relative_to(work)
        if contents is None:
            there.mkdir()
        else:
            there.write_bytes(contents)


def _points(
    log: Path, work: Path, chance: random.Random, cuts: int
) -> Iterator[tuple[int, Disk, bytes]]:
    """Choose points to cut at; yield the disk at each, and the acknowledgements before it."""
    calls = list(read_calls(log))
    acknowledging = str(work / "acknowledged")
    acknowledged = [n for n, call in enumerate(calls, 1) if call.path == acknowledging]
    points = Counter(_point(chance, acknowledged[1:-1], len(calls)) for _ in range(cuts))
    disk, told = Disk(str(work)), b""
    for number, call in enumerate(calls, 1):
        if call.path == acknowledging:
            told += call.data
        else:
            disk.take(call)
        for _ in range(points[number]):
            yield number, disk, told


def _point(chance: random.Random, acknowledged: list[int], calls: int) -> int:
    """Choose a call to cut the power after.

    Four in ten are acknowledgements, and one in ten that of the ledger itself; two in ten lie
    between two acknowledgements; the others are any.
    """
    drawn = chance.random()
    if drawn < 0.1:
        return acknowledged[0]
    if drawn < 0.5:
        return chance.choice(acknowledged)
    if drawn < 0.7:
        at = chance.randrange(1, len(acknowledged))
        return chance.randint(acknowledged[at - 1], acknowledged[at])
    return chance.randint(1, calls)


def _place_in(folder: Path, number: int) -> Path:
    """Return the place of a writer's ledger."""
    return folder / "kept" / "ledger.sqlite" if number % 2 else folder / "ledger.sqlite"


def _look(place: Path, told: bytes) -> tuple[str, list[str]]:
    """Check the ledger that a cut left."""
    if not place.exists():
        if told:
            return "lost", ["the ledger itself was acknowledged and lost"]
        create_record(place)
    left = look(place, read_acknowledged(told.removeprefix(MADE)))
    if left.lost:
        return "lost", left.faults
    if left.faults and all(SUSPECTED in fault for fault in left.faults):
        return "suspected", []
    return ("faulty" if left.faults else "kept"), left.faults


def cut(writers: Iterable[Writer], enough: Callable[[Iterable[str]], bool]) -> Cut:
    """Cut many writers, in two processes, until the faults found are enough."""
    came = Cut()
    with scratch() as folder, ProcessPoolExecutor(2, mp_context=get_context("fork")) as two:
        template(folder)
        try:
            for each in two.map(partial(cut_again_and_again, library=recorder(folder)), writers):
                came.add(each)
                if enough(came.faults):
                    two.shutdown(cancel_futures=True)
                    break
        except BrokenExecutor:
            came.faults.append("a process that made cuts ended of itself")
    return came


def writers(rounds: int, seed: int, program: str) -> list[Writer]:
    """Return the writers needed for `rounds` cuts, of all kinds if there are enough."""
    many = max(min(KINDS, -(-rounds // FEWEST)), -(-rounds // PER_RECORDING))
    share = [rounds // many + (each < rounds % many) for each in range(many)]
    return [Writer(n, seed * 1000 + n, cuts, program) for n, cuts in enumerate(share)]
