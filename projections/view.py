"""One mission's record as of the record and publication clocks, with its weighed periods.

    store ──▶ claims and amendments of one mission ──▶ periods and readings ──▶ state, timeline, …

Every projection of a single mission starts from a `View`; none reads the store itself.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, groupby

from events.dates.days import BEGINNING
from events.facets import FACETS, MEASURES, MISSION, PeriodKey, Role
from projections.question import ClaimStore, Question, Selection
from projections.weighing.amendments import Amendment
from projections.weighing.claims import Claim, Preference, VisibleClaims, visible_claims
from projections.weighing.holders import with_order_of_holders
from projections.weighing.mission_end import ended_with_mission, ends_of_mission
from projections.weighing.occurrence import Days
from projections.weighing.period import Period
from projections.weighing.readings import ReadingSeries, by_kind, readings
from projections.weighing.sources import Sources
from projections.weighing.weigh import weigh


@dataclass(frozen=True)
class View:
    """The record of one mission at a position of the log, from sources public at `known`.

    `claims` and `amendments` are in the order of positions. `published` are the sources named, with
    all that was said of them. `known` is in seconds since 1970 UTC, None for no limit. `position`
    is the position in the whole log.
    `complete_periods` are the periods for which all claims are present, None if that is every
    period; a view says nothing about others. `possibly_public` is set where `complete_periods` is:
    the sources that were possibly, but not certainly, public.
    """

    mission: str
    claims: tuple[Claim, ...]
    amendments: tuple[Amendment, ...]
    published: Sources
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
        found: dict[str, list[Period]] = {name: [] for name in FACETS}
        for (facet, _), of_key in groupby(self.by_period.items(), key=_facet_and_key):
            if FACETS[facet].lasting:
                found[facet] += self.weighed(facet, [claims for _, claims in of_key])
        return {name: self._in_order(name, tuple(of_facet)) for name, of_facet in found.items()}

    @property
    def all_periods(self) -> Iterator[Period]:
        """The weighed periods of every facet."""
        return chain.from_iterable(self.periods.values())

    def weighed(self, facet: str, periods: Sequence[Sequence[Claim]]) -> tuple[Period, ...]:
        """Weigh periods of one key, given the claims on each, by nothing that is said of others."""
        floor = BEGINNING if FACETS[facet].is_mission else self.mission_start
        return weigh(periods, self.visible.preferences, floor)

    def _in_order(self, facet: str, periods: tuple[Period, ...]) -> tuple[Period, ...]:
        """Return the periods of a facet, ended by those of other holders and by their mission."""
        if FACETS[facet].exclusive:
            periods = with_order_of_holders(periods)
        if FACETS[facet].ends_with_mission:
            return tuple(ended_with_mission(period, self.mission_ends) for period in periods)
        return periods

    @cached_property
    def _mission(self) -> tuple[Period, ...]:
        """The mission's own periods."""
        own = [c for (*place, _), c in self.by_period.items() if place == [MISSION, self.mission]]
        return self.weighed(MISSION, own)

    @cached_property
    def mission_start(self) -> int:
        """The earliest day on which the mission can have begun as reported, or BEGINNING."""
        # A stay of which no report is heard leaves that to others; if no stay has one, it is open.
        found = (
            min([stay.reported_from for stay in period.stays if stay.is_heard], default=BEGINNING)
            for period in self._mission
            if not period.only_planned
        )
        return min(found, default=BEGINNING)

    @cached_property
    def mission_ends(self) -> tuple[Days, ...]:
        """The windows of the reported ends of the mission, which end its parts."""
        return ends_of_mission(self._mission)

    @cached_property
    def counts(self) -> Mapping[tuple[str, str], tuple[Claim, ...]]:
        """The readings of each facet without periods and each key."""
        # A reading has no period: if one was stated, it is ignored.
        grouped: dict[tuple[str, str], list[Claim]] = {}
        for claim in self.visible.claims:
            if claim.role is Role.READING and not FACETS[claim.facet].lasting:
                grouped.setdefault((claim.facet, claim.key), []).append(claim)
        return {place: tuple(grouped[place]) for place in sorted(grouped)}

    @cached_property
    def series(self) -> Mapping[tuple[str, str, int], tuple[Claim, ...]]:
        """The claims that may state a quantity, by period; where a facet has none, by key."""
        lasting = {
            (facet, key, number): claims
            for (facet, key, number), claims in self.by_period.items()
            if FACETS[facet].lasting
        }
        return lasting | {(*place, 1): claims for place, claims in self.counts.items()}

    def preferred_reading(self, place: tuple[str, str, int]) -> Preference | None:
        """Return the preference among the readings of a series."""
        return self.visible.preferences.get((*place, Role.READING))

    @cached_property
    def labels(self) -> dict[tuple[str, str, int], str]:
        """Cache of the labels of facets, keys and periods, filled by `state.label_of`."""
        return {}


def _facet_and_key(item: tuple[PeriodKey, object]) -> tuple[str, str]:
    (facet, key, _), _ = item
    return facet, key


def reading_series(view: View) -> Iterator[ReadingSeries]:
    """Yield the readings of every measure, kind, facet, key and period in a mission's record."""
    for place, claims in view.series.items():
        for measure in MEASURES:
            for found in by_kind(readings(claims, measure)):
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
