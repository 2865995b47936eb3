"""The definitions of standing read out plainly: every possible world, one day at a time.

A world of one period is a pair of days, its start and its end. The evidence rules worlds out;
what holds in every world left is certain, what holds in some is possible. Slow and plain on
purpose, and written from the definitions: nothing but the classes that hold the data is shared
with the projections that are checked against it.

Days are day numbers within `FIRST` to `LAST`. `FIRST` stands for every earlier day too, and an
end on `LAST` for one that has not come.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from events.claim_event import ClaimEvent
from events.dates.edtf import parse
from events.entry import Entry
from events.facets import Basis, Role
from events.fields import Quantity
from events.publication import publication
from events.record_events import ClaimCorrected, ClaimRetracted, ReadingPreferred
from events.source import Source

FIRST = parse("2021-05-01").window.first or 0
"""No date of a record checked here may come on or before this day, unless it is open."""

LAST = FIRST + 24
CALENDAR = range(FIRST + 1, LAST)

Days = frozenset[int]
EVERY_DAY: Days = frozenset(range(FIRST, LAST + 1))


def span(first: int, last: int) -> Days:
    """Return the days from one to another."""
    return frozenset(range(first, last + 1))


def hull(days: Iterable[int]) -> Days:
    """Return the days from the earliest to the latest of these."""
    days = list(days)
    return span(min(days), max(days))


@dataclass(frozen=True)
class Said:
    """What one event says of one facet key."""

    event: str
    position: int
    facet: str
    key: str
    period: int
    role: Role
    days: Days
    reported: bool
    out_from: int
    """The earliest day its source can have come out."""
    out: tuple[float, float]
    """The seconds between which its source came out."""
    claim: ClaimEvent


@dataclass(frozen=True)
class Chosen:
    """A preference."""

    position: int
    claims: frozenset[str]


Place = tuple[str, str, int, Role]


# The publication and record clocks ---------------------------------------------------------


def takes_part(
    entries: Sequence[Entry], sources: Mapping[str, Source], known: int | None, upto: int
) -> tuple[list[Said], dict[Place, Chosen], int]:
    """Return the claims and preferences that count, and how many sources may have been public."""
    recorded = [entry for entry in entries if entry.position <= upto]

    by_id = {entry.id: entry for entry in recorded}

    def waits_for(entry: Entry) -> set[str]:
        # What corrects a correction stands in its place, and waits for the same sources.
        named = _named(entry)
        while isinstance(entry.content, ClaimCorrected) and entry.content.target in by_id:
            entry = by_id[entry.content.target]
            if isinstance(entry.content, ClaimCorrected):
                named |= _named(entry)
        return named

    def public(entry: Entry) -> bool:
        return all(_public(sources[name], known) for name in waits_for(entry))

    def undoers(target: Entry) -> list[Entry]:
        return [e for e in recorded if getattr(e.content, "target", None) == target.id]

    def retracted(entry: Entry) -> bool:
        return any(
            isinstance(by.content, ClaimRetracted) and public(by) and counts(by)
            for by in undoers(entry)
        )

    def counts(entry: Entry) -> bool:
        # A correction that was itself corrected, not retracted, still keeps its target out.
        return not retracted(entry) and not any(
            isinstance(by.content, ClaimCorrected) and public(by) and not retracted(by)
            for by in undoers(entry)
        )

    said: list[Said] = []
    chosen: dict[Place, Chosen] = {}
    for entry in recorded:
        content = entry.content
        if not public(entry) or not counts(entry):
            continue
        if isinstance(content, ReadingPreferred):
            if not all(name in by_id and public(by_id[name]) for name in content.claims):
                continue  # it was made with a source in hand that was not yet public
            place = (content.facet, content.key, content.period, content.role)
            chosen[place] = Chosen(entry.position, frozenset(content.claims))
        elif isinstance(content, ClaimCorrected):
            said += _said(entry, content.claim, sources)
        elif isinstance(content, ClaimEvent):
            said += _said(entry, content, sources)
    named = {name for entry in recorded for name in _named(entry)}
    perhaps = {
        name
        for name in named
        if known is not None
        and not _public(sources[name], known)
        and _seconds(sources[name])[0] <= known
    }
    return said, chosen, len(perhaps)


def _named(entry: Entry) -> set[str]:
    named = {getattr(entry.content, "source", None)}
    if isinstance(entry.content, ClaimCorrected):
        named.add(entry.content.claim.source)
    return {name for name in named if name}


def _seconds(source: Source) -> tuple[float, float]:
    out = publication(source.published)
    return (
        float("-inf") if out.first is None else out.first,
        float("inf") if out.last is None else out.last,
    )


def _public(source: Source, known: int | None) -> bool:
    return known is None or _seconds(source)[1] <= known


def _said(entry: Entry, claim: ClaimEvent, sources: Mapping[str, Source]) -> list[Said]:
    window = parse(claim.on).window
    days = span(
        FIRST if window.first is None else window.first,
        LAST if window.last is None else window.last,
    )
    source = sources[claim.source] if claim.source else None
    out_from = publication(source.published).first_day if source else None
    return [
        Said(
            event=entry.id,
            position=entry.position,
            facet=bearing.facet,
            key=getattr(claim, bearing.key),
            period=getattr(claim, bearing.period),
            role=bearing.role,
            days=days,
            reported=claim.basis is Basis.REPORTED,
            out_from=FIRST if out_from is None else out_from,
            out=_seconds(source) if source else (float("-inf"), float("inf")),
            claim=claim,
        )
        for bearing in claim.bears
    ]


# Occurrences ---------------------------------------------------------------------------------


def _readings(reported: Sequence[Said], chosen: Chosen | None) -> list[Days]:
    """Return the days reported claims share; each one's own where they share none."""
    if chosen and any(said.event in chosen.claims for said in reported):
        reported = [
            said
            for said in reported
            if said.event in chosen.claims or said.position > chosen.position
        ]
    shared = EVERY_DAY.intersection(*(said.days for said in reported))
    return [shared] if shared else [said.days for said in reported]


def _plan(plans: Sequence[Said]) -> Days:
    """Return the window of the plan published last, or of all that may be."""
    return hull(day for plan in _last_published(plans) for day in _not_before_out(plan))


def _last_published(plans: Sequence[Said]) -> list[Said]:
    def later(one: Said, other: Said) -> bool:
        return one.out[0] > other.out[0] and one.out[1] > other.out[1]

    return [plan for plan in plans if not any(later(other, plan) for other in plans)]


def _not_before_out(plan: Said) -> Days:
    return frozenset(d for d in plan.days if d >= plan.out_from) or frozenset({plan.out_from})


def _confined(readings: Sequence[Days], evidence: Days) -> tuple[Days, bool]:
    """Return the days left to an occurrence, and whether the evidence contradicts it."""
    kept = hull(day for reading in readings for day in (reading & evidence or reading))
    if any(reading & evidence for reading in readings):
        return kept, False
    return hull(kept | evidence) if evidence else EVERY_DAY, True


# Periods -------------------------------------------------------------------------------------


class Stay:
    """One period of one key: the worlds its claims leave."""

    def __init__(
        self,
        said: Sequence[Said],
        chosen: Mapping[Place, Chosen],
        mission_from: int,
    ) -> None:
        self.facet, self.key, self.period = said[0].facet, said[0].key, said[0].period
        place = (self.facet, self.key, self.period)
        starts = [c for c in said if c.role is Role.START]
        ends = [c for c in said if c.role is Role.END]
        attested = [c.days for c in said if c.role is Role.ATTESTATION]
        reported_starts = [c for c in starts if c.reported]
        reported_ends = [c for c in ends if c.reported]
        planned_starts = [c for c in starts if not c.reported]
        planned_ends = [c for c in ends if not c.reported]
        self.pure_plan = not (attested or reported_starts or reported_ends)
        self.start_reported = bool(reported_starts)
        self.end_reported = bool(reported_ends)
        self.start_plan = _plan(planned_starts) if planned_starts else None
        self.end_plan = _plan(planned_ends) if planned_ends else None

        start = _readings(reported_starts, chosen.get((*place, Role.START)))
        end = _readings(reported_ends, chosen.get((*place, Role.END)))
        self.disputed = (len(set(start)) > 1 and self.start_reported) or (
            len(set(end)) > 1 and self.end_reported
        )

        # The start, by reports and attestations alone, and with plans' "not begun" as well.
        begun_by = min([max(days) for days in attested] or [LAST])
        if self.end_reported:
            begun_by = min(begun_by, max(hull(d for r in end for d in r)))
        not_begun = max([c.out_from for c in planned_starts] or [FIRST])
        reports, plans = span(FIRST, begun_by), span(not_begun, LAST)
        if self.start_reported:
            self.sure_start, _ = _confined(start, reports)
            self.start, odds = _confined(start, reports & plans)
        elif not reports & plans:
            self.sure_start, self.start, odds = reports, EVERY_DAY, True
        elif self.start_plan and min(self.start_plan) <= begun_by:
            self.sure_start, odds = reports, False
            self.start = span(min(self.start_plan), begun_by)
        else:
            self.sure_start, self.start, odds = reports, reports & plans, False
        self.sure_start = _within_mission(self.sure_start, mission_from)
        self.start = _within_mission(self.start, mission_from)

        # The end, by reports and attestations alone.
        lasted = max([min(days) for days in attested] or [FIRST - 1])
        self.lasted = lasted
        stay_on = span(lasted + 1, LAST)
        if self.start_reported:
            own_day = span(min(self.sure_start) + 1, LAST)
            if not self.end_reported or any(reading & own_day for reading in end):
                stay_on &= own_day
            first_start = min(hull(d for r in start for d in r))
            if self.end_reported and first_start > max(hull(d for r in end for d in r)):
                stay_on &= span(first_start, LAST)
        if self.end_reported:
            self.end, at_odds = _confined(end, stay_on)
            odds = odds or at_odds
            not_ended = (
                max(c.out_from for c in planned_ends + planned_starts)
                if (planned_ends or planned_starts)
                else FIRST
            )
            if not_ended > max(hull(d for r in end for d in r)):
                self.end, odds = hull(self.end | span(not_ended, LAST)), True
        else:
            self.end = stay_on
        self.odds = odds
        self.last_attested = max(
            [max(days) for days in attested] + ([max(self.start)] if self.start_reported else [])
            or [FIRST - 1]
        )
        self.worlds = [(s, e) for s in self.start for e in self.end if s <= e]
        self.sure_worlds = [
            (s, e) for s in self.start | self.sure_start for e in self.end if s <= e
        ]

    @property
    def marked(self) -> bool:
        """Whether the answer is marked as disputed."""
        return self.disputed or self.odds

    def begun_for_sure(self, day: int) -> bool:
        """Whether it has begun by the close of a day in every world."""
        return all(start <= day for start, _ in self.sure_worlds)

    def standing(self, day: int) -> str | None:
        """Return the standing by the table, before other holders are looked at."""
        if self.pure_plan:
            if self.start_plan is None:
                return "possible" if day >= min(self.start) else None
            begun = day >= min(self.start_plan)
            # An end planned for before the start ends nothing: the plan was put off.
            over = self.end_plan is not None and min(self.start_plan) <= max(self.end_plan) <= day
            return "expected" if begun and not over else None
        if not any(start <= day < end for start, end in self.worlds):
            return None
        if all(start <= day < end for start, end in self.sure_worlds):
            return "certain"
        if not self.begun_for_sure(day) or self.end_reported or self.odds:
            return "possible"
        if day <= self.last_attested:
            return "possible"
        kept = self.end_plan is not None and any(day in self.end for day in self.end_plan)
        if self.end_plan and kept and day >= max(self.end_plan):
            return "presumed-ended"
        return "assumed"


def _within_mission(start: Days, mission_from: int) -> Days:
    if FIRST not in start:
        return start
    return frozenset(day for day in start if day >= mission_from) or start


def _in_turn(stay: Stay, others: Sequence[Stay], day: int) -> tuple[str | None, bool]:
    """Return the standing of a holder of an exclusive facet, and whether it is disputed."""
    found = stay.standing(day)
    if stay.pure_plan:
        return found, stay.marked
    after = [other.start for other in others if other.key != stay.key and _came_after(other, stay)]
    if not after:
        return found, stay.marked
    opens, closes = min(min(days) for days in after), min(max(days) for days in after)
    still_there = min(stay.end) > closes or stay.lasted >= closes
    if found is None or day < opens:
        return found, stay.marked or still_there
    if still_there:
        return "possible", True
    return ("possible" if day < closes else None), stay.marked


def _came_after(other: Stay, stay: Stay) -> bool:
    if not other.start_reported:
        return False
    if stay.begun_for_sure(min(other.start) - 1):
        return True
    close = max(other.start)
    return (
        stay.begun_for_sure(close)
        and other.standing(close) == "certain"
        and stay.standing(close) != "certain"
    )


# Readings ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Count:
    """One answer about a quantity."""

    event: str
    standing: str
    disputed: bool


def counted(said: Sequence[Said], chosen: Chosen | None, day: int) -> list[Count]:
    """Return what answers for one quantity at the close of a day, first what has surely begun."""
    readings = [
        (c, c.claim.quantity, c.days if c.reported else _not_before_out(c))  # type: ignore[attr-defined]
        for c in said
        if c.role is not Role.END and getattr(c.claim, "quantity", None)
    ]
    if chosen:
        settled = [days for c, _, days in readings if c.event in chosen.claims]
        readings = [
            (c, quantity, days)
            for c, quantity, days in readings
            if not c.reported
            or days not in settled
            or c.event in chosen.claims
            or c.position > chosen.position
        ]

    def rank(reading: tuple[Said, Quantity, Days]) -> tuple[object, ...]:
        c, _, days = reading
        return max(days), min(days), c.reported, c.out[1], c.out[0], c.position

    def clashes(
        one: tuple[Said, Quantity, Days], all_: Sequence[tuple[Said, Quantity, Days]]
    ) -> bool:
        return one[0].reported and any(
            o[0].reported and o[2] == one[2] and _apart(o[1], one[1]) for o in all_
        )

    def best_of_each_date(
        some: Sequence[tuple[Said, Quantity, Days]],
    ) -> list[tuple[Said, Quantity, Days]]:
        ranked = sorted(some, key=rank, reverse=True)
        return [r for i, r in enumerate(ranked) if r[2] not in [q[2] for q in ranked[:i]]]

    surely = [r for r in readings if max(r[2]) <= day]
    perhaps = [r for r in readings if min(r[2]) <= day < max(r[2])]
    answers = []
    if surely:
        top = max(surely, key=rank)
        reported = [r for r in surely if r[0].reported]
        undecided = [
            r for r in best_of_each_date(reported) if not any(_later(o[2], r[2]) for o in reported)
        ]
        if not top[0].reported:
            answers.append(Count(top[0].event, "expected", False))
        elif any(_apart(a[1], b[1]) for a in undecided for b in undecided):
            answers += [Count(r[0].event, "possible", clashes(r, reported)) for r in undecided]
        else:
            standing = "assumed"
            if max(top[2]) == day:
                standing = "certain" if len(top[2]) == 1 else "possible"
            answers.append(Count(top[0].event, standing, clashes(top, reported)))
    for r in best_of_each_date(perhaps):
        answers.append(
            Count(r[0].event, "possible" if r[0].reported else "expected", clashes(r, perhaps))
        )
    return answers


def _later(one: Days, other: Days) -> bool:
    """Whether one date is the later: on both sides, or because the other is over by then."""
    both = min(one) > min(other) and max(one) > max(other)
    return both or (one != other and min(one) >= max(other))


def _apart(one: Quantity, other: Quantity) -> bool:
    if one.unit and other.unit and one.unit != other.unit:
        return False
    low, high = (one.min or 0, other.min or 0), (one.max, other.max)
    return (high[1] is not None and low[0] > high[1]) or (high[0] is not None and low[1] > high[0])


# The state -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expected:
    """What the state of one day has to be."""

    periods: dict[tuple[str, str, int], tuple[str, bool]]
    quantities: dict[tuple[str, str, int], list[Count]]
    strengths: dict[str, list[Count]]


def _not_revised(said: Sequence[Said]) -> list[Said]:
    """Leave out the plans to begin that later ones took the place of."""
    plans = [c for c in said if c.role is Role.START and not c.reported]
    last = _last_published(plans)
    return [c for c in said if c not in plans or c in last]


EXCLUSIVE = ("command", "commander")


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
        self.said, self.chosen, self.left_out = takes_part(entries, sources, known, until)
        self.places: dict[tuple[str, str, int], list[Said]] = {}
        for said in self.said:
            if said.facet != "strength":
                self.places.setdefault((said.facet, said.key, said.period), []).append(said)
        first = FIRST
        if claims := self.places.get(("mission", mission, 1)):
            itself = Stay(claims, self.chosen, FIRST)
            if itself.start_reported:
                first = min(itself.sure_start | itself.start)
        self.stays = {
            place: Stay(claims, self.chosen, FIRST if place[0] == "mission" else first)
            for place, claims in self.places.items()
        }

    def on(self, day: int) -> Expected:
        """Return what has to be answered for a day."""
        periods, quantities = {}, {}
        for place, stay in self.stays.items():
            if place[0] in EXCLUSIVE:
                others = [other for other in self.stays.values() if other.facet == place[0]]
                standing, marked = _in_turn(stay, others, day)
            else:
                standing, marked = stay.standing(day), stay.marked
            if standing is None:
                continue
            counts = counted(
                _not_revised(self.places[place]), self.chosen.get((*place, Role.READING)), day
            )
            periods[place] = standing, marked or any(count.disputed for count in counts)
            if counts:
                quantities[place] = counts
        keys = {said.key for said in self.said if said.facet == "strength"}
        strengths = {
            key: counted(
                [s for s in self.said if s.facet == "strength" and s.key == key],
                self.chosen.get(("strength", key, 1, Role.READING)),
                day,
            )
            for key in keys
        }
        return Expected(
            periods, quantities, {key: found for key, found in strengths.items() if found}
        )
