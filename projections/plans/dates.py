"""What came of a planned date: of a start, an end or a happening, as far as the dates allow."""

from events.dates.days import BEGINNING, FOREVER
from events.facets import Role
from projections.happenings import Happening
from projections.plans.plan import Outcome, Result
from projections.weighing.occurrence import Days
from projections.weighing.period import Period


def result_for_period(period: Period, role: Role, planned: Days, day: int) -> Result:
    """Judge a planned start or end of a period at the close of a day."""
    part = period.start if role is Role.START else period.end
    happened = _happened(period, role)
    if happened and (happened.first > day or (role is Role.START and period.begun.first > day)):
        happened = None  # not yet by the day asked about
    outcome = outcome_of_dates(planned, happened, day)
    is_open = outcome in (Outcome.UNCONFIRMED, Outcome.PERHAPS)
    if role is Role.END and is_open and period.attested_from >= planned.last:
        outcome = Outcome.NOT_BY_THEN
    return Result(outcome, happened, part.reports if part else ())


def result_for_happening(found: Happening, planned: Days, day: int) -> Result:
    """Judge what was planned to happen at the close of a day."""
    when = found.occurrence
    happened = when.days if when.reported and when.days.first <= day else None
    return Result(outcome_of_dates(planned, happened, day), happened, when.reports)


def _happened(period: Period, role: Role) -> Days | None:
    """Return the days on which a planned start or end can have happened; None if unknown."""
    if role is Role.START:
        if period.start and period.start.reported:
            return period.begun
        # It is attested, so it began by then; no source says on which day.
        unknown = period.only_planned or period.begun.last == FOREVER
        return None if unknown else Days(BEGINNING, period.begun.last)
    if period.end_reported:
        return period.ended
    # Otherwise it is only known by when it has ended: it can have been long before.
    last = period.ended_by
    return None if last == FOREVER else Days(min(period.ended.first, last), last)


def outcome_of_dates(planned: Days, happened: Days | None, day: int) -> Outcome:
    """Compare the days planned with those on which it happened, at the close of a day."""
    if happened is None:
        if day < planned.first:
            return Outcome.AHEAD
        return Outcome.DUE if day < planned.last else Outcome.UNCONFIRMED
    if happened.last > day:
        return Outcome.PERHAPS
    if happened.last < planned.first:
        return Outcome.EARLY
    if happened.first > planned.last:
        return Outcome.LATE
    if planned.first <= happened.first and happened.last <= planned.last:
        return Outcome.ON_TIME
    return Outcome.UNCLEAR
