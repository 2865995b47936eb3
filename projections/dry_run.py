"""A dry run: announcements appended to a log that discards them, to warn of their effects.

    with record.trial() as log:
        dry_run = DryRun(log, by="anna", today=day)
        dry_run.add(announcement)              # raises what appending it would raise
        warnings = dry_run.warnings()          # effects that the author may not intend

Each warning is a diagnostic with a stable code and the event's line in its file. Warnings that
need every claim on a period are given only for periods with at most MOST_CLAIMS claims, and only
for as many new events as can be tried one by one on a key.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

from events.bearings import period_keys_of
from events.claim_event import Event
from events.dates.days import FOREVER
from events.encoding.codec import Content
from events.facets import FACETS, MEASURES, MISSION, PeriodKey, Role
from events.files.announcement import Announcement, FileLine
from events.files.diagnostics import Diagnostic
from events.record_events import (
    ClaimCorrected,
    ClaimRetracted,
    SourceCorrected,
    SourceEvent,
    statement_of,
)
from events.source import Source
from ledger.append import SHOWN, batch_of
from ledger.log import Log, Receipt
from projections.effects import (
    TriedEntry,
    displaced_holders,
    exceeded_ceilings,
    new_inconsistencies,
    same_as_corrected,
    weighed_periods,
    with_readings,
)
from projections.likeness import (
    NO_EFFECT,
    NO_EFFECT_HINT,
    Counts,
    Documents,
    NewEvent,
    TwinNames,
    warning,
)
from projections.question import ClaimStore, DayQuestion
from projections.source_slips import source_slips
from projections.state import gather_fields, planned_otherwise
from projections.view import View, view
from projections.weighing.amendments import Amendment
from projections.weighing.claims import Claim
from projections.weighing.occurrence import Occurrence
from projections.weighing.period import Period
from projections.weighing.readings import readings

MOST_CLAIMS = 64
"""With more claims than this on a period, the effect of single events on it is not checked."""

MOST_WEIGHED = MOST_CLAIMS**2
"""All periods of a key are weighed with each new event on one: so many claims at most."""

MOST_PARTS = 2000
"""With more periods than this, a mission's end is not compared with what is said of its parts."""


class DryRun:
    """A log that announcements are appended to, and the warnings about them."""

    def __init__(self, log: ClaimStore, *, by: str, today: int) -> None:
        self.log = log
        self._by = by
        self._today = today
        self._warnings: list[Diagnostic] = []
        self._twins = TwinNames(log)
        self._documents = Documents(log)
        self._counts = Counts(log)
        self._ends: list[tuple[str, Period, TriedEntry]] = []

    def add(self, announcement: Announcement, *, expected: int | None = None) -> Receipt:
        """Append an announcement and collect warnings; raises what append raises."""
        batch = batch_of(self.log, announcement)
        stated = [(e.id, e.content) for e in batch.written if isinstance(e.content, Event)]
        places = {id_: place for (id_, _), place in zip(stated, announcement.places, strict=True)}
        known = self.log.known(each.id for each in batch.written)
        new_events = [
            NewEvent(id_, content, places[id_])
            for id_, content in dict(stated).items()
            if id_ not in known
        ]
        touched = self._periods_touched(each.content for each in new_events)
        before = {
            mission: view(self.log, mission, question=DayQuestion(self._today, frozenset(places)))
            for mission, places in touched.items()
        }
        found: list[Diagnostic] = []
        described: list[tuple[Source | SourceCorrected, FileLine]] = [
            (each.content, each.place)
            for each in new_events
            if isinstance(each.content, SourceCorrected)
        ]
        source = announcement.source
        if source and any(e.id not in known for e in batch.written if e.id not in places):
            place = announcement.source_place or new_events[0].place
            found += self._documents.check(source, place)
            described.append((source, place))
        for each in new_events:
            found += self._twins.check(each)
        counts = list(self._counts.check(new_events))
        receipt = self.log.append(batch, by=self._by, expected=expected)
        for content, at in described:
            found += source_slips(self.log, content, at)
        new = [TriedEntry(each, places[each.id]) for each in receipt.appended if each.id in places]
        for mission, seen in before.items():
            of_mission = [each for each in new if each.entry.mission == mission]
            found += self._check_effects(seen, touched[mission], of_mission)
        self._warnings += [*found, *counts]
        return receipt

    def warnings(self) -> list[Diagnostic]:
        """Return all warnings without duplicates, by file in the order added, then by line."""
        found = list(dict.fromkeys([*self._warnings, *self._never_began()]))
        files = list(dict.fromkeys(each.file for each in found))
        return sorted(found, key=lambda each: (files.index(each.file), each.line))

    def _periods_touched(self, contents: Iterable[Event]) -> dict[str, frozenset[PeriodKey]]:
        """Return the periods that events bear on, by mission; facets without periods have none."""
        touched: dict[str, frozenset[PeriodKey]] = {}
        undone: dict[str, frozenset[PeriodKey]] = {}
        for content in contents:
            places = {
                (facet, key, number)
                for facet, key, number in _periods_of(self.log, content, undone)
                if FACETS[facet].lasting
            }
            touched[content.mission] = touched.get(content.mission, frozenset()) | places
            if _ends_mission(content):
                touched[content.mission] |= self._parts(content.mission)
        return touched

    def _parts(self, mission: str) -> frozenset[PeriodKey]:
        """Return the periods that end with their mission; none if there are too many to weigh."""
        parts = [
            (facet, key, number)
            for facet, key, number in self.log.periods(mission)
            if FACETS[facet].ends_with_mission and FACETS[facet].lasting
        ]
        return frozenset(parts) if len(parts) <= MOST_PARTS else frozenset()

    def _check_effects(
        self, seen: View, places: frozenset[PeriodKey], new: Sequence[TriedEntry]
    ) -> Iterator[Diagnostic]:
        """Warn of effects of new events on a mission; `seen` is its view before them."""
        question = DayQuestion(self._today, places)
        after = with_readings(self.log, view(self.log, seen.mission, question=question), new)
        yield from displaced_holders(seen, after, new)
        yield from new_inconsistencies(self.log, seen, after, new)
        yield from exceeded_ceilings(self.log, seen.mission, new, self._today)
        yield from self._without_effect(seen, after, new)
        for each in new:
            claim = statement_of(each.entry.content)
            if claim and any(bearing.role is Role.END for bearing in claim.bears):
                self._ends += [
                    (seen.mission, period, each)
                    for period in weighed_periods(after, period_keys_of(claim))
                    if period.never_began
                ]

    def _without_effect(
        self, seen: View, after: View, new: Sequence[TriedEntry]
    ) -> Iterator[Diagnostic]:
        """Yield a warning for each event that changes no answer."""
        by_period: dict[PeriodKey, list[TriedEntry]] = {}
        undone: dict[str, frozenset[PeriodKey]] = {}
        for each in new:
            for place in _periods_of(self.log, each.entry.content, undone):
                by_period.setdefault(place, []).append(each)
        claims = Counter(place[:2] for place, of in after.by_period.items() for _ in of)
        events = Counter(place[:2] for place, of in by_period.items() for _ in of)
        effective: set[str] = set()
        for place, on_period in by_period.items():
            if claims[place[:2]] * events[place[:2]] > MOST_WEIGHED:
                effective.update(each.entry.id for each in on_period)
            else:
                effective |= self._effective(seen, after, place, on_period)
        # What an event about a source changes is not looked for.
        effective |= {each.entry.id for each in new if isinstance(each.entry.content, SourceEvent)}
        # One event in a file can become two in the log: a start and an attestation (`still`).
        effective_lines = {each.place for each in new if each.entry.id in effective}
        for line in dict.fromkeys(each.place for each in new):
            if line in effective_lines:
                continue
            on_line = (each.entry for each in new if each.place == line)
            found = [same_as_corrected(seen, entry) for entry in on_line]
            if all(found) and (correction := found[0]):
                yield _stands_as_correction(correction, line)
            else:
                yield warning("no-effect", NO_EFFECT, NO_EFFECT_HINT, line)

    def _effective(
        self, seen: View, after: View, place: PeriodKey, new: Sequence[TriedEntry]
    ) -> set[str]:
        """Return the ids of the new events on one period that change an answer on it."""
        ids = {each.entry.id for each in new}
        before = seen.by_period.get(place, ())
        facet, _, _ = place
        if not FACETS[facet].lasting or len(before) + len(new) > MOST_CLAIMS:
            return ids
        since = _earlier_publication(after.by_period.get(place, ()), ids)
        if since is not None and _period_answers(seen, place, since) != _period_answers(
            after, place, since
        ):
            return ids
        if len(new) == 1:
            if not before:
                return ids
            return ids if _period_answers(seen, place) != _period_answers(after, place) else set()
        if before and _period_answers(seen, place) == _period_answers(after, place):
            return set()
        effective: set[str] = set()
        heard = {each.event for each in after.claims} | {each.event for each in after.amendments}
        heard -= ids
        previous = _period_answers(_from_events(after, heard), place)
        for each in new:
            heard.add(each.entry.id)
            current = _period_answers(_from_events(after, heard), place)
            if current != previous:
                effective.add(each.entry.id)
            previous = current
        return effective

    def _never_began(self) -> Iterator[Diagnostic]:
        """Yield a warning for each end without a start, once all announcements were added."""
        for mission, period, each in self._ends:
            question = DayQuestion(self._today, frozenset({period.place}))
            for now in weighed_periods(view(self.log, mission, question=question), [period.place]):
                if now.never_began:
                    yield warning(
                        "never-began",
                        f"{now.facet} {now.key} ends here, but no event says that it began",
                        "add its start, or an event that attests it",
                        each.place,
                    )


def _stands_as_correction(correction: Amendment, line: FileLine) -> Diagnostic:
    by, corrected = correction.event[:SHOWN], correction.targets[0][:SHOWN]
    return warning(
        "no-effect",
        f"changes no answer: the same source says this already, since {by} corrected {corrected}",
        f"leave it out, or restore what the file said of it (`mission show {corrected}`)",
        line,
    )


def _ends_mission(content: Event) -> bool:
    claim = statement_of(content)
    bearings = claim.bears if claim else ()
    return any((each.facet, each.role) == (MISSION, Role.END) for each in bearings)


def _from_events(seen: View, events: Set[str]) -> View:
    """Return a view of what some of its events say."""
    return replace(
        seen,
        claims=tuple(each for each in seen.claims if each.event in events),
        amendments=tuple(each for each in seen.amendments if each.event in events),
    )


def _periods_of(
    store: Log, content: Content, undone: dict[str, frozenset[PeriodKey]]
) -> frozenset[PeriodKey]:
    """Return the periods of its mission that an event, or an event it undoes, bears on.

    `undone` has those of the events found on the way to others, by id.
    """
    own = [frozenset(period_keys_of(content))]
    targets: list[str] = []
    while isinstance(content, ClaimRetracted | ClaimCorrected):
        targets.append(content.target)
        if content.target in undone:
            own.append(undone[content.target])
            break
        entries = store.starting_with(content.target, limit=1)
        if not entries:
            own.append(frozenset())
            break
        content = entries[0].content
        own.append(frozenset(period_keys_of(content)))
    found = own.pop()
    for target in reversed(targets):
        undone[target] = found
        found |= own.pop()
    return found


def _period_answers(seen: View, place: PeriodKey, known: int | None = None) -> object:
    """Return all that answers say about a period but their sources, optionally as known by then."""
    if known is not None:
        seen = replace(seen, known=known)
    for period in weighed_periods(seen, [place]):
        claims = [claim for claim in period.claims if claim.role is not Role.END]
        # Where sources differ on a field, its value can change on the first day of a claim.
        value, variants, _ = gather_fields(claims)
        days = sorted({claim.first for claim in claims}) if variants else [FOREVER]
        on_days = ((day, gather_fields(claims, day)) for day in days)
        return (
            *(period.stays, period.displaced, period.clash, period.mission_end),
            *(period.attested_from, period.attested_to, period.contested),
            *(_side(part) for part in (period.start, period.end)),
            [next(same) for _, same in groupby(on_days, key=itemgetter(1))],
            planned_otherwise(claims, value, variants),
            {(m, r.days, r.quantity.bounds) for m in MEASURES for r in readings(claims, m)},
        )
    return None


def _earlier_publication(claims: Sequence[Claim], new: Set[str]) -> int | None:
    """Return when the first new claim was certainly public, if another was not yet, else None.

    At that moment a new claim may change an answer that it no longer changes today.
    """
    since = [c.published.last for c in claims if c.event in new and c.published.last is not None]
    if not since or all(each.published.is_certain(min(since)) for each in claims):
        return None
    return min(since)


def _side(part: Occurrence | None) -> object:
    if part is None:
        return None
    dates = {(claim.edtf, claim.basis) for claim in (*part.counted, *part.superseded)}
    return part.basis, part.windows, dates, part.preference
