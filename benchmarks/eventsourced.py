"""Appends and answers, compared with the `eventsourcing` library on SQLite.

That library stores the events of an aggregate with the same durability (WAL, synchronous=FULL)
and answers by rebuilding the aggregate. Its events have the same fields as ours, but it does not
validate, hash or index them.
"""

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, p50, seconds
from events.catalogue import StrengthReported
from ledger.append import RecordKeeperEvents, append_announcement
from projections.question import DayQuestion
from projections.record import Record, create_record, open_record
from projections.state import state
from projections.view import view

SINGLES, BATCHES, BATCH, REBUILT = 400, 20, 1000, 20_000


def fields(number: int) -> dict[str, Any]:
    """Return the fields of an event, distinct for each number."""
    return {
        "on": f"20{number % 20:02}-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "counted": "DNK",
        "quantity": {"min": number, "max": number, "unit": "soldiers"},
        "note": f"number {number}",
    }


def ours(store: Record, numbers: range, mission: str = "kfor") -> None:
    """Append one announcement: build its events and write them durably."""
    made = tuple(StrengthReported(mission=mission, **fields(number)) for number in numbers)
    append_announcement(store, RecordKeeperEvents(made), by="anna")


def figures() -> Iterator[Figure]:
    """Measure both, alternating between them."""
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

    with tempfile.TemporaryDirectory() as folder:
        os.environ["PERSISTENCE_MODULE"] = "eventsourcing.sqlite"
        os.environ["SQLITE_DBNAME"] = str(Path(folder) / "theirs.sqlite")
        theirs: Application[Any] = Application()
        path = Path(folder) / "ours.sqlite"
        create_record(path)
        with open_record(path, write=True) as store:
            mission = Mission()
            theirs.save(mission)
            yield from _appending(store, theirs, mission)
            yield from _answering(store, theirs, Mission())


def _appending(store: Record, theirs: Any, mission: Any) -> Iterator[Figure]:  # noqa: ANN401
    def save(numbers: range) -> None:
        for number in numbers:
            mission.report(**fields(number))
        theirs.save(mission)

    single: tuple[list[float], list[float]] = ([], [])
    for number in range(SINGLES):
        single[0].append(seconds(lambda n=number: ours(store, range(n, n + 1))))  # type: ignore[misc]
        single[1].append(seconds(lambda n=number: save(range(n, n + 1))))  # type: ignore[misc]
    rates = [1 / p50(each) for each in single]
    said = f"{rates[0]:,.0f}/s, eventsourcing {rates[1]:,.0f}/s"
    yield _at_least("single durable appends, of eventsourcing's rate", rates, 1.2, said)
    bulk: tuple[list[float], list[float]] = ([], [])
    for first in range(SINGLES, SINGLES + BATCHES * BATCH, BATCH):
        bulk[0].append(seconds(lambda n=first: ours(store, range(n, n + BATCH))))  # type: ignore[misc]
        bulk[1].append(seconds(lambda n=first: save(range(n, n + BATCH))))  # type: ignore[misc]
    rates = [BATCH / p50(each) for each in bulk]
    said = f"{rates[0]:,.0f}/s, eventsourcing {rates[1]:,.0f}/s"
    yield _at_least("appends in batches of 1,000, of eventsourcing's rate", rates, 1, said)


def _answering(store: Record, theirs: Any, mission: Any) -> Iterator[Figure]:  # noqa: ANN401
    for first in range(0, REBUILT, BATCH):
        ours(store, range(first, first + BATCH), "large")
        for number in range(first, first + BATCH):
            mission.report(**fields(number))
        theirs.save(mission)
    day = datetime(2015, 6, 1, tzinfo=UTC).toordinal()
    answered, rebuilt = [], []
    for _ in range(5):
        answered.append(
            seconds(lambda: state(view(store, "large", question=DayQuestion(day)), day))
        )
        rebuilt.append(seconds(lambda: theirs.repository.get(mission.id)))
    said = f"{p50(answered) * 1e3:.1f} ms, eventsourcing {p50(rebuilt) * 1e3:.0f} ms"
    name = f"an answer from {REBUILT:,} events, faster than a rebuild"
    yield _at_least(name, [p50(rebuilt), p50(answered)], 50, said)


def _at_least(name: str, both: list[float], wanted: float, said: str) -> Figure:
    return Figure(name, both[0] / both[1], "times", wanted, most=False, beside=said)
