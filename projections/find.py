"""Who had what where on a date, across missions.

Each criterion left at None fits everything; text is looked for without regard to case.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from events.types import WHOSE
from ledger.scope import OnDay, Place
from ledger.store import Store
from projections.state import Json, StateEntry, state
from projections.view import View, view_of

_TEXTS = ("name", "capability", "location")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for in the states of missions.

    `who` is a nation or body code: as the key, or as contributor, nation or organisation.
    `what` is part of a key, a name or a capability; `where` part of a location or a place.
    """

    facet: str | None = None
    who: str | None = None
    what: str | None = None
    where: str | None = None

    def fits(self, entry: StateEntry) -> bool:
        """Whether a state entry is wanted."""
        value = entry.value
        said = {name: (value.get(name), *entry.variants.get(name, ())) for name in _TEXTS}
        whose = {entry.key, *(value.get(name) for name in WHOSE)}
        places = [
            *said["location"],
            *([entry.key, entry.label] if entry.facet == "place" else []),
        ]
        return (
            self.facet in (None, entry.facet)
            and (self.who is None or self.who.upper() in whose)
            and _said(self.what, (entry.key, entry.label, *said["name"], *said["capability"]))
            and _said(self.where, places)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A state entry and the mission it belongs to."""

    mission: str
    entry: StateEntry

    def to_json(self) -> Json:
        """Return the entry as the state object has it, with its mission and facet."""
        return {"mission": self.mission, "facet": self.entry.facet, **self.entry.to_json()}


def find(views: Iterable[View], wanted: Wanted, day: int) -> Iterator[Found]:
    """Yield what is wanted in the states of these missions at the close of a day."""
    for seen in views:
        for entries in state(seen, day).facets.values():
            yield from (Found(seen.mission, entry) for entry in entries if wanted.fits(entry))


def places_to_look(
    store: Store, wanted: Wanted, day: int, *, known: int | None = None, upto: int | None = None
) -> Iterator[View]:
    """Yield views of the missions that what is wanted can be in, at the close of a day.

    Where a nation or body is named, of no others, and of no more than the periods it can be in.
    """
    position = store.position() if upto is None else upto
    missions: Mapping[str, frozenset[Place] | None]
    # A code has a letter in it; a key of digits alone is nobody's.
    if wanted.who and wanted.who.upper().isupper():
        missions = store.missions_of(wanted.who.upper(), day, known=known, upto=position)
    else:
        missions = dict.fromkeys(store.names())
    scopes = {mission: OnDay(day, places) for mission, places in missions.items()}
    for mission, found in store.select_each(scopes, known=known, upto=position):
        yield view_of(found, mission, known)


def _said(text: str | None, places: Iterable[object]) -> bool:
    if text is None:
        return True
    return any(isinstance(place, str) and text.casefold() in place.casefold() for place in places)
