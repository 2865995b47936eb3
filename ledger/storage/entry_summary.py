"""What the entry index holds of an entry: a pure function of it."""

from typing import NamedTuple

from events.bearings import kinds_counted
from events.entry import Entry
from events.publication import Publication, publication
from events.record_events import (
    ClaimRetracted,
    SourceCorrected,
    SourceEvent,
    aliases_of,
    sources_of,
)
from events.source import Source
from ledger.clock import microseconds

_ID_DIGITS = 64


class EntrySummary(NamedTuple):
    """What the index holds of an entry.

    `recorded` is in microseconds since 1970 UTC; `source` is the source that states the entry, or
    that it describes. `about` is the source that it corrects or withdraws, `target` the id of the
    event that it retracts, `named` all sources that it rests on or is about, `kinds` the kinds of
    units that it counts. `published` is the publication date of a source that it describes, or
    that it corrects.
    """

    position: int
    id: bytes
    mission: str | None
    source: str | None
    recorded: int
    named: tuple[str, ...]
    aliases: tuple[str, ...]
    published: Publication | None
    about: str | None = None
    target: bytes | None = None
    kinds: tuple[str, ...] = ()

    @property
    def describes(self) -> bool:
        """Whether it is the description of a source."""
        return self.mission is None


def summary_of(entry: Entry) -> EntrySummary:
    """Return what the index holds of an entry."""
    content, id_ = entry.content, bytes.fromhex(entry.id)
    recorded = microseconds(entry.recorded_at)
    if isinstance(content, Source):
        stated = (entry.position, id_, None, content.id, recorded)
        return EntrySummary(*stated, (), (), content.publication)
    about = content.about if isinstance(content, SourceEvent) else None
    moved = content.published if isinstance(content, SourceCorrected) else None
    return EntrySummary(
        *(entry.position, id_, content.mission, content.source, recorded),
        tuple(dict.fromkeys(each for each in (*sources_of(content), about) if each)),
        aliases_of(content),
        publication(moved) if moved else None,
        about,
        _id(content.target) if isinstance(content, ClaimRetracted) else None,
        tuple(filter(None, kinds_counted(content).values())),
    )


def _id(text: str) -> bytes | None:
    """Return the bytes of a whole id; None for a part of one."""
    try:
        return bytes.fromhex(text) if len(text) == _ID_DIGITS else None
    except ValueError:
        return None
