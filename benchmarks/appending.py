"""Durable appends, compared with the `eventsourcing` library and with a shorter history.

That library stores the events of an aggregate in SQLite with the same durability (WAL,
synchronous=FULL). Its events have the same fields as ours; ours are also validated by pydantic,
hashed and indexed, and go through SQLAlchemy.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, p50, seconds
from events.catalogue import ParticipationAttested, StrengthReported
from events.claim_event import Event
from events.dates.days import iso_day
from ledger.append import RecordKeeperEvents, append_announcement
from projections.record import Record, create_record, open_record

SINGLES, BATCHES, BATCH = 400, 20, 1000
SHORT, LONG, APPENDS = 20, 20_000, 100

Append = Callable[[range], object]


def figures(events: int, folder: Path) -> Iterator[Figure | str]:
    """Measure appends of one event and of many, and appends to a short and to a long period."""
    del events
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        path = Path(temporary) / "ours.sqlite"
        create_record(path)
        with open_record(path, write=True) as store:
            if find_spec("eventsourcing"):
                with their_mission(Path(temporary)) as theirs:
                    yield from _beside_theirs(lambda numbers: _count(store, numbers), theirs)
            else:
                yield "not compared with eventsourcing: not installed (pip install -e '.[bench]')"

            yield _by_length(store)


def _fields(number: int) -> dict[str, Any]:
    """Return the fields of an event, distinct for each number."""
    return {
        "on": f"20{number % 20:02}-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "counted": "DNK",
        "quantity": {"min": number, "max": number, "unit": "soldiers"},
        "note": f"number {number}",
    }


def _append(store: Record, events: Iterator[Event]) -> None:
    append_announcement(store, RecordKeeperEvents(tuple(events)), by="anna")


def _count(store: Record, numbers: range) -> None:
    _append(store, (StrengthReported(mission="kfor", **_fields(number)) for number in numbers))


@contextmanager
def their_mission(folder: Path) -> Iterator[Append]:
    """Yield what appends to an aggregate of theirs."""
    from eventsourcing.application import Application  # noqa: PLC0415 (of the extra `bench`)
    from eventsourcing.domain import Aggregate, event  # noqa: PLC0415

    class Mission(Aggregate):
        """A mission as an aggregate that holds the last count of each key."""

        def __init__(self) -> None:
            self.counts: dict[str, dict[str, Any]] = {}

        @event("StrengthReported")
        def report(self, on: str, counted: str, quantity: dict[str, Any], note: str) -> None:
            """Record a count."""
            self.counts[counted] = {"on": on, "quantity": quantity, "note": note}

    path = str(folder / "theirs.sqlite")
    application = Application({"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": path})
    mission = Mission()
    application.save(mission)

    def append(numbers: range) -> None:
        for number in numbers:
            mission.report(**_fields(number))
        application.save(mission)

    yield append
    application.close()


def _beside_theirs(ours: Append, theirs: Append) -> Iterator[Figure]:
    for name, times, size, bar in (
        ("one durable append", SINGLES, 1, 0.5),
        ("appends in batches of 1,000", BATCHES, BATCH, 0.7),
    ):
        taken: tuple[list[float], list[float]] = ([], [])
        for first in range(0, times * size, size):
            numbers = range(size * SINGLES + first, size * SINGLES + first + size)
            for found, append in zip(taken, (ours, theirs), strict=True):
                found.append(seconds(append, numbers))
        rate, their_rate = (size / p50(each) for each in taken)
        said = f"{rate:,.0f}/s, eventsourcing {their_rate:,.0f}/s"
        whole = f"{name}, of eventsourcing's rate"
        yield Figure(whole, rate / their_rate, "times", bar, most=False, beside=said)


def _by_length(store: Record) -> Figure:
    """Measure appends to a period of few attestations in turn with those to one of many."""

    def attest(mission: str, numbers: range) -> None:
        days = ((number, iso_day(720_000 + number * 7 % 15_000)) for number in numbers)
        _append(
            store,
            (
                ParticipationAttested(mission=mission, participant="DNK", on=day, note=f"no. {n}")
                for n, day in days
            ),
        )

    attest("short", range(SHORT))
    for first in range(0, LONG, BATCH):
        attest("long", range(first, first + BATCH))
    taken: dict[str, list[float]] = {"short": [], "long": []}
    for number in range(LONG, LONG + APPENDS):
        for mission, found in taken.items():
            found.append(seconds(attest, mission, range(number, number + 1)))
    short, long = (p50(found) for found in taken.values())
    return Figure(
        f"append to a period of {LONG:,} attestations, of one to {SHORT}", long / short, "times", 2,
        beside=f"{long * 1e3:.2f} ms and {short * 1e3:.2f} ms",
    )  # fmt: skip
