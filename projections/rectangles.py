"""A mission's state on every day, as it was known on every day: rectangles of days.

A state entry is the same on every day between two bounds of valid time, from all that was public
between two bounds of publication time. So a few rectangles answer for all pairs of days:

    known ▲           ┌──────────┬─────────
          │           │ certain  │ assumed
          │     ┌─────┴──────────┴─────────
          │     │ expected
          └─────┴─────────────────────────▶ on

The entries are those of `projections.state`; nothing is decided here but which days are alike. What
the claims on one period say is worked out once, whichever clocks lead to the same claims.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import NamedTuple

from events.dates.days import BEGINNING, FOREVER
from events.facets import MEASURES, STATE_FACETS
from events.publication import close_of_day
from projections.question import ClaimStore
from projections.state import count_entries, ends_of, label_of, period_entry
from projections.state_object import StateEntry
from projections.view import View, view
from projections.weighing.claims import Claim
from projections.weighing.occurrence import Days, day_ranges
from projections.weighing.period import Period, Standing, standing
from projections.weighing.readings import edges, readings
from projections.weighing.sources import Sources


class Slot(NamedTuple):
    """A row of a state: `number` tells apart what the readings of one key say on one day.

    The order of slots is that of the entries of a state.
    """

    facet: str
    key: str
    period: int
    number: int = 0


class Rectangle(NamedTuple):
    """The days of both clocks on which a slot has an entry, first and last steps included.

    `known` and `on` are ranges of steps: numbers of the boundary days that are not later than a
    day. The last step of `known` is that of no limit.
    """

    slot: Slot
    known: tuple[int, int]
    on: tuple[int, int]
    entry: StateEntry


@dataclass(frozen=True, slots=True)
class EveryDay:
    """A mission's state on every day, by what was known on every day, up to a position of the log.

    `on` and `known` are the boundary days of both clocks, in order. `left_out` is how many sources
    were possibly, but not certainly, public at each step of `known`. `views` are the views of these
    steps.
    """

    mission: str
    position: int
    on: tuple[int, ...]
    known: tuple[int, ...]
    left_out: tuple[int, ...]
    rectangles: tuple[Rectangle, ...]
    views: tuple[View, ...]

    def step_known(self, day: int | None) -> int:
        """Return the step of a day on the publication clock; None is no limit."""
        return len(self.known) + 1 if day is None else bisect_right(self.known, day)

    def entries(self, on: int, known: int | None = None) -> list[StateEntry]:
        """Return the entries of the state at the close of a day, from what was public by another.

        Both are day numbers; None is no limit.
        """
        on_step, known_step = bisect_right(self.on, on), self.step_known(known)
        return [
            each.entry
            for each in self.rectangles
            if each.known[0] <= known_step <= each.known[1] and each.on[0] <= on_step <= each.on[1]
        ]


class Run(NamedTuple):
    """Consecutive days on which a slot has the same entry."""

    days: Days
    slot: Slot
    entry: StateEntry


def every_day(store: ClaimStore, mission: str, positions: Iterable[int]) -> Iterator[EveryDay]:
    """Yield a mission's state on every day by every day's knowledge, up to each position.

    The record is read once. Raises StoreError.
    """
    listed = list(positions)
    whole = view(store, mission, upto=max(listed, default=0))
    cache = _RunCache()
    named = [*whole.published.described, *(c.source for c in whole.claims if c.source)]
    for position in listed:
        part = replace(
            whole,
            claims=tuple(each for each in whole.claims if each.position <= position),
            amendments=tuple(each for each in whole.amendments if each.position <= position),
            published=store.sources(named, upto=position),
            position=position,
        )
        yield _every_day(part, cache)


def _every_day(whole: View, cache: "_RunCache") -> EveryDay:
    known = publication_days(whole.published)
    before = known[0] - 1 if known else 1
    limits = [*map(close_of_day, (before, *known)), None]
    views = tuple(replace(whole, known=limit) for limit in limits)
    runs = [cache.of_view(each) for each in views]
    bounds = (
        day
        for run in {id(run): run for run in chain(*runs)}.values()
        for day in (run.days.first, run.days.last + 1)
    )
    on = sorted({day for day in bounds if BEGINNING < day < FOREVER})
    return EveryDay(
        mission=whole.mission,
        position=whole.position,
        on=tuple(on),
        known=known,
        left_out=tuple(len(each.visible.possibly_public) for each in views),
        rectangles=tuple(_rectangles(runs, on)),
        views=views,
    )


class _RunCache:
    """The runs of views, periods and counts, by all that they depend on, whatever the clocks."""

    def __init__(self) -> None:
        self._of_views: dict[object, tuple[Run, ...]] = {}
        self._of_slots: dict[object, tuple[Run, ...]] = {}

    def of_view(self, seen: View) -> tuple[Run, ...]:
        """Return the runs of all slots."""
        heard = seen.visible
        inputs = heard.claims, tuple(heard.preferences.items())
        if (found := self._of_views.get(inputs)) is None:
            found = self._of_views[inputs] = tuple(self._runs(seen))
        return found

    def _runs(self, seen: View) -> Iterator[Run]:
        for periods in seen.periods.values():
            for period in periods:
                inputs = period, seen.preferred_reading(period.place)
                yield from self._of(inputs, partial(_period_runs, seen, period))
        for (facet, key), claims in seen.counts.items():
            place = facet, key, 1
            told = label_of(seen, *place), ends_of(seen, facet), seen.preferred_reading(place)
            yield from self._of((claims, *told), partial(_count_runs, seen, facet, key, claims))

    def _of(self, inputs: object, compute: Callable[[], Iterable[Run]]) -> tuple[Run, ...]:
        if (found := self._of_slots.get(inputs)) is None:
            found = self._of_slots[inputs] = tuple(compute())
        return found


def publication_days(sources: Sources) -> tuple[int, ...]:
    """Return the days on which what was certainly, or possibly, public can have changed."""
    versions = [*sources.described.values(), *(e.moved for e in sources.changes if e.moved)]
    days = {day for each in versions for day in (each.published.since, each.published.until)}
    return tuple(sorted(day for day in days if BEGINNING < day < FOREVER))


def _period_runs(seen: View, period: Period) -> Iterator[Run]:
    """Yield the runs of a period: its standing changes, or what answers of its values."""
    values = {claim.first for claim in period.claims}
    values.update(day for measure in MEASURES for day in edges(readings(period.claims, measure)))
    return _joined(Slot(*period.place), _period_entries(seen, period, values))


def _period_entries(
    seen: View, period: Period, values: Set[int]
) -> Iterator[tuple[Days, list[StateEntry]]]:
    """Yield the entry of a period on all days; its values change on some days alone."""
    entry: StateEntry | None = None
    for days in day_ranges(period.edges | values):
        found = standing(period, days.first)
        same = entry and days.first not in values and _is_like(entry, period, found)
        if not same:
            entry = period_entry(seen, period, found, days.first) if found else None
        yield days, [entry] if entry else []


def _is_like(entry: StateEntry, period: Period, found: Standing | None) -> bool:
    """Whether an entry of days before is that of this standing: only marks of `possible` vary."""
    return entry.standing is found is not Standing.POSSIBLE and period.clash is None


def _count_runs(seen: View, facet: str, key: str, claims: Sequence[Claim]) -> Iterator[Run]:
    """Yield the runs of a facet without periods and a key."""
    days = {day for end in ends_of(seen, facet) for day in end}
    days.update(edges(readings(claims)))
    entries = (
        (run, list(count_entries(seen, facet, key, claims, run.first))) for run in day_ranges(days)
    )
    return _joined(Slot(facet, key, 1), entries)


def _joined(slot: Slot, entries: Iterable[tuple[Days, Sequence[StateEntry]]]) -> Iterator[Run]:
    """Yield a run for each number of a slot, joining ranges of days whose entries are equal."""
    open_runs: dict[int, Run] = {}
    for days, of_days in entries:
        for number, entry in enumerate(of_days):
            run = open_runs.get(number)
            if run and run.days.last == days.first - 1 and run.entry == entry:
                open_runs[number] = run._replace(days=Days(run.days.first, days.last))
                continue
            if run:
                yield run
            open_runs[number] = Run(days, slot._replace(number=number), entry)
    yield from open_runs.values()


def _rectangles(runs: Sequence[Sequence[Run]], on: Sequence[int]) -> list[Rectangle]:
    """Join the runs that are the same at consecutive steps of `known`, in the order of slots."""
    found: list[Rectangle] = []
    since: dict[int, tuple[Run, int]] = {}
    for step, of_step in enumerate([*runs, []]):
        here = {id(run): run for run in of_step}
        for name in [each for each in since if each not in here]:
            run, first = since.pop(name)
            days = bisect_right(on, run.days.first), bisect_right(on, run.days.last)
            found.append(Rectangle(run.slot, (first, step - 1), days, run.entry))
        for name, run in here.items():
            since.setdefault(name, (run, step))
    return sorted(found, key=_order)


_FACET_ORDER = {name: place for place, name in enumerate(STATE_FACETS)}


def in_order(slots: Iterable[Slot]) -> list[Slot]:
    """Return slots in the order of the entries of a state."""
    return sorted(slots, key=lambda slot: (_FACET_ORDER[slot.facet], *slot[1:]))


def _order(found: Rectangle) -> tuple[object, ...]:
    slot = found.slot
    return _FACET_ORDER[slot.facet], *slot[1:], found.known, found.on
