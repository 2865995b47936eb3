"""Which entries an answer about one mission has to read, found in the claims index.

What is found is enough and may be more: the plain reading of it gives the same answer as the
plain reading of all the mission's events (`projections.view`). Where the index cannot be sure of
that, it says so, and everything is read.

A run of days, seconds or positions that holds a point is found by its class (`lives.width_of`):
one short range of an index for each class. So what is over, or still to come, is passed over
without being read, and so are the readings of a long series before the last one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from events.codec import Entry
from events.days import BEGINNING, FOREVER
from events.facets import FACETS
from events.record import ClaimCorrected, ReadingPreferred
from ledger import lookups
from ledger import selecting_queries as queries
from ledger.direct import Statements
from ledger.lives import BOUNDS, NEVER, PREFERRED, REVISED
from ledger.scope import OnDay, Place, Planned, Scope, Within
from ledger.series import Clocks, Series


class Chosen(NamedTuple):
    """What of a mission has to be read (`ledger.scope.Selection` says what is what)."""

    entries: tuple[Entry, ...]
    periods: frozenset[Place] | None = None
    possibly_public: frozenset[str] | None = None


class _Period(NamedTuple):
    facet: str
    key: str
    period: int
    widths: int


def select(
    statements: Statements, mission: str, scope: Scope, *, known: int | None, upto: int
) -> Chosen | None:
    """Return what has to be read of a mission; None where that is everything.

    `known` is in seconds since 1970 UTC, None for no limit; `upto` is a position.
    """
    if statements.ask(queries.NOT_DESCRIBED, [mission]):
        return None
    return _Selecting(statements, mission, known, upto).of(scope)


def missions_of(
    statements: Statements, party: str, day: int, *, known: int | None, upto: int
) -> dict[str, frozenset[Place] | None]:
    """Return the missions in whose state on a day a nation or body can be.

    With each, the periods where it can be named; None is any.
    """
    rows = statements.ask(queries.OF_PARTY_IN_FORCE, [party, day, day, day])
    if known is not None or upto < lookups.last_position(statements):
        before = 2 * NEVER - 1 if known is None else known
        rows += statements.ask(queries.OF_PARTY_NOT_SETTLED, [party, day, before, upto])
    found: dict[str, set[Place]] = {}
    for mission, *place in rows:
        found.setdefault(mission, set()).add((place[0], place[1], place[2]))
    return {mission: frozenset(found[mission]) for mission in sorted(found)}


def possibly_public(
    statements: Statements, known: int, upto: int, mission: str | None = None
) -> frozenset[str]:
    """Return the sources that events name which were perhaps public by then, and not certainly."""
    values: tuple[object, ...] = (known, known, known, upto)
    query = queries.PERHAPS_PUBLIC
    if mission is not None:
        query, values = queries.PERHAPS_PUBLIC_FOR, (mission, *values)
    return frozenset(source for (source,) in statements.ask(query, values))


class _Selecting:
    """One mission, seen through the publication and record clocks."""

    def __init__(self, statements: Statements, mission: str, known: int | None, upto: int) -> None:
        self._statements = statements
        self._mission = mission
        self._known = 2 * NEVER - 1 if known is None else known
        self._upto = upto
        self._of_all_sources = known is None

    @cached_property
    def _of_all_entries(self) -> bool:
        return self._upto >= lookups.last_position(self._statements)

    def of(self, scope: Scope) -> Chosen:
        """Return what has to be read."""
        if isinstance(scope, OnDay):
            found = self._on_day(scope)
        elif isinstance(scope, Planned):
            found = self._periods(queries.WITH_PLANS, self._mission, *self._visible)
        else:
            found = self._within(scope)
        itself = self._named({("mission", self._mission, 1)})
        chosen = {each[:3]: each for each in chain(found, itself)}
        for facet in {each.facet for each in chosen.values()}:
            if FACETS[facet].exclusive:
                # Each holder's turn ends where another's begins.
                others = self._periods(queries.OF_FACET, self._mission, facet, *self._visible)
                chosen.update((each[:3], each) for each in others)
        return self._read(list(chosen.values()), scope)

    @property
    def _visible(self) -> tuple[int, int]:
        return self._known, self._upto

    def _periods(self, query: str, *values: object) -> list[_Period]:
        return [_Period(*row) for row in self._statements.ask(query, values)]

    def _named(self, places: Iterable[Place]) -> list[_Period]:
        wanted = [(self._mission, *place) for place in places]
        names = ("mission", "facet", "key", "period")
        return [_Period(*row) for row in self._statements.ask_of(queries.NAMED, names, wanted)]

    def _on_day(self, scope: OnDay) -> list[_Period]:
        if scope.only is not None:
            return self._named(scope.only)
        day, visible = scope.day, self._visible
        found = self._periods(queries.IN_FORCE, self._mission, day, day, day, *visible)
        # A period that is over once everything is told may not have been by what is told so far.
        if not self._of_all_sources:
            known = self._known
            found += self._periods(
                queries.NOT_ALL_KNOWN, self._mission, known, known, day, *visible
            )
        if not self._of_all_entries:
            upto = self._upto
            found += self._periods(
                queries.NOT_ALL_RECORDED, self._mission, upto, upto, day, *visible
            )
        return found

    def _within(self, scope: Within) -> list[_Period]:
        hulls = self._statements.ask(queries.HULLS, [self._mission, *self._visible])
        found = [
            _Period(*row[:4])
            for row in hulls
            # A plan lies no earlier than it came out.
            if row[4] <= scope.last and max(row[5:]) >= scope.first
        ]
        rows = self._periods(queries.OF_MISSION, self._mission, *self._visible)
        return found + [each for each in rows if each.widths]

    def _read(self, chosen: Sequence[_Period], scope: Scope) -> Chosen:
        positions: set[int] = set()
        kinds: dict[Place, set[int]] = {each[:3]: set() for each in chosen}
        wanted = [(self._mission, *each[:3]) for each in chosen]
        for facet, key, period, width, position in self._ask_of_periods(queries.BOUNDING, wanted):
            positions.add(position)
            kinds[facet, key, period].add(width)
        readings: set[int] = set()
        for each in chosen:
            if each.widths:
                readings.update(self._readings(each, kinds, scope))
        entries = lookups.at(self._statements, positions | readings)
        self._complete(entries, readings)
        by_position = tuple(entries[position] for position in sorted(entries))
        return Chosen(by_position, frozenset(kinds), self._possibly_public())

    def _possibly_public(self) -> frozenset[str]:
        if self._of_all_sources:
            return frozenset()
        return possibly_public(self._statements, self._known, self._upto, self._mission)

    def _ask_of_periods(self, query: str, wanted: Iterable[tuple[object, ...]]) -> Iterator[Any]:
        names = ("mission", "facet", "key", "period")
        return self._statements.ask_of(query, names, wanted, *self._visible)

    def _readings(
        self, each: _Period, kinds: Mapping[Place, set[int]], scope: Scope
    ) -> Iterator[int]:
        """Yield the positions of the readings of a period, or of a strength, that can matter."""
        series = Series(self._statements, (self._mission, *each[:3]), each.widths, self._clocks)
        there = kinds[each[:3]]
        if isinstance(scope, Within):
            yield from series.within(scope.first, scope.last)
            return
        if each.facet == "strength" and each.period != 1 and isinstance(scope, OnDay):
            # A strength has no periods: where one is given all the same, what is preferred among
            # the others may do away with any of these.
            yield from series.within(BEGINNING, FOREVER)
            return
        sure = False
        if isinstance(scope, OnDay):
            positions, sure = series.on_day(scope.day, preferred=PREFERRED in there)
            yield from positions
        if not sure and each.facet != "strength" and (BOUNDS not in there or REVISED in there):
            # That there is a reading may be all that shows the period at all.
            yield from series.first()

    @cached_property
    def _clocks(self) -> Clocks:
        everything = self._of_all_sources and self._of_all_entries
        return Clocks(self._known, self._upto, everything=everything)

    def _complete(self, entries: dict[int, Entry], undoable: set[int]) -> None:
        """Add what is needed to tell whether these count: what undid them, and what that is of.

        Of what bounds a period the index has told that already.
        """
        looked_up: set[bytes] = set()
        while True:
            rows = self._statements.ask_of(
                queries.UNDOING, ("position",), ((each,) for each in undoable), self._upto
            )
            new = {position for (position,) in rows} - entries.keys()
            ids = {bytes.fromhex(id_) for entry in entries.values() for id_ in _leans_on(entry)}
            rows = self._statements.ask_of(
                queries.WITH_IDS, ("id",), ((id_,) for id_ in sorted(ids - looked_up))
            )
            looked_up |= ids
            found = lookups.at(
                self._statements, (new | {position for (position,) in rows}) - entries.keys()
            )
            if not found:
                return
            entries.update(found)
            undoable = set(found)


def _leans_on(entry: Entry) -> tuple[str, ...]:
    """Return the ids of the entries without which it cannot be told whether this one counts."""
    content = entry.content
    if isinstance(content, ReadingPreferred):
        return content.claims
    return (content.target,) if isinstance(content, ClaimCorrected) else ()
