"""Flip bits in derived tables: each flip is found by `verify`, or changes no answer.

In turn, one bit of one value of each column of each derived table is flipped by SQL, so that
SQLite's own check finds nothing; and one of a page, if SQLite can tell its table. Then all
questions are asked *without* verifying first, and the ledger is verified. By design the claims
index selects what an answer reads, so an answer may silently change: how often is counted by table
and column. It is a fault if `verify` finds nothing although an answer changed or was refused.
"""

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

import sqlalchemy as sa

from events.claim_event import ClaimEvent
from events.record_events import ClaimCorrected, ClaimRetracted
from ledger.append import RecordKeeperEvents, append_announcement
from ledger.shipped.records import load
from ledger.storage.inline_projection import tables_of
from ledger.storage.schema import alembic_version, log
from projections.record import PROJECTIONS, Record, create_record, open_record
from tests.faults.asking import (
    ANSWERED,
    FOUND,
    REFUSED,
    UNCLEAR,
    Answer,
    ask_all,
    ask_undamaged,
    verified,
)
from tests.faults.desk import scratch
from tests.faults.flipping import flip_page, flip_value
from tests.faults.numbered import numbered

PAGE = "(a page)"
SILENT, NOT_FOUND = "SILENT", "NOT FOUND, but refused"
NOT_MADE = "not made: nothing there that can be flipped"
HOURS = (8, 9, 11, 10, *range(12, 24))
"""The record times of the appends; the clock goes back once."""

DERIVED = [table for table in tables_of(PROJECTIONS) if table not in (log, alembic_version)]
"""The tables of the projections, and that of their versions and positions."""

Target = tuple[sa.Table, str]
"""A derived table, and one of its columns or PAGE."""


@dataclass
class TableFlips:
    """The results of some flips in derived tables.

    `silently` counts, by table and column, the flips that changed some answer without an error if
    the ledger is not verified first; `answers` counts those answers.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    silently: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    noticed: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, other: "TableFlips") -> None:
        """Add the results of others."""
        self.outcomes += other.outcomes
        self.silently += other.silently
        self.answers += other.answers
        self.refused += other.refused
        self.noticed += other.noticed
        self.faults += other.faults

    def __str__(self) -> str:
        lines = [f"  {count:>6}  {how}" for how, count in self.outcomes.most_common()]
        lines.append(
            f"asked without verifying first, {self.silently.total()} of these flips changed"
            f" {self.answers.total()} answers silently, and {self.refused} had answers refused:"
        )
        lines += [
            f"  {count:>6}  {where} ({self.answers[where]} answers)"
            for where, count in sorted(self.silently.items())
        ]
        return "\n".join([f"{self.outcomes.total()} flips in derived tables", *lines])

    def too_little(self, rounds: int) -> list[str]:
        """Return what too few rounds tried.

        Usually nine in ten flips are found, and one in three affects an answer.
        """
        short, least = [], max(1, rounds // 15)
        made, most = self.outcomes.total() - self.outcomes[NOT_MADE], rounds * 4 // 5
        if made < max(1, most):
            short.append(f"{made} flips were made in tables, not {most}")
        found = sum(count for how, count in self.outcomes.items() if how.startswith(FOUND))
        if found < least:
            short.append(f"{found} flips in tables were found, not {least}")
        if self.noticed < least:
            short.append(f"{self.noticed} flips in tables bore on any answer, not {least}")
        return short


def make(place: Path) -> Path:
    """Create a ledger with rows in every derived table."""
    hours = cycle(HOURS)
    create_record(place)
    with open_record(place, write=True, clock=lambda: _at(next(hours))) as store:
        load(store, "nmi")
        append_announcement(store, _second_thoughts(store), by="anna")
        for number in (0, 1, 2, 8):
            append_announcement(store, numbered(0, number, most=2), by="anna")
    return place


def _at(hour: int) -> datetime:
    return datetime(2026, 1, 5, hour, tzinfo=UTC)


def _second_thoughts(store: Record) -> RecordKeeperEvents:
    """Retract one claim, and correct another."""
    first, second = [each for each in store.entries() if isinstance(each.content, ClaimEvent)][:2]
    assert isinstance(first.content, ClaimEvent)
    assert isinstance(second.content, ClaimEvent)
    corrected = second.content.model_copy(update={"note": "corrected"})
    return RecordKeeperEvents(
        (
            ClaimRetracted(mission=first.content.mission, target=first.id, reason="misread"),
            ClaimCorrected(
                mission=second.content.mission, target=second.id, reason="a slip", claim=corrected
            ),
        )
    )


def targets(seed: int) -> Iterator[Target]:
    """Yield every column of every derived table, and its pages, endlessly."""
    every = [(table, column) for table in DERIVED for column in (*table.columns.keys(), PAGE)]
    random.Random(seed).shuffle(every)
    return cycle(every)


def flip_tables(share: tuple[int, int, int], made: Path) -> TableFlips:
    """Flip the bits of one share of the rounds: the seed, which of two shares, and its rounds."""
    seed, which, rounds = share
    chance, came = random.Random(f"{seed} {which}"), TableFlips()
    with scratch(memory=True) as folder:
        place = folder / made.name
        shutil.copyfile(made, place)
        right = ask_undamaged(place, more=True)
        for table, column in islice(targets(seed), which, which + 2 * rounds, 2):
            if where := _flipped(made, place, table, column, chance):
                _look(came, f"{table.name}.{column}", where, place, right)
            else:
                came.outcomes[NOT_MADE] += 1
    return came


def _flipped(made: Path, place: Path, table: sa.Table, column: str, chance: random.Random) -> str:
    """Flip one bit in a copy of a ledger; return where, or empty if none can be flipped."""
    for _ in range(20):
        for leftover in place.parent.iterdir():
            leftover.unlink()
        shutil.copyfile(made, place)
        if column == PAGE:
            where = flip_page(place, table, chance)
        else:
            where = flip_value(place, table, column, chance)
        if where:
            return where
    return ""


def _look(came: TableFlips, name: str, where: str, place: Path, right: dict[str, Answer]) -> None:
    """Ask all questions, then verify, and count the outcomes."""
    asked = ask_all(place, more=True)
    others = {each: answer for each, answer in asked.items() if answer != right[each]}
    found = verified(place)
    silent = [each for each, answer in others.items() if answer.how == ANSWERED]
    unclear = [f"{each}: {answer.said}" for each, answer in others.items() if answer.how == UNCLEAR]
    came.noticed += bool(others)
    came.refused += any(answer.how == REFUSED for answer in others.values())
    came.silently.update([name] if silent else ())
    came.answers.update({name: len(silent)} if silent else {})
    if unclear or found.how == UNCLEAR:
        came.outcomes[UNCLEAR] += 1
        came.faults.append(f"{UNCLEAR}: {where}: {[*unclear, found.said][0]}")
    elif found.how != ANSWERED:
        came.outcomes[f"{found.how} by verify: {found.said.partition(':')[0]}"] += 1
    elif others:
        how = SILENT if silent else NOT_FOUND
        came.outcomes[how] += 1
        came.faults.append(f"{how}: {where}: {len(others)} other answers, to {next(iter(others))}")
    else:
        came.outcomes["harmless"] += 1
