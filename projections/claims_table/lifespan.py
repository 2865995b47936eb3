"""The lifespan of a period: the days on which it can be in the state, so that others are skipped.

A lifespan is a range of days [begins, ends). It may be wider than the days on which the period has
a standing, never narrower. It is what weighing makes of all claims that bound the period
(`projections.weighing.weigh`), where these are enough to tell. It is open where its key has other
periods, where reports on it contradict each other, where an event about the record bears on one of
them, or where one was stated before its source was described. The end of the mission and other
holders only narrow it, and are applied when it is asked about.

On a clock that leaves some of these claims out it says nothing: it is settled from `settled_source`
and `settled_position` on.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from events.dates.days import BEGINNING, FOREVER
from events.facets import FACETS, Basis, Role
from events.publication import ALWAYS as ANY_TIME
from events.publication import Publication
from projections.claims_table.claim_rows import StatedClaim
from projections.claims_table.period_row import ALWAYS, NEVER, PeriodRow
from projections.weighing.claims import Claim
from projections.weighing.occurrence import Days, plan_days
from projections.weighing.weigh import weigh_evidence


class Addition(NamedTuple):
    """A claim that is new on a period; `published` is when its source was."""

    position: int
    stated: StatedClaim
    published: Publication

    @property
    def certain_from(self) -> int:
        """The second from which its source was certainly public."""
        if self.stated.source is None:
            return ALWAYS
        return NEVER if self.published.last is None else self.published.last

    @property
    def days(self) -> Days:
        """The days of its window; those of a plan are no earlier than its publication."""
        if self.stated.basis is Basis.REPORTED:
            return Days(self.stated.first, self.stated.last)
        return plan_days(self.stated.first, self.stated.last, self.published.since)


def opened(row: PeriodRow) -> PeriodRow:
    """Return the row of a period whose lifespan cannot be told from now on."""
    row = row._replace(first_source=ALWAYS)
    if not FACETS[row.facet].lasting:
        return row
    return row._replace(begins=BEGINNING, ends=FOREVER, settled_source=NEVER, settled_position=None)


def dated_late(row: PeriodRow) -> PeriodRow:
    """Return the row of a period with a claim whose source was described after it.

    Before that the days of its plans were others.
    """
    return unsearchable(opened(row))._replace(begins=BEGINNING)


def unsearchable(row: PeriodRow) -> PeriodRow:
    """Return the row of a period of which all readings have to be read."""
    return row._replace(longest=None)


def extended(row: PeriodRow, new: Iterable[Addition]) -> PeriodRow:
    """Return the row of a period with new claims, its lifespan not yet weighed again."""
    begins, longest, series = row.begins, row.longest, row.series
    first_source, first_position = row.first_source, row.first_position
    settled_source, settled_position = row.settled_source, row.settled_position
    since, until = row.attested_from, row.attested_to
    lasting = FACETS[row.facet].lasting
    for each in new:
        stated, certain_from = each.stated, each.certain_from
        first_source = min(first_source, certain_from)
        first_position = min(first_position, each.position)
        if stated.is_reading:
            days = each.days
            if not lasting and (not series or days.first < begins):
                begins = days.first
            longest = _longest(longest, days)
            for number in stated.series:
                series |= 1 << number
        elif settled_position is not None:
            settled_source = max(settled_source, certain_from)
            settled_position = max(settled_position, each.position)
        if stated.role is Role.ATTESTATION:
            day = each.days.last
            since = day if since is None else min(since, day)
            until = day if until is None else max(until, day)
    return PeriodRow(
        *(row.k, row.mission, row.facet, row.key, row.period, begins, row.ends),
        *(first_source, first_position, settled_source, settled_position),
        *(since, until, longest, series),
    )


def _longest(longest: int | None, days: Days) -> int | None:
    """Return the length of the longest window; None where one is open."""
    if longest is None or days.first == BEGINNING or days.last == FOREVER:
        return None
    return max(longest, days.last - days.first)


def with_lifespan(row: PeriodRow, bounds: Sequence[Claim]) -> PeriodRow:
    """Return the row of a period with the lifespan that its starts and ends give it.

    `bounds` are all of them. The earliest and the latest last day attested stand for all
    attestations: no other can make the lifespan wider.
    """
    if not row.can_be_told:
        return row
    attested = [
        _attestation(row, day) for day in (row.attested_from, row.attested_to) if day is not None
    ]
    evidence = (*bounds, *attested)
    if not evidence:
        return row._replace(begins=BEGINNING, ends=FOREVER)
    (period,) = weigh_evidence([evidence])
    begins, ends = period.enters, period.leaves
    # Another clock may count another plan.
    if period.only_planned:
        ends = FOREVER
    elif not period.start_reported:
        begins = BEGINNING
    # A set of reports that leaves out a start or an end can put the period on any day.
    if period.disputed:
        begins, ends = BEGINNING, FOREVER
    return row._replace(begins=begins, ends=ends)


def _attestation(row: PeriodRow, day: int) -> Claim:
    return Claim(
        *("", 0, *row.place, Role.ATTESTATION, day, day, Basis.REPORTED, None, ANY_TIME, {})
    )
