"""What the checks of an import need to know of an entry."""

from typing import NamedTuple

from events.encoding.codec import Entry
from events.record_events import ClaimCorrected, RecordEvent
from events.source import Source
from ledger.storage.entry_index import microseconds


class EntrySummary(NamedTuple):
    """What the checks of an import need of an entry, and its bytes.

    `recorded_at` is in microseconds since 1970 UTC; `corrected` is the source of a correction's new
    claim, `describes` the source that the entry describes, and `record` whether it is an event
    about the record.
    """

    position: int
    announcement: str
    id: bytes
    recorded_at: int
    recorded_by: str
    mission: str | None
    source: str | None
    corrected: str | None
    describes: str | None
    record: bool
    raw: bytes


def summary_of(entry: Entry) -> EntrySummary:
    """Return an entry's summary."""
    content = entry.content
    mission = source = corrected = describes = None
    if isinstance(content, Source):
        describes = content.id
    else:
        mission, source = content.mission, content.source
        corrected = content.claim.source if isinstance(content, ClaimCorrected) else None
    return EntrySummary(
        entry.position,
        entry.announcement,
        bytes.fromhex(entry.id),
        microseconds(entry.recorded_at),
        entry.recorded_by,
        mission,
        source,
        corrected,
        describes,
        isinstance(content, RecordEvent),
        entry.raw,
    )
