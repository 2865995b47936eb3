"""The days on which a command that appends compares answers before and after."""

from collections.abc import Iterable, Iterator, Mapping, Set
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
    stated = _StatedDays(store)
    for entry in _with_targets(store, entries):
        for mission, named in _days_by_mission(entry, stated):
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


class _StatedDays:
    """The days that sources name, and those on which they can have come out: looked up once each.

    An announcement can have thousands of events about one source.
    """

    def __init__(self, store: ClaimStore) -> None:
        self._store = store
        self._found: dict[str, dict[str, set[int]]] = {}

    def by(self, source: str) -> Mapping[str, Set[int]]:
        """Return the days by mission, for each that cites the source."""
        if source not in self._found:
            out = {
                day
                for entry in self._store.of_sources([source])
                for day in _bounds(getattr(entry.content, "published", None))
            }
            missions = self._store.missions_citing(source)
            self._found[source] = {each: out | self._in_mission(each, source) for each in missions}
        return self._found[source]

    def _in_mission(self, mission: str, source: str) -> set[int]:
        claims = self._store.select(mission).claims
        stated = self._store.at(claim.position for claim in claims if claim.source == source)
        return {
            day
            for each in _with_targets(self._store, stated.values())
            for day in _days_of(each.content)
        }


def _with_targets(store: ClaimStore, entries: Iterable[Entry]) -> list[Entry]:
    """Return entries with those that they retract, correct or choose among, and so on; each once.

    A chain of them can be longer than calls may be nested.
    """
    found = {entry.id: entry for entry in entries}
    waiting = list(found.values())
    while waiting:
        content = waiting.pop().content
        targets: Iterable[Entry] = ()
        if isinstance(content, ReadingPreferred):  # the claims passed over change too
            place = (content.facet, content.key, content.period)
            claims = store.select(content.mission, PeriodsQuestion(frozenset({place}))).claims
            stated = store.at(claim.position for claim in claims if claim.place == place).values()
            targets = [e for e in stated if can_be_preferred(e.content, place, content.role)]
        elif isinstance(content, ClaimRetracted | ClaimCorrected) and content.target not in found:
            targets = store.starting_with(content.target, limit=1)
        new = {entry.id: entry for entry in targets if entry.id not in found}
        found |= new
        waiting += new.values()
    return list(found.values())


def _days_by_mission(entry: Entry, stated: _StatedDays) -> Iterator[tuple[str, Iterable[int]]]:
    """Yield the missions that an entry can change answers on, with the days that it names."""
    content = entry.content
    if isinstance(content, SourceEvent):
        for mission, days in stated.by(content.about).items():
            yield mission, {*days, *_bounds(getattr(content, "published", None))}
    elif entry.mission:
        yield entry.mission, _days_of(content)


def _bounds(date: str | None) -> Iterator[int]:
    """Yield the first and the last day of a date, as far as there are any."""
    if date:
        yield from (day for day in parse(date).window.bounds if BEGINNING < day < FOREVER)


def _days_of(content: object) -> Iterator[int]:
    """Yield the first and last days of the date of an event."""
    if claim := statement_of(content):
        yield from _bounds(claim.on)
