"""How an announcement changed the answers on its missions.

Two things are compared before it and after it, from all sources: the state at the close of a day;
and the periods that the announcement bears on and that are not in that state on both sides, with
their dates and values. So what is over by that day, or still to come, is not passed over.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from events.dates.days import iso_day
from events.facets import FACETS, PeriodKey
from projections.changes.announcements import RecordedAnnouncement
from projections.changes.touched import Touched
from projections.diff import Difference, diff
from projections.question import ClaimStore, DayQuestion
from projections.state import period_entry, state
from projections.state_object import Json, State, StateEntry
from projections.view import view
from projections.weighing.period import Period, Standing


class WeighedPeriod(NamedTuple):
    """A period that the state of the day does not have, and what is said of it.

    The standing of the entry says nothing: it has none on that day.
    """

    period: Period
    entry: StateEntry

    def to_json(self) -> Json:
        """Return what is said of it as a JSON object, without a standing."""
        return {name: value for name, value in self.entry.to_json().items() if name != "standing"}


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """How the answer on one period, or one count, changed.

    `before` and `after` are its entries in the state of the day, None where it is not in it. Then
    `was` and `now` are the period all the same; None where no claim on it counts. `fields` are the
    fields that differ.
    """

    facet: str
    key: str
    period: int
    before: StateEntry | None = None
    after: StateEntry | None = None
    was: WeighedPeriod | None = None
    now: WeighedPeriod | None = None
    fields: tuple[str, ...] = ()

    @property
    def change(self) -> str:
        """`added`, `removed` or `changed` in the state of the day; else `other-days`."""
        if self.before is None:
            return "added" if self.after else "other-days"
        return "changed" if self.after else "removed"

    @property
    def label(self) -> str:
        """What the key is called, after the change where that still tells."""
        sides = (
            *(self.after, self.now and self.now.entry),
            *(self.before, self.was and self.was.entry),
        )
        return next((each.label for each in sides if each), self.key)

    def to_json(self) -> Json:
        """Return the change as a JSON object."""
        return {
            "change": self.change,
            "facet": self.facet,
            "key": self.key,
            "period": self.period,
            "label": self.label,
            "fields": list(self.fields),
            "before": self.before and self.before.to_json(),
            "after": self.after and self.after.to_json(),
            "other_days": {
                "before": self.was and self.was.to_json(),
                "after": self.now and self.now.to_json(),
            },
        }


@dataclass(frozen=True, slots=True)
class MissionChange:
    """How the answers on one mission changed, as of the close of day `on` (a day number)."""

    mission: str
    on: int
    answers: tuple[AnswerChange, ...]

    def to_json(self) -> Json:
        """Return the change as a JSON object."""
        answers = [each.to_json() for each in self.answers]
        return {"mission": self.mission, "on": iso_day(self.on), "answers": answers}


@dataclass(frozen=True, slots=True)
class AnswerComparison:
    """Compares answers on one day before and after announcements, in order of position.

    All announcements that can change a mission have to be given, from the first of them on: a state
    worked out after one is used again as that before the next. With `missions`, only these are
    compared.
    """

    store: ClaimStore
    day: int
    touched: Touched
    missions: Set[str] = frozenset()
    states: dict[str, State] = field(default_factory=dict)

    def changes(self, announcement: RecordedAnnouncement) -> Iterator[MissionChange]:
        """Yield the missions whose answers an announcement changed."""
        places = self.touched.places(announcement.entries)
        for mission in sorted(places.keys() & self.missions if self.missions else places):
            before = self.states.get(mission) or self._state(mission, announcement.first - 1)
            after = self._state(mission, announcement.last)
            self.states[mission] = after
            differences = diff(before, after)
            differing = {_place(each) for each in differences}
            on_both_sides = _places_in(before) & _places_in(after)
            asked = {*places[mission], *differing} - on_both_sides
            asked = {each for each in asked if FACETS[each[0]].lasting}
            was = self._periods(mission, asked, announcement.first - 1)
            now = self._periods(mission, asked, announcement.last)
            answers = (
                *(_of_difference(each, was, now) for each in differences),
                *_of_other_days(asked - differing, was, now),
            )
            if answers:
                yield MissionChange(mission, self.day, answers)

    def _state(self, mission: str, upto: int) -> State:
        seen = view(self.store, mission, upto=upto, question=DayQuestion(self.day))
        return state(seen, self.day)

    def _periods(
        self, mission: str, places: set[PeriodKey], upto: int
    ) -> Mapping[PeriodKey, WeighedPeriod]:
        if not places:
            return {}
        question = DayQuestion(self.day, frozenset(places))
        seen = view(self.store, mission, upto=upto, question=question)
        return {
            each.place: WeighedPeriod(each, period_entry(seen, each, Standing.ASSUMED, self.day))
            for each in seen.all_periods
            if each.place in places
        }


def _place(difference: Difference) -> PeriodKey:
    return difference.facet, difference.key, difference.period


def _places_in(found: State) -> set[PeriodKey]:
    entries = (each for of_facet in found.facets.values() for each in of_facet)
    return {(each.facet, each.key, each.period) for each in entries}


def _of_difference(
    found: Difference,
    was: Mapping[PeriodKey, WeighedPeriod],
    now: Mapping[PeriodKey, WeighedPeriod],
) -> AnswerChange:
    place = _place(found)
    return AnswerChange(
        *place,
        found.before,
        found.after,
        None if found.before else was.get(place),
        None if found.after else now.get(place),
        found.fields,
    )


def _of_other_days(
    places: set[PeriodKey],
    was: Mapping[PeriodKey, WeighedPeriod],
    now: Mapping[PeriodKey, WeighedPeriod],
) -> Iterator[AnswerChange]:
    """Yield the periods of which something else is said, in the order of facets and keys."""
    order = list(FACETS)
    for place in sorted(places, key=lambda each: (order.index(each[0]), *each[1:])):
        before, after = was.get(place), now.get(place)
        fields: tuple[str, ...] = ()
        if before and after:
            fields = Difference(*place, before.entry, after.entry).fields
        if fields or (before is None) != (after is None):
            yield AnswerChange(*place, was=before, now=after, fields=fields)
