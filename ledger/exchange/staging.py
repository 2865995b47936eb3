"""A staging area for imported entries, until all of them are known to be acceptable.

Entries are kept in a temporary database of their own, numbered from 1 in the order in which they
are read: their bytes in `incoming`, their summaries in `summaries`. Memory use thus does not grow
with the log, and a few queries check all entries, rather than entry by entry. Entries that were
skipped, since the ledger has them at the same positions, have numbers but no rows.
"""

import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple, Self

from events.encoding.codec import Entry
from events.encoding.fast_decode import fast_decode
from events.record_events import ClaimCorrected, RecordEvent
from events.source import Source
from ledger.announcements import AnnouncementEntry
from ledger.progress import Progress, no_progress
from ledger.storage.entry_index import EPOCH, MICROSECOND, microseconds
from ledger.storage.error_translation import translated_errors


class EntrySummary(NamedTuple):
    """What the checks of an import need of an entry, and its bytes.

    `known` has its record time (microseconds since 1970 UTC), its recorder, its mission and source,
    the source of a correction's new claim, the source it describes, and whether it is an event
    about the record.
    """

    position: int
    announcement: str
    id: bytes
    known: tuple[int, str, str | None, str | None, str | None, str | None, bool]
    raw: bytes


def summary_of(entry: Entry) -> EntrySummary:
    """Return an entry's summary."""
    id_, recorded = bytes.fromhex(entry.id), microseconds(entry.recorded_at)
    known = (recorded, entry.recorded_by, *_known(entry))
    return EntrySummary(entry.position, entry.announcement, id_, known, entry.raw)


def _known(entry: Entry) -> tuple[str | None, str | None, str | None, str | None, bool]:
    content = entry.content
    if isinstance(content, Source):
        return None, None, None, content.id, False
    corrected = content.claim.source if isinstance(content, ClaimCorrected) else None
    return content.mission, content.source, corrected, None, isinstance(content, RecordEvent)


class Discontinuity(NamedTuple):
    """The first entry that breaks the sequence of positions: its number, position and id."""

    number: int
    position: int
    id: str


class StagedEntries:
    """Imported entries in order, numbered from 1, with the file and line of each."""

    def __init__(self) -> None:
        # An empty name makes SQLite use a temporary file, which it deletes on closing.
        self._database = sqlite3.connect("", isolation_level=None)
        for statement in _CREATE:
            self._database.execute(statement)
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
            with translated_errors(_PLACE):
                self._database.executemany(
                    "INSERT INTO summaries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    self._rows(summaries, progress),
                )
        except BaseException:
            self.unreadable = True
            raise

    def _rows(
        self, summaries: Iterable[EntrySummary], progress: Progress
    ) -> Iterator[tuple[object, ...]]:
        cursor = self._database.cursor()
        before, announced = self._announced
        for each in summaries:
            self.count += 1
            progress(self.count, 0)
            if each.position != self.count and not self.broken:
                self.broken = Discontinuity(self.count, each.position, each.id.hex())
            if each.announcement != before:
                before, announced = each.announcement, announced + 1
                cursor.execute("INSERT INTO announced VALUES (?, ?)", (announced, before))
            cursor.execute("INSERT INTO incoming VALUES (?, ?)", (self.count, each.raw))
            yield self.count, each.id, announced, *each.known
        self._announced = before, announced

    # Marking entries as new ---------------------------------------------------------------

    def mark_all_new(self, *, after: int) -> None:
        """Mark all entries after a number as new."""
        self._ready()
        with translated_errors(_PLACE):
            numbers = "SELECT number FROM summaries WHERE number > ?"
            self._database.execute(f"INSERT INTO new {numbers}", (after,))

    def announcement_entries(self, *, after: int = 0) -> Iterator[AnnouncementEntry]:
        """Yield the announcement of each entry, in order; positions are the entries' numbers."""
        rows = self._query(
            "SELECT s.number, a.digest, s.id, coalesce(s.describes, s.source),"
            " s.describes IS NOT NULL, s.recorded_at, s.recorded_by"
            " FROM summaries s CROSS JOIN announced a ON a.number = s.announced"
            " WHERE s.number > ? ORDER BY s.number",
            after,
        )
        return (
            AnnouncementEntry(
                number, of, id_.hex(), source, bool(is_), (EPOCH + at * MICROSECOND, by)
            )
            for number, of, id_, source, is_, at, by in rows
        )

    def ids(self) -> Iterator[tuple[int, str]]:
        """Yield each id once, in order, with the first number that has it."""
        self._ready()
        rows = self._query("SELECT min(number), id FROM summaries GROUP BY id ORDER BY id")
        return ((number, id_.hex()) for number, id_ in rows)

    def mark_new(self, numbers: Iterable[int]) -> None:
        """Mark these entries as new."""
        with translated_errors(_PLACE):
            self._database.executemany("INSERT INTO new VALUES (?)", ((each,) for each in numbers))

    def new(self) -> tuple[int, int]:
        """Return the number of new entries, and of the announcements they are part of."""
        query = f"SELECT count(*), count(DISTINCT announced) {_NEW}"
        entries, announcements = next(self._query(query))
        return entries, announcements

    def has_new(self, first: int, last: int) -> bool:
        """Whether any entry from number `first` to `last` is new."""
        query = "SELECT 1 FROM new WHERE number BETWEEN ? AND ? LIMIT 1"
        return bool(list(self._query(query, first, last)))

    def new_ids(self) -> Iterator[tuple[int, str]]:
        """Yield the number and id of each new entry, in order."""
        rows = self._query(f"SELECT n.number, id {_NEW} ORDER BY n.number")
        return ((number, id_.hex()) for number, id_ in rows)

    def _ready(self) -> None:
        """Create the indexes once all entries are staged; maintaining them meanwhile costs more."""
        with translated_errors(_PLACE):
            for statement in _INDEX:
                self._database.execute(statement)

    # Queries on new entries; each row has the number of the first entry it applies to --------

    def duplicates(self) -> Iterator[int]:
        """Yield the numbers of new entries whose id has an earlier number, too."""
        repeated = "SELECT id, min(number) AS first FROM summaries GROUP BY id HAVING count(*) > 1"
        query = f"SELECT n.number {_NEW} JOIN ({repeated}) f ON f.id = s.id AND f.first < n.number"
        return (number for (number,) in self._query(f"{query} ORDER BY n.number"))

    def recorded_outside(
        self, earliest: datetime | None, latest: datetime
    ) -> Iterator[tuple[int, datetime]]:
        """Yield the number and record time of new entries recorded outside this interval."""
        since = -(2**63) if earliest is None else microseconds(earliest)
        query = f"SELECT n.number, recorded_at {_NEW} WHERE recorded_at NOT BETWEEN ? AND ?"
        rows = self._query(f"{query} ORDER BY n.number", since, microseconds(latest))
        return ((number, EPOCH + at * MICROSECOND) for number, at in rows)

    def missions(self) -> Iterator[tuple[int, str]]:
        """Yield each mission that new entries name."""
        return self._query(f"{_first('mission')} ORDER BY 1")

    def sources_named(self) -> Iterator[tuple[int, str]]:
        """Yield the sources that new entries rest on but no earlier staged entry describes."""
        for column in ("source", "corrected"):
            yield from self._query(
                f"SELECT * FROM ({_first(column)}) f WHERE NOT EXISTS (SELECT 1 FROM summaries d"  # noqa: S608
                " WHERE d.describes = f.name AND d.number < f.number) ORDER BY 1"
            )

    def source_entries(self) -> Iterator[tuple[int, Entry]]:
        """Yield the new entries that describe sources."""
        return self._of("describes IS NOT NULL")

    def described_twice(self) -> frozenset[str]:
        """Return the sources that more than one entry describes."""
        query = "SELECT describes FROM summaries WHERE describes IS NOT NULL GROUP BY describes"
        return frozenset(name for (name,) in self._query(f"{query} HAVING count(*) > 1"))

    def record_events(self) -> Iterator[tuple[int, Entry]]:
        """Yield the new entries whose events are about the record."""
        return self._of("record")

    def _of(self, condition: str) -> Iterator[tuple[int, Entry]]:
        query = f"SELECT n.number, bytes {_NEW} JOIN incoming i ON i.number = n.number"
        for number, raw in self._query(f"{query} WHERE {condition} ORDER BY n.number"):
            yield number, fast_decode(raw)

    # Queries on all staged entries ------------------------------------------------------------

    def entries(self, *, after: int = 0) -> Iterator[Entry]:
        """Yield entries in order, starting after number `after`."""
        query = "SELECT bytes FROM incoming WHERE number > ? ORDER BY number"
        return (fast_decode(raw) for (raw,) in self._query(query, after))

    def stored(self) -> Iterator[tuple[int, bytes]]:
        """Yield numbers and bytes of all staged entries, in order."""
        return self._query("SELECT number, bytes FROM incoming ORDER BY number")

    def place(self, number: int) -> tuple[str, int]:
        """Return the file and the line of an entry."""
        name, before = next(each for each in reversed(self._files) if each[1] < number)
        return name, number - before

    def number_of(self, id_: str, *, before: int) -> int | None:
        """Return the number, less than `before`, of an entry with an id; None if there is none."""
        query = "SELECT number FROM summaries WHERE id = ? AND number < ? LIMIT 1"
        return next((at for (at,) in self._query(query, bytes.fromhex(id_), before)), None)

    def with_id(self, id_: str, *, before: int) -> Entry | None:
        """Return the entry with an id and a number less than `before`; None if there is none."""
        return self._one("id", bytes.fromhex(id_), before)

    def source(self, name: str, *, before: int) -> Source | None:
        """Return the source described under an id before a number; None if there is none."""
        found = self._one("describes", name, before)
        return found.content if found and isinstance(found.content, Source) else None

    def _one(self, column: str, value: object, before: int) -> Entry | None:
        query = (
            "SELECT bytes FROM summaries s JOIN incoming i ON i.number = s.number"  # noqa: S608
            f" WHERE {column} = ? AND s.number < ? LIMIT 1"
        )
        return next((fast_decode(raw) for (raw,) in self._query(query, value, before)), None)

    def _query(self, query: str, *values: object) -> Iterator[Any]:
        with translated_errors(_PLACE):
            yield from self._database.execute(query, values)

    def close(self) -> None:
        """Close the temporary database, which deletes it."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_PLACE = "the temporary database of the import"
_NEW = "FROM new n CROSS JOIN summaries s ON s.number = n.number"


def _first(column: str) -> str:
    """Return a query for each value of new entries in a column, with the first entry's number."""
    rows = f"{_NEW} WHERE {column} IS NOT NULL GROUP BY {column}"
    return f"SELECT min(n.number) AS number, {column} AS name {rows}"


_CREATE = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -16384",
    "CREATE TABLE incoming (number INTEGER PRIMARY KEY, bytes BLOB)",
    "CREATE TABLE summaries (number INTEGER PRIMARY KEY, id BLOB, announced INTEGER,"
    " recorded_at INTEGER, recorded_by TEXT, mission TEXT, source TEXT, corrected TEXT,"
    " describes TEXT, record INTEGER)",
    "CREATE TABLE announced (number INTEGER PRIMARY KEY, digest TEXT)",
    "CREATE TABLE new (number INTEGER PRIMARY KEY)",
    "BEGIN",
)
_INDEX = (
    "CREATE INDEX IF NOT EXISTS by_id ON summaries (id)",
    "CREATE INDEX IF NOT EXISTS by_source ON summaries (describes) WHERE describes IS NOT NULL",
    "DELETE FROM new",
)
