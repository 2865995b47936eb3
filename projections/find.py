"""Who had what where on a date or in a span of days, across missions.

Each criterion that is not given fits everything; text is looked for without regard to capitals
and accents.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from events.catalogue import WHOSE
from events.names import NamedThing, contains
from ledger.log import Store
from ledger.question import DayQuestion, PeriodKey
from projections.spans import Presence, during
from projections.state import label_of, state
from projections.state_object import Json, StateEntry
from projections.view import View, view, view_of
from projections.weighing.occurrence import Days

_WHAT = ("name", "capability")
_WHERE = "location"
_TEXTS = (*_WHAT, _WHERE)


@dataclass(frozen=True, slots=True)
class FindFilter:
    """What to look for in the states of missions.

    `facets` are those to look in, empty for all. `who` is the code of a nation or body: as the
    key, or as contributor, nation or organisation. `what` is part of a key, a name or a
    capability; `where` part of a location or a place.
    """

    facets: tuple[str, ...] = ()
    who: str | None = None
    what: str | None = None
    where: str | None = None

    def fits(self, entry: StateEntry, *, ever: bool = False) -> bool:
        """Whether a state entry is criteria; with `ever`, by what any claim on it says."""
        said = {name: [entry.value.get(name), *entry.variants.get(name, ())] for name in _TEXTS}
        whose: set[object] = {entry.key}
        for name in WHOSE:
            whose.update([entry.value.get(name), *entry.variants.get(name, ())])
        if ever:
            for claim in entry.claims:
                stated = claim.statement.particulars()
                whose.update(stated.get(name) for name in WHOSE)
                for name in _TEXTS:
                    said[name].append(stated.get(name))
        places = [*said["location"], *([entry.key, entry.label] if entry.facet == "place" else [])]
        return (
            (not self.facets or entry.facet in self.facets)
            and (self.who is None or self.who in whose)
            and _matches(self.what, (entry.key, entry.label, *said["name"], *said["capability"]))
            and _matches(self.where, places)
        )


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """A state entry, or one over a span of days, and the mission it belongs to."""

    mission: str
    what: StateEntry | Presence

    @property
    def entry(self) -> StateEntry:
        """The entry itself."""
        return self.what.entry if isinstance(self.what, Presence) else self.what

    def to_json(self) -> Json:
        """Return the entry as the state object has it, with its mission and facet."""
        return {"mission": self.mission, "facet": self.entry.facet, **self.what.to_json()}


def find(views: Iterable[View], criteria: FindFilter, day: int) -> Iterator[FoundEntry]:
    """Yield what is criteria in the states of these missions at the close of a day."""
    for seen in views:
        for entries in state(seen, day).facets.values():
            yield from (
                FoundEntry(seen.mission, entry) for entry in entries if criteria.fits(entry)
            )


def find_during(views: Iterable[View], criteria: FindFilter, span: Days) -> Iterator[FoundEntry]:
    """Yield what is criteria in the states of these missions on some day of a span."""
    for seen in views:
        for presences in during(seen, span).values():
            yield from (
                FoundEntry(seen.mission, each)
                for each in presences
                if criteria.fits(each.entry, ever=True)
            )


def places_to_look(
    store: Store,
    criteria: FindFilter,
    day: int | None = None,
    *,
    known: int | None = None,
    upto: int | None = None,
) -> Iterator[View]:
    """Yield views of the missions that what is criteria can be in, at the close of a day.

    Where a nation or body is named, of no others, and of no more than the periods it can be in.
    Without a day, whole views of the missions that it can be in on any.
    """
    position = store.position() if upto is None else upto
    missions: Mapping[str, frozenset[PeriodKey] | None]
    # A code has a letter in it; a key of digits alone is nobody's.
    if criteria.who and criteria.who.isupper():
        missions = store.missions_of(criteria.who, day, known=known, upto=position)
    else:
        missions = dict.fromkeys(store.names())
    if day is None:
        yield from (view(store, mission, known=known, upto=position) for mission in missions)
        return
    questions = {mission: DayQuestion(day, places) for mission, places in missions.items()}
    for mission, found in store.select_each(questions, known=known, upto=position):
        yield view_of(found, mission, known)


def named(views: Iterable[View]) -> Iterator[NamedThing]:
    """Yield all that `what` can be part of, each with its names."""
    for seen in views:
        for (facet, key, number), claims in seen.by_period.items():
            said = [c.statement.particulars().get(name) for c in claims for name in _WHAT]
            names = (label_of(seen, facet, key, number), *map(str, filter(None, said)))
            yield NamedThing(key, tuple(dict.fromkeys(names)))


def places(views: Iterable[View]) -> Iterator[NamedThing]:
    """Yield all that `where` can be part of, each with its names."""
    for seen in views:
        for (facet, key, number), claims in seen.by_period.items():
            if facet == "place":
                yield NamedThing(key, (label_of(seen, facet, key, number),))
            for claim in claims:
                if location := claim.statement.particulars().get(_WHERE):
                    yield NamedThing(str(location))


def of_party(seen: View, who: str) -> set[PeriodKey]:
    """Return the facets, keys and periods that are a nation's or body's, as any claim has it."""
    return {
        place
        for place, claims in seen.by_period.items()
        if who == place[1]
        or any(c.statement.particulars().get(name) == who for c in claims for name in WHOSE)
    }


def _matches(text: str | None, places: Iterable[object]) -> bool:
    if text is None:
        return True
    return any(isinstance(place, str) and contains(place, text) for place in places)
