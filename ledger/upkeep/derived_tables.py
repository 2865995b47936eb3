"""Compute the derived tables from the log beside those of a ledger, and compare all their rows.

    log ──▶ projections ──▶ tables in a temporary SQLite database ──▶ compared, in order of their
                                     tables of the ledger        ──▶ primary keys

The temporary database has no log: a view with its name reads the ledger's. Where an entry was
damaged after it was indexed, or is missing, the rows that later entries give are unknown: then all
rows that the entries before it give must be there, and no other is looked at.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import select

from events.errors import StoreError
from ledger.storage.inline_projection import InlineProjection
from ledger.storage.schema import metadata
from ledger.storage.sqlite_temporary import show_log, temporary_engine
from ledger.storage.transaction import Transaction
from ledger.upkeep.findings import AddFinding
from ledger.upkeep.tolerant_read import reading, reraise_unavailable

AT_ONCE = 2000
"""Rows compared at once."""
TOGETHER = 8192
"""Entries applied at once: of a period that several bear on, the row is read and written once."""

CODES = {"entries": "index", "alias": "alias"}
"""The code of a finding about a projection, or a table; else the projection's name."""


_ORDER = {int: 1, float: 1, str: 2, bytes: 3}
"""How SQLite orders types; a damaged file may have any of them in any column."""

Row = tuple[Any, ...]
Read = Callable[[int], bytes | None]
"""Returns the stored bytes at a position."""


class DerivedTables:
    """The tables that projections derive from the entries so far.

    `limit` is the first position whose rows are unknown; None where all are known.
    """

    def __init__(self, projections: Sequence[InlineProjection], read: Read) -> None:
        self._projections = projections
        self.limit: int | None = None
        self._waiting: list[tuple[int, Row]] = []
        self._engine = temporary_engine("the temporary database")
        self._connection = self._engine.connect()
        metadata.create_all(self._connection, tables=[t for p in projections for t in p.tables])
        show_log(self._connection, read)
        self._connection.commit()

    def add(self, positions: Sequence[int], parts: Sequence[Row], add: AddFinding) -> None:
        """Add the entries at some positions, which are the next ones."""
        self._waiting += zip(positions, parts, strict=True)
        if len(self._waiting) >= TOGETHER:
            self._apply(add)

    def _apply(self, add: AddFinding) -> None:
        """Apply the entries that wait to all projections."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            for number, each in enumerate(self._projections):
                each.apply(Transaction(self._connection), [parts[number] for _, parts in waiting])
            self._connection.commit()
        except StoreError as error:
            reraise_unavailable(error)
            self._connection.rollback()
            first, _ = waiting[0]
            self.stop(first)
            message = f"the derived tables cannot be computed from position {first} on"
            add("index", f"{message}: {error.message}", None)

    def stop(self, position: int) -> None:
        """Take the rows from a position on as unknown."""
        self.limit = position if self.limit is None else min(self.limit, position)

    def compare(
        self, ledger: Transaction, end: int, add: AddFinding, reported: Collection[int]
    ) -> None:
        """Compare all rows with those of a ledger whose log ends at position `end`.

        Nothing is said of positions that are `reported` already.
        """
        self._apply(add)
        for projection in self._projections:
            for table in projection.tables:
                code = CODES.get(table.name) or CODES.get(projection.name, projection.name)
                comparison = _Comparison(table, self.limit, end)
                with reading(f"the table {table.name}", "", add):
                    self._compare(comparison, ledger, code, add, reported)

    def _compare(
        self,
        comparison: "_Comparison",
        ledger: Transaction,
        code: str,
        add: AddFinding,
        reported: Collection[int],
    ) -> None:
        end, name = comparison.end, comparison.table.name
        for wanted, stored in comparison.differences(self._connection, ledger.connection):
            position = comparison.position(stored or wanted or ())
            if stored and not wanted and position and position > end:
                message = f"the log ends at position {end}, but {name} goes further"
                add("cut", f"{message}: entries were removed from the end", end + 1)
            elif position not in reported:
                add(code, comparison.message(wanted, stored), position)

    def close(self) -> None:
        """Delete the temporary database."""
        self._connection.close()
        self._engine.dispose()


class _Comparison(NamedTuple):
    """The comparison of a table; rows from the position `limit` on are unknown."""

    table: sa.Table
    limit: int | None
    end: int

    def differences(
        self, wanted: sa.Connection, stored: sa.Connection
    ) -> Iterator[tuple[Row | None, Row | None]]:
        """Yield the rows that differ: as they should be, and as they are; None is no row."""
        if self.limit is not None and "UPDATE" in self.table.info["rights"]:
            return
        query = select(self.table).order_by(*self.table.primary_key)
        query = query.execution_options(yield_per=AT_ONCE)
        for pair in _differing(_chunks(wanted, query), _chunks(stored, query), self._key):
            if pair[0] is not None or self._is_known(pair[1]):
                yield pair

    def _is_known(self, extra: Row | None) -> bool:
        """Whether it is known that there should be no such row."""
        if self.limit is None:
            return True
        position = self.position(extra or ())
        return position is not None and (position < self.limit or position > self.end)

    def _key(self, row: Row) -> Row:
        """Return the key of a row, as SQLite orders values of any type."""
        return tuple(
            [
                (_ORDER.get(type(value), 0), value)
                for value, column in zip(row, self.table.columns, strict=True)
                if column.primary_key
            ]
        )

    def position(self, row: Row) -> int | None:
        """Return the position that a row states; None where it states none."""
        columns = self.table.columns.keys()
        found = row[columns.index("position")] if "position" in columns else None
        return found if isinstance(found, int) and found > 0 else None

    def message(self, wanted: Row | None, stored: Row | None) -> str:
        """Say how a row differs."""
        names, row = self.table.columns, wanted or stored or ()
        key = ", ".join(
            f"{column.name} {value.hex() if isinstance(value, bytes) else value}"
            for column, value in zip(names, row, strict=True)
            if column.primary_key
        )
        if stored is None:
            return f"the table {self.table.name} lacks the row with {key}"
        if wanted is None:
            return f"the table {self.table.name} has a row with {key}, which the log does not give"
        pairs = zip(names, wanted, stored, strict=True)
        others = " and ".join(column.name for column, *both in pairs if both[0] != both[1])
        return f"the table {self.table.name} has another {others} in the row with {key}"


def _chunks(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[list[Row]]:
    result = connection.execute(query)
    while rows := result.fetchmany(AT_ONCE):
        yield [*map(tuple, rows)]


def _differing(
    wanted: Iterator[list[Row]], stored: Iterator[list[Row]], key: Callable[[Row], Row]
) -> Iterator[tuple[Row | None, Row | None]]:
    """Yield the rows that differ in two tables, both in order of their keys."""
    for ours in wanted:
        theirs = next(stored, [])
        if ours != theirs:
            yield from _merged(
                chain(ours, chain.from_iterable(wanted)),
                chain(theirs, chain.from_iterable(stored)),
                key,
            )
            return
    yield from ((None, row) for row in chain.from_iterable(stored))


def _merged(
    wanted: Iterator[Row], stored: Iterator[Row], key: Callable[[Row], Row]
) -> Iterator[tuple[Row | None, Row | None]]:
    ours, theirs = next(wanted, None), next(stored, None)
    while ours is not None or theirs is not None:
        if ours is None or (theirs is not None and key(theirs) < key(ours)):
            yield None, theirs
            theirs = next(stored, None)
        elif theirs is None or key(ours) < key(theirs):
            yield ours, None
            ours = next(wanted, None)
        else:
            if ours != theirs:
                yield ours, theirs
            ours, theirs = next(wanted, None), next(stored, None)
