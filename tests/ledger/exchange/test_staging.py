"""The staging area of an import: what it can do at once, and what it says of its database."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from events.catalogue import CommandAttested
from events.encoding.codec import encode, write
from events.errors import EventError, StoreError
from ledger.exchange import staging
from ledger.exchange.entry_summary import EntrySummary, summary_of
from ledger.exchange.staging import TOGETHER, Discontinuity, StagedEntries
from ledger.storage.sqlite_temporary import temporary_engine

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
COUNT = 2 * TOGETHER + 1


def summaries(first: int = 1, last: int = COUNT) -> list[EntrySummary]:
    """Make entries of a log at these positions, all of one announcement."""
    content = CommandAttested(mission="nmi-test", source="um", by="DNK", on="2021-05-01")
    return [
        summary_of(
            encode(
                write(content.model_copy(update={"note": f"no. {position}"})),
                position,
                NOON,
                "bo",
                "5f" * 32,
            )
        )
        for position in range(first, last + 1)
    ]


def test_a_query_is_read_while_others_run() -> None:
    """Rows that are not read yet stay as they are while rows are written and looked up."""
    with StagedEntries() as incoming:
        incoming.take(summaries(), "a")
        seen = []
        for number, id_ in incoming.ids():
            incoming.mark_new([number])
            assert incoming.with_id(id_, before=number + 1)
            seen.append(number)
        assert sorted(seen) == list(range(1, COUNT + 1))
        assert incoming.new() == (COUNT, 1)
        pairs = zip(incoming.stored(), incoming.entries(), incoming.new_ids(), strict=True)
        assert all(row == (new[0], entry.raw) for row, entry, new in pairs)


def test_marking_begins_anew() -> None:
    """Entries can be checked again, for instance after a dry run."""
    with StagedEntries() as incoming:
        incoming.take(summaries(), "a")
        for after in (0, TOGETHER):
            incoming.mark_all_new(after=after)
            assert incoming.new() == (COUNT - after, 1)
            assert incoming.has_new(1, TOGETHER) is (after == 0)


def test_places_go_by_file_and_line() -> None:
    """Numbers go on from file to file and count skipped lines; an announcement may span files."""
    with StagedEntries() as incoming:
        incoming.take(summaries(3, 4), "a", skipped=2)
        incoming.take(summaries(5, 6), "b")
        assert [incoming.place(number) for number in (2, 4, 5)] == [("a", 2), ("a", 4), ("b", 1)]
        assert [number for number, _ in incoming.stored()] == [3, 4, 5, 6]
        assert (incoming.count, incoming.skipped, incoming.broken) == (6, 2, None)
        incoming.mark_all_new(after=2)
        assert incoming.new() == (4, 1)


def test_a_gap_before_a_fault_is_known() -> None:
    """Where reading fails, the gap that came before it is still reported, however few came."""
    (gap,) = summaries(5, 5)

    def broken_off() -> Iterator[EntrySummary]:
        yield gap
        raise EventError("it is not an entry")

    with StagedEntries() as incoming:
        with pytest.raises(EventError):
            incoming.take(broken_off(), "a")
        assert incoming.unreadable
        assert incoming.broken == Discontinuity(1, 5, gap.id.hex())


def test_a_full_disk_is_told_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says that it was not the ledger that could not be written."""

    def small_engine(place: str) -> sa.Engine:
        engine = temporary_engine(place)

        @sa.event.listens_for(engine, "connect")
        def limit(connection: sa.engine.interfaces.DBAPIConnection, _: object) -> None:
            connection.cursor().execute("PRAGMA max_page_count = 20")

        return engine

    monkeypatch.setattr(staging, "temporary_engine", small_engine)
    full = r"^the temporary database of the import could not be written: the disk is full"
    with StagedEntries() as incoming:
        with pytest.raises(StoreError, match=full):
            incoming.take(summaries(), "a")
        assert incoming.unreadable
