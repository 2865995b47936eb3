"""Read the claims that an answer about a mission needs, and no others where that can be told.

The selection is sufficient, and may hold more than needed: an answer from it equals the answer from
all claims of the mission. Periods whose lifespan does not hold the day asked about are not read
(`projections.claims_table.lifespan`), and neither are readings that later ones replace
(`projections.claims_table.reading_search`). Neither the log nor the event models are read.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import Row, Select

from events.dates.days import BEGINNING, FOREVER
from events.facets import FACETS, MISSION, PeriodKey, Role
from ledger.storage import names
from ledger.storage.transaction import Transaction
from projections.claims_table import queries
from projections.claims_table.codes import MEANINGS
from projections.claims_table.period_row import NEVER, PeriodRow
from projections.claims_table.queries import ALONE, ClaimRow
from projections.claims_table.reading_search import ReadingSearch
from projections.claims_table.sources import possibly_public, versions, with_changes
from projections.question import (
    DayQuestion,
    PlansQuestion,
    Question,
    Selection,
    SpanQuestion,
)
from projections.weighing.amendments import Amendment, Kind
from projections.weighing.claims import Claim
from projections.weighing.sources import UNDESCRIBED, Version


def select_each(
    transaction: Transaction,
    questions: Mapping[str, Question | None],
    *,
    known: int | None,
    upto: int,
) -> dict[str, Selection]:
    """Return what an answer about each mission needs; all of its claims without a question.

    `known` is in seconds since 1970 UTC, None for no limit; `upto` is a position.
    """
    numbers = names.numbers_of(transaction, questions)
    return _Reader(transaction, numbers, questions, known, upto).selections()


def missions_of(
    transaction: Transaction, party: str, day: int | None, *, known: int | None, upto: int
) -> dict[str, frozenset[PeriodKey]]:
    """Return the missions in whose state a nation or body can be on a day, or on any if it is None.

    Each has the periods that name the party.
    """
    if day is None:
        rows = transaction.rows(queries.OF_PARTY, party=party)
    else:
        limits = {"day": _within_reach(day), "known": _second(known), "upto": upto}
        rows = transaction.rows(queries.OF_PARTY_IN_FORCE, party=party, **limits)
    found: dict[str, set[PeriodKey]] = {}
    for row in rows:
        found.setdefault(row.mission, set()).add((row.facet, row.key, row.period))
    return {mission: frozenset(found[mission]) for mission in sorted(found)}


def periods_of(transaction: Transaction, mission: str) -> list[PeriodKey]:
    """Return the periods of a mission that any claim bears on, in order."""
    number = names.number_of(transaction, mission)
    rows = transaction.rows(queries.PERIODS, mission=number) if number else ()
    return [(row.facet, row.key, row.period) for row in rows]


def parties(transaction: Transaction) -> list[str]:
    """Return the nations and bodies that claims name, in order."""
    return [row.party for row in transaction.rows(queries.PARTIES)]


def _within_reach(day: int) -> int:
    """Limit a day to the days that a claim can name.

    A question can be about years that are beyond the integers of the database.
    """
    return min(max(day, BEGINNING + 1), FOREVER - 1)


def _second(known: int | None) -> int:
    """Return the last second that counts as known; for None, one that includes NEVER."""
    return 2 * NEVER - 1 if known is None else min(max(known, 1 - NEVER), NEVER - 1)


class _Reader:
    """Reads the periods and claims for some questions, on the publication and record clocks.

    Missions are by their numbers.
    """

    def __init__(
        self,
        transaction: Transaction,
        numbers: Mapping[str, int],
        questions: Mapping[str, Question | None],
        known: int | None,
        upto: int,
    ) -> None:
        self._transaction = transaction
        self._questions = questions
        self._numbers = numbers
        self._asked = {numbers[each]: questions[each] for each in numbers}
        self._known = known
        self._limits = {"known": _second(known), "upto": upto}
        self._periods: dict[int, PeriodRow] = {}
        self._amendments: dict[int, list[Amendment]] = {number: [] for number in self._asked}
        self._rows: dict[int, dict[tuple[int, int, int], ClaimRow]] = defaultdict(dict)
        self._sources: dict[int, tuple[str, Version]] = {}

    def selections(self) -> dict[str, Selection]:
        """Read, and return what was read of each mission."""
        self._choose()
        self._keep(queries.BOUNDS, self._periods)
        self._read_sources()
        self._read_readings()
        self._read_amendments()
        self._read_sources()
        sources = with_changes(self._transaction, self._sources, self._limits["upto"])
        claims = self._claims()
        places: dict[int, set[PeriodKey]] = defaultdict(set)
        for row in self._periods.values():
            places[row.mission].add(row.place)
        found = {}
        for mission, question in self._questions.items():
            number = self._numbers.get(mission, 0)
            of_mission, amendments = claims[number], self._amendments.get(number, ())
            stated_by = {each.source for each in of_mission}.union(
                *((each.source, each.claim_source) for each in amendments)
            )
            found[mission] = Selection(
                self._limits["upto"],
                tuple(sorted(of_mission, key=_order)),
                tuple(amendments),
                sources.of(name for name in stated_by if name),
                None if question is None else frozenset(places[number]),
                None if question is None else self._possibly_public(number),
            )
        return found

    def _possibly_public(self, mission: int) -> frozenset[str]:
        if self._known is None:
            return frozenset()
        return possibly_public(self._transaction, self._known, self._limits["upto"], mission)

    # Events about the record -------------------------------------------------------------------

    def _read_sources(self, numbers: Iterable[int | None] = ()) -> None:
        """Read when the sources of all that was read so far were published."""
        wanted = {row.source for rows in self._rows.values() for row in rows.values()}
        new = {each for each in wanted.union(numbers) if each} - self._sources.keys()
        self._sources.update(versions(self._transaction, new, self._limits["upto"]))

    def _read_amendments(self) -> None:
        """Read what events about the record did to the claims, and to each other in turn."""
        whole = [(n,) for n, question in self._asked.items() if question is None]
        found = {
            (row.position, row.target): row
            for row in self._transaction.rows_for(queries.AMENDMENTS, whole, **self._limits)
        }
        amended = {
            row.position
            for k, rows in self._rows.items()
            if self._asked[self._periods[k].mission] is not None
            for row in rows.values()
            if row.amended
        }
        seen: set[int] = set()
        while new := amended - seen:
            seen |= new
            given = [(each,) for each in new]
            rows = [
                *self._transaction.rows_for(queries.AMENDMENTS_OF, given, **self._limits),
                *self._transaction.rows_for(queries.AMENDMENTS_AT, given, **self._limits),
            ]
            found.update(((row.position, row.target), row) for row in rows)
            targets = {row.target for row in rows if row.kind != Kind.RETRACTED}
            others = self._transaction.rows_among(queries.POSITIONS, targets)
            amended |= {row.position for row in (*rows, *others)}
        self._read_sources(n for row in found.values() for n in (row.source, row.claim_source))
        in_order = [found[key] for key in sorted(found)]
        for (mission, _), of_event in groupby(in_order, key=attrgetter("mission", "position")):
            if mission in self._amendments:
                self._amendments[mission].append(self._amendment(list(of_event)))

    # Periods -----------------------------------------------------------------------------------

    def _choose(self) -> None:
        """Choose the periods that can matter to the answers."""
        named: list[tuple[int, str, str, int]] = []
        keys: list[tuple[object, ...]] = []
        in_part: set[object] = set()
        for mission, question in self._asked.items():
            if isinstance(question, DayQuestion) and question.only is None:
                day = _within_reach(question.day)
                self._add(self._rows_of(queries.IN_FORCE, mission=mission, day=day))
            elif question is None or isinstance(question, SpanQuestion):
                self._add(self._rows_of(queries.OF_MISSION, mission=mission))
            elif isinstance(question, PlansQuestion):
                planned = self._rows_of(queries.PLANNED_KEYS, mission=mission)
                keys += [(row.mission, row.facet, row.key) for row in planned]
                in_part.add(mission)
            else:
                in_part.add(mission)
                named += ((mission, *place) for place in question.only or ())
        # Periods of one key are weighed together. (Where a key has several, their lifespans are
        # open: those in force on a day are all of them.)
        keys += ((mission, facet, key) for mission, facet, key, _ in named)
        # What is numbered in a facet without periods is part of one series.
        keys += (
            (row.mission, row.facet, row.key)
            for row in self._periods.values()
            if row.period > 1 and not FACETS[row.facet].lasting
        )
        self._add(self._transaction.rows_for(queries.OF_KEY, dict.fromkeys(keys)))
        # A period without a start of its own is bounded by the mission; one of an exclusive facet
        # ends where that of another holder begins.
        facets = {(mission, MISSION) for mission in in_part} | {
            (mission, facet) for mission, facet, *_ in keys if facet in ALONE
        }
        facets |= {
            (mission, facet)
            for mission, question in self._asked.items()
            if isinstance(question, DayQuestion)
            for facet in question.whole
        }
        self._add(self._transaction.rows_for(queries.OF_FACET, facets))

    def _rows_of(self, query: Select[Any], **values: object) -> Sequence[Row[Any]]:
        return self._transaction.rows(query, **values, **self._limits)

    def _add(self, rows: Iterable[Row[Any]]) -> None:
        for row in map(PeriodRow._make, rows):
            if row.facet not in FACETS or type(row.period) is not int:
                raise ValueError("a period of no facet, or without a number")
            self._periods[row.k] = row

    # Claims ------------------------------------------------------------------------------------

    def _keep(self, query: Select[Any], ks: Iterable[int], **values: int) -> None:
        rows = self._transaction.rows_for(query, ((k,) for k in ks), **values, **self._limits)
        self._keep_rows(map(ClaimRow._make, rows))

    def _keep_rows(self, rows: Iterable[ClaimRow]) -> None:
        for row in rows:
            self._rows[row.k][row.position, row.says, row.last] = row

    def _read_readings(self) -> None:
        """Read the readings, and happenings, of the periods that can matter to the answers."""
        whole: list[int] = []
        during: dict[tuple[int, int], list[int]] = defaultdict(list)
        on_day: dict[int, list[PeriodRow]] = defaultdict(list)
        for row in self._periods.values():
            question = self._asked[row.mission]
            if not row.all_series:
                continue
            if not _is_searchable(row):
                whole.append(row.k)
            elif isinstance(question, DayQuestion) and not _has_open_window(row):
                day = _within_reach(question.day)
                on_day[day].append(row)
                since = self._mission_ends.get(row.mission, FOREVER)
                if since <= day and not FACETS[row.facet].lasting:
                    # A reading after the end of the mission can tell that it goes on.
                    during[since, FOREVER].append(row.k)
            elif isinstance(question, SpanQuestion) and not _is_planned(row):
                first, last = _within_reach(question.first), _within_reach(question.last)
                if FACETS[row.facet].in_state:
                    during[first, last].append(row.k)
                elif row.begins <= last and row.ends > first:
                    whole.append(row.k)
            else:
                whole.append(row.k)
        self._keep(queries.OTHERS, whole)
        for (first, last), ks in during.items():
            self._keep(queries.OTHERS_DURING, ks, since=first, until=last)
        known = None if self._known is None else self._limits["known"]
        search = ReadingSearch(self._transaction, known=known, upto=self._limits["upto"])
        for day, rows in on_day.items():
            self._keep_rows(search.on_day(rows, day))
        # Where nothing bounds a period, its first readings may be all that attests it.
        every = (row for rows in on_day.values() for row in rows if FACETS[row.facet].lasting)
        self._keep_rows(search.first(row for row in every if not self._is_bounded(row.k)))

    @cached_property
    def _mission_ends(self) -> Mapping[int, int]:
        """The first day on which a mission can have ended, by what any claim says."""
        found: dict[int, int] = {}
        for k, rows in self._rows.items():
            period = self._periods[k]
            if FACETS[period.facet].is_mission:
                says = ((row, MEANINGS[row.says]) for row in rows.values())
                days = [
                    BEGINNING if meaning.dated_by_source else row.first
                    for row, meaning in says
                    if meaning.role is Role.END
                ]
                found[period.mission] = min([found.get(period.mission, FOREVER), *days])
        return found

    def _is_bounded(self, k: int) -> bool:
        """Whether a start, an end or an attestation of a period surely counts."""
        return any(
            not row.amended and self._is_heard(row)
            for row in self._rows[k].values()
            if MEANINGS[row.says].role is not Role.READING
        )

    def _is_heard(self, row: ClaimRow) -> bool:
        if self._known is None or row.source is None:
            return True
        _, version = self._sources[row.source]
        return version.published.is_certain(self._known)

    def _claims(self) -> Mapping[int, list[Claim]]:
        """Return the claims that were read, by mission."""
        found: dict[int, list[Claim]] = defaultdict(list)
        for k, rows in self._rows.items():
            period = self._periods[k]
            found[period.mission] += (
                _claim(period.place, row, *self._source(row.source)) for row in rows.values()
            )
        return found

    def _amendment(self, rows: Sequence[Row[Any]]) -> Amendment:
        """Return the amendment of an event, given a row for each of its targets."""
        row, place = rows[0], None
        if row.kind == Kind.PREFERRED:
            facet, key, number, role = orjson.loads(row.data)
            place = (facet, key, number, Role(role))
        (source, _), (claim_source, _) = self._source(row.source), self._source(row.claim_source)
        targets = tuple(each.target.hex() for each in rows if each.target)
        return Amendment(
            *(row.id.hex(), row.position, Kind(row.kind), targets, source, claim_source, place),
            row.reason,
        )

    def _source(self, number: int | None) -> tuple[str | None, Version]:
        """Return a source's name and version; those of no source if it was not read."""
        return self._sources.get(number or 0, (None, UNDESCRIBED))


def _is_searchable(row: PeriodRow) -> bool:
    """Whether the readings of a period need not all be read.

    Where a claim gives a number to a period of a facet that has none, a preference on number 1 may
    displace any of its readings.
    """
    facet = FACETS[row.facet]
    return not row.whole and (facet.lasting or row.period == 1) and facet.in_state


def _has_open_window(row: PeriodRow) -> bool:
    return any(each.longest is None for each in row.readings.values())


def _is_planned(row: PeriodRow) -> bool:
    """Whether readings or happenings of a period can fall on other days than those stated.

    A plan is for no day before it was published.
    """
    return any(each.planned for each in row.all_series.values())


def _claim(place: PeriodKey, row: ClaimRow, source: str | None, version: Version) -> Claim:
    role, basis, dated_by_source = MEANINGS[row.says]
    return Claim(
        *(row.id.hex(), row.position, *place, role, row.first, row.last, basis),
        *(source, version.published, orjson.loads(row.data), dated_by_source),
    )


def _order(claim: Claim) -> tuple[object, ...]:
    return claim.position, claim.facet, claim.key, claim.period, claim.role
