"""One mission's record as of the record and publication clocks, with its weighed periods.

    store ──▶ claims and amendments of one mission ──▶ periods and readings ──▶ state, timeline, …

Every projection of a single mission starts from a `View`; none reads the store itself.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from events.dates.days import BEGINNING
from events.facets import FACETS, MEASURES, PeriodKey, Role
from events.publication import Publication
from projections.question import ClaimStore, Question, Selection
from projections.weighing.amendments import Amendment
from projections.weighing.claims import Claim, Preference, VisibleClaims, visible_claims
from projections.weighing.period import Period, displace_holders, weigh
from projections.weighing.readings import ReadingSeries, readings


@dataclass(frozen=True)
class View:
    """The record of one mission at a position of the log, from sources public at `known`.

    `claims` and `amendments` are in the order of positions. `published` gives the publication of
    each source named, by id. `known` is in seconds since 1970 UTC, None for no limit. `position` is
    the position in the whole log.
    `complete_periods` are the periods for which all claims are present, None if that is every
    period; a view says nothing about others. `possibly_public` is set where `complete_periods` is:
    the sources that were possibly, but not certainly, public.
    """

    mission: str
    claims: tuple[Claim, ...]
    amendments: tuple[Amendment, ...]
    published: Mapping[str, Publication]
    known: int | None
    position: int
    complete_periods: frozenset[PeriodKey] | None = None
    possibly_public: frozenset[str] | None = None

    def require_complete(self) -> None:
        """Raise ValueError if the view holds only some periods: an error of the caller."""
        if self.complete_periods is not None:
            raise ValueError("this needs a view of the whole mission, not of some of its periods")

    @cached_property
    def visible(self) -> VisibleClaims:
        """The claims that take part in an answer."""
        found = visible_claims(self.claims, self.amendments, self.published, self.known)
        if self.complete_periods is None:
            return found
        return replace(found, possibly_public=self.possibly_public or frozenset())

    @cached_property
    def by_period(self) -> Mapping[tuple[str, str, int], tuple[Claim, ...]]:
        """The claims on each facet, key and period, sorted by these."""
        grouped: dict[tuple[str, str, int], list[Claim]] = defaultdict(list)
        for claim in self.visible.claims:
            grouped[claim.facet, claim.key, claim.period].append(claim)
        return {place: tuple(grouped[place]) for place in sorted(grouped)}

    @cached_property
    def periods(self) -> Mapping[str, tuple[Period, ...]]:
        """The weighed periods of each facet; a facet of readings (`strength`) has none."""
        start = self._mission_start()
        found: dict[str, list[Period]] = {name: [] for name in FACETS}
        for (facet, _, _), claims in self.by_period.items():
            if not FACETS[facet].lasting:
                continue
            floor = BEGINNING if facet == "mission" else start
            found[facet].append(weigh(claims, self.visible.preferences, floor))
        return {
            name: displace_holders(tuple(periods)) if FACETS[name].exclusive else tuple(periods)
            for name, periods in found.items()
        }

    @cached_property
    def strengths(self) -> Mapping[str, tuple[Claim, ...]]:
        """The strength readings of each key."""
        # A reading has no period: if one was stated, it is ignored.
        grouped: dict[str, list[Claim]] = {}
        for claim in self.visible.claims:
            if claim.facet == "strength" and claim.role is Role.READING:
                grouped.setdefault(claim.key, []).append(claim)
        return {key: tuple(grouped[key]) for key in sorted(grouped)}

    @cached_property
    def series(self) -> Mapping[tuple[str, str, int], tuple[Claim, ...]]:
        """The claims that may state a quantity, by period; a strength key is one series."""
        lasting = {
            (facet, key, number): claims
            for (facet, key, number), claims in self.by_period.items()
            if FACETS[facet].lasting
        }
        return lasting | {("strength", key, 1): claims for key, claims in self.strengths.items()}

    def preferred_reading(self, place: tuple[str, str, int]) -> Preference | None:
        """Return the preference among the readings of a series."""
        return self.visible.preferences.get((*place, Role.READING))

    @cached_property
    def labels(self) -> dict[tuple[str, str, int], str]:
        """Cache of the labels of facets, keys and periods, filled by `state.label_of`."""
        return {}

    def _mission_start(self) -> int:
        """Return the earliest day on which the mission can have begun as reported, or BEGINNING."""
        claims = self.by_period.get(("mission", self.mission, 1), ())
        if not claims:
            return BEGINNING
        mission = weigh(claims, self.visible.preferences, BEGINNING)
        if not (mission.start and mission.start.reported):
            return BEGINNING
        # A plan may widen the start window, but must not make the mission start later.
        reported = [claim for claim in claims if claim.reported]
        unplanned = weigh(reported, self.visible.preferences, BEGINNING)
        return min(mission.begun.first, unplanned.begun.first)


def reading_series(view: View) -> Iterator[ReadingSeries]:
    """Yield the readings of every measure of every facet, key and period in a mission's record."""
    for place, claims in view.series.items():
        for measure in MEASURES:
            if found := readings(claims, measure):
                yield ReadingSeries(place, measure, found, view.preferred_reading(place))


def view(
    store: ClaimStore,
    mission: str,
    *,
    known: int | None = None,
    upto: int | None = None,
    question: Question | None = None,
) -> View:
    """Return a view of one mission's record in a store, up to a position.

    With a question, the view holds only what the answer to it can rest on; the answer is the same.
    """
    return view_of(store.select(mission, question, known=known, upto=upto), mission, known)


def view_of(found: Selection, mission: str, known: int | None = None) -> View:
    """Return a view of a selection; `known` is the publication clock it was selected by."""
    return View(
        mission=mission,
        claims=found.claims,
        amendments=found.amendments,
        published=found.published,
        known=known,
        position=found.position,
        complete_periods=found.periods,
        possibly_public=found.possibly_public,
    )
