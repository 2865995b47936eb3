"""What the entry index holds of an entry: a pure function of it."""

from typing import NamedTuple

from events.entry import Entry
from events.record_events import aliases_of, sources_of
from events.source import Source
from ledger.clock import microseconds


class EntrySummary(NamedTuple):
    """What the index holds of an entry.

    `recorded` is in microseconds since 1970 UTC; `source` is the source that states the entry, or
    that it describes. `named` are all sources that it rests on; `published` is,
    for the description of a source, the window of its publication in seconds.
    """

    position: int
    id: bytes
    mission: str | None
    source: str | None
    recorded: int
    named: tuple[str, ...]
    aliases: tuple[str, ...]
    published: tuple[int | None, int | None] | None


def summary_of(entry: Entry) -> EntrySummary:
    """Return what the index holds of an entry."""
    content, id_ = entry.content, bytes.fromhex(entry.id)
    recorded = microseconds(entry.recorded_at)
    if isinstance(content, Source):
        published = content.publication.first, content.publication.last
        return EntrySummary(entry.position, id_, None, content.id, recorded, (), (), published)
    return EntrySummary(
        *(entry.position, id_, content.mission, content.source, recorded),
        *(sources_of(content), aliases_of(content), None),
    )
