"""Effects of new events on a mission's answers that their author may not intend.

`seen` is a view of the mission before the events, `after` one with them: both hold the periods that
the events touch, and the mission's own.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from events.dates.days import BEGINNING, FOREVER, iso_day
from events.entry import Entry
from events.facets import FACETS, PeriodKey, Role
from events.files.announcement import FileLine
from events.files.diagnostics import Diagnostic
from events.record_events import sources_among, statement_of
from projections.checks.ceilings import over_ceiling
from projections.checks.finding import RecordFinding
from projections.checks.registry import inconsistencies
from projections.claims_table.claim_rows import claim_of, claims_of, stated_claims
from projections.likeness import warning
from projections.question import ClaimStore, DayQuestion, PeriodsQuestion
from projections.state import label_of
from projections.view import View, view
from projections.weighing.amendments import Amendment, Kind
from projections.weighing.claims import Claim
from projections.weighing.occurrence import Days
from projections.weighing.period import Period

MOST_DAYS = 100
"""A file's new ceilings are compared with counts that were there before on so many days."""


@dataclass(frozen=True, slots=True)
class TriedEntry:
    """An entry of a dry run, and the line of its event in its file."""

    entry: Entry
    place: FileLine


def with_readings(
    store: ClaimStore,
    seen: View,
    new: Sequence[TriedEntry],
    places: Set[PeriodKey] | None = None,
) -> View:
    """Return a view with the readings of new events, which no question about a day has to read.

    With `places`, only those on them.
    """
    entries = [each.entry for each in new]
    sources = store.sources(sources_among([each.content for each in entries]))
    there = set(seen.claims)
    claims = [
        claim
        for each in entries
        for claim in claims_of(each, sources.described)
        if (claim.role is Role.READING or not FACETS[claim.facet].lasting)
        and (places is None or claim.place in places)
        and claim not in there
    ]
    complete = (seen.complete_periods or frozenset()) | {each.place for each in claims}
    return replace(
        seen,
        claims=(*seen.claims, *claims),
        published=sources.joined(seen.published),
        complete_periods=complete,
    )


def weighed_periods(seen: View, places: Iterable[PeriodKey]) -> Iterator[Period]:
    """Yield the weighed periods at these places."""
    for facet, key, number in places:
        for period in seen.periods[facet]:
            if (period.key, period.number) == (key, number):
                yield period


def same_as_corrected(seen: View, new: Entry) -> Amendment | None:
    """Return the correction that counts by which the claim of a new event is there already.

    The same source says the same by it: only notes on the claim may differ. None if there is none.
    """
    cancelled = seen.visible.cancelled
    found = {
        each.event: each
        for each in seen.amendments
        if each.kind is Kind.CORRECTED and each.event not in cancelled
    }
    stated = [claim_of(each, new.id, new.position, {}) for each in stated_claims(new.content)]
    for claim in stated:
        own = (each for each in seen.claims if each.event in found)
        found = {each.event: found[each.event] for each in own if _says_the_same(each, claim)}
    return found[min(found)] if stated and found else None


def _says_the_same(one: Claim, other: Claim) -> bool:
    stated = ((e.place, e.role, e.edtf, e.basis, e.source, e.data) for e in (one, other))
    return next(stated) == next(stated)


def displaced_holders(seen: View, after: View, new: Sequence[TriedEntry]) -> Iterator[Diagnostic]:
    """Yield a warning for each holder that new events displace and whose end none reports."""
    for facet, periods in after.periods.items():
        old_periods = {(each.key, each.number): each for each in seen.periods[facet]}
        for period in periods:
            before = old_periods.get((period.key, period.number))
            taken_over = _taken_over(period)
            if not before or _taken_over(before) or not taken_over or period.end_reported:
                continue
            for each in new:
                if not _starts(each, facet, period.key):
                    continue
                label = label_of(after, facet, period.key, period.number)
                first, last = taken_over
                change = f"no longer holds {facet} from {iso_day(last)} on"
                if last == FOREVER:
                    since = "" if first == BEGINNING else f" from {iso_day(first)} on"
                    change = f"may no longer hold {facet}{since}"
                yield warning(
                    "displaces",
                    f"{label} {change}: only one can hold it at a time, and no source reports its"
                    " end",
                    "if a source says that it ended, add that as well",
                    each.place,
                )
                break


def _taken_over(period: Period) -> Days | None:
    """Return the days on which a holder may hold no longer; it does not after the last one.

    None if no other takes over, or if the period has ended before that.
    """
    first = period.clash
    if first is None and period.displaced:
        first = period.displaced.first
    if first is None or period.ended_by < first:
        return None
    return Days(first, FOREVER if period.clash is not None else period.ended_by)


def _starts(each: TriedEntry, facet: str, other: str) -> bool:
    claim = statement_of(each.entry.content)
    bearings = claim.bears if claim else ()
    starts = (b for b in bearings if b.facet == facet and b.role is Role.START)
    return any(getattr(claim, bearing.key) != other for bearing in starts)


def new_inconsistencies(
    log: ClaimStore, seen: View, after: View, new: Sequence[TriedEntry]
) -> Iterator[Diagnostic]:
    """Yield a warning for each contradiction that new events cause."""
    before = {(each.code, each.facet, each.key, each.message) for each in inconsistencies(seen)}
    places = {each.entry.id: each.place for each in new}
    for found in inconsistencies(after):
        if not FACETS[found.facet].lasting and found.code == "dispute-unsettled":
            continue  # `Counts` checks these
        events = [event for event in found.events if event in places]
        if events and (found.code, found.facet, found.key, found.message) not in before:
            message = f"{found.facet} {found.key}: {found.message}"
            hint = ""
            if found.code == "dispute-unsettled":
                hint = _next_period_hint(log, after, found, {*events})
            if found.code == "source-says-two-dates":
                older = next((event for event in found.events if event not in places), "")
                hint = f"if one was misread: `mission correct {older[:12]}`" if older else ""
            yield warning(found.code, message, hint, places[events[-1]])


def exceeded_ceilings(
    log: ClaimStore, mission: str, new: Sequence[TriedEntry], today: int
) -> Iterator[Diagnostic]:
    """Yield a warning for each new count above a ceiling, and each new ceiling below a count.

    A new ceiling is compared with the counts that answer on its date and today.
    """
    stated = [each for one in new for each in stated_claims(one.entry.content)]
    limits = {name: facet.limits for name, facet in FACETS.items() if facet.limits}
    keys = {each.place[1] for each in stated if each.place[0] in (*limits, *limits.values())}
    if not keys:
        return
    ceilings = frozenset((name, key, 1) for name in limits for key in keys)
    counts = frozenset((name, key, 1) for name in limits.values() for key in keys)
    seen = view(log, mission, question=PeriodsQuestion(ceilings))
    if not seen.counts:
        return
    found = dict.fromkeys(with_readings(log, seen, new, ceilings | counts).claims)
    days = {day for each in stated if each.place[0] in limits for day in (each.last, today)}
    for day in sorted(days)[-MOST_DAYS:]:
        found |= dict.fromkeys(view(log, mission, question=DayQuestion(day, counts)).claims)
    places = {each.entry.id: each.place for each in new}
    complete = (seen.complete_periods or frozenset()) | ceilings | counts
    sources = log.sources({claim.source for claim in found if claim.source})
    published = sources.joined(seen.published)
    seen = replace(seen, claims=tuple(found), published=published, complete_periods=complete)
    for each in over_ceiling(seen, today):
        events = [event for event in each.events if event in places]
        if events:
            message = f"{each.key}: {each.message}"
            yield warning(each.code, message, "check the number", places[events[0]])


def _next_period_hint(log: ClaimStore, after: View, found: RecordFinding, new: Set[str]) -> str:
    """Return the hint for a start that lies after the reported end of its period, else ""."""
    for period in after.periods[found.facet]:
        end = period.end if period.key == found.key and period.end_reported else None
        starts = period.start.counted if period.start else ()
        if end and any(c.event in new and c.first > end.days.last for c in starts):
            places = log.periods(after.mission)
            last = max(n for facet, key, n in places if (facet, key) == (found.facet, found.key))
            return f"if it began again, write period: {last + 1}"
    return ""
