"""A tidy table: named and described columns, and the rows of each mission.

CSV, XLSX and SQLite are written from the same tables. A cell is a text, a number, a truth value or
nothing; a date is its ISO text, and an open bound is nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from events.printable import printable
from events.spreadsheet import ID, short_id
from projections.exports.extract import Extract
from projections.view import View

Kind = Literal["string", "integer", "boolean", "date", "yearmonth"]
"""The types of columns, by their names in the Table Schema of Frictionless Data."""

Cell = str | int | bool | None
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, type and meaning. What is `required` is never empty."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table: its columns without those of the clocks, and a function to its rows of a mission.

    `row_is` is what messages call a row; `key` are the columns that tell rows apart.
    """

    name: str
    row_is: str
    meaning: str
    own: tuple[Column, ...]
    key: tuple[str, ...]
    of_mission: Callable[[View, int], Iterable[Row]]

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns: those of the clocks, then its own."""
        return (*CLOCKS, *self.own)

    def rows(self, extract: Extract, view: View) -> Iterator[tuple[Cell, ...]]:
        """Yield the rows of a mission, in the order of `columns`."""
        clocks = tuple(map(cell, extract.clocks.values()))
        names = [column.name for column in self.own]
        for row in self.of_mission(view, extract.on):
            yield *clocks, *(cell(row.get(name)) for name in names)


CLOCKS = (
    Column("known", "string", "publication time: only sources certainly public by then"),
    Column("recorded", "string", "record time as asked for; empty: to the end of the log"),
    Column("position", "integer", "the last position of the log that was read", required=True),
    Column("on", "date", "valid time: the day at whose close the answers hold", required=True),
)
"""The columns that every row of every table begins with."""


def cell(value: object, *, whole_ids: bool = False) -> Cell:
    """Return a value as one cell: lists joined by semicolons, short ids, visible characters."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple):
        return "; ".join(str(cell(each, whole_ids=whole_ids)) for each in value) or None
    return _shown(str(value), whole_ids)


@lru_cache(maxsize=16_384)
def _shown(text: str, whole_ids: bool) -> str | None:
    is_long = not whole_ids and ID.fullmatch(text)
    return printable(short_id(text) if is_long else text) or None
