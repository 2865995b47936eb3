"""Readings: a quantity that holds from its date until the next reading of the same key.

A strength report is a reading. So is the quantity stated by a start or an attestation of a
contribution, on that claim's own date. A planned reading is never more than `expected`. Which
reading is the latest is told by stated dates; a plan answers from its publication on.

Quantities of different kinds (people, helicopters) are series of their own: none takes the place of
another. All functions but `readings` and `by_kind` take the readings of one series.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from events.dates.edtf import parse
from events.facets import EVERYONE, FACETS, Role
from events.units import kind_of
from projections.weighing.amount import Amount
from projections.weighing.claims import Claim, Preference
from projections.weighing.occurrence import Days, day_ranges, days_of, last_published
from projections.weighing.period import Standing, weakest

AnyReading = TypeVar("AnyReading")


@dataclass(frozen=True, slots=True)
class Reading:
    """One quantity stated by one claim, the kind of thing it counts, and the window of its date.

    `days` are those on which it can begin to answer; `stated` is its date, which for a plan can be
    earlier. From the last day of `until` on it answers no more.
    """

    claim: Claim
    quantity: Amount
    kind: str
    days: Days
    stated: Days
    until: Days | None = None

    def excludes(self, other: "Reading") -> bool:
        """Whether both are reported, of one date, and cannot both be true."""
        return (
            self.claim.reported
            and other.claim.reported
            and self.stated == other.stated
            and self.quantity.excludes(other.quantity)
        )

    def repeats(self, other: "Reading") -> bool:
        """Whether both say the same number, in whatever words, on one date and equally surely."""
        return (
            self.claim.reported == other.claim.reported
            and self.stated == other.stated
            and self.quantity.same_number(other.quantity)
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A reading that answers on a day, with its standing.

    `rivals` are readings of the same date that exclude it (it is then disputed), readings whose
    order with it is unknown, and readings that exclude `last_reported`, the last reported
    reading, which is shown beside a planned answer.
    """

    reading: Reading
    standing: Standing
    rivals: tuple[Reading, ...] = ()
    last_reported: Reading | None = None

    @property
    def supporting(self) -> tuple[Reading, ...]:
        """The readings it rests on: first the one that answers, then those shown beside it."""
        beside = (self.last_reported,) if self.last_reported else ()
        return (self.reading, *self.rivals, *beside)

    @property
    def disputed(self) -> bool:
        """Whether another reported reading of the same date excludes this one."""
        return any(self.reading.excludes(rival) for rival in self.rivals)


def readings(claims: Sequence[Claim], measure: str = "quantity") -> list[Reading]:
    """Return the readings among claims: those that state the measure and do not end a period."""
    return [
        _reading(claim, quantity)
        for claim in claims
        if claim.role is not Role.END and (quantity := claim.amount(measure))
    ]


def _reading(claim: Claim, quantity: Amount) -> Reading:
    stated = Days(claim.first, claim.last)
    days = stated if claim.reported else days_of(claim)
    return Reading(claim, quantity, kind_of_count(claim, quantity), days, stated, _until(claim))


def kind_of_count(claim: Claim, quantity: Amount) -> str:
    """Return the kind of thing that a claim counts, whatever the word for it.

    In a count of one category all words for people count those in that category.
    """
    _, *category = claim.key.split("/")
    in_category = not FACETS[claim.facet].lasting and category[:1] not in ([], [EVERYONE])
    return kind_of(quantity.unit, in_category=in_category)


def _until(claim: Claim) -> Days | None:
    until = claim.data.get("until") if claim.role is Role.READING else None
    return None if until is None else Days(*parse(until).window.bounds)


def by_kind(found: Iterable[Reading]) -> list[list[Reading]]:
    """Return readings by the kind of their unit, in the order of its name; no unit comes first."""
    series: dict[str, list[Reading]] = {}
    for each in found:
        series.setdefault(each.kind, []).append(each)
    return [series[kind] for kind in sorted(series)]


class ReadingSeries(NamedTuple):
    """The readings of one measure and kind of one facet, key and period, and any preference."""

    place: tuple[str, str, int]
    measure: str
    found: list[Reading]
    preference: Preference | None


def answers(
    found: Sequence[Reading], day: int, preference: Preference | None = None
) -> list[Answer]:
    """Return the readings that answer for one key at the close of a day.

    First the latest reading that has surely begun (several, if their order is unknown), then each
    that may have begun.
    """
    begun = [r for r in _preferred(found, preference) if r.days.first <= day]
    found_begun = _answers_begun([r for r in begun if r.days.last <= day], day)
    result = [each for each in (_until_day(one, day) for one in found_begun) if each]
    may_have_begun = [r for r in begun if r.days.last > day]
    for reading in _best_per_date(may_have_begun):
        if reading.claim.reported:
            rivals = _conflicting(reading, may_have_begun)
            answer = _until_day(Answer(reading, Standing.POSSIBLE, rivals), day)
        else:
            rivals = _rival_plans(reading, may_have_begun)
            answer = _until_day(Answer(reading, Standing.EXPECTED, rivals), day)
        result += [answer] if answer else []
    return result


def weakened(answer: Answer) -> Answer:
    """Return an answer that is at most `possible`."""
    return replace(answer, standing=weakest((answer.standing, Standing.POSSIBLE)))


def _until_day(answer: Answer, day: int) -> Answer | None:
    """Return an answer as it is on a day; None if its reading answers no more."""
    until = answer.reading.until
    if until is None or day < until.first:
        return answer
    return weakened(answer) if day < until.last else None


def edges(found: Iterable[Reading]) -> Iterator[int]:
    """Yield the days among which are all on which other readings answer, or differently."""
    for each in found:
        yield from (*each.days, each.days.last + 1, *(each.until or ()))


def answers_over_time(
    found: Sequence[Reading], preference: Preference | None = None
) -> Iterator[tuple[Days, list[Answer]]]:
    """Yield ranges that cover all days, each with the `answers` of every day in it.

    Each range weighs only the readings that can matter: those that may begin in it, and those begun
    that are `not_replaced`. So a series of n readings takes about n steps.
    """
    candidates = _preferred(found, preference)
    by_end = sorted(range(len(candidates)), key=lambda at: candidates[at].days.last)
    by_start = sorted(
        range(len(candidates)), key=lambda at: candidates[at].days.first, reverse=True
    )
    ends = [candidates[at].days.last for at in by_end]
    beginning: set[int] = set()
    for days in day_ranges(edges(candidates)):
        while by_start and candidates[by_start[-1]].days.first <= days.first:
            beginning.add(by_start.pop())
        beginning = {at for at in beginning if candidates[at].days.last > days.first}
        begun = range(bisect_right(ends, days.first) - 1, -1, -1)
        answering, _ = not_replaced(
            (by_end[n], candidates[by_end[n]].days, candidates[by_end[n]].claim.reported)
            for n in begun
        )
        relevant = sorted(beginning | set(answering))
        yield days, answers([candidates[at] for at in relevant], days.first)


def not_replaced(
    latest_first: Iterable[tuple[AnyReading, Days, bool]],
) -> tuple[list[AnyReading], int | None]:
    """Return those of the readings begun for sure that others do not replace, and since when.

    `latest_first` are these readings by the last days of their windows, each with its window, and
    whether it is reported and certainly counts. Such a reading replaces all that ended before it
    can have begun, so that the rest is not looked at. The day is None where there is no such
    reading.
    """
    found: list[AnyReading] = []
    since: int | None = None
    for reading, days, reported in latest_first:
        if since is not None and days.last < since:
            break
        found.append(reading)
        if reported:
            since = days.first if since is None else max(since, days.first)
    return found, since


def _answers_begun(begun: Sequence[Reading], day: int) -> list[Answer]:
    if not begun:
        return []
    reported = [reading for reading in begun if reading.claim.reported]
    best = max(begun, key=_order)
    if not best.claim.reported:
        last_reported = max(reported, key=_order, default=None)
        rivals = _rival_plans(best, begun)
        if last_reported:
            rivals += _conflicting(last_reported, reported)
        return [Answer(best, Standing.EXPECTED, rivals, last_reported)]
    latest = [
        reading
        for reading in _best_per_date(reported)
        if not any(_dated_later(other, reading) for other in reported)
    ]
    if any(one.quantity.excludes(other.quantity) for one in latest for other in latest):
        # One window lies inside the other, and the counts differ: either may be the later.
        return [
            Answer(
                one,
                Standing.POSSIBLE,
                (*(other for other in latest if other is not one), *_conflicting(one, reported)),
            )
            for one in latest
        ]
    standing = Standing.ASSUMED
    if best.days.last == day:
        standing = Standing.CERTAIN if best.days.first == day else Standing.POSSIBLE
    return [Answer(best, standing, _conflicting(best, reported))]


def _preferred(found: Sequence[Reading], preference: Preference | None) -> list[Reading]:
    """Return all readings but the reported ones for which a preference chose another of the date.

    Readings recorded after the preference are not affected by it.
    """
    if preference is None:
        return list(found)
    settled = {r.stated for r in found if r.claim.event in preference.claims}
    return [
        r
        for r in found
        if not r.claim.reported
        or r.stated not in settled
        or r.claim.event in preference.claims
        or r.claim.position > preference.position
    ]


def set_aside(found: Sequence[Reading], preference: Preference | None) -> list[Reading]:
    """Return the readings that a preference rejects."""
    preferred = _preferred(found, preference)
    return [reading for reading in found if reading not in preferred]


def _best_per_date(found: Sequence[Reading]) -> list[Reading]:
    """Return one reading of each date, the latest date first.

    Of one date, a reported reading goes before a planned one, then the latest published.
    """
    best: dict[Days, Reading] = {}
    for reading in sorted(found, key=_order):
        best[reading.stated] = reading
    return sorted(best.values(), key=_order, reverse=True)


def clashes(found: Sequence[Reading], preference: Preference | None = None) -> list[Reading]:
    """Return the reported readings that another of the same date excludes, unless settled."""
    candidates = _preferred(found, preference)
    by_date: dict[Days, list[Reading]] = {}
    for reading in candidates:
        by_date.setdefault(reading.stated, []).append(reading)
    return [reading for reading in candidates if _conflicting(reading, by_date[reading.stated])]


def _order(reading: Reading) -> tuple[object, ...]:
    """Sort key: by date; at the same date reported after planned; then by publication."""
    claim = reading.claim
    dated = (reading.stated.last, reading.stated.first)
    return (*dated, claim.reported, *claim.published.order, claim.position)


def _dated_later(one: Reading, other: Reading) -> bool:
    """Whether one is the later: by both bounds of its window, or as the other's window ends first.

    Touching on one day is enough for the second, unless both windows are that day.
    """
    a, b = one.stated, other.stated
    return (a.first > b.first and a.last > b.last) or (a != b and a.first >= b.last)


def _rival_plans(plan: Reading, others: Sequence[Reading]) -> tuple[Reading, ...]:
    """Return plans for the same date with another quantity that may be the one published last."""
    same = [other for other in others if other.stated == plan.stated and not other.claim.reported]
    last = last_published([other.claim for other in same])
    return tuple(other for other in same if other.claim in last and other.quantity != plan.quantity)


def _conflicting(reading: Reading, others: Sequence[Reading]) -> tuple[Reading, ...]:
    return tuple(other for other in others if reading.excludes(other))
