"""Which reports on one key can be true together, and on which days its periods then fall.

The periods of a key follow each other: start, end, next start, next end, each no earlier than the
one before. A report bounds one or two of these days:

    a start in [a, b]         the start lies in [a, b]
    an end in [a, b]          the end lies in [a, b]
    an attestation in [a, b]  the start is no later than b, the end is later than a

A reported start attests its own day, unless an end is reported as well; so does an attestation some
day between start and end. Then the end is at least a day later than the start. Reports contradict
each other exactly where a lower bound exceeds an upper bound of the same day or of an earlier one.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from events.dates.days import BEGINNING, FOREVER
from events.facets import Role
from projections.weighing.occurrence import ANY_DAY, Days


class Report(NamedTuple):
    """What reports say of the period with the index `at` among the periods of a key."""

    at: int
    role: Role
    first: int
    last: int


class Evidence(NamedTuple):
    """The bounds that a set of reports sets to the days of one period, regardless of others.

    `begins` and `ends` bound the start and the end. `gap` is the least number of days from start to
    end. `attested_from` is the latest first day of an attestation. `first` is the earliest first
    day of an attestation or a reported end.
    """

    begins: Days = ANY_DAY
    ends: Days = ANY_DAY
    gap: int = 0
    is_heard: bool = False
    start_is_reported: bool = False
    end_is_reported: bool = False
    attested_from: int = BEGINNING
    first: int = FOREVER


class Windows(NamedTuple):
    """The days on which a period can have begun and ended, given all periods of its key."""

    begun: Days
    ended: Days


NOTHING_HEARD = Evidence()


def after(day: int) -> int:
    """Return the day after a day; an open bound stays open."""
    return day if day in (BEGINNING, FOREVER) else day + 1


def before(day: int) -> int:
    """Return the day before a day; an open bound stays open."""
    return day if day in (BEGINNING, FOREVER) else day - 1


def evidence(reports: Iterable[Report]) -> Evidence:
    """Return the bounds that reports on one period set together."""
    starts: list[Report] = []
    ends: list[Report] = []
    attested: list[Report] = []
    for report in reports:
        role = report.role
        (starts if role is Role.START else ends if role is Role.END else attested).append(report)
    if not (starts or ends or attested):
        return NOTHING_HEARD
    attested_from = max([each.first for each in attested], default=BEGINNING)
    return Evidence(
        begins=Days(
            max([each.first for each in starts], default=BEGINNING),
            min([each.last for each in (*starts, *attested)], default=FOREVER),
        ),
        ends=Days(
            max([after(attested_from), *(each.first for each in ends)]),
            min([each.last for each in ends], default=FOREVER),
        ),
        gap=1 if attested or not ends else 0,
        is_heard=True,
        start_is_reported=bool(starts),
        end_is_reported=bool(ends),
        attested_from=attested_from,
        first=min([each.first for each in (*attested, *ends)], default=FOREVER),
    )


def windows(
    periods: Sequence[Evidence], first: int = BEGINNING, last: int = FOREVER
) -> list[Windows] | None:
    """Return the windows of periods in order; None where the evidence contradicts itself.

    None of them begins before `first`, and none ends after `last`.
    """
    earliest: list[tuple[int, int]] = []
    since = first
    for each in periods:
        begins = max(each.begins.first, since)
        since = max(each.ends.first, after(begins) if each.gap else begins)
        if begins > each.begins.last or since > each.ends.last:
            return None
        earliest.append((begins, since))
    if since > last:
        return None
    found: list[Windows] = []
    until = last
    for each, (begins, ends) in zip(reversed(periods), reversed(earliest), strict=True):
        ended = Days(ends, min(each.ends.last, until))
        until = min(each.begins.last, before(ended.last) if each.gap else ended.last)
        if begins > until:
            return None
        found.append(Windows(Days(begins, until), ended))
    return found[::-1]
