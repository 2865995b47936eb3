"""A staging area for imported entries, until all of them are known to be acceptable.

Entries are kept in a temporary database of their own, numbered from 1 in the order in which they
are read (`ledger.exchange.staging_tables`). Memory use thus does not grow with the log, and a few
queries check all entries, rather than entry by entry. Entries that were skipped, since the ledger
has them at the same positions, have numbers but no rows.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple, Self

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from events.encoding.codec import Entry
from events.encoding.fast_decode import fast_decode
from events.source import Source
from ledger.announcements import AnnouncementEntry
from ledger.exchange.entry_summary import EntrySummary
from ledger.exchange.staging_tables import (
    ANNOUNCED,
    INCOMING,
    METADATA,
    NEW,
    SUMMARIES,
    first_of_new,
    of_new,
)
from ledger.progress import Progress, no_progress
from ledger.storage.entry_index import EPOCH, MICROSECOND, microseconds
from ledger.storage.sqlite_temporary import temporary_engine
from ledger.storage.transaction import Transaction

TOGETHER = 200
"""Rows that are written, and read, at a time."""

_S = SUMMARIES.c


def _one(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Return a query for one entry that has a number less than `before`."""
    entries = sa.select(INCOMING).join(SUMMARIES, _S.number == INCOMING.c.number)
    return entries.where(condition, _S.number < sa.bindparam("before")).limit(1)


# Queries that are asked for single entries are built once.
_WITH_ID = _one(_S.id == sa.bindparam("id"))
_DESCRIBING = _one(_S.describes == sa.bindparam("source"))
_NEW_BETWEEN = (
    sa.select(NEW.c.number)
    .where(NEW.c.number.between(sa.bindparam("first"), sa.bindparam("last")))
    .limit(1)
)


class Discontinuity(NamedTuple):
    """The first entry that breaks the sequence of positions: its number, position and id."""

    number: int
    position: int
    id: str


class StagedEntries:
    """Imported entries in order, numbered from 1, with the file and line of each."""

    def __init__(self) -> None:
        self._database = temporary_engine("the temporary database of the import").connect()
        for table in METADATA.sorted_tables:
            self._database.execute(CreateTable(table))
        self._insert = Transaction(self._database).insert
        self._unwritten: dict[sa.Table, list[tuple[object, ...]]] = {
            table: [] for table in (INCOMING, SUMMARIES, ANNOUNCED)
        }
        self._files: list[tuple[str, int]] = []
        self._announced = ("", 0)
        self.count = 0
        self.skipped = 0
        """How many entries were skipped, since they are the ledger's own first entries."""
        self.broken: Discontinuity | None = None
        """The first entry whose position is not its number; None for a complete log."""
        self.unreadable = False
        """Whether a file could not be read completely; later entries then get no numbers."""

    def take(
        self,
        summaries: Iterable[EntrySummary],
        name: str,
        progress: Progress = no_progress,
        *,
        skipped: int = 0,
    ) -> None:
        """Stage the entries of a file that follow its first `skipped` lines.

        Raises what reading it raises; after that only `broken` is meaningful, and later files are
        read without being staged.
        """
        if self.unreadable:
            deque(summaries, maxlen=0)
            return
        self._files.append((name, self.count))
        self.count += skipped
        self.skipped += skipped
        try:
            for each in summaries:
                self._add(each)
                progress(self.count, 0)
                if len(self._unwritten[SUMMARIES]) == TOGETHER:
                    self._write()
            self._write()
        except BaseException:
            self.unreadable = True
            raise

    def _add(self, each: EntrySummary) -> None:
        """Give an entry its number, and keep its rows until they are written."""
        self.count += 1
        if each.position != self.count and not self.broken:
            self.broken = Discontinuity(self.count, each.position, each.id.hex())
        before, announced = self._announced
        if each.announcement != before:
            announced += 1
            self._announced = each.announcement, announced
            self._unwritten[ANNOUNCED].append((announced, each.announcement))
        self._unwritten[INCOMING].append((self.count, each.raw))
        self._unwritten[SUMMARIES].append(
            (
                self.count,
                each.id,
                announced,
                each.recorded_at,
                each.recorded_by,
                each.mission,
                each.source,
                each.corrected,
                each.describes,
                each.record,
            )
        )

    def _write(self) -> None:
        for table, rows in self._unwritten.items():
            self._insert(table, rows)
            rows.clear()

    # Marking entries as new ---------------------------------------------------------------

    def mark_all_new(self, *, after: int) -> None:
        """Mark all entries after a number as new."""
        self._ready()
        later = sa.select(_S.number).where(_S.number > after)
        self._database.execute(NEW.insert().from_select(["number"], later))

    def announcement_entries(self) -> Iterator[AnnouncementEntry]:
        """Yield the announcement of each entry, in order; positions are the entries' numbers."""
        query = (
            sa.select(_S.number, ANNOUNCED.c.digest, _S.id, _S.source, _S.describes)
            .add_columns(_S.recorded_at, _S.recorded_by)
            .join(ANNOUNCED, ANNOUNCED.c.number == _S.announced)
            .order_by(_S.number)
        )
        # There is a row for each entry: to unpack it takes a tenth of the time of reading names.
        return (
            AnnouncementEntry(
                number,
                digest,
                id_.hex(),
                describes or source,
                describes is not None,
                (EPOCH + recorded_at * MICROSECOND, recorded_by),
            )
            for number, digest, id_, source, describes, recorded_at, recorded_by in self._rows(
                query
            )
        )

    def ids(self) -> Iterator[tuple[int, str]]:
        """Yield each id once, in order, with the first number that has it."""
        self._ready()
        first = sa.func.min(_S.number).label("number")
        rows = self._rows(sa.select(first, _S.id).group_by(_S.id).order_by(_S.id))
        return ((number, id_.hex()) for number, id_ in rows)

    def mark_new(self, numbers: Iterable[int]) -> None:
        """Mark these entries as new."""
        self._insert(NEW, [(each,) for each in numbers])

    def new(self) -> tuple[int, int]:
        """Return the number of new entries, and of the announcements they are part of."""
        entries, announcements = sa.func.count(), sa.func.count(_S.announced.distinct())
        row = self._row(of_new(entries.label("entries"), announcements.label("announcements")))
        return row.entries, row.announcements

    def has_new(self, first: int, last: int) -> bool:
        """Whether any entry from number `first` to `last` is new."""
        return self._row(_NEW_BETWEEN, first=first, last=last) is not None

    def new_ids(self) -> Iterator[tuple[int, str]]:
        """Yield the number and id of each new entry, in order."""
        rows = self._rows(of_new(_S.number, _S.id).order_by(_S.number))
        return ((row.number, row.id.hex()) for row in rows)

    def _ready(self) -> None:
        """Create the indexes once all entries are staged; maintaining them meanwhile costs more."""
        for index in SUMMARIES.indexes:
            index.create(self._database, checkfirst=True)
        self._database.execute(NEW.delete())

    # Queries on new entries; each row has the number of the first entry it applies to --------

    def duplicates(self) -> Iterator[int]:
        """Yield the numbers of new entries whose id has an earlier number, too."""
        first = (
            sa.select(_S.id, sa.func.min(_S.number).label("number"))
            .group_by(_S.id)
            .having(sa.func.count() > 1)
            .subquery()
        )
        later = sa.and_(first.c.id == _S.id, first.c.number < _S.number)
        query = of_new(_S.number).join(first, later).order_by(_S.number)
        return (row.number for row in self._rows(query))

    def recorded_outside(
        self, earliest: datetime | None, latest: datetime
    ) -> Iterator[tuple[int, datetime]]:
        """Yield the number and record time of new entries recorded outside this interval."""
        outside = _S.recorded_at > microseconds(latest)
        if earliest is not None:
            outside |= _S.recorded_at < microseconds(earliest)
        rows = self._rows(of_new(_S.number, _S.recorded_at).where(outside).order_by(_S.number))
        return ((row.number, EPOCH + row.recorded_at * MICROSECOND) for row in rows)

    def missions(self) -> Iterator[tuple[int, str]]:
        """Yield each mission that new entries name."""
        first = first_of_new(_S.mission)
        return self._rows(sa.select(first).order_by(first.c.number))

    def sources_named(self) -> Iterator[tuple[int, str]]:
        """Yield the sources that new entries rest on but no earlier staged entry describes."""
        for column in (_S.source, _S.corrected):
            first = first_of_new(column)
            described = sa.exists().where(_S.describes == first.c.name, _S.number < first.c.number)
            yield from self._rows(sa.select(first).where(~described).order_by(first.c.number))

    def source_entries(self) -> Iterator[tuple[int, Entry]]:
        """Yield the new entries that describe sources."""
        return self._new_entries(_S.describes.is_not(None))

    def described_twice(self) -> frozenset[str]:
        """Return the sources that more than one entry describes."""
        described = sa.select(_S.describes).where(_S.describes.is_not(None))
        several = described.group_by(_S.describes).having(sa.func.count() > 1)
        return frozenset(self._database.scalars(several))

    def record_events(self) -> Iterator[tuple[int, Entry]]:
        """Yield the new entries whose events are about the record."""
        return self._new_entries(_S.record)

    def _new_entries(self, condition: sa.ColumnElement[bool]) -> Iterator[tuple[int, Entry]]:
        query = of_new(_S.number, INCOMING.c.bytes).join(INCOMING, INCOMING.c.number == _S.number)
        rows = self._rows(query.where(condition).order_by(_S.number))
        return ((row.number, fast_decode(row.bytes)) for row in rows)

    # Queries on all staged entries ------------------------------------------------------------

    def entries(self, *, after: int = 0) -> Iterator[Entry]:
        """Yield entries in order, starting after number `after`."""
        return (fast_decode(raw) for _, raw in self.stored(after=after))

    def stored(self, *, after: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield numbers and bytes of staged entries, in order, starting after number `after`."""
        number = INCOMING.c.number
        return self._rows(sa.select(INCOMING).where(number > after).order_by(number))

    def place(self, number: int) -> tuple[str, int]:
        """Return the file and the line of an entry."""
        name, before = next(each for each in reversed(self._files) if each[1] < number)
        return name, number - before

    def number_of(self, id_: str, *, before: int) -> int | None:
        """Return the number, less than `before`, of an entry with an id; None if there is none."""
        row = self._row(_WITH_ID, id=bytes.fromhex(id_), before=before)
        return row.number if row else None

    def with_id(self, id_: str, *, before: int) -> Entry | None:
        """Return the entry with an id and a number less than `before`; None if there is none."""
        row = self._row(_WITH_ID, id=bytes.fromhex(id_), before=before)
        return fast_decode(row.bytes) if row else None

    def source(self, name: str, *, before: int) -> Source | None:
        """Return the source described under an id before a number; None if there is none."""
        row = self._row(_DESCRIBING, source=name, before=before)
        content = fast_decode(row.bytes).content if row else None
        return content if isinstance(content, Source) else None

    def _row(self, query: sa.Select[Any], **values: object) -> Any:  # noqa: ANN401
        return self._database.execute(query, values).first()

    def _rows(self, query: sa.Select[Any]) -> Iterator[Any]:
        """Return an iterator over a query's rows, which are read while it advances."""
        return iter(self._database.execute(query).yield_per(TOGETHER))

    def close(self) -> None:
        """Close the temporary database, which deletes it."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
