"""Which entries an answer about a mission has to read, found in the claims index.

What is found is enough and may be more: the plain reading of it gives the same answer as the
plain reading of all the mission's events (`projections.view`). Where the index cannot be sure of
that, it says so, and everything is read.

A run of days, seconds or positions that holds a point is found by its class (`lives.width_of`):
one short range of an index for each class. So what is over, or still to come, is passed over
without being read, and so are the readings of a long series before the last one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from events.dates.days import BEGINNING, FOREVER
from events.encoding.codec import Entry
from events.facets import FACETS
from events.record_events import ClaimCorrected, ReadingPreferred, RecordEvent, statement_of
from events.source import ALWAYS as UNDATED
from events.source import Publication
from ledger.question import (
    DayQuestion,
    PeriodKey,
    PeriodsQuestion,
    PlansQuestion,
    Question,
    SpanQuestion,
)
from ledger.storage import log_queries
from ledger.storage.claims_index import queries
from ledger.storage.claims_index.claim_rows import claim_rows
from ledger.storage.claims_index.index import NOTHING, OPEN_SECONDS
from ledger.storage.claims_index.lifespan import (
    ALWAYS,
    BOUNDS,
    NEVER,
    PREFERRED,
    REVISED,
    MissionPeriodKey,
)
from ledger.storage.claims_index.reading_search import ClockLimits, ReadingSearch
from ledger.storage.transaction import Transaction


class RelevantEntries(NamedTuple):
    """What of a mission has to be read (`ledger.question.Selection` says what is what)."""

    entries: tuple[Entry, ...]
    periods: frozenset[PeriodKey] | None = None
    possibly_public: frozenset[str] | None = None


def select_each(
    transaction: Transaction, questions: Mapping[str, Question], *, known: int | None, upto: int
) -> dict[str, RelevantEntries | None]:
    """Return what has to be read of each of some missions; None where that is everything.

    `known` is in seconds since 1970 UTC, None for no limit; `upto` is a position.
    """
    asked = transaction.query_for(
        queries.UNSURE_AMONG, ("mission",), ((name,) for name in questions)
    )
    unsure = {mission for (mission,) in asked}
    selecting = _Selector(
        transaction,
        {mission: question for mission, question in questions.items() if mission not in unsure},
        known,
        upto,
    )
    selecting.choose()
    bounding, readings = selecting.bounding, selecting.readings()
    positions = {mission: bounding[mission] | readings[mission] for mission in selecting.questions}
    entries = log_queries.at(transaction, set().union(*positions.values()))
    undoable = set().union(*readings.values())
    for position, entry in _undoing(transaction, entries, undoable, positions.keys(), upto).items():
        entries[position] = entry
        positions[entry.mission or ""].add(position)
    found: dict[str, RelevantEntries | None] = dict.fromkeys(questions)
    for mission, of_mission in positions.items():
        found[mission] = selecting.chosen(mission, (entries[at] for at in sorted(of_mission)))
    return found


def missions_of(
    transaction: Transaction, party: str, day: int | None, *, known: int | None, upto: int
) -> dict[str, frozenset[PeriodKey] | None]:
    """Return the missions in whose state on a day a nation or body can be; without one, on any.

    With each, the periods where it can be named; None is any.
    """
    if day is None:
        rows = transaction.query(queries.OF_PARTY, [party])
    else:
        day = _within_reach(day)
        rows = transaction.query(queries.OF_PARTY_IN_FORCE, [party, day, day, day])
    if day is not None and (known is not None or upto < log_queries.last_position(transaction)):
        before = _second(known)
        rows += transaction.query(queries.OF_PARTY_NOT_SETTLED, [party, before, upto])
    found: dict[str, set[PeriodKey]] = {}
    for mission, *place in rows:
        found.setdefault(mission, set()).add((place[0], place[1], place[2]))
    unsure = {mission for _, mission in transaction.query(queries.ALL_UNSURE, [upto])}
    return {
        mission: None if mission in unsure else frozenset(found[mission])
        for mission in sorted(found.keys() | unsure)
    }


def possibly_public(
    transaction: Transaction, known: int, upto: int, mission: str | None = None
) -> frozenset[str]:
    """Return the sources that events name which were perhaps public by then, and not certainly."""
    moment = min(max(known, 1 - OPEN_SECONDS), OPEN_SECONDS - 1)
    values: tuple[object, ...] = (moment, moment, moment, upto)
    query = queries.PERHAPS_PUBLIC
    if mission is not None:
        query, values = queries.PERHAPS_PUBLIC_FOR, (mission, *values)
    found = {source for (source,) in transaction.query(query, values)}
    for source, named_by in transaction.query(queries.ALL_UNSURE, [upto]):
        if source != NOTHING and mission in (None, named_by):
            position, published = log_queries.publication(transaction, source) or (0, UNDATED)
            if (published if position <= upto else UNDATED).is_doubtful(known):
                found.add(source)
    return frozenset(found)


def _span_of(question: SpanQuestion | PlansQuestion | PeriodsQuestion) -> tuple[int, int]:
    """Return the days of which readings matter."""
    if isinstance(question, SpanQuestion):
        return _within_reach(question.first), _within_reach(question.last)
    return BEGINNING, FOREVER


def _within_reach(day: int) -> int:
    """Return a day, or where it is beyond any that a claim can name, the one before an open side.

    Years can be asked about that are too far off for the database's own numbers.
    """
    return min(max(day, BEGINNING + 1), FOREVER - 1)


def _second(known: int | None) -> int:
    """Return the last second that counts as known; without one, even what never was counts."""
    return 2 * NEVER - 1 if known is None else min(max(known, ALWAYS + 1), NEVER - 1)


class _Selector:
    """Some missions, seen through the publication and record clocks.

    Of the periods chosen so far: the classes of their readings, what bounds them, and where.
    """

    def __init__(
        self,
        transaction: Transaction,
        questions: Mapping[str, Question],
        known: int | None,
        upto: int,
    ) -> None:
        self._transaction = transaction
        self.questions = questions
        self._known = _second(known)
        self._upto = upto
        self._of_all_sources = known is None
        self._visible = (self._known, upto)
        self._chosen: dict[str, set[PeriodKey]] = {mission: set() for mission in questions}
        self._widths: dict[MissionPeriodKey, int] = {}
        self._kinds: dict[MissionPeriodKey, set[int]] = {}
        self.bounding: dict[str, set[int]] = {mission: set() for mission in questions}

    @cached_property
    def _of_all_entries(self) -> bool:
        return self._upto >= log_queries.last_position(self._transaction)

    def choose(self) -> None:
        """Choose the periods that can matter."""
        # A mission's start bounds what has no other, and it has the mission's own name.
        named: list[MissionPeriodKey] = [
            (mission, "mission", mission, 1) for mission in self.questions
        ]
        for mission, question in self.questions.items():
            if isinstance(question, PlansQuestion):
                self._choose(queries.WITH_PLANS, mission)
                counted = self._transaction.query(
                    queries.PLANNED_READINGS, [mission, *self._visible]
                )
                keys = [(mission, *key) for key in counted]
                self._choose_all(queries.OF_KEY, ("mission", "facet", "key"), keys)
            elif isinstance(question, SpanQuestion):
                self._choose(queries.WITH_READINGS, mission)
                named += self._within(mission, question)
            elif isinstance(question, DayQuestion) and question.only is None:
                self._on_day(mission, _within_reach(question.day))
            else:
                named += ((mission, *place) for place in question.only or ())
        self._choose_all(queries.NAMED, ("mission", "facet", "key", "period"), named)
        # Each holder's turn ends where another's begins.
        exclusive = {place[:2] for place in self._widths if FACETS[place[1]].exclusive}
        self._choose_all(queries.OF_FACET, ("mission", "facet"), sorted(exclusive))

    def _choose(self, query: str, *values: object) -> None:
        """Choose the periods of a mission that a query finds."""
        self._note(self._transaction.query(query, (*self._visible, *values, *self._visible)))

    def _choose_all(
        self, query: str, names: Sequence[str], wanted: Iterable[tuple[object, ...]]
    ) -> None:
        """Choose the periods that a query finds of many."""
        self._note(
            self._transaction.query_for(query, names, wanted, *self._visible, *self._visible)
        )

    def _note(self, rows: Iterable[Sequence[Any]]) -> None:
        """Note periods that are chosen, and what bounds them."""
        for mission, facet, key, period, widths, width, position in rows:
            place = (mission, facet, key, period)
            if place not in self._widths:
                self._chosen[mission].add(place[1:])
                self._widths[place] = widths
                self._kinds[place] = set()
            if position is not None:
                self._kinds[place].add(width)
                self.bounding[mission].add(position)

    def _on_day(self, mission: str, day: int) -> None:
        self._choose(queries.IN_FORCE, mission, day, day, day)
        # A period that is over once everything is told may not have been by what is told so far.
        if not self._of_all_sources:
            self._choose(queries.NOT_ALL_KNOWN, mission, self._known, self._known)
        if not self._of_all_entries:
            self._choose(queries.NOT_ALL_RECORDED, mission, self._upto, self._upto)
        if not (self._of_all_sources and self._of_all_entries):
            self._choose(queries.NOT_BEGUN, mission, day)

    def _within(self, mission: str, question: SpanQuestion) -> Iterator[MissionPeriodKey]:
        hulls = self._transaction.query(queries.HULLS, [mission, *self._visible])
        for facet, key, period, first, last, since in hulls:
            # A plan lies no earlier than it came out.
            if first <= question.last and max(last, since) >= question.first:
                yield mission, facet, key, period

    def readings(self) -> dict[str, set[int]]:
        """Return the positions of the readings of these periods that can matter, by mission."""
        found: dict[str, set[int]] = {mission: set() for mission in self.questions}
        within: dict[tuple[int, int], dict[MissionPeriodKey, int]] = defaultdict(dict)
        on_day: dict[int, dict[MissionPeriodKey, int]] = defaultdict(dict)
        shown: dict[MissionPeriodKey, int] = {}
        for place, widths in self._widths.items():
            question, lasting = self.questions[place[0]], FACETS[place[1]].lasting
            if not widths:
                continue
            if not isinstance(question, DayQuestion):
                within[_span_of(question)][place] = widths
            elif not lasting and place[3] != 1:
                # It has no periods: where one is given all the same, what is preferred among the
                # others may do away with any of these.
                within[BEGINNING, FOREVER][place] = widths
                found[place[0]].update(self._preferences((*place[:3], 1)))
            else:
                on_day[_within_reach(question.day)][place] = widths
        for (first, last), places in within.items():
            for place, position in self._series(places).within(first, last):
                found[place[0]].add(position)
        for day, places in on_day.items():
            settled = {
                place: self._settled(place) for place in places if PREFERRED in self._kinds[place]
            }
            for place, (positions, sure) in self._series(places).on_day(day, settled).items():
                found[place[0]] |= positions
                if not sure and FACETS[place[1]].lasting:
                    shown[place] = places[place]
        # That there is a reading may be all that shows the period at all.
        unbound = {place: widths for place, widths in shown.items() if self._unbound(place)}
        for place, position in self._series(unbound).first():
            found[place[0]].add(position)
        return found

    def chosen(self, mission: str, entries: Iterable[Entry]) -> RelevantEntries:
        """Return what has to be read of a mission, given the entries."""
        return RelevantEntries(
            tuple(entries), frozenset(self._chosen[mission]), self._possibly_public(mission)
        )

    def _possibly_public(self, mission: str) -> frozenset[str]:
        if self._of_all_sources:
            return frozenset()
        return possibly_public(self._transaction, self._known, self._upto, mission)

    def _series(self, widths: Mapping[MissionPeriodKey, int]) -> ReadingSearch:
        everything = self._of_all_sources and self._of_all_entries
        return ReadingSearch(
            self._transaction, widths, ClockLimits(self._known, self._upto, everything=everything)
        )

    def _unbound(self, place: MissionPeriodKey) -> bool:
        kinds = self._kinds[place]
        return BOUNDS not in kinds or REVISED in kinds

    def _preferences(self, place: MissionPeriodKey) -> list[int]:
        values = (*place, *self._visible)
        return [at for (at,) in self._transaction.query(queries.PREFERENCES, values)]

    def _settled(self, place: MissionPeriodKey) -> frozenset[tuple[int, int]]:
        """Return the days, first and last, of all claims that were ever preferred on a period.

        A reading of the same days may have given way to one of them, reported or planned.
        """
        days: set[tuple[int, int]] = set()
        for entry in log_queries.at(self._transaction, self._preferences(place)).values():
            for id_ in _leans_on(entry):
                chosen = log_queries.with_id(self._transaction, id_)
                if chosen and (statement := statement_of(chosen.content)):
                    days.update(
                        row.days for row in claim_rows(place[0], statement, self._published)
                    )
        return frozenset(days)

    def _published(self, name: str) -> Publication | None:
        found = log_queries.publication(self._transaction, name)
        return found[1] if found else None


def _undoing(
    transaction: Transaction,
    entries: Mapping[int, Entry],
    undoable: Collection[int],
    missions: Collection[str],
    upto: int,
) -> dict[int, Entry]:
    """Return what is needed to tell whether these count: what undid them, and what that is of.

    Of what bounds a period the index has told that already.
    """
    looked_up: set[bytes] = set()
    elsewhere: set[int] = set()
    added: dict[int, Entry] = {}
    leaning = [entry for entry in entries.values() if isinstance(entry.content, RecordEvent)]
    while True:
        rows = transaction.query_for(
            queries.UNDOING, ("position",), ((each,) for each in undoable), upto
        )
        wanted = {position for (position,) in rows}
        leant_on = (id_ for entry in leaning for id_ in _leans_on(entry))
        ids = {bytes.fromhex(id_) for id_ in leant_on if log_queries.is_id(id_)} - looked_up
        rows = transaction.query_for(
            queries.WITH_IDS, ("id",), ((id_,) for id_ in sorted(ids)), upto
        )
        wanted.update(position for (position,) in rows)
        looked_up |= ids
        found = log_queries.at(transaction, wanted - entries.keys() - added.keys() - elsewhere)
        # What is said of another mission's events counts for nothing.
        elsewhere |= {at for at, entry in found.items() if entry.mission not in missions}
        undoable = found.keys() - elsewhere
        if not undoable:
            return added
        new = {at: found[at] for at in undoable}
        added.update(new)
        leaning = list(new.values())


def _leans_on(entry: Entry) -> tuple[str, ...]:
    """Return the ids of the entries without which it cannot be told whether this one counts."""
    content = entry.content
    if not isinstance(content, RecordEvent):
        return ()
    if isinstance(content, ReadingPreferred):
        return content.claims
    return (content.target,) if isinstance(content, ClaimCorrected) else ()
