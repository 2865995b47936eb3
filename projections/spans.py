"""The days on which something was in a mission's state, and with what standing.

A standing changes only at the bounds of a period's windows. Between two bounds it is the same on
every day, so a few runs of days describe a span of any length:

    DayRun(737_730, 738_310, Standing.CERTAIN)     certain at the close of each of these days
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from events.facets import MEASURES, STATE_FACETS
from projections.quantities import answer_json, combined, quantity_json
from projections.state import (
    as_sure_as,
    descriptive_claims,
    ends_of,
    period_entry,
    reading_entry,
)
from projections.state_object import Json, StateEntry, day_json
from projections.view import View
from projections.weighing.claims import Preference
from projections.weighing.mission_end import answers_of_mission, end_of_plans
from projections.weighing.occurrence import ANY_DAY, Days, day_ranges
from projections.weighing.period import Period, Standing, standing
from projections.weighing.readings import Answer, Reading, answers_over_time, by_kind, readings


class DayRun(NamedTuple):
    """Consecutive days, `first` to `last` inclusive, at whose close the standing is the same."""

    first: int
    last: int
    standing: Standing

    def to_json(self) -> Json:
        """Return the run as a JSON object; an open bound is null."""
        return {
            "first": day_json(self.first),
            "last": day_json(self.last),
            "standing": self.standing.value,
        }


@dataclass(frozen=True, slots=True)
class Presence:
    """Something that was in the state on at least one day of a span.

    `entry` is its state entry on the last of these days, except that it is disputed if it was on
    any of them, and that a quantity has those of earlier days under `before`. `runs` are the days,
    in order; `at_odds` those on which sources disagree on a quantity.
    """

    entry: StateEntry
    runs: tuple[DayRun, ...]
    at_odds: tuple[Days, ...] = ()

    @property
    def disputed_runs(self) -> Iterator[DayRun]:
        """The days on which sources disagree: on its start or end, on a quantity, or on it."""
        parts = [part.days for part in (self.entry.start, self.entry.end) if part and part.disputed]
        parts += self.at_odds
        if self.entry.contradicted or self.entry.clashing:
            of_doubt = (run for run in self.runs if run.standing is Standing.POSSIBLE)
            parts += [Days(run.first, run.last) for run in of_doubt]
        for days in parts:
            yield from clip(self.runs, days)

    def to_json(self) -> Json:
        """Return the entry in the form of the state object, with its days."""
        return {**self.entry.to_json(), "days": [run.to_json() for run in self.runs]}


def presences_during(view: View, span: Days) -> dict[str, tuple[Presence, ...]]:
    """Return what was in a mission's state on at least one day of a span, by facet.

    Each strength reading is a separate entry, with the days on which it answers.
    """
    found: dict[str, list[Presence]] = {name: [] for name in STATE_FACETS}
    for name, periods in view.periods.items():
        for period in periods:
            if runs := clip(runs_of(period), span):
                found[name].append(_presence(view, period, runs))
    for facet, key in view.counts:
        found[facet] += sorted(
            _reading_presences(view, facet, key, span), key=lambda each: each.runs[0].first
        )
    return {name: tuple(each) for name, each in found.items()}


def _presence(view: View, period: Period, runs: tuple[DayRun, ...]) -> Presence:
    """Return a period as it was on these days, with the quantities of all of them."""
    last = runs[-1]
    entry = period_entry(view, period, last.standing, last.last)
    value, cited, at_odds = dict(entry.value), set(entry.claims), list[Days]()
    claims = descriptive_claims(period)
    preference = view.preferred_reading(period.place)
    for measure in MEASURES:
        of_kinds = []
        for series in by_kind(readings(claims, measure)):
            if answered := list(_answers_on(series, preference, runs)):
                of_kinds.append(_quantity(answered))
                cited.update(one.claim for _, each in answered for one in each.supporting)
                at_odds += [days for days, each in answered if each.disputed]
        if of_kinds:
            value[measure] = combined(of_kinds)
    entry = replace(
        entry,
        value=value,
        disputed=entry.disputed or bool(at_odds),
        counts_disputed=bool(at_odds),
        claims=tuple(claim for claim in period.claims if claim in cited),
    )
    return Presence(entry, runs, tuple(at_odds))


def _quantity(answered: Sequence[tuple[Days, Answer]]) -> Json:
    """Return the quantity of one kind on the last day that has one, and those of days before."""
    end = max(days.last for days, _ in answered)
    at_end = [each for days, each in answered if days.last == end]
    latest = {each.reading for each in at_end}
    before = {each.reading: each for _, each in answered if each.reading not in latest}
    shown = {one for each in at_end for one in each.supporting}
    shown |= {one for each in before.values() for one in (each.reading, *each.rivals)}
    earlier = [{**quantity_json(each), "standing": each.standing.value} for each in before.values()]
    # A report beside a plan, or a rival, on earlier days alone has no standing of its own.
    beside = dict.fromkeys(one for _, each in answered for one in each.supporting)
    earlier += [quantity_json(Answer(one, Standing.POSSIBLE)) for one in beside if one not in shown]
    quantity = answer_json(at_end[0], at_end[1:])
    if earlier:
        quantity["before"] = earlier
    return quantity


def _answers_on(
    found: Sequence[Reading], preference: Preference | None, runs: Sequence[DayRun]
) -> Iterator[tuple[Days, Answer]]:
    """Yield the readings that answer on the days of runs, each with a range of these days."""
    for days, answers in answers_over_time(found, preference):
        for run in clip(runs, days):
            of_run = as_sure_as(run.standing, answers)
            yield from ((Days(run.first, run.last), answer) for answer in of_run)


def runs_of(period: Period) -> tuple[DayRun, ...]:
    """Return the days on which a period is in the state."""
    ranges = day_ranges(period.edges)
    return _merge_runs((first, last, standing(period, first)) for first, last in ranges)


def answered_over_time(
    view: View, facet: str, key: str, span: Days = ANY_DAY
) -> Iterator[tuple[Days, Answer]]:
    """Yield the readings that answer for a key of a facet without periods, each with its days.

    They come one kind of thing after the other, by their days, as far as these lie in the span.
    """
    found, preference = readings(view.counts[facet, key]), view.preferred_reading((facet, key, 1))
    ends = ends_of(view, facet)
    for series in by_kind(found):
        of_plans = end_of_plans(series, ends)
        for part, answers in answers_over_time(series, preference):
            asked = span.narrowed(part)
            for days in _divided(asked, ends) if asked else ():
                for answer in answers_of_mission(answers, ends, of_plans, days.first):
                    yield days, answer


def _reading_presences(view: View, facet: str, key: str, span: Days) -> Iterator[Presence]:
    """Yield the readings of one key of a facet without periods that answer in a span."""
    answered: dict[str, list[tuple[Days, Answer]]] = {}
    for days, answer in answered_over_time(view, facet, key, span):
        answered.setdefault(answer.reading.claim.event, []).append((days, answer))
    for parts in answered.values():
        at_odds = tuple(days for days, each in parts if each.disputed)
        _, last_answer = parts[-1]
        entry = reading_entry(view, facet, key, last_answer)
        entry = replace(entry, disputed=bool(at_odds), counts_disputed=bool(at_odds))
        yield Presence(entry, _merge_runs((*days, each.standing) for days, each in parts), at_odds)


def _divided(days: Days, ends: Sequence[Days]) -> Iterator[Days]:
    """Yield the parts of a range of days before, inside and after the windows of ends."""
    parts = (days.narrowed(each) for each in day_ranges(day for end in ends for day in end))
    yield from (each for each in parts if each)


def clip(runs: Iterable[DayRun], span: Days) -> tuple[DayRun, ...]:
    """Return the parts of runs that lie in a span."""
    return tuple(
        DayRun(max(run.first, span.first), min(run.last, span.last), run.standing)
        for run in runs
        if run.first <= span.last and run.last >= span.first
    )


def _merge_runs(parts: Iterable[tuple[int, int, Standing | None]]) -> tuple[DayRun, ...]:
    """Join adjacent runs of the same standing; omit days without a standing."""
    runs: list[DayRun] = []
    for first, last, found in parts:
        if found is None:
            continue
        if runs and runs[-1].last == first - 1 and runs[-1].standing is found:
            runs[-1] = runs[-1]._replace(last=last)
        else:
            runs.append(DayRun(first, last, found))
    return tuple(runs)


def hull(runs: Sequence[DayRun]) -> Days:
    """Return the range from the first to the last day of runs."""
    return Days(runs[0].first, max(run.last for run in runs))
