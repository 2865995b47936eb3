"""kill -9 of the whole PostgreSQL server while writers append: nothing acknowledged is lost.

    python tests/faults/kill_postgres.py [--rounds 200] [--writers 4] [--seed 1]

In every round all the server's processes are killed at once, at a random moment, and it is
started again; each time the log is read on and its root worked out anew, every twentieth time
all of it is verified. Mostly the server is back before the writers have given up trying again.
In some rounds it stays away for longer than that: then a writer has to say so in one clear
error, and its user gives the same announcement again.

A writer keeps a journal, one line for each attempt, written when the attempt came back:

    {"number": 17, "seconds": 0.004, "added": 3}
    {"number": 18, "seconds": 4.5, "error": "UnreachableError", "said": "… lost its connection"}
"""

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

from events.errors import UnreachableError
from ledger.appending import append_announcement
from ledger.opening import create, open_store
from ledger.verifying import verify
from tests.faults.numbered import Following, numbered
from tests.postgres import Server, running_server, why_not

AWAY = 6.0
"""Seconds: longer than a store goes on trying (ledger.patience.PAUSES)."""

PATIENCE = 30.0
"""Seconds within which a writer must have done its work or said that it cannot."""


@dataclass(frozen=True)
class Attempt:
    """One line of a writer's journal: `added` is how many entries an append made, -1 for none."""

    writer: int
    number: int
    seconds: float
    added: int = -1
    error: str = ""
    said: str = ""


@dataclass(frozen=True)
class Killed:
    """What came of a run; `faults` is empty where the ledger kept its promises."""

    rounds: int
    attempts: Sequence[Attempt]
    announcements: int
    entries: int
    faults: tuple[str, ...]

    def __str__(self) -> str:
        done = [attempt for attempt in self.attempts if not attempt.error]
        waited = [attempt.seconds for attempt in done if attempt.seconds > 0.1]
        again = sum(attempt.added == 0 for attempt in done)
        return (
            f"{self.rounds} kills of the server: {len(done)} appends acknowledged,"
            f" {self.announcements} whole announcements and {self.entries} entries in the log\n"
            f"{len(waited)} appends took over 0.1 s and came through, the longest"
            f" {max(waited, default=0):.1f} s; {again} found that they had been there already;"
            f" {len(self.attempts) - len(done)} ended with one clear error\n"
            + "".join(f"  {count} x {said}\n" for said, count in self._errors().items())
            + f"{len(self.faults)} faults"
        )

    def _errors(self) -> Counter[str]:
        return Counter(f"{each.error}: {each.said}" for each in self.attempts if each.error)


def write(place: str, writer: int, journal: Path, stop: Event) -> None:
    """Append announcements until told to stop; give one again where it did not come through."""
    number = 0
    with open_store(place, write=True) as store, journal.open("a", buffering=1) as lines:
        while not stop.is_set():
            began = time.monotonic()
            line: dict[str, object] = {"number": number}
            try:
                announcement = numbered(writer, number, most=12)
                receipt = append_announcement(store, announcement, by=f"writer {writer}")
                line["added"] = len(receipt.appended)
                number += 1
            except UnreachableError as error:
                line |= {"error": type(error).__name__, "said": error.message}
            except Exception as error:
                line |= {"error": f"{type(error).__module__}.{type(error).__name__}"}
                line |= {"said": str(error).partition("\n")[0]}
                stop.set()
            lines.write(json.dumps({**line, "seconds": time.monotonic() - began}) + "\n")


def read_journals(folder: Path) -> list[Attempt]:
    """Read what the writers' attempts have come to so far."""
    return [
        Attempt(int(path.stem), **json.loads(line))
        for path in sorted(folder.iterdir())
        for line in path.read_text().splitlines()
    ]


def wait_for_work(journals: Path, *, seconds: float = 10) -> None:
    """Wait until the writers, who may be pausing before another try, are at work again."""
    began, end = _length(journals), time.monotonic() + seconds
    while _length(journals) < began + 1000 and time.monotonic() < end:
        time.sleep(0.02)


def _length(journals: Path) -> int:
    return sum(path.stat().st_size for path in journals.iterdir())


def kill_again_and_again(server: Server, *, rounds: int, writers: int, seed: int) -> Killed:
    """Run so many rounds against a server, and say what came of them."""
    chance = random.Random(seed)
    place = server.new_database()
    create(place)
    seen = Following()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        journals = Path(folder)
        with writing(place, writers, journals):
            for number in range(1, rounds + 1):
                wait_for_work(journals)
                time.sleep(chance.uniform(0.02, 0.6))
                server.kill()
                attempts = read_journals(journals)
                time.sleep(AWAY if number % 25 == 0 else chance.choice((0, 0, 0.2, 1.0)))
                server.start()
                if faults := faults_after(place, seen, attempts, whole=number % 20 == 0):
                    break
        attempts = read_journals(journals)
    faults = faults or faults_after(place, seen, attempts, whole=True)
    faults += [
        f"writer {each.writer} took {each.seconds:.0f} s: {each.error} {each.said}"
        for each in attempts
        if each.error not in ("", UnreachableError.__name__) or each.seconds > PATIENCE
    ]
    return Killed(number, attempts, len(seen.whole), seen.position, tuple(faults))


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
    faults = [*seen.faults, *(finding.message for finding in findings)]
    if began_with.root != seen.tree.root:
        faults.append("the tree is not that of the entries read so far")
    faults += [
        f"lost: writer {each.writer}, announcement {each.number}, acknowledged"
        for each in attempts
        if not each.error and (each.writer, each.number) not in seen.whole
    ]
    return faults


@contextmanager
def writing(place: str, writers: int, journals: Path) -> Iterator[None]:
    """Let so many processes append meanwhile; wait at the end until they have stopped."""
    forked = multiprocessing.get_context("fork")
    stop = forked.Event()
    processes = [
        forked.Process(target=write, args=(place, writer, journals / str(writer), stop))
        for writer in range(writers)
    ]
    try:
        for process in processes:
            process.start()
        yield
    finally:
        stop.set()
        for process in processes:
            process.join(2 * PATIENCE)
            process.kill()


def main() -> int:
    """Run it, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if reason := why_not():
        print(f"not run: {reason}")
        return 0
    with running_server(quick=False) as server:
        came = kill_again_and_again(server, **vars(given))
    print(came)
    for fault in came.faults[:20]:
        print(f"  {fault}")
    return int(bool(came.faults))


if __name__ == "__main__":
    sys.exit(main())
