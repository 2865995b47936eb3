"""Warnings about new names, sources and counts that resemble recorded ones: likely duplicates.

A name may be misspelt, or one document recorded from two files. Each class compares what an
announcement states, before it is appended in a dry run, with what the store holds and with the
announcements before it. It yields a warning for each resemblance, and remembers the new ones.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from events.bearings import period_keys_of
from events.claim_event import ClaimEvent, Event
from events.facets import FACETS, PeriodKey
from events.files.announcement import FileLine
from events.files.diagnostics import Diagnostic, diagnostic_at
from events.names import foldings
from events.record_events import statement_of
from events.source import Source
from events.twins import Twins
from projections import names
from projections.claims_table.claim_rows import claim_of, stated_claims
from projections.lookalikes import KeyNames, SourceIndex
from projections.question import ClaimStore, DayQuestion
from projections.sources import sources_in_force
from projections.view import view
from projections.weighing.claims import Claim
from projections.weighing.occurrence import Days
from projections.weighing.readings import Reading, readings

MOST_SOURCES = 20_000
"""With more sources than this in a ledger, a new source is not compared with the recorded ones."""


_Subject = tuple[str, str, str, str, Days]
"""What is counted: a mission, facet, key and kind of thing, and the date of the count."""

NO_EFFECT = "changes no answer: the record already says this"
NO_EFFECT_HINT = "leave it out, unless you want to record that another source says so"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that is not in the log yet, its id, and its line in its file."""

    id: str
    content: Event
    place: FileLine


def warning(code: str, message: str, hint: str, place: FileLine) -> Diagnostic:
    """Return a warning about the event at a line of a file."""
    diagnostic = diagnostic_at(
        code, message, hint, file=place.file, line=place.line, column=0, whole_line=""
    )
    return replace(diagnostic, severity="warning")


class TwinNames:
    """The names of missions and keys, to compare new ones with."""

    def __init__(self, store: ClaimStore) -> None:
        self._store = store
        self._keys: dict[str, KeyNames] = {}

    @cached_property
    def _missions(self) -> Twins:
        names = self._store.names()
        return Twins(name for mission, aliases in names.items() for name in (mission, *aliases))

    @cached_property
    def _titles(self) -> dict[frozenset[str], str]:
        """The short names of missions, by their full names folded."""
        titles = names.titles(self._store, self._store.names())
        return {foldings(title): mission for mission, title in titles.items()}

    def check(self, each: NewEvent) -> Iterator[Diagnostic]:
        """Yield a warning for each new name that resembles another, and remember the names."""
        claim = statement_of(each.content)
        if claim is None:
            return
        mission = claim.mission
        if mission not in self._missions:
            yield from self._new_mission(mission, getattr(claim, "name", None), each.place)
        known = self._keys.get(mission)
        if known is None:
            known = self._keys[mission] = KeyNames()
            for facet, key, _ in self._store.periods(mission):
                known.add(facet, key)
        for facet, key, _ in period_keys_of(claim):
            if twin := known.add(facet, key):
                message = f"the {twin.what} {twin.name} is new, and looks like {twin.other}"
                hint = f"if they are the same, write {twin.other}"
                yield warning("near-twin", message, hint, each.place)

    def _new_mission(
        self, mission: str, title: str | None, place: FileLine
    ) -> Iterator[Diagnostic]:
        twin = self._missions.of(mission)
        if twin is None and title:
            twin = self._titles.get(foldings(title))
        if twin:
            message = f"{mission} is a new mission, and resembles {twin}"
            hint = f"if they are the same, write mission: {twin}"
            yield warning("near-twin", message, hint, place)
        self._missions.add(mission)


class Documents:
    """The sources described in the ledger, to compare new ones with."""

    def __init__(self, store: ClaimStore) -> None:
        self._store = store

    @cached_property
    def _index(self) -> SourceIndex:
        index = SourceIndex()
        ids = self._store.source_ids()
        recorded = sources_in_force(self._store, ids) if len(ids) <= MOST_SOURCES else {}
        for source in recorded.values():
            if not source.withdrawn:
                index.add(source.description)
        return index

    def check(self, source: Source, place: FileLine) -> Iterator[Diagnostic]:
        """Yield a warning if a new source looks like another, and remember the source."""
        if found := self._index.add(source):
            other, what = found
            yield warning(
                "same-document",
                f"{source.id} looks like {other.id}: the {what} is the same",
                f"if it is the same document, write id: {other.id}; if it repeats that one, add"
                f" reprints: {other.id}",
                place,
            )


class Counts:
    """Counts by subject and date, to compare new ones with."""

    def __init__(self, store: ClaimStore) -> None:
        self._store = store
        self._tried: dict[_Subject, list[Reading]] = {}
        self._keys: dict[str, frozenset[str]] = {}

    def check(self, new: Sequence[NewEvent]) -> Iterator[Diagnostic]:
        """Yield a warning for each count that repeats or excludes another; remember the counts."""
        counts = [(each, count) for each in new for count in _stated_counts(each)]
        recorded = self._recorded((each.content.mission, count) for each, count in counts)
        for each, count in counts:
            subject = _subject(each.content.mission, count)
            tried = self._tried.setdefault(subject, [])
            before = [*recorded.get(subject, ()), *tried]
            if any(one.repeats(count) for one in before):
                yield warning("no-effect", NO_EFFECT, NO_EFFECT_HINT, each.place)
            elif other := next((one.claim for one in before if one.excludes(count)), None):
                message = f"contradicts another count dated {count.claim.edtf}"
                hint = "choose between them with `mission prefer`"
                if other.source == count.claim.source:
                    hint = f"if the other was misread: `mission correct {other.event[:12]}`"
                yield warning("dispute-unsettled", message, hint, each.place)
            tried.append(count)

    def _recorded(self, counts: Iterable[tuple[str, Reading]]) -> dict[_Subject, list[Reading]]:
        """Return the counts in the ledger with the keys and dates of these, by subject."""
        queries: dict[tuple[str, int], set[PeriodKey]] = {}
        for mission, count in counts:
            facet, key = count.claim.facet, count.claim.key
            if key in self._known(mission):
                queries.setdefault((mission, count.stated.last), set()).add((facet, key, 1))
        found: dict[_Subject, list[Reading]] = {}
        for (mission, last), places in queries.items():
            seen = view(self._store, mission, question=DayQuestion(last, frozenset(places)))
            for count in _counts(seen.visible.claims):
                found.setdefault(_subject(mission, count), []).append(count)
        return found

    def _known(self, mission: str) -> frozenset[str]:
        if mission not in self._keys:
            places = self._store.periods(mission)
            counted = (key for facet, key, _ in places if not FACETS[facet].lasting)
            self._keys[mission] = frozenset(counted)
        return self._keys[mission]


def _subject(mission: str, count: Reading) -> _Subject:
    """Return what is counted and its date; a period, which a reading has none of, is ignored."""
    return mission, count.claim.facet, count.claim.key, count.kind, count.stated


def _counts(claims: Iterable[Claim]) -> list[Reading]:
    """Return the counts of a mission: what is stated on facets without periods."""
    return readings([claim for claim in claims if not FACETS[claim.facet].lasting])


def _stated_counts(new: NewEvent) -> list[Reading]:
    """Return the count that an event states; none if it states none, or corrects one."""
    stated = stated_claims(new.content) if isinstance(new.content, ClaimEvent) else ()
    return _counts(claim_of(each, new.id, 0, {}) for each in stated)
