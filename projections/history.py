"""One key's claims over record time: what was recorded about it, when, and from which source."""

from collections.abc import Iterator
from dataclasses import dataclass

from events.entry import Entry
from events.record_events import statement_of
from ledger.log import Log
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


def history(store: Log, view: View, key: str, facet: str | None = None) -> list[Change]:
    """Return the entries that bear on a key, by position; they are read from the store.

    Raises ValueError if the view is not of the whole mission.
    """
    view.require_complete()
    did = dict(_changes(view, key, facet))
    entries = store.at(did)
    return [Change(entries[position], did[position]) for position in sorted(did)]


def _changes(view: View, key: str, facet: str | None) -> Iterator[tuple[int, str]]:
    """Yield the positions of the entries that bear on a key, and what each of them did."""
    bearing = {c.event: c.position for c in view.claims if _is(c.key, c.facet, key, facet)}
    events = set(bearing)
    for each in view.amendments:
        if each.place:
            of_facet, of_key, _, _ = each.place
            concerned = _is(of_key, of_facet, key, facet)
        else:
            concerned = each.event in bearing or any(one in events for one in each.targets)
        if concerned:
            events.add(each.event)
            yield each.position, each.kind.value
    amended = {each.event for each in view.amendments}
    yield from ((at, "claimed") for event, at in bearing.items() if event not in amended)


def _is(of_key: str, of_facet: str, key: str, facet: str | None) -> bool:
    return of_key == key and facet in (None, of_facet)
