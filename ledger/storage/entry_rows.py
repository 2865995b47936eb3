"""What the derived tables say of an entry: the one place where that is worked out.

Appending writes these rows, `rebuild` writes them anew, and `verify` compares them with what
is there.
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
"""position, id (32 bytes), the source it describes, microseconds since 1970 UTC"""


def entry_row(entry: Entry) -> EntryRow:
    """Return an entry's row in `entries`."""
    describes = entry.content.id if isinstance(entry.content, Source) else None
    return (
        entry.position,
        bytes.fromhex(entry.id),
        describes,
        microseconds(entry.recorded_at),
    )


def setback_rows(rows: Iterable[EntryRow], before: int | None) -> Iterator[tuple[int]]:
    """Yield the positions recorded earlier than the one before them; `before` is the first's."""
    for position, _, _, recorded_at in rows:
        if before is not None and recorded_at < before:
            yield (position,)
        before = recorded_at


def alias_rows(made: Iterable[Entry]) -> dict[tuple[str, str], int]:
    """Return the names given to missions, each with the position that first gave it."""
    given: dict[tuple[str, str], int] = {}
    for entry in made:
        if entry.mission:
            for name in aliases_of(entry.content):
                given.setdefault((name, entry.mission), entry.position)
    return given


@lru_cache(maxsize=4)
def microseconds(instant: datetime) -> int:
    """Return a moment in microseconds since 1970 UTC."""
    return (instant - EPOCH) // MICROSECOND
