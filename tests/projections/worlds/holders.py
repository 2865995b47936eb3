"""Holders of an exclusive facet: no two of one post at once, but jointly."""

from collections.abc import Sequence

from events.facets import Role
from tests.projections.worlds.periods import Period
from tests.projections.worlds.statements import NEVER, Window

EXCLUSIVE = ("command", "commander")


def post(period: Period) -> tuple[str, str]:
    """Return what only one can hold: a facet, and in it a post."""
    return period.facet, period.key.rpartition("/")[0]


class Holder:
    """A period among the others of its post."""

    def __init__(self, period: Period, everyone: Sequence[Period]) -> None:
        self.period = period
        rivals = [
            other
            for other in everyone
            if post(other) == post(period)
            and other.key != period.key
            and not other.only_planned
            and not period.only_planned
            and not _jointly(period, other, everyone)
        ]
        clashes = {id(other): _clash(period, other) for other in rivals}
        days = [day for day in clashes.values() if day is not None]
        self.clash_from = min(days, default=None)
        taken = [
            found
            for other in rivals
            if clashes[id(other)] is None
            and (found := _takes_over(other, period) or _either(period, other))
        ]
        self.displaced = (
            Window(min(w.first for w in taken), min(w.last for w in taken)) if taken else None
        )

    def standing(self, day: int) -> tuple[str | None, bool]:
        """Return its standing at the close of a day, and whether it is disputed."""
        found, disputed = self.period.standing(day), self.period.disputed
        if found is None:
            return None, disputed
        if self.clash_from is not None and day >= self.clash_from:
            return "possible", True
        if self.displaced and day >= self.displaced.first:
            if day >= self.displaced.last:
                return None, disputed
            return ("certain" if found == "certain" else "possible"), disputed
        return found, disputed


def _jointly(one: Period, other: Period, everyone: Sequence[Period]) -> bool:
    """Whether a report that either began names this period of the other as leading with it."""
    return _names(one, other, everyone) or _names(other, one, everyone)


def _names(one: Period, other: Period, everyone: Sequence[Period]) -> bool:
    """Whether one began jointly with the other: its first period not surely over by then."""
    said = any(
        other.key in (getattr(report.claim, "jointly_with", None) or ())
        for report in one.reports
        if report.role is Role.START
    )
    if not said:
        return False
    since = one.reported_start.first
    still_to_end = [
        each.number
        for each in everyone
        if post(each) == post(other)
        and each.key == other.key
        and not each.only_planned
        and each.ended > since
    ]
    return bool(still_to_end) and other.number == min(still_to_end)


def _arrival(holder: Period) -> Window | None:
    """Return the days of a holder's reported start, else the first on which it is attested."""
    if holder.start_reported:
        return holder.reported_start
    if holder.begun < holder.ends:
        return Window(holder.begun, holder.begun)
    return None


def _clash(one: Period, other: Period) -> int | None:
    """Return the first day on which the reports of two holders cannot both be true."""
    days = []
    if one.ends > other.begun and other.ends > one.begun:
        days.append(max(one.begun, other.begun))
    for earlier, later in ((one, other), (other, one)):
        arrival = _arrival(later)
        if arrival and _is_before(earlier, later) and earlier.goes_on_after(arrival.last):
            days.append(arrival.first)
    return min(days, default=None)


def _takes_over(other: Period, holder: Period) -> Window | None:
    """Return the days on which another holder takes over from one, if it does.

    Where reports contradict that it began at all, it is never sure that it took over.
    """
    arrival = _arrival(other)
    if arrival is None or not _is_before(holder, other):
        return None
    return Window(arrival.first, NEVER if other.start_contested else arrival.last)


def _either(holder: Period, other: Period) -> Window | None:
    """Return the days on which another may hold, where neither surely began first.

    In the worlds in which both have begun on a day and one of them is in force, it came later.
    """
    if _is_before(holder, other) or _is_before(other, holder):
        return None
    both = max(holder.begun, other.begun)
    if both >= NEVER or both < holder.ends:
        return None
    if both < other.ends and not other.start_contested:
        arrival = _arrival(other)
        return Window(min(arrival.first, both) if arrival else both, both)
    return Window(both, NEVER)


def _is_before(holder: Period, other: Period) -> bool:
    """Whether a holder surely began before the other took over."""
    arrival = _arrival(other)
    if arrival is None:
        return False
    last = arrival.last
    overlaps = (
        other.start_reported
        and holder.begun <= last
        and other.standing(last) == "certain"
        and holder.standing(last) != "certain"
    )
    return holder.begun < arrival.first or overlaps
