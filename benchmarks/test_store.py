"""How fast the log is appended to and read, beside the least that SQLite itself can do.

Run with `python -m pytest benchmarks/test_store.py -s`. Two things are asserted, as ratios within
one run since machines differ: one mission's events are read as fast out of a thousand missions as
out of one, and a durable append costs no more than a few times what bare sqlite3 takes with the
same settings. Everything else is printed.
"""

import hashlib
import os
import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from events.codec import encode, event_id
from events.types import CommandAttested
from ledger.opening import create, open_store
from ledger.store import Batch

MISSIONS, EVENTS = 1000, 100
SINGLES, BULK = 300, 5000
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)

MOST_TIMES_SLOWER_AMONG_MANY = 1.5
MOST_TIMES_SLOWER_THAN_BARE = 4
"""About twice what is measured for a single append: a change worth knowing of, and no noise."""

INSERT = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)"


def attested(mission: str, number: int) -> CommandAttested:
    """Make an event; each number makes another."""
    return CommandAttested(
        mission=mission, source="s-1", on="2021-05-01", by="DNK", note=f"no. {number}"
    )


def ledger_of(path: Path, missions: int) -> Path:
    """Make a ledger of so many missions, their events taking turns as announcements do."""
    create(path)
    template = encode(attested("mission-0000", 0), 0, NOON, "anna", "00" * 32)
    with closing(sqlite3.connect(path)) as connection:
        for position in range(1, missions * EVENTS + 1):
            number, which = divmod(position - 1, missions)
            raw = (
                template.replace(b"mission-0000", b"mission-%04d" % which)
                .replace(b"no. 0", b"no. %d" % number)
                .replace(b'"position":0', b'"position":%d' % position)
            )
            row = (position, hashlib.sha256(raw).digest(), bytes(32), f"mission-{which:04}", None)
            connection.execute(INSERT, (*row, position, raw))
        connection.commit()
    return path


def seconds(act: Callable[[], object]) -> float:
    """Return how long something takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def test_one_mission_among_a_thousand(tmp_path: Path, benchmark: BenchmarkFixture) -> None:
    """Reading one mission takes no longer because the ledger holds a thousand others."""
    alone = ledger_of(tmp_path / "alone.sqlite", 1)
    among = ledger_of(tmp_path / "among.sqlite", MISSIONS)
    with open_store(alone) as small, open_store(among) as large:

        def read_small() -> None:
            assert len(list(small.of_mission("mission-0000"))) == EVENTS

        def read_large(mission: str = "mission-0000") -> None:
            assert len(list(large.of_mission(mission))) == EVENTS

        pairs = [(seconds(read_small), seconds(read_large)) for _ in range(60)]
        benchmark(read_large)
        ratio = statistics.median(pair[1] for pair in pairs) / statistics.median(
            pair[0] for pair in pairs
        )
        cold = statistics.median(
            seconds(lambda number=number: read_large(f"mission-{number:04}"))  # type: ignore[misc]
            for number in range(1, MISSIONS, 25)
        )
        print(
            f"\none mission of {EVENTS} events, of {MISSIONS} missions: {ratio:.2f} times as long"
        )
        print(f"each time another mission: {cold * 1000:.2f} ms")
        print(f"all missions listed: {seconds(large.missions) * 1000:.1f} ms")
        print(f"position at a moment: {seconds(lambda: large.position_at(NOON)) * 1000:.1f} ms")
    assert ratio <= MOST_TIMES_SLOWER_AMONG_MANY


@pytest.fixture
def bare(tmp_path: Path) -> Callable[[int, int], float]:
    """Give a function that times bare sqlite3: so many transactions of so many rows each."""
    path = tmp_path / "bare.sqlite"
    create(path)
    raw = encode(attested("mission-0000", 0), 1, NOON, "anna", "00" * 32)

    def append(transactions: int, rows: int) -> float:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            last = connection.execute("SELECT coalesce(max(position), 0) FROM entries").fetchone()[
                0
            ]
            begun = time.perf_counter()
            for transaction in range(transactions):
                connection.execute("BEGIN IMMEDIATE")
                first = last + transaction * rows + 1
                connection.executemany(
                    INSERT,
                    [
                        (position, os.urandom(32), bytes(32), "mission-0000", None, position, raw)
                        for position in range(first, first + rows)
                    ],
                )
                connection.execute("COMMIT")
            return time.perf_counter() - begun

    return append


def test_durable_appends(tmp_path: Path, bare: Callable[[int, int], float]) -> None:
    """An append that is on the disk when it returns costs a few times a bare one, no more."""
    create(tmp_path / "ledger.sqlite")
    ours, theirs = [], []
    with open_store(tmp_path / "ledger.sqlite", write=True) as store:

        def append(numbers: range) -> None:
            contents = tuple(attested("mission-0000", number) for number in numbers)
            digest = hashlib.sha256(event_id(contents[0]).encode()).hexdigest()
            assert len(store.append(Batch(digest, contents), by="anna").appended) == len(numbers)

        append(range(1))
        for number in range(1, SINGLES + 1):
            ours.append(seconds(lambda number=number: append(range(number, number + 1))))  # type: ignore[misc]
            theirs.append(bare(1, 1))
        bulk = seconds(lambda: append(range(10_000, 10_000 + BULK)))
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"\nsingle appends: {1 / statistics.median(ours):,.0f}/s", end="")
    print(f", bare sqlite3 {1 / statistics.median(theirs):,.0f}/s ({ratio:.1f} times)")
    print(f"in one batch: {BULK / bulk:,.0f} events/s, bare {BULK / bare(1, BULK):,.0f} rows/s")
    assert ratio <= MOST_TIMES_SLOWER_THAN_BARE
