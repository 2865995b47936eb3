"""The days on which a command that appends compares answers before and after."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cli.options.clocks import ValidDay, today
from events.bearings import can_be_preferred
from events.dates.days import BEGINNING, FOREVER
from events.dates.edtf import parse
from events.entry import Entry
from events.record_events import (
    ClaimCorrected,
    ClaimRetracted,
    ReadingPreferred,
    SourceEvent,
    statement_of,
)
from projections.diff import Difference, diff
from projections.question import ClaimStore, DayQuestion, PeriodsQuestion
from projections.state import state
from projections.state_object import State
from projections.view import view

MOST_COMPARED = 8
"""The most pairs of a mission and a day whose answers are compared."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """How the answers on one mission changed on one day."""

    mission: str
    on: ValidDay
    differences: list[Difference]

    def to_json(self) -> dict[str, object]:
        """Return the change as a JSON object."""
        differences = [each.to_json() for each in self.differences]
        return {"mission": self.mission, **self.on.heading, "differences": differences}


@dataclass(frozen=True, slots=True)
class ComparedDays:
    """The days on which answers are compared, by mission; `left_out` counts the others."""

    days: tuple[tuple[str, ValidDay], ...]
    left_out: int = 0

    def changes(self, store: ClaimStore, before: int, after: int) -> list[StateChange]:
        """Compare the answers on each of the days, as recorded up to two positions."""

        def answer(mission: str, on: ValidDay, upto: int) -> State:
            return state(view(store, mission, upto=upto, question=DayQuestion(on.day)), on.day)

        return [
            StateChange(mission, on, diff(answer(mission, on, before), answer(mission, on, after)))
            for mission, on in self.days
        ]


def days_to_compare(
    store: ClaimStore, entries: Iterable[Entry], on: ValidDay | None
) -> ComparedDays:
    """Choose the days to compare: `on` if given, else those that new events name, and today.

    `store` holds them, and the events that they refer to. At most MOST_COMPARED are chosen, the
    latest of each mission.
    """
    named_days: dict[str, set[int]] = {}
    for entry in entries:
        for mission, named in _days_by_mission(store, entry):
            named_days.setdefault(mission, set()).update(named)
    if on:
        return ComparedDays(tuple((mission, on) for mission in sorted(named_days)))
    now = today()
    each = max(MOST_COMPARED // max(len(named_days), 1), 1) - 1
    days: list[tuple[str, ValidDay]] = []
    left_out = 0
    for mission in sorted(named_days):
        others = sorted(named_days[mission] - {now.day})
        chosen = sorted([*others[-each:], now.day]) if each else [now.day]
        left_out += len(others) + 1 - len(chosen)
        days += [(mission, ValidDay(day)) for day in chosen]
    return ComparedDays(tuple(days), left_out)


def _days_by_mission(store: ClaimStore, entry: Entry) -> Iterator[tuple[str, Iterable[int]]]:
    """Yield the missions that an entry can change answers on, with the days that it names."""
    content = entry.content
    if isinstance(content, SourceEvent):
        for mission in store.missions_citing(content.about):
            yield mission, _days_stated(store, mission, content)
    elif entry.mission:
        yield entry.mission, _days_of(store, content)
        if isinstance(content, ClaimRetracted):
            for target in store.starting_with(content.target, limit=1):
                yield from _days_by_mission(store, target)


def _days_stated(store: ClaimStore, mission: str, event: SourceEvent) -> Iterator[int]:
    """Yield the days that a source names in a mission, and those on which it can have come out."""
    claims = store.select(mission).claims
    stated = store.at(claim.position for claim in claims if claim.source == event.about)
    for entry in stated.values():
        yield from _days_of(store, entry.content)
    for entry in store.of_sources([event.about]):
        yield from _bounds(getattr(entry.content, "published", None))
    yield from _bounds(getattr(event, "published", None))


def _bounds(date: str | None) -> Iterator[int]:
    """Yield the first and the last day of a date, as far as there are any."""
    if date:
        yield from (day for day in parse(date).window.bounds if BEGINNING < day < FOREVER)


def _days_of(store: ClaimStore, content: object) -> Iterator[int]:
    """Yield the first and last days of an event's date, or of the events that it is about."""
    if claim := statement_of(content):
        yield from _bounds(claim.on)
    targets: Iterable[Entry] = ()
    if isinstance(content, ReadingPreferred):  # the claims passed over change too
        place = (content.facet, content.key, content.period)
        claims = store.select(content.mission, PeriodsQuestion(frozenset({place}))).claims
        entries = store.at(claim.position for claim in claims if claim.place == place).values()
        targets = [e for e in entries if can_be_preferred(e.content, place, content.role)]
    elif isinstance(content, ClaimRetracted | ClaimCorrected):
        targets = store.starting_with(content.target, limit=1)
    for entry in targets:
        yield from _days_of(store, entry.content)
