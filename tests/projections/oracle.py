"""The definitions of standing read out plainly: every possible world, one day at a time.

A world of a key is a start and an end for each of its periods. Reports rule worlds out, and where
none is left, every largest set of them that leaves one is weighed alone. What holds in every
world left is certain, what holds in some is possible. Slow and plain on purpose, and written from
the definitions: nothing but the classes that hold the data is shared with the projections that
are checked against it.

    World(record.entries, record.sources, "nmi").on(day).periods
        {("command", "DNK", 1): ("certain", False)}

The steps stand in `tests.projections.worlds`: what takes part (`clocks`), the sets of reports
(`sets`), one period (`periods`), holders of one post (`holders`) and quantities (`readings`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from events.dates.edtf import parse
from events.entry import Entry
from events.facets import Role
from events.source import Source
from tests.projections.worlds.clocks import heard
from tests.projections.worlds.holders import EXCLUSIVE, Holder
from tests.projections.worlds.periods import Period, bears_later
from tests.projections.worlds.readings import Count, counted, of_kinds
from tests.projections.worlds.sets import ReportSet, maximal_sets
from tests.projections.worlds.statements import (
    EVER,
    Statement,
    Window,
    last_published,
    not_set_aside,
)

FIRST = parse("2021-05-01").window.first or 0
"""No date of a record drawn at random comes on or before this day, unless it is open."""

LAST = FIRST + 24
CALENDAR = range(FIRST + 1, LAST)

READING_FACETS = ("strength", "ceiling")
ENDS_WITH_MISSION = (
    "command", "commander", "participation", "contribution", "place", "phase", "strength"
)  # fmt: skip

PeriodPlace = tuple[str, str, int]
CountPlace = tuple[str, str]
"""The facet and the key of a reading that is of no period."""


@dataclass(frozen=True)
class Expected:
    """What the state of one day has to be."""

    periods: dict[PeriodPlace, tuple[str, bool]]
    quantities: dict[PeriodPlace, list[Count]]
    counts: dict[CountPlace, list[Count]]


class World:
    """A record as seen through the record and publication clocks, ready to be asked about days."""

    def __init__(
        self,
        entries: Sequence[Entry],
        sources: Mapping[str, Source],
        mission: str,
        known: int | None = None,
        upto: int | None = None,
    ) -> None:
        until = max((e.position for e in entries), default=0) if upto is None else upto
        found = heard(entries, sources, known, until)
        self.statements, self.choices, self.left_out = (
            found.statements, found.choices, found.perhaps,
        )  # fmt: skip
        self.places: dict[PeriodPlace, list[Statement]] = {}
        self.readings: dict[CountPlace, list[Statement]] = {}
        for each in found.statements:
            if each.facet == "happening":
                continue
            if each.facet in READING_FACETS:
                self.readings.setdefault((each.facet, each.key), []).append(each)
            else:
                place = (each.facet, each.key, each.period)
                self.places.setdefault(place, []).append(each)
        self.mission = self._periods_of("mission", mission, EVER)
        self.mission_from = min(
            (each.reported_from for each in self.mission if not each.only_planned), default=EVER
        )
        self.periods = [
            period
            for facet, key in dict.fromkeys(place[:2] for place in self.places)
            if facet != "mission"
            for period in self._periods_of(facet, key, self.mission_from)
        ] + self.mission
        self.holders = {
            (each.facet, each.key, each.number): Holder(each, self.periods)
            for each in self.periods
            if each.facet in EXCLUSIVE
        }

    def _periods_of(self, facet: str, key: str, mission_from: int) -> list[Period]:
        """Weigh the periods of one key, together."""
        places = sorted(place for place in self.places if place[:2] == (facet, key))
        reports = {place: self._reports(place) for place in places}
        all_reports = tuple(report for place in places for report in reports[place])
        sets = _sets(all_reports, mission_from) if all_reports else []
        return [
            Period(place, self.places[place], reports[place], sets, mission_from)
            for place in places
        ]

    def _reports(self, place: PeriodPlace) -> list[Statement]:
        """Return the reports of a period that no preference sets aside."""
        by_role: dict[Role, list[Statement]] = {role: [] for role in Role}
        for each in self.places[place]:
            if each.reported:
                by_role[each.role].append(each)
        return [
            each
            for role in (Role.START, Role.END, Role.ATTESTATION)
            for each in not_set_aside(by_role[role], self.choices.get((*place, role)))
        ]

    def on(self, day: int) -> Expected:
        """Return what has to be answered for a day."""
        periods, quantities = {}, {}
        for period in self.periods:
            place = (period.facet, period.key, period.number)
            holder = self.holders.get(place)
            standing, disputed = (
                holder.standing(day) if holder else (period.standing(day), period.disputed)
            )
            if period.facet in ENDS_WITH_MISSION:
                standing = _cut(standing, self._mission_end_for(period.reports), day)
            if standing is None:
                continue
            counts = counted(
                _not_revised(self.places[place]), self.choices.get((*place, Role.READING)), day
            )
            if standing == "possible":
                counts = [
                    replace(each, standing="possible")
                    if each.standing in ("certain", "assumed")
                    else each
                    for each in counts
                ]
            periods[place] = standing, disputed or any(count.disputed for count in counts)
            if counts:
                quantities[place] = counts
        return Expected(periods, quantities, self._counts(day))

    def _counts(self, day: int) -> dict[CountPlace, list[Count]]:
        found = {}
        for (facet, key), statements in self.readings.items():
            choice = self.choices.get((facet, key, 1, Role.READING))
            counts: list[Count] = []
            for series in of_kinds(statements):
                of_kind = counted(series, choice, day)
                if facet in ENDS_WITH_MISSION:
                    of_kind = [
                        replace(count, standing=standing)
                        for count in of_kind
                        if (standing := self._ended(count, series, day))
                    ]
                counts += of_kind
            if counts:
                found[facet, key] = counts
        return found

    def _ended(self, count: Count, series: Sequence[Statement], day: int) -> str | None:
        """Return the standing of a count, which no other report of its series keeps going."""
        own = [each for each in series if each.event == count.event and each.reported]
        end = self._mission_end_for(own or [each for each in series if each.reported])
        return _cut(count.standing, end, day)

    def _mission_end_for(self, reports: Sequence[Statement]) -> Window | None:
        """Return the end of the mission that ends a part: none that it is reported to outlast."""
        for period in self.mission:
            end = period.reported_end()
            if end and not any(bears_later(report, end.last) for report in reports):
                return end
        return None


def _cut(standing: str | None, end: Window | None, day: int) -> str | None:
    """Return the standing of a part whose mission ended in a window."""
    if standing is None or end is None or day < end.first:
        return standing
    if day >= end.last:
        return None
    return standing if standing in ("certain", "expected") else "possible"


@lru_cache(maxsize=4096)
def _sets(reports: tuple[Statement, ...], mission_from: int) -> list[ReportSet]:
    return maximal_sets(reports, [mission_from])


def _not_revised(statements: Sequence[Statement]) -> list[Statement]:
    """Leave out the plans to begin that later ones took the place of."""
    plans = [each for each in statements if each.role is Role.START and not each.reported]
    last = last_published(plans)
    return [each for each in statements if each not in plans or each in last]
