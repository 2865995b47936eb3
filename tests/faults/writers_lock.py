"""The write lock: a transaction and another process's checkpoint never overlap.

    python tests/faults/writers_lock.py [--rounds 40] [--writers 4] [--control NAME]

SQLite's own lock excludes other writers, but not another connection's checkpoint;
`ledger.storage.write_lock` does. In every round several processes repeatedly append to one ledger
and close it, while others only open and close it. All their calls on its files are recorded in one
order (`recorder.c`): writes to `ledger.sqlite-wal` up to a sync are a transaction, writes to
`ledger.sqlite` a checkpoint.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path

from projections.record import open_record
from tests.faults.broken import Control, add_control, conclude
from tests.faults.broken_appends import checkpoint_often, let_go_early, take_no_turn
from tests.faults.desk import (
    Process,
    Tally,
    append_in_turns,
    copied,
    forked,
    look,
    scratch,
    template,
    too_few,
)
from tests.faults.recording import Call, read_calls, run_again, why_not

TOGETHER = "at work at once"

CONTROLS = {
    "no-turn": Control("waits for no turn", take_no_turn, TOGETHER),
    "early": Control("lets go of its turn before it writes", let_go_early, TOGETHER),
}

EACH = 12
"""Announcements that a writer appends in a round; it reopens the ledger after every third."""

PAGES = 20
"""Pages in the write-ahead log before a checkpoint."""

WORK = {"ledger.sqlite-wal": "a transaction", "ledger.sqlite": "a checkpoint"}


@dataclass
class Span:
    """A run of calls by one process on one file: its first and last call."""

    process: int
    what: str
    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.what} of process {self.process} (calls {self.first} to {self.last})"


def spans(calls: Iterable[Call]) -> list[Span]:
    """Find the transactions and checkpoints in a recording, in the order of their starts."""
    found: list[Span] = []
    running: dict[int, Span] = {}
    for number, call in enumerate(calls, 1):
        what = WORK.get(Path(call.path).name, "")
        span = running.get(call.number)
        if span and span.what != what:
            del running[call.number]
            span = None
        if what and call.what == "write":
            if span is None:
                span = running[call.number] = Span(call.number, what, number, number)
                found.append(span)
            span.last = number
        elif span and call.what == "sync":
            running.pop(call.number).last = number
    return found


def at_once(found: Iterable[Span]) -> Iterator[str]:
    """Return those of two processes that overlap."""
    open_: list[Span] = []
    for span in found:
        open_ = [each for each in open_ if each.last > span.first]
        for each in open_:
            if each.process != span.process:
                yield f"{TOGETHER}: {each} and {span}"
        open_.append(span)


@dataclass
class Watched:
    """The results of a run. A handover is a transaction after another process's checkpoint."""

    rounds: int = 0
    work: Counter[str] = field(default_factory=Counter)
    handovers: int = 0
    opened: int = 0
    acknowledged: int = 0
    seconds: float = 0.0
    tally: Tally = field(default_factory=Tally)

    def __str__(self) -> str:
        return (
            f"{self.rounds} rounds in {self.seconds:.0f} s: {self.acknowledged} announcements"
            f" acknowledged, {self.work['a transaction']} transactions and"
            f" {self.work['a checkpoint']} checkpoints seen, {self.handovers} times one process's"
            f" transaction right after another's checkpoint; opened and closed beside them"
            f" {self.opened} times\n{self.tally.count} faults"
        )

    def short(self, writers: int) -> list[str]:
        """Return what was tried too little; usually every round has about ten of each."""
        there = (
            (self.acknowledged, writers * EACH, "announcements were acknowledged"),
            (self.work["a transaction"], writers * EACH, "transactions were seen"),
            (self.work["a checkpoint"], 2, "checkpoints were seen"),
            (self.handovers, 0.5, "transactions came after another process's checkpoint"),
            (self.opened, 1, "times the ledger was opened and closed beside them"),
        )
        return too_few(self.rounds, there)


def watch(folder: Path, *, rounds: int, writers: int, control: Control | None = None) -> Watched:
    """Run the rounds; a control stops once its fault is shown. The recorder must be loaded."""
    empty, work, log = template(folder), folder / "work", folder / "log"
    work.mkdir()
    came, began = Watched(), time.monotonic()
    place = work / "ledger.sqlite"
    for _ in range(rounds):
        copied(empty, place)
        os.truncate(log, 0)
        _round(came, place, writers, control)
        found = spans(read_calls(log))
        came.work.update(span.what for span in found)
        came.handovers += sum(
            (one.what, other.what) == ("a checkpoint", "a transaction")
            and one.process != other.process
            for one, other in pairwise(found)
        )
        came.tally.add(f"round {came.rounds}", list(at_once(found)))
        came.rounds += 1
        if control and control.is_shown(came.tally.faults):
            break
    came.seconds = time.monotonic() - began
    return came


def _round(came: Watched, place: Path, writers: int, control: Control | None) -> None:
    """Run all processes on one ledger, and check it."""

    def start(work: Callable[[Callable[[bytes], object]], object]) -> Process:
        def changed(told: Callable[[bytes], object]) -> None:
            checkpoint_often(PAGES)
            if control:
                control.breaks()
            work(told)

        return forked(changed)

    running = [
        start(partial(append_in_turns, place, each, most=12, many=EACH, at_once=3))
        for each in range(writers)
    ]
    opening = start(partial(_open_and_close, place))
    ends = [process.end() for process in running]
    stopped = opening.kill()
    told = frozenset().union(*(end.acknowledged for end in ends))
    came.acknowledged += len(told)
    came.opened += len(stopped.acknowledged)
    faults = [fault for end in ends for fault in end.faults(may_be_done=True)]
    came.tally.add(f"round {came.rounds}", [*faults, *stopped.faults()])
    came.tally.add(f"round {came.rounds}", look(place, told).faults)


def _open_and_close(place: Path, told: Callable[[bytes], object]) -> None:
    """Open the ledger for writing, read and close it, until killed."""
    number = 0
    while True:
        with open_record(place, write=True) as store:
            store.position()
        told(b"0 %d\n" % number)
        number += 1


def main() -> int:
    """Run the suite and print its results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--library", type=Path, help=argparse.SUPPRESS)
    add_control(parser, CONTROLS)
    given = parser.parse_args()
    if reason := why_not():
        print(f"not run: {reason}")
        return 0
    if not given.library:
        with scratch(memory=True) as folder:
            return run_again(folder, folder / "work", log=str(folder / "log"), processes="1")
    control = CONTROLS[given.control] if given.control else None
    folder = given.library.parent
    came = watch(folder, rounds=given.rounds, writers=given.writers, control=control)
    print(came)
    return conclude(control, came.tally.faults, came.short(given.writers))


if __name__ == "__main__":
    sys.exit(main())
