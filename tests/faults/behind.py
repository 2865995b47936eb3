"""Logs that the projections do not match: no question is answered, and nothing is appended.

    an entry more    put into the log by another program, so that the projections lack it
    an entry less    removed from the end of the log, so that the projections go further

The projections are whole, and so is every entry: only the positions that are stored with the
projections tell.
"""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from events.errors import MissionLedgerError
from ledger.append import append_announcement
from projections.record import open_record
from tests.faults.asking import ANSWERED, REFUSED, UNCLEAR, ask_all, verified
from tests.faults.desk import scratch
from tests.faults.numbered import numbered
from tests.tampering import tamper

UNNOTICED = "answered beside projections that do not match the log"
BY_ANOTHER = numbered(0, 15, most=2)
"""The announcement that another program puts into the log."""


@dataclass
class Behind:
    """How often each question of each such ledger was refused, and the faults."""

    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        said = "; ".join(f"{what}: {count} refused" for what, count in self.refused.items())
        return f"questions to a ledger with {said or 'either, none refused'}"


def look_behind(made: Path) -> Behind:
    """Make both ledgers of a ledger, and ask each all questions."""
    came = Behind()
    with scratch(memory=True) as folder:
        place = folder / "ledger.sqlite"
        for what, change in (("an entry more", _put_another), ("an entry less", _remove_last)):
            shutil.copyfile(made, place)
            change(place)
            for question, answer in ask_all(place, more=True).items():
                came.refused[what] += answer.how == REFUSED
                if answer.how in (ANSWERED, UNCLEAR):
                    came.faults.append(f"{UNNOTICED}: {what}: {question}: {answer.said}")
            came.faults += [f"{what}: {fault}" for fault in _other_faults(place)]
    return came


def _other_faults(place: Path) -> Iterator[str]:
    """Check that a ledger is found out by verifying it, and that nothing is appended to it."""
    if (found := verified(place)).how in (ANSWERED, UNCLEAR):
        yield f"not found by verify: {found.said}"
    before = _entries(place)
    try:
        with open_record(place, write=True) as store:
            append_announcement(store, numbered(0, 22, most=2), by="anna")
    except MissionLedgerError:
        pass
    else:
        yield "an append was acknowledged"
    if _entries(place) != before:
        yield "something was appended"


def _entries(place: Path) -> list[tuple[int, bytes]]:
    with closing(sqlite3.connect(place)) as raw:
        return raw.execute("SELECT position, bytes FROM log ORDER BY position").fetchall()


def _put_another(place: Path) -> None:
    """Put an announcement into the log as another program would, in no projection."""
    other = place.with_name("other.sqlite")
    shutil.copyfile(place, other)
    with open_record(other, write=True) as store:
        receipt = append_announcement(store, BY_ANOTHER, by="anna")
    for entry in receipt.appended:
        tamper(place, "INSERT INTO log VALUES (:at, :raw)", at=entry.position, raw=entry.raw)


def _remove_last(place: Path) -> None:
    tamper(place, "DELETE FROM log WHERE position = (SELECT max(position) FROM log)")
