"""A database transaction, in which statements of SQLAlchemy Core are executed.

    _STORED = select(log.c.bytes).where(log.c.position == bindparam("position"))
    reader.rows(_STORED, position=7)

Statements are constants of their modules: building one anew takes five times as long as a query of
one row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.base import Executable

from events.errors import StoreError
from ledger.storage.given_rows import GIVEN, as_parameter

BATCH = 512
"""Values, or rows of given values, in one statement."""


class Transaction:
    """A transaction that has begun on a connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.numbers: dict[str, int] = {}
        """The numbers of names that were looked up or added (`ledger.storage.names`)."""

    def rows(self, statement: Executable, **values: object) -> Sequence[sa.Row[Any]]:
        """Return the rows of a query."""
        return self._query(statement, values).all()

    def scalar(self, statement: Executable, **values: object) -> Any:  # noqa: ANN401 (as the column)
        """Return the first value of the first row of a query; None where there is none."""
        return self._query(statement, values).scalar()

    def rows_among(
        self, statement: Executable, given: Iterable[object], **values: object
    ) -> Iterator[sa.Row[Any]]:
        """Yield the rows of a query on a list of values, its parameter `given`, in batches."""
        listed = list(given)
        for start in range(0, len(listed), BATCH):
            batch = listed[start : start + BATCH]
            # Few sizes, so that each is compiled once; a value may be given twice.
            batch += batch[-1:] * ((1 << (len(batch) - 1).bit_length()) - len(batch))
            yield from self._query(statement, values, batch).all()

    def _query(
        self, statement: Executable, values: Mapping[str, object], given: Sequence[object] = ()
    ) -> sa.CursorResult[Any]:
        kind = _Dialect(self.connection.dialect)
        prepared = _prepared(statement, tuple(values), kind, len(given))
        listed = {f"{GIVEN}_{number}": value for number, value in enumerate(given, 1)}
        return self.connection.exec_driver_sql(prepared.text, prepared.values({**values, **listed}))

    def rows_for(
        self, statement: Executable, given: Iterable[tuple[object, ...]], **values: object
    ) -> Iterator[sa.Row[Any]]:
        """Yield the rows of a query on rows of values (`ledger.storage.given_rows`), in batches.

        A row that is given twice is asked for once.
        """
        listed = list(dict.fromkeys(given))
        for start in range(0, len(listed), BATCH):
            batch = as_parameter(listed[start : start + BATCH])
            yield from self.rows(statement, given=batch, **values)

    def insert(self, table: sa.Table, rows: Sequence[Sequence[object]]) -> None:
        """Insert rows; values are in the order of the table's columns."""
        if rows:
            prepared = _insertion(table, _Dialect(self.connection.dialect))
            names = table.columns.keys()
            values = (
                [*rows] if prepared.order else [dict(zip(names, row, strict=True)) for row in rows]
            )
            self.connection.exec_driver_sql(prepared.text, values)

    def execute(self, statement: Executable, rows: Sequence[Mapping[str, object]] = ({},)) -> None:
        """Execute a statement that returns no rows, once for each row of values."""
        if rows:
            kind = _Dialect(self.connection.dialect)
            prepared = _prepared(statement, tuple(rows[0]), kind)
            values = [prepared.values(row) for row in rows]
            self.connection.exec_driver_sql(prepared.text, values if len(values) > 1 else values[0])


def handle_errors(engine: sa.Engine, translate: Callable[[BaseException], StoreError]) -> None:
    """Make an Engine raise the errors of its driver as StoreErrors."""

    @sa.event.listens_for(engine, "handle_error")
    def handle(context: sa.engine.ExceptionContext) -> None:
        error = context.original_exception
        if isinstance(error, engine.dialect.loaded_dbapi.Error):
            raise translate(error) from error


class _Dialect:
    """A dialect as part of a cache key: those of one name compile alike."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self.dialect = dialect

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Dialect) and other.dialect.name == self.dialect.name

    def __hash__(self) -> int:
        return hash(self.dialect.name)


class _Prepared(NamedTuple):
    """The text of a statement, the values in it, and the order of all if they have no names."""

    text: str
    constants: Mapping[str, object]
    order: tuple[str, ...]

    def values(self, row: Mapping[str, object]) -> Any:  # noqa: ANN401 (a tuple or a mapping)
        """Return values as the driver takes them."""
        named = {**self.constants, **row}
        return tuple([named[name] for name in self.order]) if self.order else named


@lru_cache(maxsize=100)
def _insertion(table: sa.Table, kind: _Dialect) -> _Prepared:
    """Prepare the statement that inserts a row."""
    return _prepared(sa.insert(table), tuple(table.columns.keys()), kind)


@lru_cache(maxsize=1000)
def _prepared(
    statement: Executable, names: tuple[str, ...], kind: _Dialect, size: int = 0
) -> _Prepared:
    """Prepare a statement for values of these names, and a list of so many.

    Core's own execution of many rows takes three times as long, and it puts the text of a query on
    a list together anew each time.
    """
    listed = {GIVEN: [None] * size} if size else {}
    compiled: Any = statement.compile(  # type: ignore[attr-defined]
        dialect=kind.dialect, column_keys=[*names, *listed]
    )
    state = compiled.construct_expanded_state(dict.fromkeys(names) | listed)
    order = tuple(state.positiontup or ()) if compiled.positional else ()
    return _Prepared(state.statement, dict(state.parameters), order)
