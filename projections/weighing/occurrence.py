"""An occurrence: one start or one end of a period, and the days on which it can have fallen.

The window is the intersection of the windows of the reported claims. If they have no day in
common, the occurrence is disputed and its window is their hull. If nothing is reported, the plan
published last counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

from events.dates.days import BEGINNING, FOREVER
from events.facets import FACETS, Basis, Role
from projections.weighing.claims import Claim, Preference


class Days(NamedTuple):
    """An inclusive range of days. An open side is BEGINNING or FOREVER."""

    first: int = BEGINNING
    last: int = FOREVER

    def narrowed(self, other: "Days") -> "Days | None":
        """Return the intersection of both ranges, or None if it is empty."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Days(first, last) if first <= last else None


ANY_DAY = Days()


def day_ranges(days: Iterable[int]) -> Iterator[Days]:
    """Yield consecutive ranges that cover all days, a new one beginning on each of these days."""
    sides = sorted({day for day in days if BEGINNING < day < FOREVER})
    yield from (Days(day, after - 1) for day, after in pairwise([BEGINNING, *sides, FOREVER + 1]))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One start or one end, as weighed from the visible claims.

    `counted` are the claims its window comes from; `windows` are the windows that exclude each
    other (one, where the sources agree). `set_aside` are reported claims that a preference
    rejects; `superseded` are plans that were revised, or replaced by a report.
    """

    basis: Basis
    windows: tuple[Days, ...]
    counted: tuple[Claim, ...]
    set_aside: tuple[Claim, ...] = ()
    superseded: tuple[Claim, ...] = ()
    preference: Preference | None = None

    @property
    def reported(self) -> bool:
        """Whether any source says that it happened."""
        return self.basis is Basis.REPORTED

    @property
    def reports(self) -> tuple[Claim, ...]:
        """The claims counted, where they report it; none where it is only planned."""
        return self.counted if self.reported else ()

    @property
    def disputed(self) -> bool:
        """Whether the claims counted have no day in common."""
        return len(self.windows) > 1

    @property
    def days(self) -> Days:
        """The window: the days in common, or the hull of the windows if there are none."""
        return hull(self.windows)


def occurrence(claims: Sequence[Claim], preference: Preference | None = None) -> Occurrence | None:
    """Weigh the claims on one occurrence; return None if there are none."""
    reported = [claim for claim in claims if claim.reported]
    if reported:
        return _reported(reported, [c for c in claims if not c.reported], preference)
    if claims:
        return _planned(claims)
    return None


def _reported(
    claims: Sequence[Claim],
    plans: Sequence[Claim],
    preference: Preference | None,
) -> Occurrence:
    settled_by, counted, rejected = None, list(claims), list[Claim]()
    if preference and any(claim.event in preference.claims for claim in claims):
        # A claim recorded after the preference was not part of that choice, so it counts.
        settled_by, counted = preference, []
        for claim in claims:
            chosen = claim.event in preference.claims or claim.position > preference.position
            (counted if chosen else rejected).append(claim)
    windows = tuple(dict.fromkeys(Days(claim.first, claim.last) for claim in counted))
    shared = Days(max(w.first for w in windows), min(w.last for w in windows))
    return Occurrence(
        basis=Basis.REPORTED,
        windows=(shared,) if shared.first <= shared.last else windows,
        counted=tuple(counted),
        set_aside=tuple(rejected),
        superseded=tuple(plans),
        preference=settled_by,
    )


def _planned(plans: Sequence[Claim]) -> Occurrence:
    latest = last_published(plans)
    counted = set(latest)
    return Occurrence(
        basis=Basis.DECIDED if all(p.basis is Basis.DECIDED for p in latest) else Basis.PLANNED,
        windows=(hull([days_of(plan) for plan in latest]),),
        counted=latest,
        superseded=tuple(plan for plan in plans if plan not in counted),
    )


def days_of(claim: Claim) -> Days:
    """Return a claim's window: `plan_days` for a plan, the stated days for a report.

    A decided end holds as stated where the facet says so: a mandate can be extended afterwards.
    """
    is_decided_end = claim.role is Role.END and claim.basis is Basis.DECIDED
    if claim.reported or (is_decided_end and FACETS[claim.facet].ends_as_decided):
        return Days(claim.first, claim.last)
    return plan_days(claim.first, claim.last, claim.published_from)


def plan_days(first: int, last: int, published_from: int) -> Days:
    """Return a plan's window: its stated days, none before its earliest publication day."""
    return Days(max(first, published_from), max(last, published_from))


def last_published(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Return the claims that may be the one published last.

    Publication dates are windows too. A claim was published later than another if both bounds of
    its window are later. Where the order of two is unknown, both are returned.
    """
    windows = [claim.published.bounds for claim in claims]
    # For each first bound, the latest last bound among the windows with a later first bound.
    latest_after: dict[float, float] = {}
    latest = float("-inf")
    for first, of_first in groupby(sorted(windows, reverse=True), key=itemgetter(0)):
        latest_after[first] = latest
        latest = max(latest, next(of_first)[1])
    return tuple(
        claim
        for claim, (first, last) in zip(claims, windows, strict=True)
        if latest_after[first] <= last
    )


def hull(windows: Sequence[Days]) -> Days:
    """Return the shortest range of days that contains all these windows."""
    if len(windows) == 1:
        return windows[0]
    return Days(min([w.first for w in windows]), max([w.last for w in windows]))
