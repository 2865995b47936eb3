"""Inline projections: each append updates all of them, and what they lack is told on opening."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from events.catalogue import CommandAttested
from events.errors import StoreError
from ledger import backends
from ledger.log import Batch
from ledger.storage.inline_projection import InlineProjection, StoredEntry
from ledger.storage.sql_store import SqlStore
from ledger.storage.transaction import Transaction

NOTES = sa.MetaData()
notes = sa.Table(
    "notes",
    NOTES,
    sa.Column("position", sa.BigInteger, primary_key=True),
    sa.Column("note", sa.Text),
    info={"rights": ("SELECT", "INSERT")},
)


class Notes:
    """A projection of what events note."""

    name = "notes"
    version = 1
    tables = (notes,)

    def prepare(self, stored: StoredEntry) -> tuple[int, str | None]:
        """Return a row."""
        return stored.position, stored.entry and getattr(stored.entry.content, "note", None)

    def apply(self, transaction: Transaction, prepared: Sequence[tuple[int, str | None]]) -> None:
        """Add the notes of new entries."""
        transaction.insert(notes, prepared)


class BriefNotes(Notes):
    """The next version of it, in upper case."""

    version = 2

    def prepare(self, stored: StoredEntry) -> tuple[int, str | None]:
        """Return a row."""
        return stored.position, str(stored.position)


WITH_NOTES: tuple[InlineProjection, ...] = (*backends.PROJECTIONS, Notes())
WITH_BRIEF_NOTES: tuple[InlineProjection, ...] = (*backends.PROJECTIONS, BriefNotes())


def opened(path: Path, projections: Sequence[InlineProjection] = WITH_NOTES) -> SqlStore:
    """Open a ledger with some projections, to append."""
    return SqlStore(backends.open_database(path, write=True), projections)


def append(store: SqlStore, number: int) -> None:
    """Append an event that notes a number."""
    event = CommandAttested(mission="kfor", on="2021-05", by="DNK", note=f"no. {number}")
    store.append(Batch((event,)), by="anna")


def noted(store: SqlStore) -> list[Any]:
    """Return the rows of the projection."""
    with store.reading() as reader:
        return [tuple(row) for row in reader.rows(sa.select(notes).order_by(notes.c.position))]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a ledger with notes, of two entries."""
    path = tmp_path / "ledger.sqlite"
    backends.create(path, WITH_NOTES)
    with opened(path) as store:
        append(store, 1)
        append(store, 2)
    return path


def test_a_projection_is_updated_with_each_append(path: Path) -> None:
    """Its rows are there when the append is, and go where it is refused."""
    with opened(path) as store:
        assert noted(store) == [(1, "no. 1"), (2, "no. 2")]
        store.check_positions()
        with closing(sqlite3.connect(path)) as other:
            other.execute("INSERT INTO notes VALUES (3, 'in the way')")
            other.commit()
        with pytest.raises(StoreError):
            append(store, 3)
        assert store.position() == 2


def test_fewer_projections_than_there_are_append_nothing(path: Path) -> None:
    """A program that would leave a projection behind may read, but not append."""
    with opened(path, backends.PROJECTIONS) as store:
        store.check_positions()
        assert store.position() == 2
        with pytest.raises(StoreError, match="has notes, which this program would not update"):
            append(store, 3)
        with pytest.raises(StoreError, match="would not update"):
            store.rebuild()
        assert store.position() == 2


def test_one_that_is_not_there_or_of_another_version_is_told(path: Path, tmp_path: Path) -> None:
    """Nothing is answered from a projection that is missing or made otherwise, until a rebuild."""
    plain = tmp_path / "plain.sqlite"
    backends.create(plain, backends.PROJECTIONS)
    for place, projections in ((plain, WITH_NOTES), (path, WITH_BRIEF_NOTES)):
        with opened(place, projections) as store:
            with pytest.raises(StoreError, match=r"its notes .* another version") as caught:
                store.check_positions()
            assert "mission rebuild" in caught.value.hint
            store.rebuild()
            store.check_positions()
            append(store, 3)
    with opened(path, WITH_BRIEF_NOTES) as store:
        assert noted(store) == [(1, "1"), (2, "2"), (3, "3")]


def test_one_that_is_behind_or_ahead_is_told(path: Path) -> None:
    """A projection that lacks entries, or has those of a longer log, answers nothing."""
    for position, said in ((1, "lacks the entry at position 2"), (7, "includes position 7")):
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("UPDATE projection SET position = ? WHERE name = 'notes'", [position])
            raw.commit()
        with opened(path) as store:
            with pytest.raises(StoreError, match=said):
                store.check_positions()
            with pytest.raises(StoreError, match=said):
                append(store, 3)
            assert store.position() == 2
