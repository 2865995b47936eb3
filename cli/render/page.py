"""The parts of a page: an answer for people, independent of the output format.

A page has a heading and blocks; `cli.render.terminal` lays it out for a terminal,
`cli.render.markdown` writes it as Markdown. All its text is literal, never markup.

    Page("NATO Mission Iraq", ("as of the close of 2021-06-15",),
         (Table(("command", "standing"), (Row(("Denmark", "certain")),)),
          Notes("Sources", (("[1]", "Danish Defence, …"),))))
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple


class Mark(NamedTuple):
    """Emphasised text: `strong` for names, `alert` for what the reader must not miss."""

    text: str
    look: Literal["strong", "alert"] = "strong"


Line = str | Mark | tuple[str | Mark, ...]
"""One line of text, possibly in several looks; it wraps if necessary."""

Cell = Line | list[Line]
"""One line, or several below each other."""


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row; the lines `below` follow it at full width."""

    cells: tuple[Cell, ...]
    below: Sequence[Line] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A heading between the rows of a table."""

    title: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column names; if all names are empty, there is no header line."""

    columns: tuple[str, ...]
    rows: Sequence[Row | Group]


@dataclass(frozen=True, slots=True)
class Notes:
    """A list with an optional title; each line has a lead such as `[1]`."""

    title: str
    lines: Sequence[tuple[str, Line]]


@dataclass(frozen=True, slots=True)
class Bar:
    """A name, and the runs of days to draw next to it, each with the name of its look.

    Days are day numbers, first and last included; runs may extend past the axis.
    """

    name: str
    runs: Sequence[tuple[int, int, str]]


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars in groups with titles, over an axis from one day to another."""

    first: int
    last: int
    groups: Sequence[tuple[str, Sequence[Bar]]]


Block = Table | Notes | Bars | Line


@dataclass(frozen=True, slots=True)
class Page:
    """A whole answer. The lines `under` the title state the clocks it was asked with."""

    title: Line
    under: Sequence[str]
    blocks: Sequence[Block]


def grouped(columns: tuple[str, ...], rows: Mapping[str, Iterable[Row]]) -> Table:
    """Return a table with a heading in capitals above the rows of each group that has any."""
    listed: list[Row | Group] = []
    for title, of_group in rows.items():
        if group := list(of_group):
            listed += [Group(title.upper()), *group]
    return Table(columns, listed)


def parts(line: Line) -> tuple[Mark | str, ...]:
    """Return the parts of a line."""
    return line if isinstance(line, tuple) and not isinstance(line, Mark) else (line,)


def plain(line: Line) -> str:
    """Return a line's text without its looks."""
    return "".join(part.text if isinstance(part, Mark) else part for part in parts(line))


def lines(cell: Cell) -> list[Line]:
    """Return the lines of a cell."""
    return cell if isinstance(cell, list) else [cell]
