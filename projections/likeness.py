"""New names, documents and counts that look like others: what one slip, or two files, make of one.

Each class knows what a store has, takes note of what is tried on top of it, and yields a warning
where something new looks like what is there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

from events.catalogue import ClaimEvent, StrengthReported
from events.dates.edtf import parse
from events.encoding.codec import Content, Entry
from events.facets import FACETS, Basis
from events.fields import Quantity
from events.files.announcement import FileLine
from events.files.diagnostics import Diagnostic, diagnostic_at
from events.names import foldings
from events.record_events import statement_of
from events.source import Source
from events.twins import Twins
from ledger.log import Store
from ledger.question import DayQuestion, PeriodKey, period_keys_of
from projections import names
from projections.view import view
from projections.weighing.readings import bounds, excludes

MOST_SOURCES = 20_000
"""Sources of a ledger, beyond which a new one is not compared with each."""


NO_EFFECT = "changes no answer: the record says as much already"
NO_EFFECT_HINT = "leave it out, unless it is worth recording that another source says so"


@dataclass(frozen=True, slots=True)
class TriedEntry:
    """An entry that was tried, and where its event stands in its file."""

    entry: Entry
    place: FileLine


def warning(code: str, message: str, hint: str, place: FileLine) -> Diagnostic:
    """Return a warning about an event, at its place in its file."""
    told = diagnostic_at(
        code, message, hint, file=place.file, line=place.line, column=0, whole_line=""
    )
    return replace(told, severity="warning")


class TwinNames:
    """The names that missions and keys have, to compare new ones with."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys: dict[str, dict[str, Twins]] = {}

    @cached_property
    def _missions(self) -> Twins:
        there = self._store.names()
        return Twins(name for mission, aliases in there.items() for name in (mission, *aliases))

    @cached_property
    def _titles(self) -> dict[frozenset[str], str]:
        """The full names of missions, folded, each with its short name."""
        own = names.titles(self._store, self._store.names())
        return {foldings(title): mission for mission, title in own.items()}

    def check(self, each: TriedEntry) -> Iterator[Diagnostic]:
        """Yield a warning for each name that is new and resembles another; take note of it."""
        claim = statement_of(each.entry.content)
        if claim is None:
            return
        mission = claim.mission
        if mission not in self._missions:
            yield from self._new_mission(mission, getattr(claim, "name", None), each.place)
        known = self._keys.get(mission)
        if known is None:
            known = self._keys[mission] = {}
            for facet, key, _ in self._store.periods(mission):
                known.setdefault(facet, Twins()).add(key)
        for facet, key, _ in period_keys_of(claim):
            twins = known.setdefault(facet, Twins())
            if facet != "mission" and (twin := twins.of(key)):
                said = f"{key} is new under {facet}, and {twin} is there already"
                yield warning("near-twin", said, f"if it is the same, write {twin}", each.place)
            twins.add(key)

    def _new_mission(
        self, mission: str, title: str | None, place: FileLine
    ) -> Iterator[Diagnostic]:
        twin = self._missions.of(mission)
        if twin is None and title:
            twin = self._titles.get(foldings(title))
        if twin:
            said = f"{mission} is a new mission, and {twin} is there already"
            yield warning("near-twin", said, f"if it is the same, write mission: {twin}", place)
        self._missions.add(mission)


class Documents:
    """The sources that are described, to compare new ones with."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def _there(self) -> dict[object, list[Source]]:
        there: dict[object, list[Source]] = {}
        ids = self._store.source_ids()
        some = names.described(self._store, ids) if len(ids) <= MOST_SOURCES else {}
        for source in some.values():
            _index(source, there)
        return there

    def check(self, source: Source, place: FileLine) -> Iterator[Diagnostic]:
        """Yield a warning where a new source looks like one that is there; take note of it."""
        for mark, what in _traits(source).items():
            for other in self._there.get(mark, ()):
                if other.id != source.id and (what != "title" or _can_be_of_one_day(source, other)):
                    yield warning(
                        "same-document",
                        f"{source.id} looks like {other.id}, which is there: the same {what}",
                        f"if it is the same document, write id: {other.id}",
                        place,
                    )
                    _index(source, self._there)
                    return
        _index(source, self._there)


def _index(source: Source, there: dict[object, list[Source]]) -> None:
    for mark in _traits(source):
        there.setdefault(mark, []).append(source)


def _traits(source: Source) -> dict[object, str]:
    """Return what tells one document from another, and what to call it."""
    marks: dict[object, str] = {}
    if source.url:
        marks["url", source.url] = "address"
    if source.digest:
        marks["digest", source.digest] = "digest"
    marks["title", foldings(source.publisher), foldings(source.title)] = "title"
    return marks


def _can_be_of_one_day(one: Source, other: Source) -> bool:
    a, b = one.publication, other.publication
    return (a.last is None or b.first is None or b.first <= a.last) and (
        b.last is None or a.first is None or a.first <= b.last
    )


class Counts:
    """What is counted, on which date, to compare new counts with."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tried: dict[object, list[_Count]] = {}
        self._keys: dict[str, frozenset[str]] = {}

    def check(self, new: Sequence[TriedEntry]) -> Iterator[Diagnostic]:
        """Yield a warning for each count that says the same as another, or excludes it."""
        some = [(each, _Count(each.entry.id, each.entry.content)) for each in new]
        some = [(each, count) for each, count in some if count.counts]
        there = self._recorded(count for _, count in some)
        for each, count in some:
            before = [*there.get(count.mark, ()), *self._tried.get(count.mark, ())]
            if any(bounds(one.quantity) == bounds(count.quantity) for one in before):
                yield warning("no-effect", NO_EFFECT, NO_EFFECT_HINT, each.place)
            elif other := next((one for one in before if one.excludes(count)), None):
                said = f"another count of {count.claim.on} excludes this one"
                hint = "`mission prefer` settles which to go by"
                if other.claim.source == count.claim.source:
                    hint = f"if that was misread: `mission correct {other.id[:12]}`"
                yield warning("dispute-unsettled", said, hint, each.place)
            self._tried.setdefault(count.mark, []).append(count)

    def _recorded(self, counts: Iterable["_Count"]) -> dict[object, list["_Count"]]:
        """Return what the ledger counts on these dates."""
        asked: dict[tuple[str, int], set[PeriodKey]] = {}
        for count in counts:
            mission, last = count.claim.mission, count.days[1]
            if count.place[1] in self._known(mission):
                asked.setdefault((mission, last), set()).add(count.place)
        found: dict[object, list[_Count]] = {}
        for (mission, last), places in asked.items():
            seen = view(self._store, mission, question=DayQuestion(last, frozenset(places)))
            for one in seen.visible.claims:
                there = _Count(one.event, one.statement)
                if there.counts:
                    found.setdefault(there.mark, []).append(there)
        return found

    def _known(self, mission: str) -> frozenset[str]:
        if mission not in self._keys:
            places = self._store.periods(mission)
            counted = (key for facet, key, _ in places if not FACETS[facet].lasting)
            self._keys[mission] = frozenset(counted)
        return self._keys[mission]


@dataclass(frozen=True)
class _Count:
    """An event that may be a count, and its id."""

    id: str
    content: Content

    @property
    def counts(self) -> bool:
        """Whether it is one: a claim on what has no periods."""
        claim = self.content
        return isinstance(claim, ClaimEvent) and not any(
            FACETS[bearing.facet].lasting for bearing in claim.bears
        )

    @property
    def claim(self) -> StrengthReported:
        """The claim of one that is."""
        return cast("StrengthReported", self.content)

    @property
    def quantity(self) -> Quantity:
        """How many."""
        return self.claim.quantity

    @property
    def place(self) -> PeriodKey:
        """Who or what is counted."""
        return next(period_keys_of(self.claim))

    @cached_property
    def days(self) -> tuple[int, int]:
        """The first and the last day of its date."""
        return parse(self.claim.on).window.bounds

    @property
    def mark(self) -> object:
        """What two counts share that are of one thing and one date."""
        reported = self.claim.basis is Basis.REPORTED
        return self.claim.mission, self.place, self.days, reported

    def excludes(self, other: "_Count") -> bool:
        """Whether both are reported and cannot both be true."""
        reported = self.claim.basis is Basis.REPORTED
        return reported and excludes(self.quantity, other.quantity)
