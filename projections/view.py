"""One mission's record seen through the record and publication clocks, weighed and ready to ask.

    store ──entries of one mission──▶ claims ──▶ periods and readings ──▶ state, timeline, …

Every projection of a single mission starts from a `View`; none reads the store itself.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from events.catalogue import MEASURES
from events.dates.days import BEGINNING
from events.encoding.codec import Entry
from events.facets import FACETS, Role
from events.source import Publication
from ledger.log import Store
from ledger.question import PeriodKey, Question, Selection
from projections.weighing.claims import Claim, Preference, VisibleClaims, visible_claims
from projections.weighing.period import Period, displace_holders, weigh
from projections.weighing.readings import ReadingSeries, readings


@dataclass(frozen=True)
class View:
    """What the record says of one mission at a position of the log, from sources public by then.

    `published` are the sources named, and when each came out; `known` is in seconds since 1970
    UTC, None is no limit. `position` is that of the whole log.
    `told` are the periods for which all entries are present, None if that is every period; a view
    says nothing about others. `possibly_public` is set where `told` is: the sources that were
    possibly, but not certainly, public.
    """

    mission: str
    entries: tuple[Entry, ...]
    published: Mapping[str, Publication]
    known: int | None
    position: int
    told: frozenset[PeriodKey] | None = None
    possibly_public: frozenset[str] | None = None

    def require_complete(self) -> None:
        """Make sure that all of the record is seen. Raises ValueError, a mistake of the caller."""
        if self.told is not None:
            raise ValueError("this needs a view of everything, and was given one of less")

    @cached_property
    def visible(self) -> VisibleClaims:
        """The claims that take part."""
        found = visible_claims(self.entries, self.published, self.known)
        if self.told is None:
            return found
        return replace(
            found,
            claims=tuple(each for each in found.claims if each.place in self.told),
            withdrawn=tuple(each for each in found.withdrawn if each.place in self.told),
            possibly_public=self.possibly_public or frozenset(),
        )

    @cached_property
    def by_period(self) -> Mapping[tuple[str, str, int], tuple[Claim, ...]]:
        """The claims on each facet, key and period, in that order."""
        grouped: dict[tuple[str, str, int], list[Claim]] = defaultdict(list)
        for claim in self.visible.claims:
            grouped[claim.facet, claim.key, claim.period].append(claim)
        return {place: tuple(grouped[place]) for place in sorted(grouped)}

    @cached_property
    def periods(self) -> Mapping[str, tuple[Period, ...]]:
        """The weighed periods of each facet; readings alone (`strength`) make none."""
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
        # A reading has no period: one that was given all the same is a reading like the others.
        grouped: dict[str, list[Claim]] = {}
        for claim in self.visible.claims:
            if claim.facet == "strength" and claim.role is Role.READING:
                grouped.setdefault(claim.key, []).append(claim)
        return {key: tuple(grouped[key]) for key in sorted(grouped)}

    @cached_property
    def series(self) -> Mapping[tuple[str, str, int], tuple[Claim, ...]]:
        """The claims that can count, by what they are on: a strength's are one series."""
        lasting = {each: some for each, some in self.by_period.items() if FACETS[each[0]].lasting}
        return lasting | {("strength", key, 1): some for key, some in self.strengths.items()}

    def preferred_reading(self, place: tuple[str, str, int]) -> Preference | None:
        """Return the preference among the readings of one of the series."""
        return self.visible.preferences.get((*place, Role.READING))

    @cached_property
    def labels(self) -> dict[tuple[str, str, int], str]:
        """What each facet, key and period has been found to be called (`state.label_of`)."""
        return {}

    def _mission_start(self) -> int:
        """Return the earliest day the mission is reported to have begun; BEGINNING if unknown."""
        claims = self.by_period.get(("mission", self.mission, 1), ())
        if not claims:
            return BEGINNING
        mission = weigh(claims, self.visible.preferences, BEGINNING)
        if not (mission.start and mission.start.reported):
            return BEGINNING
        # A plan for it may put its start in doubt, and may not bring it nearer.
        reported = [claim for claim in claims if claim.reported]
        unplanned = weigh(reported, self.visible.preferences, BEGINNING)
        return min(mission.begun.first, unplanned.begun.first)


def reading_series(view: View) -> Iterator[ReadingSeries]:
    """Yield all that is counted in a mission's record."""
    for place, claims in view.series.items():
        for measure in MEASURES:
            if found := readings(claims, measure):
                yield ReadingSeries(place, measure, found, view.preferred_reading(place))


def view(
    store: Store,
    mission: str,
    *,
    known: int | None = None,
    upto: int | None = None,
    question: Question | None = None,
) -> View:
    """See one mission's record in a store, up to a position.

    All of it, or as much as a question of this question can rest on: the answer is the same.
    """
    return view_of(store.select(mission, question, known=known, upto=upto), mission, known)


def view_of(found: Selection, mission: str, known: int | None = None) -> View:
    """See what was read of a mission, through the publication clock it was selected by."""
    return View(
        mission=mission,
        entries=found.entries,
        published=found.published,
        known=known,
        position=found.position,
        told=found.periods,
        possibly_public=found.possibly_public,
    )
