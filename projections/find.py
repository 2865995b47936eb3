"""Who had what where on a date or in a span of days, across missions.

A criterion that is not given matches everything. Text matches regardless of case and accents.
Happenings are found like entries of a state, on the days on which they happened or may have.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from events import nations
from events.facets import (
    COUNTRY_FIELDS,
    PARTY_FIELDS,
    PLACE,
    PeriodKey,
    counted_in,
    parties_named,
)
from events.names import NamedThing, contains
from projections.happenings import happenings_during, happenings_on
from projections.question import ClaimStore, DayQuestion
from projections.spans import Presence, presences_during
from projections.state import label_of, state
from projections.state_object import Json, StateEntry
from projections.view import View, view, view_of
from projections.weighing.claims import Claim
from projections.weighing.occurrence import Days

_WHAT = ("name", "capability", "formation", "facility", "kind", "number", "task")
_WHERE = "location"

Stated = Mapping[str, Sequence[object]]
"""The values of fields, by name: several where sources differ."""


@dataclass(frozen=True, slots=True)
class FindFilter:
    """The criteria of a search in the states of missions.

    `facets` are the facets to search, empty for all. `who` is the code of a nation or body, which
    matches who is counted, the key, the contributors, the nations or the organisation. `what` is a
    part of a key or of a name, a capability or the like. `where` is a part of a location, of a
    place or of the name of a country or host.
    """

    facets: tuple[str, ...] = ()
    who: str | None = None
    what: str | None = None
    where: str | None = None

    def fits(self, entry: StateEntry, view: View) -> bool:
        """Whether a state entry matches, by its values or those of any claim that it rests on."""
        stated = _stated_of(entry)
        return (
            (not self.facets or entry.facet in self.facets)
            and (self.who is None or self.who in _parties(entry.key, stated))
            and _matches(self.what, (entry.key, entry.label, *_texts(stated)))
            and (
                self.where is None
                or _matches(self.where, _places(view, entry.facet, entry.key, stated))
            )
        )


def parties_of(entry: StateEntry) -> set[str]:
    """Return the nations and bodies that an entry is of, and the key that it is counted under."""
    return _parties(entry.key, _stated_of(entry))


def _stated_of(entry: StateEntry) -> Stated:
    """Return the values of an entry and of the claims that it rests on."""
    of_claims = (claim.particulars.items() for claim in entry.claims)
    return _by_name(chain(entry.value.items(), *of_claims))


def _parties(key: str, stated: Stated) -> set[str]:
    """Return the nations and bodies that an entry is of."""
    listed = (value for name in PARTY_FIELDS for value in stated.get(name, ()))
    return {counted_in(key)}.union(*map(parties_named, listed))


def _texts(stated: Stated) -> Iterator[object]:
    """Yield what an entry is called and described by."""
    yield from (value for name in _WHAT for value in stated.get(name, ()))


def _places(view: View, facet: str, key: str, stated: Stated) -> Iterator[str]:
    """Yield the names of where an entry is: of its location, place and country."""
    yield from (str(value) for value in stated.get(_WHERE, ()))
    at = _place_keys(facet, key, stated)
    for place in at:
        yield place
        for number in _numbers(view, place):
            yield label_of(view, PLACE, place, number)
    of_places = (code for place in at for code in _countries(view, place))
    for country in map(_country, chain(_country_codes(stated), of_places)):
        yield from (country.key, *country.names)


def _place_keys(facet: str, key: str, stated: Stated) -> list[str]:
    """Return the places of a mission that an entry is at, or is."""
    return [key] if facet == PLACE else [str(each) for each in stated.get(PLACE, ())]


def _country_codes(stated: Stated) -> Iterator[str]:
    listed = (value for name in COUNTRY_FIELDS for value in stated.get(name, ()))
    return chain.from_iterable(map(parties_named, listed))


def _country(code: str) -> NamedThing:
    return nations.known().get(code, NamedThing(code))


def _numbers(view: View, place: str) -> Iterator[int]:
    yield from (number for facet, key, number in view.by_period if (facet, key) == (PLACE, place))


def _countries(view: View, place: str) -> Iterator[str]:
    """Yield the countries that any claim says a place of the mission is in."""
    for number in _numbers(view, place):
        yield from _country_codes(_stated(view.by_period[PLACE, place, number]))


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
        entries = chain(*state(seen, day).facets.values(), happenings_on(seen, day))
        yield from (
            FoundEntry(seen.mission, entry) for entry in entries if criteria.fits(entry, seen)
        )


def find_during(views: Iterable[View], criteria: FindFilter, span: Days) -> Iterator[FoundEntry]:
    """Yield what matches in the states of these missions on at least one day of a span."""
    for seen in views:
        found = chain(*presences_during(seen, span).values(), happenings_during(seen, span))
        yield from (
            FoundEntry(seen.mission, each) for each in found if criteria.fits(each.entry, seen)
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

    If the criteria name a nation or body, only of the missions and periods that can involve it. If
    they name a place, all places are in the views: what is there does not say in which country.
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
    whole = frozenset({PLACE} if criteria.where else ())
    questions = {mission: DayQuestion(day, periods, whole) for mission, periods in missions.items()}
    for mission, found in store.select_each(questions, known=known, upto=position):
        yield view_of(found, mission, known)


def named(views: Iterable[View]) -> Iterator[NamedThing]:
    """Yield every key that `what` can match, with its names."""
    for seen in views:
        for (facet, key, number), claims in seen.by_period.items():
            texts = map(str, _texts(_stated(claims)))
            names = dict.fromkeys((label_of(seen, facet, key, number), *texts))
            yield NamedThing(key, tuple(names))


def places(views: Iterable[View]) -> Iterator[NamedThing]:
    """Yield every place, location and country that `where` can match, with its names."""
    for seen in views:
        for (facet, key, _), claims in seen.by_period.items():
            stated = _stated(claims)
            for place in _place_keys(facet, key, stated):
                numbers = _numbers(seen, place)
                yield NamedThing(place, tuple(label_of(seen, PLACE, place, n) for n in numbers))
            yield from (NamedThing(str(each)) for each in stated.get(_WHERE, ()))
            yield from map(_country, _country_codes(stated))


def _stated(claims: Iterable[Claim]) -> Stated:
    """Return the values of the fields of claims, by name."""
    return _by_name(chain.from_iterable(claim.particulars.items() for claim in claims))


def _by_name(items: Iterable[tuple[str, object]]) -> Stated:
    stated: dict[str, list[object]] = {}
    for name, value in items:
        stated.setdefault(name, []).append(value)
    return stated


def of_party(seen: View, who: str) -> set[PeriodKey]:
    """Return the facets, keys and periods that belong to a nation or body by any claim."""
    return {
        place
        for place, claims in seen.by_period.items()
        if who in _parties(place[1], _stated(claims))
    }


def _matches(text: str | None, places: Iterable[object]) -> bool:
    if text is None:
        return True
    return any(isinstance(place, str) and contains(place, text) for place in places)
