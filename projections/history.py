"""One key's claims over record time: what was recorded about it, when, and from which source."""

from collections.abc import Iterator
from dataclasses import dataclass

from events.bearings import bears_on_key
from events.encoding.codec import Entry
from events.record_events import ClaimCorrected, ClaimRetracted, ReadingPreferred, statement_of
from projections.state_object import Json
from projections.view import View


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that bears on a key; `did` is claimed, corrected, retracted or preferred."""

    entry: Entry
    did: str

    def to_json(self) -> Json:
        """Return the change as a JSON object."""
        content = self.entry.content
        statement = statement_of(self.entry.content)
        return {
            "position": self.entry.position,
            "recorded_at": self.entry.recorded_at.isoformat(),
            "recorded_by": self.entry.recorded_by,
            "did": self.did,
            "event": self.entry.id,
            "type": content.type,
            "on": statement and statement.on,
            "basis": statement and statement.basis.value,
            "source": self.entry.source,
            "target": getattr(content, "target", None),
            "reason": getattr(content, "reason", None),
        }


def history(view: View, key: str, facet: str | None = None) -> list[Change]:
    """Return the entries that bear on a key, by position.

    Raises ValueError if the view is not of the whole mission.
    """
    view.require_complete()
    return list(_changes(view, key, facet))


def _changes(view: View, key: str, facet: str | None) -> Iterator[Change]:
    events: set[str] = set()
    for entry in view.entries:
        content = entry.content
        if isinstance(content, ClaimRetracted):
            if content.target in events:
                events.add(entry.id)
                yield Change(entry, "retracted")
        elif isinstance(content, ReadingPreferred):
            if bears_on_key(content, key, facet):
                events.add(entry.id)
                yield Change(entry, "preferred")
        elif bears_on_key(content, key, facet) or (
            isinstance(content, ClaimCorrected) and content.target in events
        ):
            events.add(entry.id)
            yield Change(entry, "corrected" if isinstance(content, ClaimCorrected) else "claimed")
