"""The lifespan of a period: the days on which it can be in the state, so that others are skipped.

A lifespan is a range of days [begins, ends). It may be wider than the days on which the period has
a standing, never narrower. It is what weighing makes of all claims that bound the period
(`projections.weighing.weigh`), where these are enough to tell. It is open where its key has other
periods, where reports on it contradict each other, where an event about the record bears on one of
them or on its source, or where one was stated before its source was described. The end of the
mission and other holders only narrow it, and are applied when it is asked about.

On a clock that leaves some of these claims out it says nothing: it is settled from `settled_source`
and `settled_position` on.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from events.ahead import weighed_basis
from events.dates.days import BEGINNING, FOREVER
from events.facets import FACETS, Basis, Role
from events.publication import ALWAYS as ANY_TIME
from projections.claims_table.claim_rows import StatedClaim
from projections.claims_table.period_row import ALWAYS, NEVER, PeriodRow, Series
from projections.weighing.claims import Claim
from projections.weighing.occurrence import Days, plan_days
from projections.weighing.sources import Version
from projections.weighing.weigh import weigh_evidence


class Addition(NamedTuple):
    """A claim that is new on a period; `version` is when its source came out.

    `series` are those that it belongs to. `unsettled` is set where events about its source can move
    that.
    """

    position: int
    stated: StatedClaim
    version: Version
    series: tuple[int, ...]
    unsettled: bool

    @property
    def certain_from(self) -> int:
        """The first second at which its source can certainly be public."""
        if self.stated.source is None:
            return ALWAYS
        certain_from = self.version.published.certain_from
        return NEVER if certain_from is None else certain_from

    @property
    def settled_from(self) -> int:
        """The second from which on its source is always certainly public."""
        if self.stated.source is None:
            return ALWAYS
        settled_from = self.version.published.settled_from
        return NEVER if settled_from is None else settled_from

    @property
    def reported(self) -> bool:
        """Whether it counts as a report."""
        stated, version = self.stated, self.version
        basis = weighed_basis(
            *(stated.basis, stated.first, stated.last, version.published),
            is_in_future=version.is_in_future,
        )
        return basis is Basis.REPORTED

    @property
    def is_searchable(self) -> bool:
        """Whether its basis as stated is that by which it counts."""
        return self.reported or self.stated.basis is not Basis.REPORTED

    @property
    def days(self) -> Days:
        """The days of its window; those of a plan are no earlier than its publication."""
        if self.reported:
            return Days(self.stated.first, self.stated.last)
        return plan_days(self.stated.first, self.stated.last, self.version.published.since)


def opened(row: PeriodRow) -> PeriodRow:
    """Return the row of a period whose lifespan cannot be told from now on."""
    row = row._replace(first_source=ALWAYS)
    if not FACETS[row.facet].lasting:
        return row
    return row._replace(begins=BEGINNING, ends=FOREVER, settled_source=NEVER, settled_position=None)


def redated(row: PeriodRow) -> PeriodRow:
    """Return the row of a period with a claim whose source's date can have been another.

    Then so can be the days, the basis and the order of its claims.
    """
    return unsearchable(opened(row))._replace(begins=BEGINNING, ends=FOREVER, planned=1)


def unsearchable(row: PeriodRow) -> PeriodRow:
    """Return the row of a period of which all readings have to be read."""
    return row._replace(whole=1)


def extended(row: PeriodRow, new: Iterable[Addition]) -> PeriodRow:
    """Return the row of a period with new claims, its lifespan not yet weighed again."""
    begins, ends, series = row.begins, row.ends, dict(row.all_series)
    planned, whole = row.planned, row.whole
    first_source, first_position = row.first_source, row.first_position
    settled_source, settled_position = row.settled_source, row.settled_position
    since, until = row.attested_from, row.attested_to
    lasting = FACETS[row.facet].lasting
    for each in new:
        stated, reported = each.stated, each.reported
        first_source = min(first_source, each.certain_from)
        first_position = min(first_position, each.position)
        planned |= not reported or stated.basis is not Basis.REPORTED
        if stated.bounds:
            if settled_position is not None:
                settled_source = max(settled_source, each.settled_from)
                settled_position = max(settled_position, each.position)
        else:
            days = each.days
            if row.period > 1 and not lasting:
                begins = BEGINNING  # it is part of the series of number 1
            elif not lasting and (not series or days.first < begins):
                begins = days.first
            if stated.role is Role.HAPPENING and (not series or days.last >= ends):
                ends = min(days.last + 1, FOREVER)
            for number in each.series:
                series[number] = _longer(series.get(number, _EMPTY), each)
            whole |= not each.is_searchable
        if stated.role is Role.ATTESTATION and reported:
            day = each.days.last
            since = day if since is None else min(since, day)
            until = day if until is None else max(until, day)
    return PeriodRow(
        *(row.k, row.mission, row.facet, row.key, row.period, begins, ends),
        *(first_source, first_position, settled_source, settled_position),
        *(since, until, int(planned), int(whole)),
    ).with_series(series)


_EMPTY = Series(0, planned=False)


def _longer(series: Series, new: Addition) -> Series:
    """Return a series with a new claim."""
    longest, first, last = series.longest, new.stated.first, new.stated.last
    is_open = longest is None or first == BEGINNING or last == FOREVER
    return Series(
        None if is_open or longest is None else max(longest, last - first),
        series.planned or not new.reported,
    )


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
