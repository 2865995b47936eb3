"""What comes from elsewhere, put aside until it is known that all of it can be taken.

Entries lie in a temporary database of their own, numbered from 1 in the order they came: that
keeps memory flat however long the log is, and finds what one entry refers to among those before.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Self

from events.codec import Entry
from events.recalling import recall
from events.source import Source
from ledger.progress import Progress, no_progress
from ledger.rows import entry_row
from ledger.troubles import in_plain_words


class Incoming:
    """What comes, put aside in order: entries numbered from 1, with the file and line of each."""

    def __init__(self) -> None:
        # A name that is empty: SQLite's own temporary file, which goes when it is closed.
        self._database = sqlite3.connect("", isolation_level=None)
        for statement in _AT_FIRST:
            self._database.execute(statement)
        self._files: list[tuple[str, int]] = []
        self.count = 0
        self.is_a_log = True
        """Whether the entries' positions are 1, 2, 3 …, as those of a whole log are."""

    def take(self, entries: Iterable[Entry], name: str, progress: Progress = no_progress) -> None:
        """Put aside what a file holds. Raises what reading it raises; then this is spoilt."""
        self._files.append((name, self.count))
        with in_plain_words("the temporary copy of what is brought in"):
            self._database.executemany(
                "INSERT INTO incoming VALUES (?, ?, ?, ?)", self._rows(entries, progress)
            )

    def _rows(self, entries: Iterable[Entry], progress: Progress) -> Iterator[tuple[object, ...]]:
        for entry in entries:
            self.count += 1
            progress(self.count, 0)
            self.is_a_log = self.is_a_log and entry.position == self.count
            _, id_, _, describes, _ = entry_row(entry)
            yield self.count, id_, describes, entry.raw

    def entries(self, *, after: int = 0) -> Iterator[tuple[int, Entry]]:
        """Yield numbers and entries in order, from the number after `after`."""
        query = "SELECT number, bytes FROM incoming WHERE number > ? ORDER BY number"
        for number, raw in self._database.execute(query, (after,)):
            yield number, recall(raw)

    def stored(self) -> Iterator[tuple[int, bytes]]:
        """Yield numbers and the entries' bytes in order."""
        yield from self._database.execute("SELECT number, bytes FROM incoming ORDER BY number")

    def place(self, number: int) -> tuple[str, int]:
        """Return the file and the line of an entry."""
        name, before = next(each for each in reversed(self._files) if each[1] < number)
        return name, number - before

    def with_id(self, id_: str, *, before: int) -> Entry | None:
        """Return the entry that has an id and came before a number."""
        return self._one("id", bytes.fromhex(id_), before)

    def source(self, name: str, *, before: int) -> Source | None:
        """Return the source that goes by a name and came before a number."""
        found = self._one("describes", name, before)
        return found.content if found and isinstance(found.content, Source) else None

    def _one(self, column: str, value: object, before: int) -> Entry | None:
        query = f"SELECT bytes FROM incoming WHERE {column} = ? AND number < ? LIMIT 1"  # noqa: S608
        row = self._database.execute(query, (value, before)).fetchone()
        return recall(row[0]) if row else None

    def close(self) -> None:
        """Let go of all of it."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_AT_FIRST = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -16384",
    "CREATE TABLE incoming (number INTEGER PRIMARY KEY, id BLOB, describes TEXT, bytes BLOB)",
    "CREATE INDEX by_id ON incoming (id)",
    "CREATE INDEX by_source ON incoming (describes) WHERE describes IS NOT NULL",
    "BEGIN",
)
