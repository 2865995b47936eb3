"""Who had what where on a date or in a span of days, across missions.

A criterion that is not given matches everything. Text matches regardless of case and accents.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from events.facets import PARTY_FIELDS, PeriodKey, counted_in, parties_named
from events.names import NamedThing, contains
from projections.question import ClaimStore, DayQuestion
from projections.spans import Presence, presences_during
from projections.state import label_of, state
from projections.state_object import Json, StateEntry
from projections.view import View, view, view_of
from projections.weighing.occurrence import Days

_WHAT = ("name", "capability")
_WHERE = "location"
_TEXTS = (*_WHAT, _WHERE)


@dataclass(frozen=True, slots=True)
class FindFilter:
    """The criteria of a search in the states of missions.

    `facets` are the facets to search, empty for all. `who` is the code of a nation or body, which
    matches the key, the contributor, the nation or the organisation. `what` is a part of a key,
    a name or a capability; `where` is a part of a location or a place.
    """

    facets: tuple[str, ...] = ()
    who: str | None = None
    what: str | None = None
    where: str | None = None

    def fits(self, entry: StateEntry, *, ever: bool = False) -> bool:
        """Whether a state entry matches; with `ever`, by the fields of any claim on it as well."""
        texts = {name: [entry.value.get(name), *entry.variants.get(name, ())] for name in _TEXTS}
        whose = {entry.key, counted_in(entry.key)}
        for name in PARTY_FIELDS:
            for value in (entry.value.get(name), *entry.variants.get(name, ())):
                whose.update(parties_named(value))
        if ever:
            for claim in entry.claims:
                stated = claim.particulars
                whose.update(one for n in PARTY_FIELDS for one in parties_named(stated.get(n)))
                for name in _TEXTS:
                    texts[name].append(stated.get(name))
        places = [*texts["location"], *([entry.key, entry.label] if entry.facet == "place" else [])]
        return (
            (not self.facets or entry.facet in self.facets)
            and (self.who is None or self.who in whose)
            and _matches(self.what, (entry.key, entry.label, *texts["name"], *texts["capability"]))
            and _matches(self.where, places)
        )


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """A state entry, or its presence in a span of days, with the mission it belongs to."""

    mission: str
    what: StateEntry | Presence

    @property
    def entry(self) -> StateEntry:
        """The state entry."""
        return self.what.entry if isinstance(self.what, Presence) else self.what

    def to_json(self) -> Json:
        """Return the entry in the form of the state object, with its mission and facet."""
        return {"mission": self.mission, "facet": self.entry.facet, **self.what.to_json()}


def find(views: Iterable[View], criteria: FindFilter, day: int) -> Iterator[FoundEntry]:
    """Yield the matching entries of the states of these missions at the close of a day."""
    for seen in views:
        for entries in state(seen, day).facets.values():
            yield from (
                FoundEntry(seen.mission, entry) for entry in entries if criteria.fits(entry)
            )


def find_during(views: Iterable[View], criteria: FindFilter, span: Days) -> Iterator[FoundEntry]:
    """Yield what matches in the states of these missions on at least one day of a span."""
    for seen in views:
        for presences in presences_during(seen, span).values():
            yield from (
                FoundEntry(seen.mission, each)
                for each in presences
                if criteria.fits(each.entry, ever=True)
            )


def candidate_views(
    store: ClaimStore,
    criteria: FindFilter,
    day: int | None = None,
    *,
    known: int | None = None,
    upto: int | None = None,
) -> Iterator[View]:
    """Yield views of the missions that can have a match at the close of a day.

    If the criteria name a nation or body, only of the missions and periods that can involve it.
    Without a day, yield complete views of the missions that can have a match on any day.
    """
    position = store.position() if upto is None else upto
    missions: Mapping[str, frozenset[PeriodKey] | None]
    # The code of a nation or body contains a letter; a key of digits only does not denote one.
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
    """Yield every key that `what` can match, with its names."""
    for seen in views:
        for (facet, key, number), claims in seen.by_period.items():
            stated = [c.particulars.get(name) for c in claims for name in _WHAT]
            names = (label_of(seen, facet, key, number), *map(str, filter(None, stated)))
            yield NamedThing(key, tuple(dict.fromkeys(names)))


def places(views: Iterable[View]) -> Iterator[NamedThing]:
    """Yield every place and location that `where` can match, with its names."""
    for seen in views:
        for (facet, key, number), claims in seen.by_period.items():
            if facet == "place":
                yield NamedThing(key, (label_of(seen, facet, key, number),))
            for claim in claims:
                if location := claim.particulars.get(_WHERE):
                    yield NamedThing(str(location))


def of_party(seen: View, who: str) -> set[PeriodKey]:
    """Return the facets, keys and periods that belong to a nation or body by any claim."""
    return {
        (facet, key, number)
        for (facet, key, number), claims in seen.by_period.items()
        if who in (key, counted_in(key))
        or any(who in parties_named(c.particulars.get(n)) for c in claims for n in PARTY_FIELDS)
    }


def _matches(text: str | None, places: Iterable[object]) -> bool:
    if text is None:
        return True
    return any(isinstance(place, str) and contains(place, text) for place in places)
