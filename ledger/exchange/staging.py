"""What comes from elsewhere, put aside until it is known that all of it can be taken.

Entries lie in a temporary database of their own, numbered from 1 in the order they came: their
bytes in `incoming`, and in `said` what has to be known of them. That keeps memory flat however
long the log is, and lets all of it be checked by a few questions rather than entry by entry. What
was passed over, since the ledger has it in the same places, has its numbers and nothing else.
"""

import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple, Self

from events.encoding.codec import Entry
from events.encoding.fast_decode import recall
from events.record_events import ClaimCorrected, RecordEvent
from events.source import Source
from ledger.announcements import AnnouncementEntry
from ledger.progress import Progress, no_progress
from ledger.storage.entry_rows import EPOCH, MICROSECOND, microseconds
from ledger.storage.error_translation import translated_errors


class EntrySummary(NamedTuple):
    """What has to be known of an entry that comes, besides its bytes.

    `known` has when it was recorded and by whom, its mission and source, the source of the claim
    that it puts in the place of another, the source it describes, and whether it is about the
    record.
    """

    position: int
    announcement: str
    id: bytes
    known: tuple[int, str, str | None, str | None, str | None, str | None, bool]
    raw: bytes


def summary_of(entry: Entry) -> EntrySummary:
    """Return what has to be known of an entry."""
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
    """Where what comes is no longer one whole log: a number, and the entry that has it."""

    number: int
    position: int
    id: str


class StagedEntries:
    """What comes, put aside in order: entries numbered from 1, with the file and line of each."""

    def __init__(self) -> None:
        # A name that is empty: SQLite's own temporary file, which goes when it is closed.
        self._database = sqlite3.connect("", isolation_level=None)
        for statement in _AT_FIRST:
            self._database.execute(statement)
        self._files: list[tuple[str, int]] = []
        self._announced = ("", 0)
        self.count = 0
        self.passed = 0
        """How many of the first entries are those of the ledger's log, and are not put aside."""
        self.broken: Discontinuity | None = None
        """The first entry that is not at its position, 1, 2, 3 …, as those of a whole log are."""
        self.spoilt = False
        """Whether a file could not be read whole: what comes after it has no numbers."""

    def take(
        self,
        said: Iterable[EntrySummary],
        name: str,
        progress: Progress = no_progress,
        *,
        passed: int = 0,
    ) -> None:
        """Put aside what a file holds after the lines that were `passed` over.

        Raises what reading it raises; then nothing more is told of this than what `broken` has,
        and later files are only read.
        """
        if self.spoilt:
            deque(said, maxlen=0)
            return
        self._files.append((name, self.count))
        self.count += passed
        self.passed += passed
        try:
            with translated_errors(_PLACE):
                self._database.executemany(
                    "INSERT INTO said VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    self._rows(said, progress),
                )
        except BaseException:
            self.spoilt = True
            raise

    def _rows(
        self, said: Iterable[EntrySummary], progress: Progress
    ) -> Iterator[tuple[object, ...]]:
        put = self._database.cursor()
        before, announced = self._announced
        for each in said:
            self.count += 1
            progress(self.count, 0)
            if each.position != self.count and not self.broken:
                self.broken = Discontinuity(self.count, each.position, each.id.hex())
            if each.announcement != before:
                before, announced = each.announcement, announced + 1
                put.execute("INSERT INTO announced VALUES (?, ?)", (announced, before))
            put.execute("INSERT INTO incoming VALUES (?, ?)", (self.count, each.raw))
            yield self.count, each.id, announced, *each.known
        self._announced = before, announced

    # What is new in it ---------------------------------------------------------------------

    def all_is_new(self, *, after: int) -> None:
        """Take everything past a number for new."""
        self._ready()
        with translated_errors(_PLACE):
            numbers = "SELECT number FROM said WHERE number > ?"
            self._database.execute(f"INSERT INTO new {numbers}", (after,))

    def announced(self, *, after: int = 0) -> Iterator[AnnouncementEntry]:
        """Yield which announcement each entry is part of, in order; positions are the numbers."""
        rows = self._ask(
            "SELECT s.number, a.digest, s.id, coalesce(s.describes, s.source),"
            " s.describes IS NOT NULL, s.recorded_at, s.recorded_by"
            " FROM said s CROSS JOIN announced a ON a.number = s.announced"
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
        """Yield the number and the id of each entry that none before it has the id of."""
        self._ready()
        rows = self._ask("SELECT min(number), id FROM said GROUP BY id ORDER BY id")
        return ((number, id_.hex()) for number, id_ in rows)

    def are_new(self, numbers: Iterable[int]) -> None:
        """Take these for new."""
        with translated_errors(_PLACE):
            self._database.executemany("INSERT INTO new VALUES (?)", ((each,) for each in numbers))

    def new(self) -> tuple[int, int]:
        """Return how many entries are new, and of how many announcements."""
        query = f"SELECT count(*), count(DISTINCT announced) {_NEW}"
        entries, announcements = next(self._ask(query))
        return entries, announcements

    def has_new(self, first: int, last: int) -> bool:
        """Whether anything is new from a number to another."""
        query = "SELECT 1 FROM new WHERE number BETWEEN ? AND ? LIMIT 1"
        return bool(list(self._ask(query, first, last)))

    def new_ids(self) -> Iterator[tuple[int, str]]:
        """Yield the number and the id of each new entry."""
        rows = self._ask(f"SELECT n.number, id {_NEW} ORDER BY n.number")
        return ((number, id_.hex()) for number, id_ in rows)

    def _ready(self) -> None:
        """Index what has come: later is cheaper than entry by entry."""
        with translated_errors(_PLACE):
            for statement in _WHEN_ALL_IS_THERE:
                self._database.execute(statement)

    # Questions about what is new: each comes with the number of the first it is so of ----------

    def twice(self) -> Iterator[int]:
        """Yield the numbers of new entries that are there under an earlier number."""
        again = "SELECT id, min(number) AS first FROM said GROUP BY id HAVING count(*) > 1"
        query = f"SELECT n.number {_NEW} JOIN ({again}) f ON f.id = s.id AND f.first < n.number"
        return (number for (number,) in self._ask(f"{query} ORDER BY n.number"))

    def recorded_outside(
        self, earliest: datetime | None, latest: datetime
    ) -> Iterator[tuple[int, datetime]]:
        """Yield new entries recorded before or after these moments."""
        since = -(2**63) if earliest is None else microseconds(earliest)
        query = f"SELECT n.number, recorded_at {_NEW} WHERE recorded_at NOT BETWEEN ? AND ?"
        rows = self._ask(f"{query} ORDER BY n.number", since, microseconds(latest))
        return ((number, EPOCH + at * MICROSECOND) for number, at in rows)

    def missions(self) -> Iterator[tuple[int, str]]:
        """Yield the missions that new entries are about."""
        return self._ask(f"{_first('mission')} ORDER BY 1")

    def sources_named(self) -> Iterator[tuple[int, str]]:
        """Yield the sources that new entries rest on and none before them describes."""
        for column in ("source", "corrected"):
            yield from self._ask(
                f"SELECT * FROM ({_first(column)}) f WHERE NOT EXISTS (SELECT 1 FROM said d"  # noqa: S608
                " WHERE d.describes = f.name AND d.number < f.number) ORDER BY 1"
            )

    def describing(self) -> Iterator[tuple[int, Entry]]:
        """Yield the new entries that describe sources."""
        return self._of("describes IS NOT NULL")

    def described_twice(self) -> frozenset[str]:
        """Return the sources that more than one entry describes."""
        query = "SELECT describes FROM said WHERE describes IS NOT NULL GROUP BY describes"
        return frozenset(name for (name,) in self._ask(f"{query} HAVING count(*) > 1"))

    def about_the_record(self) -> Iterator[tuple[int, Entry]]:
        """Yield the new entries that refer to others."""
        return self._of("record")

    def _of(self, condition: str) -> Iterator[tuple[int, Entry]]:
        query = f"SELECT n.number, bytes {_NEW} JOIN incoming i ON i.number = n.number"
        for number, raw in self._ask(f"{query} WHERE {condition} ORDER BY n.number"):
            yield number, recall(raw)

    # What there is ----------------------------------------------------------------------------

    def entries(self, *, after: int = 0) -> Iterator[Entry]:
        """Yield the entries in order, from the number after `after`."""
        query = "SELECT bytes FROM incoming WHERE number > ? ORDER BY number"
        return (recall(raw) for (raw,) in self._ask(query, after))

    def stored(self) -> Iterator[tuple[int, bytes]]:
        """Yield numbers and the bytes of what was put aside, in order."""
        return self._ask("SELECT number, bytes FROM incoming ORDER BY number")

    def place(self, number: int) -> tuple[str, int]:
        """Return the file and the line of an entry."""
        name, before = next(each for each in reversed(self._files) if each[1] < number)
        return name, number - before

    def number_of(self, id_: str, *, before: int) -> int | None:
        """Return the number of the entry that has an id and came before a number."""
        query = "SELECT number FROM said WHERE id = ? AND number < ? LIMIT 1"
        return next((at for (at,) in self._ask(query, bytes.fromhex(id_), before)), None)

    def with_id(self, id_: str, *, before: int) -> Entry | None:
        """Return the entry that has an id and came before a number."""
        return self._one("id", bytes.fromhex(id_), before)

    def source(self, name: str, *, before: int) -> Source | None:
        """Return the source that goes by a name and came before a number."""
        found = self._one("describes", name, before)
        return found.content if found and isinstance(found.content, Source) else None

    def _one(self, column: str, value: object, before: int) -> Entry | None:
        query = (
            "SELECT bytes FROM said s JOIN incoming i ON i.number = s.number"  # noqa: S608
            f" WHERE {column} = ? AND s.number < ? LIMIT 1"
        )
        return next((recall(raw) for (raw,) in self._ask(query, value, before)), None)

    def _ask(self, query: str, *values: object) -> Iterator[Any]:
        with translated_errors(_PLACE):
            yield from self._database.execute(query, values)

    def close(self) -> None:
        """Let go of all of it."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_PLACE = "the temporary copy of what is brought in"
_NEW = "FROM new n CROSS JOIN said s ON s.number = n.number"


def _first(column: str) -> str:
    """Ask for each name that new entries have in a column, with the number of the first."""
    some = f"{_NEW} WHERE {column} IS NOT NULL GROUP BY {column}"
    return f"SELECT min(n.number) AS number, {column} AS name {some}"


_AT_FIRST = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -16384",
    "CREATE TABLE incoming (number INTEGER PRIMARY KEY, bytes BLOB)",
    "CREATE TABLE said (number INTEGER PRIMARY KEY, id BLOB, announced INTEGER,"
    " recorded_at INTEGER, recorded_by TEXT, mission TEXT, source TEXT, corrected TEXT,"
    " describes TEXT, record INTEGER)",
    "CREATE TABLE announced (number INTEGER PRIMARY KEY, digest TEXT)",
    "CREATE TABLE new (number INTEGER PRIMARY KEY)",
    "BEGIN",
)
_WHEN_ALL_IS_THERE = (
    "CREATE INDEX IF NOT EXISTS by_id ON said (id)",
    "CREATE INDEX IF NOT EXISTS by_source ON said (describes) WHERE describes IS NOT NULL",
    "DELETE FROM new",
)
