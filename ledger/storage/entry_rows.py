"""The rows of an entry in the derived tables `entries`, `setbacks` and `aliases`.

An append and `rebuild` write these rows, and `verify` compares them with the stored ones.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from events.encoding.codec import Entry
from events.record_events import aliases_of
from events.source import Source

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
MICROSECOND = timedelta(microseconds=1)

EntryRow = tuple[int, bytes, str | None, int]
"""Position, id (32 bytes), id of the source it describes, microseconds since 1970 UTC."""


def entry_row(entry: Entry) -> EntryRow:
    """Return the row of an entry in `entries`."""
    describes = entry.content.id if isinstance(entry.content, Source) else None
    return (
        entry.position,
        bytes.fromhex(entry.id),
        describes,
        microseconds(entry.recorded_at),
    )


def setback_rows(rows: Iterable[EntryRow], before: int | None) -> Iterator[tuple[int]]:
    """Yield a row of `setbacks` for each entry recorded earlier than the one before it.

    `before` is the time of the entry before the first row, None where there is none.
    """
    for position, _, _, recorded_at in rows:
        if before is not None and recorded_at < before:
            yield (position,)
        before = recorded_at


def alias_rows(new_entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    """Return the aliases of missions, each pair with the position that first gave it."""
    aliases: dict[tuple[str, str], int] = {}
    for entry in new_entries:
        if entry.mission:
            for name in aliases_of(entry.content):
                aliases.setdefault((name, entry.mission), entry.position)
    return aliases


@lru_cache(maxsize=4)
def microseconds(instant: datetime) -> int:
    """Return an instant in microseconds since 1970 UTC."""
    return (instant - EPOCH) // MICROSECOND
