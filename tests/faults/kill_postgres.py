"""kill -9 of the whole PostgreSQL server while writers append: nothing acknowledged is lost.

    python tests/faults/kill_postgres.py [--rounds 200] [--writers 4] [--seed 1] [--control NAME]

In every round all the server's processes are killed at once, at a random moment after the writers
have appended something, and it is started again; each time the log is read on and its root worked
out anew, every twentieth time all of it is verified. Mostly the server is back before the writers
have given up trying again. In some rounds it stays away for longer than that: then a writer has to
say so in one clear error, and its user gives the same announcement again.

The writers are users who may append and nothing else. A run in which too little was acknowledged,
too few kills met a writer at work, or a writer ended of itself, fails as well. With a control the
writers run a program that is broken in one way, and the run must find the fault it is known by.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from events.errors import UnreachableError
from ledger.backends import open_store
from ledger.upkeep.verify import verify
from tests.faults.broken import add_control, conclude
from tests.faults.journals import PATIENCE, Attempt, Journals, Writers, writing
from tests.faults.numbered import Following
from tests.faults.postgres_controls import (
    CONTROLS,
    HALF,
    LOST,
    TOO_LITTLE,
    Control,
    nothing,
)
from tests.postgres import Server, running_server, why_not

AWAY = 6.0
"""Seconds: longer than a store goes on trying (ledger.storage.retry.PAUSES)."""

WORK = 10
"""So many acknowledgements every round waits for before the kill."""

AT_WORK = 0.2
"""Of so many kills at least, a writer must have been in the middle of an append."""


@dataclass(frozen=True)
class Kill:
    """The moments at which a server was there, and at which it was killed."""

    since: float
    moment: float


@dataclass(frozen=True)
class Killed:
    """What came of a run; `faults` is empty where the ledger kept its promises."""

    kills: Sequence[Kill]
    attempts: Sequence[Attempt]
    announcements: int
    entries: int
    faults: tuple[str, ...]

    @property
    def rounds(self) -> int:
        """How often the server was killed."""
        return len(self.kills)

    @property
    def acknowledged(self) -> int:
        """How many appends came back with a receipt."""
        return sum(not attempt.error for attempt in self.attempts)

    @property
    def at_work(self) -> int:
        """How many kills came while an append was going on that had begun with a server there."""
        return met(self.kills, self.attempts)

    def __str__(self) -> str:
        done = [attempt for attempt in self.attempts if not attempt.error]
        waited = [attempt.seconds for attempt in done if attempt.seconds > 0.1]
        again = sum(attempt.added == 0 for attempt in done)
        return (
            f"{self.rounds} kills of the server, {self.at_work} of them in the middle of an append:"
            f" {len(done)} appends acknowledged,"
            f" {self.announcements} whole announcements and {self.entries} entries in the log\n"
            f"{len(waited)} appends took over 0.1 s and came through, the longest"
            f" {max(waited, default=0):.1f} s; {again} found that they had been there already;"
            f" {len(self.attempts) - len(done)} ended with one clear error\n"
            + "".join(f"  {count} x {said}\n" for said, count in self._errors().items())
            + f"{len(self.faults)} faults"
        )

    def _errors(self) -> Counter[str]:
        return Counter(f"{each.error}: {each.said}" for each in self.attempts if each.error)


def met(kills: Sequence[Kill], attempts: Sequence[Attempt]) -> int:
    """Count the kills that came while an append was going on that had begun with a server there."""
    return sum(
        any(attempt.spans(kill.since, kill.moment) for attempt in attempts) for kill in kills
    )


def wait_for_work(journals: Journals, at_work: Writers, *, seconds: float) -> list[str]:
    """Wait until writers, who may be pausing before another try, append; say if they do not."""
    journals.read()
    wanted, end = journals.acknowledged + WORK, time.monotonic() + seconds
    while journals.acknowledged < wanted:
        if gone := at_work.gone():
            return gone
        if time.monotonic() > end:
            came = journals.acknowledged + WORK - wanted
            return [f"{TOO_LITTLE} was acknowledged: {came} of {WORK} appends in {seconds:.0f} s"]
        time.sleep(0.01)
        journals.read()
    return []


def kill_again_and_again(
    server: Server,
    *,
    rounds: int,
    writers: int,
    seed: int,
    wait: float = 60,
    control: Control | None = None,
) -> Killed:
    """Run so many rounds against a server, up to the first with faults; say what came of them.

    Every round waits at most `wait` seconds for the writers to append something.
    """
    chance = random.Random(seed)
    place = server.new_ledger()
    seen, kills = Following(), []
    faults: list[str] = []
    since = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        journals = Journals(Path(folder))
        breaks = control.breaks if control else nothing
        with writing(place, writers, journals.folder, breaks) as at_work:
            for number in range(1, rounds + 1):
                if faults := wait_for_work(journals, at_work, seconds=wait):
                    break
                time.sleep(chance.uniform(0.02, 0.6))
                kills.append(Kill(since, time.monotonic()))
                server.kill()
                attempts = [*journals.read()]
                time.sleep(AWAY if number % 25 == 0 else chance.choice((0, 0, 0.2, 1.0)))
                server.start()
                since = time.monotonic()
                faults = faults_after(place, seen, attempts, whole=number % 20 == 0)
                if faults := [*faults, *at_work.gone()]:
                    break
        attempts = [*journals.read()]
    faults = [*dict.fromkeys((*faults, *at_work.faults))]
    faults = faults or faults_after(place, seen, attempts, whole=True)
    faults += [
        f"writer {each.writer} took {each.seconds:.0f} s: {each.error} {each.said}"
        for each in attempts
        if each.error not in ("", UnreachableError.__name__) or each.seconds > PATIENCE
    ]
    faults += too_little(kills, attempts, rounds=rounds) if not faults else []
    return Killed(kills, attempts, len(seen.whole), seen.position, tuple(faults))


def faults_after(
    place: str, seen: Following, attempts: Sequence[Attempt], *, whole: bool
) -> list[str]:
    """Read on in the log and compare its root, given what was acknowledged before the kill.

    Where `whole`, all that the ledger holds is verified too.
    """
    with open_store(place) as store:
        seen.take(store.entries(after=seen.position))
        began_with = store.tree(seen.position)
        findings = verify(store).findings if whole else ()
    faults = [*map(_named, seen.faults), *(finding.message for finding in findings)]
    if began_with.root != seen.tree.root:
        faults.append("the tree is not that of the entries read so far")
    faults += [
        f"{LOST}: writer {each.writer}, announcement {each.number}, acknowledged"
        for each in attempts
        if not each.error and (each.writer, each.number) not in seen.whole
    ]
    return faults


def _named(fault: str) -> str:
    """Say of a log that ends, or goes on with another, within an announcement what that is."""
    cut = fault.startswith("the log ends before") or ", not writer" in fault
    return f"{HALF}: {fault}" if cut else fault


def too_little(kills: Sequence[Kill], attempts: Sequence[Attempt], *, rounds: int) -> list[str]:
    """Say in what a run without faults tried too little to show anything."""
    faults = []
    acknowledged = sum(not attempt.error for attempt in attempts)
    if acknowledged < WORK * rounds:
        faults.append(f"{TOO_LITTLE} was acknowledged: {acknowledged} appends in {rounds} rounds")
    if len(kills) < rounds:
        faults.append(f"{TOO_LITTLE} was tried: {len(kills)} kills in {rounds} rounds")
    if (count := met(kills, attempts)) < max(1, AT_WORK * rounds):
        said = f"{count} of {rounds} kills came in the middle of an append"
        faults.append(f"{TOO_LITTLE} was tried: {said}")
    return faults


def main(given: Sequence[str] | None = None) -> int:
    """Run it, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--in-memory", action="store_true", help="keep the server's files there")
    parser.add_argument("--wait", type=float, default=60, help="seconds for a round's appends")
    add_control(parser, CONTROLS)
    options = vars(parser.parse_args(given))
    control = CONTROLS.get(options.pop("control"))
    if reason := why_not():
        print(f"not run: {reason}")
        return 0
    with running_server(quick=False, in_memory=options.pop("in_memory")) as server:
        came = kill_again_and_again(server, **options, control=control)
    print(came)
    return conclude(control, came.faults)


if __name__ == "__main__":
    sys.exit(main())
