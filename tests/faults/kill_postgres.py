"""kill -9 the whole PostgreSQL server while writers append: nothing acknowledged is lost.

    python tests/faults/kill_postgres.py [--rounds 200] [--writers 4] [--seed 1] [--control NAME]

In every round all the server's processes are killed at once, at a random moment after the writers
have appended something, and the server is started again. Each time the new part of the log is read
and its root recomputed; every twentieth time all of it is verified. Usually the server is back
before the writers stop retrying. In some rounds it is away for longer: then a writer must raise one
clear error, and the same announcement is appended again.

The writers are database users that can only append. A run also fails if too little was
acknowledged, too few kills interrupted an append, or a writer ended by itself. With a control the
writers run a program that is broken in one way, and the run must report the fault it expects.
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

from events.errors import MissionLedgerError, UnreachableError
from ledger.upkeep.verify import verify
from projections.record import open_record
from tests.faults.broken import add_control, conclude, nothing
from tests.faults.journals import PATIENCE, Attempt, Journals, Writers, writing
from tests.faults.numbered import Following
from tests.faults.postgres_controls import (
    CONTROLS,
    LOST,
    TOO_LITTLE,
    Control,
)
from tests.postgres import Server, running_server, why_not

AWAY = 6.0
"""Seconds, longer than a store retries (ledger.storage.retry.PAUSES)."""

WORK = 10
"""The acknowledgements that every round waits for before the kill."""

AT_WORK = 0.2
"""The least share of kills that must interrupt an append."""


@dataclass(frozen=True)
class Kill:
    """The moments at which a server was up, and at which it was killed."""

    since: float
    moment: float


@dataclass(frozen=True)
class Killed:
    """The results of a run."""

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
        """How many kills interrupted an append that had begun while the server was up."""
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
    """Count the kills that interrupted an append that had begun while the server was up."""
    return sum(
        any(attempt.spans(kill.since, kill.moment) for attempt in attempts) for kill in kills
    )


def wait_for_work(journals: Journals, at_work: Writers, *, seconds: float) -> list[str]:
    """Wait until the writers, perhaps between retries, append; return faults if they do not."""
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
    """Run the rounds against a server, up to the first with faults; return the results.

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
    """Read the new part of the log, compare its root, and check the acknowledgements.

    With `whole`, the entire ledger is verified too.
    """
    try:
        with open_record(place) as store:
            seen.take(store.entries(after=seen.position))
            began_with = store.tree(seen.position)
            findings = verify(store).findings if whole else ()
    except MissionLedgerError as error:
        return [f"{type(error).__name__}: {error.message}"]
    faults = [*seen.faults, *(finding.message for finding in findings)]
    if began_with.root != seen.tree.root:
        faults.append("the tree is not that of the entries read so far")
    faults += [
        f"{LOST}: writer {each.writer}, announcement {each.number}, acknowledged"
        for each in attempts
        if not each.error and (each.writer, each.number) not in seen.whole
    ]
    return faults


def too_little(kills: Sequence[Kill], attempts: Sequence[Attempt], *, rounds: int) -> list[str]:
    """Return what a run without faults tried too little."""
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
    """Run the suite and print its results."""
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
