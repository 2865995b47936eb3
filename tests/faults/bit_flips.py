"""Single flipped bits: each is found by `mission verify`, refused, or changes no answer.

    python tests/faults/bit_flips.py [--rounds 10000] [--seed 1]

A small ledger lies there in two ways: closed, in one file, and as a writer left it who never
came to close it, with most of the log still in the write-ahead log. A random bit of its files
is flipped; then it is opened and verified. Where that finds nothing, every answer is asked for,
and must be, byte for byte, what it was before.
"""

import argparse
import hashlib
import random
import shutil
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from click.testing import CliRunner

from cli.main import cli
from events.errors import MissionLedgerError
from ledger.appending import append_announcement
from ledger.opening import create, open_store
from ledger.shipped import load
from ledger.verifying import verify
from tests.faults.desk import scratch
from tests.faults.numbered import numbered

FILES = ("ledger.sqlite", "ledger.sqlite-wal")
MISSION = "nato-mission-iraq"
DAYS = ("2020-12-31", "2021-06-15", "2023-06-30")
QUESTIONS = (
    ("missions", "--format", "json"),
    ("sources", "--format", "json"),
    ("log", "--format", "jsonl"),
    ("find", "--who", "DNK", "--on", "2021-06-15", "--format", "json"),
    ("find", "--what", "helicopters", "--on", "2021-06-15", "--format", "json"),
)
FOUND_BY = {
    "database": "SQLite's own check, or the schema",
    "changed": "a leaf of the tree",
    "tree": "the tree",
    "unreadable": "reading the entry",
    "id": "the entry's id",
    "form": "the entry's canonical form",
    "misplaced": "the entry's position",
    "index": "comparing the index",
    "alias": "comparing the names",
}
BY_VERIFYING, REFUSED, HARMLESS, SILENT, UNCLEAR = (
    "verify: ",
    "opening or reading: ",
    "harmless",
    "SILENT",
    "UNCLEAR",
)


@dataclass(frozen=True)
class Flips:
    """What came of some flips: how many ended how, and those that should not have."""

    outcomes: Counter[str]
    faults: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"  {count:>6}  {how}" for how, count in self.outcomes.most_common()]
        return "\n".join([f"{self.outcomes.total()} flips", *lines])


def make(folder: Path) -> tuple[Path, Path]:
    """Make the ledger closed, and left open; return the folders it lies in."""
    closed, left = folder / "closed", folder / "left"
    place = closed / FILES[0]
    create(place)
    left.mkdir()
    with open_store(place, write=True) as store:
        append_announcement(store, numbered(0, 0, most=2), by="anna")
    with open_store(place, write=True) as store:
        load(store, "nmi")
        for number in (1, 2, 8):
            append_announcement(store, numbered(0, number, most=2), by="anna")
        for name in FILES:
            shutil.copyfile(closed / name, left / name)
    return closed, left


def flip_again_and_again(seeds: tuple[int, int], closed: Path, left: Path) -> Flips:
    """Flip so many bits, one at a time."""
    seed, rounds = seeds
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    with scratch(memory=True) as folder:
        for number in range(rounds):
            made = left if number % 2 else closed
            if number < 2:
                right = answers(_laid_out(made, folder))
            whole = {name: (made / name).read_bytes() for name in FILES if (made / name).exists()}
            bit = chance.randrange(8 * sum(map(len, whole.values())))
            where = _flip(_laid_out(made, folder), whole, bit)
            outcome, said = _outcome(folder / FILES[0], right)
            outcomes[outcome] += 1
            if outcome in (SILENT, UNCLEAR):
                faults.append(f"{outcome}: {made.name}, {where}: {said}")
    return Flips(outcomes, tuple(faults))


def _laid_out(made: Path, folder: Path) -> Path:
    for leftover in folder.iterdir():
        leftover.unlink()
    shutil.copytree(made, folder, dirs_exist_ok=True)
    return folder / FILES[0]


def _flip(place: Path, whole: dict[str, bytes], bit: int) -> str:
    """Flip one bit, counted through all of a ledger's files; say where that is."""
    name, contents = next(iter(whole.items()))
    if bit >= 8 * len(contents):
        bit -= 8 * len(contents)
        name, contents = list(whole.items())[1]
    changed = bytearray(contents)
    changed[bit // 8] ^= 1 << bit % 8
    place.with_name(name).write_bytes(changed)
    return f"bit {bit % 8} of byte {bit // 8} of {name}"


def _outcome(place: Path, right: bytes) -> tuple[str, str]:
    """Say how a flip ended."""
    try:
        with open_store(place) as store:
            verified = verify(store)
        if verified.findings:
            first = verified.findings[0]
            by = FOUND_BY.get(first.code, first.code)
            if any(each.message.startswith(FILES[1]) for each in verified.findings):
                by = "checksums of the write-ahead log"
            return f"{BY_VERIFYING}{by}", first.message
        return (HARMLESS, "") if answers(place) == right else (SILENT, "another answer")
    except MissionLedgerError as error:
        return f"{REFUSED}{type(error).__name__}", error.message
    except Exception as error:
        return UNCLEAR, f"{type(error).__name__}: {error}"


def answers(place: Path) -> bytes:
    """Return the digest of every answer a ledger gives. Raises MissionLedgerError."""
    digest = hashlib.sha256()
    with open_store(place) as store:
        missions = [each.mission for each in store.missions()]
        for entry in store.entries():
            digest.update(entry.raw)
            if entry.position % 5 == 0:
                (found,) = store.starting_with(entry.id)
                here = store.position_at(entry.recorded_at)
                digest.update(b"%d %d" % (found.position, here))
        for mission in missions:
            positions = [entry.position for entry in store.of_mission(mission)]
            digest.update(f"{mission} {positions} {store.mission_named(mission)}".encode())
        digest.update(store.tree().root)
    states = [
        ("state", mission, "--on", day, "--format", "json")
        for mission in missions
        for day in (DAYS if mission == MISSION else DAYS[:1])
    ]
    for question in (*QUESTIONS, *states):
        came = CliRunner().invoke(cli, question, env={"MISSION_LEDGER": str(place)})
        if came.exit_code == 2:
            raise MissionLedgerError(came.stderr)
        if came.exception and not isinstance(came.exception, SystemExit):
            raise came.exception
        digest.update(came.stdout_bytes)
    return digest.digest()


def flip(folder: Path, *, rounds: int, seed: int) -> Flips:
    """Do it on two processors."""
    closed, left = make(folder)
    many = 2 + rounds // 500
    shares = [(seed * 100 + n, rounds // many + (n < rounds % many)) for n in range(many)]
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as two:
        for came in two.map(partial(flip_again_and_again, closed=closed, left=left), shares):
            outcomes += came.outcomes
            faults += came.faults
    return Flips(outcomes, tuple(faults))


def main() -> int:
    """Run it, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.monotonic()
    with scratch(memory=True) as folder:
        came = flip(folder, **vars(given))
    print(f"{came}\nin {time.monotonic() - began:.0f} s")
    for fault in came.faults[:20]:
        print(f"  {fault}")
    return int(bool(came.faults))


if __name__ == "__main__":
    sys.exit(main())
