"""An occurrence: one start or one end of a period, and the days on which it can have fallen.

Reported claims share their window; where they have no day in common the occurrence is disputed
and its window is the hull of them. Where nothing is reported, the plan published last stands.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from events.dates.days import BEGINNING, FOREVER
from events.facets import Basis
from projections.weighing.claims import Claim, Preference


class Days(NamedTuple):
    """An inclusive run of days, BEGINNING and FOREVER standing for open sides."""

    first: int = BEGINNING
    last: int = FOREVER

    def narrowed(self, other: "Days") -> "Days | None":
        """Return the days both share, or None."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Days(first, last) if first <= last else None

    def hull(self, other: "Days") -> "Days":
        """Return the shortest run that holds both."""
        return Days(min(self.first, other.first), max(self.last, other.last))


ANY_DAY = Days()


def parted(days: Iterable[int]) -> Iterator[Days]:
    """Yield the runs of days that these days begin, and the one before them: all days together."""
    sides = sorted({day for day in days if BEGINNING < day < FOREVER})
    yield from (Days(day, after - 1) for day, after in pairwise([BEGINNING, *sides, FOREVER + 1]))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What the visible claims make of one start or one end.

    `counted` are the claims its window comes from; `readings` are the windows that hold out
    against each other (one, where the sources agree). `set_aside` are reported claims a
    preference passed over; `superseded` are plans that were revised.
    """

    basis: Basis
    readings: tuple[Days, ...]
    counted: tuple[Claim, ...]
    set_aside: tuple[Claim, ...] = ()
    superseded: tuple[Claim, ...] = ()
    preference: Preference | None = None

    @property
    def reported(self) -> bool:
        """Whether any source says that it happened."""
        return self.basis is Basis.REPORTED

    @property
    def disputed(self) -> bool:
        """Whether the sources counted have no day in common."""
        return len(self.readings) > 1

    @property
    def days(self) -> Days:
        """The window: the days shared, or the hull of readings that share none."""
        return hull(self.readings)


def occurrence(claims: Sequence[Claim], preference: Preference | None = None) -> Occurrence | None:
    """Weigh the claims on one occurrence; None where there are none."""
    reported = [claim for claim in claims if claim.reported]
    if reported:
        return _reported(reported, [c for c in claims if not c.reported], preference)
    if claims:
        return _planned(claims)
    return None


def _reported(
    claims: Sequence[Claim], plans: Sequence[Claim], preference: Preference | None
) -> Occurrence:
    counted, settled_by = list(claims), None
    if preference and any(claim.event in preference.claims for claim in claims):
        # A later claim was not weighed when the preference was made: it counts again.
        counted = [
            claim
            for claim in claims
            if claim.event in preference.claims or claim.position > preference.position
        ]
        settled_by = preference
    windows = tuple(dict.fromkeys(Days(claim.first, claim.last) for claim in counted))
    shared = Days(max(w.first for w in windows), min(w.last for w in windows))
    return Occurrence(
        basis=Basis.REPORTED,
        readings=(shared,) if shared.first <= shared.last else windows,
        counted=tuple(counted),
        set_aside=tuple(claim for claim in claims if claim not in counted),
        superseded=tuple(plans),
        preference=settled_by,
    )


def _planned(plans: Sequence[Claim]) -> Occurrence:
    latest = last_published(plans)
    return Occurrence(
        basis=Basis.DECIDED if all(p.basis is Basis.DECIDED for p in latest) else Basis.PLANNED,
        readings=(hull([plan_days(plan) for plan in latest]),),
        counted=latest,
        superseded=tuple(plan for plan in plans if plan not in latest),
    )


def days_of(claim: Claim) -> Days:
    """Return the days a claim can be of: a plan's as `plan_days`, others as they are."""
    return Days(claim.first, claim.last) if claim.reported else plan_days(claim)


def plan_days(plan: Claim) -> Days:
    """Return a plan's window, which never reaches back past its earliest publication."""
    return Days(max(plan.first, plan.published_from), max(plan.last, plan.published_from))


def last_published(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Return the claims that may be the one published last.

    Publication dates are windows too. One that lies later on both sides was published later;
    where neither of two does, the sources do not say, and both are returned.
    """

    def later(one: Claim, other: Claim) -> bool:
        a, b = _published(one), _published(other)
        return a[0] > b[0] and a[1] > b[1]

    return tuple(claim for claim in claims if not any(later(other, claim) for other in claims))


def _published(claim: Claim) -> tuple[float, float]:
    first, last = claim.published.first, claim.published.last
    return (
        float("-inf") if first is None else first,
        float("inf") if last is None else last,
    )


def hull(windows: Sequence[Days]) -> Days:
    """Return the shortest run of days that holds all these windows."""
    if len(windows) == 1:
        return windows[0]
    return Days(min([w.first for w in windows]), max([w.last for w in windows]))


def confine(readings: Sequence[Days], evidence: Days) -> tuple[Days, bool]:
    """Narrow an occurrence by what else is known of its period; say whether that contradicts it.

    A reading the evidence leaves no day of stays whole: the sources disagree, and neither is
    dropped. Where no reading agrees with the evidence, the window also takes in the evidence's
    own days, or every day where the evidence is at odds with itself.
    """
    if evidence.first > evidence.last:
        return ANY_DAY, True
    agreed = [reading.narrowed(evidence) for reading in readings]
    window = hull([narrowed or reading for reading, narrowed in zip(readings, agreed, strict=True)])
    if any(agreed):
        return window, False
    return window.hull(evidence), True
