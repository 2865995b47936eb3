"""Select the entries that an answer about a mission has to read, from the claims index.

The selection is sufficient, and may hold more than needed: an answer from it equals the answer from
all of the mission's events (`projections.view`). Where the index cannot ensure that, the result is
None, and all of the mission's events are read.

Ranges of days, seconds or positions that contain a point are found by their length class
(`lifespan.length_class_of`), with one short index range for each class. So periods that are over or
have not begun are not read, and neither are the readings before the last ones
(`projections.claims_table.reading_search`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Row, Select

from events.bearings import PeriodKey
from events.dates.days import BEGINNING, FOREVER
from events.encoding.codec import Entry
from events.facets import FACETS
from events.record_events import statement_of
from events.source import Publication
from ledger.storage import log_queries
from ledger.storage.transaction import Transaction
from projections.claims_table import queries
from projections.claims_table.claim_rows import claim_rows
from projections.claims_table.lifespan import (
    ALWAYS,
    BOUNDS,
    NEVER,
    PREFERRED,
    REVISED,
    MissionPeriodKey,
)
from projections.claims_table.reading_search import ClockLimits, ReadingSearch
from projections.claims_table.tables import NOTHING, OPEN_SECONDS
from projections.question import (
    DayQuestion,
    PeriodsQuestion,
    PlansQuestion,
    Question,
    SpanQuestion,
)
from projections.weighing.claims import possibly_public as doubtful
from projections.weighing.occurrence import Days, days_of, plan_days
from projections.weighing.undoing import ids_needed


class RelevantEntries(NamedTuple):
    """What an answer has to read of a mission; fields as in `projections.question.Selection`."""

    entries: tuple[Entry, ...]
    periods: frozenset[PeriodKey] | None = None
    possibly_public: frozenset[str] | None = None


def select_each(
    transaction: Transaction, questions: Mapping[str, Question], *, known: int | None, upto: int
) -> dict[str, RelevantEntries | None]:
    """Return what has to be read of each mission; None where that is all of its events.

    `known` is in seconds since 1970 UTC, None for no limit; `upto` is a position.
    """
    unsure = {
        row.mission
        for row in transaction.rows_for(queries.UNSURE_AMONG, ((each,) for each in questions))
    }
    selector = _Selector(
        transaction,
        {mission: question for mission, question in questions.items() if mission not in unsure},
        known,
        upto,
    )
    selector.choose()
    bounding, readings = selector.bounding, selector.readings()
    positions = {mission: bounding[mission] | readings[mission] for mission in selector.questions}
    entries = log_queries.at(transaction, set().union(*positions.values()))
    undoable = set().union(*readings.values())
    for position, entry in _deciding_entries(
        transaction, entries, undoable, positions.keys(), upto
    ).items():
        entries[position] = entry
        positions[entry.mission or ""].add(position)
    found: dict[str, RelevantEntries | None] = dict.fromkeys(questions)
    for mission, of_mission in positions.items():
        found[mission] = selector.relevant(mission, (entries[at] for at in sorted(of_mission)))
    return found


def missions_of(
    transaction: Transaction, party: str, day: int | None, *, known: int | None, upto: int
) -> dict[str, frozenset[PeriodKey] | None]:
    """Return the missions in whose state a nation or body can be on a day, or on any if it is None.

    Each has the periods that can name the party; None means any period.
    """
    if day is None:
        rows = transaction.rows(queries.OF_PARTY, party=party)
    else:
        rows = transaction.rows(queries.OF_PARTY_IN_FORCE, party=party, day=_within_reach(day))
    if day is not None and (known is not None or upto < log_queries.last_position(transaction)):
        limits = {"known": _second(known), "upto": upto}
        rows = [*rows, *transaction.rows(queries.OF_PARTY_NOT_SETTLED, party=party, **limits)]
    found: dict[str, set[PeriodKey]] = {}
    for row in rows:
        found.setdefault(row.mission, set()).add((row.facet, row.key, row.period))
    unsure = {row.mission for row in transaction.rows(queries.ALL_UNSURE, upto=upto)}
    return {
        mission: None if mission in unsure else frozenset(found[mission])
        for mission in sorted(found.keys() | unsure)
    }


def possibly_public(
    transaction: Transaction, known: int, upto: int, mission: str | None = None
) -> frozenset[str]:
    """Return the sources named by events that were perhaps, but not certainly, public by `known`.

    Of all missions, or of one; `upto` is a position.
    """
    moment = min(max(known, 1 - OPEN_SECONDS), OPEN_SECONDS - 1)
    if mission is None:
        rows = transaction.rows(queries.PERHAPS_PUBLIC, moment=moment, upto=upto)
    else:
        query = queries.PERHAPS_PUBLIC_FOR
        rows = transaction.rows(query, mission=mission, moment=moment, upto=upto)
    named = {row.source for row in rows}
    for row in transaction.rows(queries.ALL_UNSURE, upto=upto):
        if row.source != NOTHING and mission in (None, row.mission):
            named.add(row.source)
    return doubtful(named, log_queries.published(transaction, named, upto), known)


def _span_of(question: SpanQuestion | PlansQuestion | PeriodsQuestion) -> tuple[int, int]:
    """Return the first and the last day on which readings matter."""
    if isinstance(question, SpanQuestion):
        return _within_reach(question.first), _within_reach(question.last)
    return BEGINNING, FOREVER


def _within_reach(day: int) -> int:
    """Limit a day to the days that a claim can name.

    A question can be about years that are beyond the integers of the database.
    """
    return min(max(day, BEGINNING + 1), FOREVER - 1)


def _second(known: int | None) -> int:
    """Return the last second that counts as known; for None, one that includes NEVER."""
    return 2 * NEVER - 1 if known is None else min(max(known, ALWAYS + 1), NEVER - 1)


class _Selector:
    """Select the periods and readings for some questions, on the publication and record clocks.

    Of the periods chosen so far it holds the row classes of their readings and of their other rows;
    `bounding` has the positions of the latter, by mission.
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
        self._limits = {"known": self._known, "upto": upto}
        self._chosen: dict[str, set[PeriodKey]] = {mission: set() for mission in questions}
        self._reading_classes: dict[MissionPeriodKey, int] = {}
        self._other_classes: dict[MissionPeriodKey, set[int]] = {}
        self.bounding: dict[str, set[int]] = {mission: set() for mission in questions}

    @cached_property
    def _of_all_entries(self) -> bool:
        return self._upto >= log_queries.last_position(self._transaction)

    def choose(self) -> None:
        """Choose the periods that can matter to the answers."""
        # A period without a bound of its own is bounded by the mission, whose key is its own name.
        named: list[MissionPeriodKey] = [
            (mission, "mission", mission, 1) for mission in self.questions
        ]
        for mission, question in self.questions.items():
            if isinstance(question, PlansQuestion):
                self._choose(queries.WITH_PLANS, mission)
                rows = self._rows(queries.PLANNED_READINGS, mission=mission)
                keys = [(row.mission, row.facet, row.key) for row in rows]
                self._choose_all(queries.OF_KEY, keys)
            elif isinstance(question, SpanQuestion):
                self._choose(queries.WITH_READINGS, mission)
                named += self._within(mission, question)
            elif isinstance(question, DayQuestion) and question.only is None:
                self._on_day(mission, _within_reach(question.day))
            else:
                named += ((mission, *place) for place in question.only or ())
        self._choose_all(queries.NAMED, named)
        # A period of an exclusive facet ends where that of another holder begins.
        exclusive = {
            (mission, facet)
            for mission, facet, _, _ in (*named, *self._reading_classes)
            if FACETS[facet].exclusive
        }
        self._choose_all(queries.OF_FACET, sorted(exclusive))

    def _rows(self, query: Select[Any], **values: object) -> Sequence[Row[Any]]:
        """Return the rows of a query, within the limits of the clocks."""
        return self._transaction.rows(query, **values, **self._limits)

    def _choose(self, query: Select[Any], mission: str, **values: object) -> None:
        """Choose the periods that a query on one mission returns."""
        self._add(self._rows(query, mission=mission, **values))

    def _choose_all(self, query: Select[Any], wanted: Iterable[tuple[object, ...]]) -> None:
        """Choose the periods that a query on the rows of `wanted` returns."""
        self._add(self._transaction.rows_for(query, wanted, **self._limits))

    def _add(self, rows: Iterable[Row[Any]]) -> None:
        """Add periods, and the rows that bound them."""
        for row in map(queries.BoundingRow._make, rows):
            place = (row.mission, row.facet, row.key, row.period)
            if place not in self._reading_classes:
                self._chosen[row.mission].add((row.facet, row.key, row.period))
                self._reading_classes[place] = row.reading_classes
                self._other_classes[place] = set()
            if row.row_class is not None and row.position is not None:
                self._other_classes[place].add(row.row_class)
                self.bounding[row.mission].add(row.position)

    def _on_day(self, mission: str, day: int) -> None:
        self._choose(queries.IN_FORCE, mission, day=day)
        # A period that is over by all claims may not be over by those that count on these clocks.
        if not self._of_all_sources:
            self._choose(queries.NOT_ALL_KNOWN, mission)
        if not self._of_all_entries:
            self._choose(queries.NOT_ALL_RECORDED, mission)
        if not (self._of_all_sources and self._of_all_entries):
            self._choose(queries.NOT_BEGUN, mission, day=day)

    def _within(self, mission: str, question: SpanQuestion) -> Iterator[MissionPeriodKey]:
        for row in self._rows(queries.HULLS, mission=mission):
            # All that is planned lies within the hull, whichever the plan, and whenever it was
            # published.
            last = plan_days(row.first, row.last, row.since).last
            if row.first <= question.last and last >= question.first:
                yield row.mission, row.facet, row.key, row.period

    def readings(self) -> dict[str, set[int]]:
        """Return the positions of the readings on chosen periods that can matter, by mission."""
        found: dict[str, set[int]] = {mission: set() for mission in self.questions}
        within: dict[tuple[int, int], dict[MissionPeriodKey, int]] = defaultdict(dict)
        on_day: dict[int, dict[MissionPeriodKey, int]] = defaultdict(dict)
        unanswered: dict[MissionPeriodKey, int] = {}
        for place, classes in self._reading_classes.items():
            mission, facet, key, period = place
            question = self.questions[mission]
            if not classes:
                continue
            if not isinstance(question, DayQuestion):
                within[_span_of(question)][place] = classes
            elif not FACETS[facet].lasting and period != 1:
                # The facet has no periods. Where a claim gives a number all the same, a preference
                # on period 1 may displace any of its readings.
                within[BEGINNING, FOREVER][place] = classes
                found[mission].update(self._preferences((mission, facet, key, 1)))
            else:
                on_day[_within_reach(question.day)][place] = classes
        for (first, last), places in within.items():
            for (mission, *_), position in self._search(places).within(first, last):
                found[mission].add(position)
        for day, places in on_day.items():
            preferred = {
                place: self._preferred_windows(place)
                for place in places
                if PREFERRED in self._other_classes[place]
            }
            for place, (positions, sure) in self._search(places).on_day(day, preferred).items():
                mission, facet, _, _ = place
                found[mission] |= positions
                if not sure and FACETS[facet].lasting:
                    unanswered[place] = places[place]
        # Where nothing bounds a period, its first readings may be all that attests it.
        unbound = {place: each for place, each in unanswered.items() if self._unbound(place)}
        for (mission, *_), position in self._search(unbound).first():
            found[mission].add(position)
        return found

    def relevant(self, mission: str, entries: Iterable[Entry]) -> RelevantEntries:
        """Return what has to be read of a mission, given its selected entries."""
        return RelevantEntries(
            tuple(entries), frozenset(self._chosen[mission]), self._possibly_public(mission)
        )

    def _possibly_public(self, mission: str) -> frozenset[str]:
        if self._of_all_sources:
            return frozenset()
        return possibly_public(self._transaction, self._known, self._upto, mission)

    def _search(self, reading_classes: Mapping[MissionPeriodKey, int]) -> ReadingSearch:
        everything = self._of_all_sources and self._of_all_entries
        clocks = ClockLimits(self._known, self._upto, everything=everything)
        return ReadingSearch(self._transaction, reading_classes, clocks)

    def _unbound(self, place: MissionPeriodKey) -> bool:
        classes = self._other_classes[place]
        return BOUNDS not in classes or REVISED in classes

    def _preferences(self, place: MissionPeriodKey) -> list[int]:
        mission, facet, key, period = place
        rows = self._rows(queries.PREFERENCES, mission=mission, facet=facet, key=key, period=period)
        return [row.position for row in rows]

    def _preferred_windows(self, place: MissionPeriodKey) -> frozenset[Days]:
        """Return the windows, by first and last day, of all claims ever preferred on a period.

        A reading with the same window, reported or planned, may be displaced by one of them.
        """
        mission, _, _, _ = place
        days: set[Days] = set()
        for entry in log_queries.at(self._transaction, self._preferences(place)).values():
            for id_ in ids_needed(entry.content):
                chosen = log_queries.with_id(self._transaction, id_)
                if chosen and (statement := statement_of(chosen.content)):
                    rows = claim_rows(mission, statement, self._published)
                    days.update(map(days_of, rows))
        return frozenset(days)

    def _published(self, name: str) -> Publication | None:
        source = log_queries.publication(self._transaction, name)
        return source.publication if source else None


def _deciding_entries(
    transaction: Transaction,
    entries: Mapping[int, Entry],
    undoable: Collection[int],
    missions: Collection[str],
    upto: int,
) -> dict[int, Entry]:
    """Return the entries, by position, that decide whether the given ones count.

    These undo an `undoable` entry, or one of those in turn; or an event about the record needs them
    (`ids_needed`). Undoable are the readings: the index has those that undo other claims already.
    """
    looked_up: set[bytes] = set()
    elsewhere: set[int] = set()
    added: dict[int, Entry] = {}
    unresolved = list(entries.values())
    while True:
        rows = transaction.rows_for(queries.UNDOING, ((each,) for each in undoable), upto=upto)
        positions = {row.position for row in rows}
        needed = (id_ for entry in unresolved for id_ in ids_needed(entry.content))
        ids = {bytes.fromhex(id_) for id_ in needed if log_queries.is_id(id_)} - looked_up
        rows = transaction.rows_among(queries.WITH_IDS, sorted(ids), upto=upto)
        positions.update(row.position for row in rows)
        looked_up |= ids
        found = log_queries.at(transaction, positions - entries.keys() - added.keys() - elsewhere)
        # Events about another mission's entries have no effect.
        elsewhere |= {at for at, entry in found.items() if entry.mission not in missions}
        undoable = found.keys() - elsewhere
        if not undoable:
            return added
        new = {at: found[at] for at in undoable}
        added.update(new)
        unresolved = list(new.values())
