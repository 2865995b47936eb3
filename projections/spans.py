"""On which days something was in a mission's state, and how surely.

A standing changes on a few days only: the sides of a period's windows. Between two of them it is
the same on every day, so that runs of days tell of any span whole.

    Run(737_730, 738_310, Standing.CERTAIN)     certain at the close of each of these days
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from events.days import BEGINNING, FOREVER
from events.facets import FACETS, Role
from projections.occurrence import Days
from projections.period import Period, Standing, standing
from projections.reading import Answer, answers, readings
from projections.state import Json, StateEntry, counted, day_json, in_force
from projections.view import View


class Run(NamedTuple):
    """Consecutive days, from `first` to `last`, at whose close a standing is the same."""

    first: int
    last: int
    standing: Standing

    def to_json(self) -> Json:
        """Return the run as a JSON object; an open side is null."""
        return {
            "first": day_json(self.first),
            "last": day_json(self.last),
            "standing": self.standing.value,
        }


@dataclass(frozen=True, slots=True)
class Presence:
    """Something that was in the state on some day of a span.

    `entry` is how it stood on the last of these days; `runs` are the days, in order.
    """

    entry: StateEntry
    runs: tuple[Run, ...]

    def to_json(self) -> Json:
        """Return the entry as the state object has it, with its days."""
        return {**self.entry.to_json(), "days": [run.to_json() for run in self.runs]}


def during(view: View, span: Days) -> dict[str, tuple[Presence, ...]]:
    """Return what was in a mission's state on some day of a span, facet by facet.

    A strength reading is an entry of its own, with the days on which it answers.
    """
    found: dict[str, list[Presence]] = {name: [] for name in FACETS}
    for name, periods in view.periods.items():
        for period in periods:
            if runs := within(runs_of(period), span):
                last = runs[-1]
                entry = in_force(view, period, last.standing, last.last)
                found[name].append(Presence(entry, runs))
    for key in view.strengths:
        found["strength"] += sorted(_counts(view, key, span), key=lambda each: each.runs[0].first)
    return {name: tuple(each) for name, each in found.items()}


def runs_of(period: Period) -> tuple[Run, ...]:
    """Return the days on which a period is in the state."""
    windows = [period.begun, period.ended, period.planned_end, period.displaced]
    windows += [part.days for part in (period.start, period.end) if part]
    days = {day for window in windows if window for day in window} | {period.attested_to + 1}
    return _runs((first, last, standing(period, first)) for first, last in _between(days))


def _counts(view: View, key: str, span: Days) -> Iterator[Presence]:
    """Yield the readings of one strength key that answer in a span."""
    claims = view.strengths[key]
    preference = view.visible.preferences.get(("strength", key, 1, Role.READING))
    found = readings(claims)
    days = {day for each in found for day in (each.days.first, each.days.last, each.days.last + 1)}
    answered: dict[str, list[tuple[int, int, Answer]]] = {}
    for first, last in _between(days):
        for answer in answers(found, first, preference):
            answered.setdefault(answer.reading.claim.event, []).append((first, last, answer))
    for parts in answered.values():
        runs = within(_runs((one, other, each.standing) for one, other, each in parts), span)
        if runs:
            answer = next(each for one, other, each in parts if one <= runs[-1].last <= other)
            yield Presence(counted(view, key, answer), runs)


def within(runs: Iterable[Run], span: Days) -> tuple[Run, ...]:
    """Return the part of runs that lies in a span."""
    return tuple(
        Run(max(run.first, span.first), min(run.last, span.last), run.standing)
        for run in runs
        if run.first <= span.last and run.last >= span.first
    )


def _between(days: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the runs of days that these days begin, and the one before them."""
    sides = sorted({day for day in days if BEGINNING < day < FOREVER})
    yield from ((first, after - 1) for first, after in pairwise([BEGINNING, *sides, FOREVER + 1]))


def _runs(parts: Iterable[tuple[int, int, Standing | None]]) -> tuple[Run, ...]:
    """Put runs that follow each other with one standing together; leave out days without any."""
    runs: list[Run] = []
    for first, last, found in parts:
        if found is None:
            continue
        if runs and runs[-1].last == first - 1 and runs[-1].standing is found:
            runs[-1] = runs[-1]._replace(last=last)
        else:
            runs.append(Run(first, last, found))
    return tuple(runs)


def hull(runs: Sequence[Run]) -> Days:
    """Return the first and the last day of runs."""
    return Days(runs[0].first, max(run.last for run in runs))
