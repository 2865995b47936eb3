"""A period of one facet key: when it began, when it ended, and its standing on a day.

The start lies in [begun.first, begun.last] and the end in [ended.first, ended.last], in whole
days; the period is in force at the close of day D when start <= D < end. The definitions are
those of Dyreson & Snodgrass (ACM TODS 1998) and of CIDOC-CRM's four-point periods.

Reported claims and attestations narrow each other's windows. A plan narrows only its own
occurrence, except that a planned start says "not begun when published". So a plan never makes
anything certain.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from events.dates.days import BEGINNING, FOREVER
from events.facets import Role
from projections.weighing.claims import Claim, Place, Preference
from projections.weighing.occurrence import Days, Occurrence, confine, occurrence

CACHED_PERIODS = 8192
"""Size of the cache of weighed periods. The same claims give the same period, whatever the day."""


class Standing(StrEnum):
    """How sure an answer is."""

    CERTAIN = "certain"
    ASSUMED = "assumed"
    POSSIBLE = "possible"
    EXPECTED = "expected"
    PRESUMED_ENDED = "presumed-ended"


SUREST_FIRST = (
    Standing.CERTAIN,
    Standing.ASSUMED,
    Standing.PRESUMED_ENDED,
    Standing.POSSIBLE,
    Standing.EXPECTED,
)


def weakest(standings: Iterable[Standing]) -> Standing:
    """Return the standing that claims the least; `expected` claims the least of all."""
    return max(standings, key=SUREST_FIRST.index)


@dataclass(frozen=True, slots=True)
class Period:
    """One weighed period of one key.

    `begun` and `ended` are the windows of the start and the end, narrowed by all evidence.
    `attested_from` is the latest first day, and `attested_to` the latest last day, of the
    attestations (a reported start attests its own day). `only_planned` is set where no source
    reports its start or end, and none attests it. `displaced`, in an exclusive facet, is the window
    of the start that displaces this holder.
    """

    facet: str
    key: str
    number: int
    claims: tuple[Claim, ...]
    start: Occurrence | None
    end: Occurrence | None
    begun: Days
    ended: Days
    planned_end: Days | None
    attested_from: int
    attested_to: int
    contradicted: bool
    only_planned: bool
    displaced: Days | None = None

    def __hash__(self) -> int:
        # Hashing all claims is slow; these fields distinguish periods well enough.
        return hash((self.facet, self.key, self.number, len(self.claims)))

    @property
    def enters(self) -> int:
        """The first day on which it can be in the state, whoever displaces it."""
        return (self.start.days if self.only_planned and self.start else self.begun).first

    @property
    def leaves(self) -> int:
        """The day from which on it is in the state no more; FOREVER if that is open."""
        if not self.only_planned:
            return self.ended.last
        # A planned end before the planned start belongs to a plan that was postponed: ignore it.
        if self.start and self.end and self.start.days.first <= self.end.days.last:
            return self.end.days.last
        return FOREVER

    @property
    def surely_attested(self) -> int:
        """The last day on which attestations certainly show it in force; BEGINNING if none do."""
        return self.attested_from if self.attested_from >= self.begun.last else BEGINNING

    @property
    def end_reported(self) -> bool:
        """Whether a source says that it ended."""
        return self.end is not None and self.end.reported

    @property
    def disputed(self) -> bool:
        """Whether sources disagree on it and no preference settles the dispute."""
        occurrences = [part for part in (self.start, self.end) if part]
        return self.contradicted or any(part.disputed for part in occurrences)


def weigh(
    claims: Sequence[Claim], preferences: Mapping[Place, Preference], mission_start: int
) -> Period:
    """Weigh the claims on one period.

    `mission_start` is the earliest day the mission can have begun (BEGINNING if unknown): a
    period without a stated start began no earlier.
    """
    place = claims[0].place
    return _cached(
        tuple(claims),
        preferences.get((*place, Role.START)),
        preferences.get((*place, Role.END)),
        mission_start,
    )


def weigh_evidence(
    claims: Sequence[Claim],
    start_preferred: Preference | None = None,
    end_preferred: Preference | None = None,
    mission_start: int = BEGINNING,
) -> Period:
    """Weigh what is said of one period, with the preferences among its starts and its ends."""
    facet, key, number = claims[0].facet, claims[0].key, claims[0].period
    by_role: dict[Role, list[Claim]] = {role: [] for role in Role}
    for claim in claims:
        by_role[claim.role].append(claim)
    start = occurrence(by_role[Role.START], start_preferred)
    end = occurrence(by_role[Role.END], end_preferred)
    attested = [claim for claim in by_role[Role.ATTESTATION] if claim.reported]

    begun, start_contradicted = _begun(start, end, by_role[Role.START], attested, mission_start)
    plans = [c for c in (*by_role[Role.START], *by_role[Role.END]) if not c.reported]
    own_day = begun
    if any(not claim.reported for claim in by_role[Role.START]):
        own_day, _ = _begun(start, end, [], attested, mission_start)
    ended, planned_end, end_contradicted = _ended(start, end, plans, attested, own_day)
    own = own_day if start and start.reported else Days(BEGINNING, BEGINNING)
    return Period(
        facet=facet,
        key=key,
        number=number,
        claims=tuple(claims),
        start=start,
        end=end,
        begun=begun,
        ended=ended,
        planned_end=planned_end,
        attested_from=max([own.first, *(claim.first for claim in attested)]),
        attested_to=max([own.last, *(claim.last for claim in attested)]),
        contradicted=start_contradicted or end_contradicted,
        only_planned=not (attested or any(part and part.reported for part in (start, end))),
    )


@lru_cache(maxsize=CACHED_PERIODS)
def _cached(
    claims: tuple[Claim, ...],
    start_preferred: Preference | None,
    end_preferred: Preference | None,
    mission_start: int,
) -> Period:
    return weigh_evidence(claims, start_preferred, end_preferred, mission_start)


def _begun(
    start: Occurrence | None,
    end: Occurrence | None,
    starts: Sequence[Claim],
    attested: Sequence[Claim],
    mission_start: int,
) -> tuple[Days, bool]:
    """Return the window of the start, and whether the evidence contradicts it."""
    # It had begun by the first attestation and by any reported end; it had not begun when a plan
    # for its start was published.
    begun_by = min((claim.last for claim in attested), default=FOREVER)
    if end and end.reported:
        begun_by = min(begun_by, end.days.last)
    not_before = max((c.published_from for c in starts if not c.reported), default=BEGINNING)
    evidence = Days(not_before, begun_by)
    if start and start.reported:
        begun, contradicted = confine(start.windows, evidence)
    elif evidence.first > evidence.last:
        begun, contradicted = Days(), True
    elif start and start.days.first <= begun_by:
        begun, contradicted = Days(start.days.first, begun_by), False
    else:
        # No start is known, or it began before the planned window.
        begun, contradicted = Days(not_before, begun_by), False
    if begun.first == BEGINNING and mission_start <= begun.last:
        begun = begun._replace(first=mission_start)
    return begun, contradicted


def _ended(
    start: Occurrence | None,
    end: Occurrence | None,
    plans: Sequence[Claim],
    attested: Sequence[Claim],
    begun: Days,
) -> tuple[Days, Days | None, bool]:
    """Return the window of the end, the planned end if still open, and any contradiction.

    `begun` is the window of the start computed without plans: a plan's "not begun when published"
    must not postpone the day that a reported start attests.
    """
    not_ended = max((claim.first + 1 for claim in attested), default=BEGINNING)
    started = begun.first if start and start.reported else BEGINNING
    if end and end.reported:
        # A period that begins and ends on the same day is in force at the close of no day.
        own_day = started + 1 if started < end.days.last else started
        if start and start.reported and start.days.first > end.days.last:
            own_day = start.days.first
        ended, contradicted = confine(end.windows, Days(max(not_ended, own_day), FOREVER))
        # A plan for the start or the end says that it had not ended when the plan was published.
        published = max((plan.published_from for plan in plans), default=BEGINNING)
        if end.days.last < published:
            ended, contradicted = ended.hull(Days(published, FOREVER)), True
        return ended, None, contradicted
    not_ended = max(not_ended, started + 1 if started > BEGINNING else BEGINNING)
    planned = end.days if end and end.days.last >= not_ended else None
    return Days(not_ended, FOREVER), planned, False


def standing(period: Period, day: int) -> Standing | None:
    """Return a period's standing at the close of a day; None if it is not in the state."""
    if not period.enters <= day < period.leaves:
        return None
    if period.only_planned:
        # A planned end of a period for which no claim gives a start says nothing of its days.
        return Standing.EXPECTED if period.start else Standing.POSSIBLE
    if period.displaced and day >= period.displaced.first:
        return Standing.POSSIBLE if day < period.displaced.last else None
    if day < period.begun.last:
        return Standing.POSSIBLE
    if day < max(period.ended.first, period.begun.first):
        return Standing.CERTAIN
    if period.end_reported or day <= period.attested_to or period.contradicted:
        return Standing.POSSIBLE
    if period.planned_end and day >= period.planned_end.last:
        return Standing.PRESUMED_ENDED
    return Standing.ASSUMED


@lru_cache(maxsize=CACHED_PERIODS // 8)
def displace_holders(periods: tuple[Period, ...]) -> tuple[Period, ...]:
    """End each holder's period in an exclusive facet at the next reported start of another.

    Only a holder who surely began before that start is displaced by it. One who is attested, or
    reported to have ended, after the start stays `possible` and is marked as contradicted.
    """
    reported = [period for period in periods if period.start and period.start.reported]
    return tuple(_displaced(period, reported) for period in periods)


def _displaced(period: Period, reported: Sequence[Period]) -> Period:
    starts = [other.begun for other in reported if _displaces(other, period)]
    if period.only_planned or not starts:
        return period
    window = Days(min(days.first for days in starts), min(days.last for days in starts))
    # `period.ended` does not tell how long it is attested if the end is disputed.
    attested = max(
        (c.first for c in period.claims if c.role is Role.ATTESTATION), default=BEGINNING
    )
    if period.ended.first > window.last or attested >= window.last:
        return replace(period, displaced=Days(window.first, FOREVER), contradicted=True)
    return replace(period, displaced=window)


def _displaces(other: Period, period: Period) -> bool:
    """Whether a reported start of another holder is surely later than this holder's start."""
    if other.key == period.key:
        return False
    begun_by, window = period.begun.last, other.begun
    if begun_by < window.first:
        return True
    if begun_by > window.last:
        return False
    # This holder began by the last day of the other's start window, and the other certainly holds
    # the facet on that day. Since two cannot hold it at once, this one began first.
    held = standing(other, window.last) is Standing.CERTAIN
    return held and standing(period, window.last) is not Standing.CERTAIN
