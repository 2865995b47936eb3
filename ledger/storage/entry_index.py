"""The entry index as an inline projection: entries by id and by time, sources, and aliases.

An append and `rebuild` write these rows, and `verify` compares them with the stored ones.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import bindparam, select

from events.encoding.codec import Entry
from events.record_events import aliases_of
from events.source import Source
from ledger.storage import log_queries
from ledger.storage.inline_projection import StoredEntry
from ledger.storage.schema import aliases, entries, setbacks
from ledger.storage.transaction import Transaction

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
MICROSECOND = timedelta(microseconds=1)

_ALIAS = select(aliases.c.position).where(
    aliases.c.name == bindparam("alias"), aliases.c.mission == bindparam("of")
)


class EntryRow(NamedTuple):
    """A row of `entries`.

    `id` has 32 bytes, `describes` is the id of the source that the entry describes, `recorded_at`
    is in microseconds since 1970 UTC.
    """

    position: int
    id: bytes
    describes: str | None
    recorded_at: int


class EntryIndex:
    """The inline projection of the entry index."""

    name = "entry index"
    version = 1
    tables = (entries, setbacks, aliases)

    def apply(self, transaction: Transaction, new_entries: Sequence[StoredEntry]) -> None:
        """Add the rows of new entries."""
        readable = [each.entry for each in new_entries if each.entry]
        if not readable:
            return
        last = log_queries.recorded_at(transaction, readable[0].position - 1)
        rows = [entry_row(entry) for entry in readable]
        transaction.insert(entries, rows)
        transaction.insert(setbacks, [(at,) for at in setback_positions(rows, last)])
        for (name, mission), position in alias_rows(readable).items():
            if transaction.scalar(_ALIAS, alias=name, of=mission) is None:
                transaction.insert(aliases, [(name, mission, position)])


def entry_row(entry: Entry) -> EntryRow:
    """Return the row of an entry in `entries`."""
    describes = entry.content.id if isinstance(entry.content, Source) else None
    recorded_at = microseconds(entry.recorded_at)
    return EntryRow(entry.position, bytes.fromhex(entry.id), describes, recorded_at)


def setback_positions(rows: Iterable[EntryRow], before: int | None) -> Iterator[int]:
    """Yield the position of each entry recorded earlier than the one before it.

    `before` is the time of the entry before the first row, None where there is none.
    """
    for row in rows:
        if before is not None and row.recorded_at < before:
            yield row.position
        before = row.recorded_at


def alias_rows(new_entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    """Return the aliases of missions, each pair with the position that first gave it."""
    found: dict[tuple[str, str], int] = {}
    for entry in new_entries:
        if entry.mission:
            for name in aliases_of(entry.content):
                found.setdefault((name, entry.mission), entry.position)
    return found


@lru_cache(maxsize=4)
def microseconds(instant: datetime) -> int:
    """Return an instant in microseconds since 1970 UTC."""
    return (instant - EPOCH) // MICROSECOND
