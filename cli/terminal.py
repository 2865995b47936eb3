"""A page laid out for a terminal, or plainly for whatever standard output is.

Nothing is cut off: text wraps, and a word longer than its column is folded. Bold and red are
the only looks, which show on dark and on light ground; the words say everything the looks do.
"""

import io
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence

import click
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from cli.page import Block, Cell, Group, Line, Mark, Notes, Page, Row, Table, lines, parts, plain
from events.visible import visible

LOOKS = {"strong": "bold", "alert": "bold red"}
WIDEST = 120
GAP = 2

_PLAINER = str.maketrans({"–": "-", "—": "-", "→": "->", "…": "...", "·": "|"})


def show(page: Page) -> None:
    """Print a page; on a terminal it does not fit, through the pager."""
    size = shutil.get_terminal_size((80, 24))
    on_terminal = sys.stdout.isatty()
    styled = on_terminal and _wants_colour()
    text = laid_out(page, min(size.columns, WIDEST), styled=styled)
    if on_terminal and text.count("\n") >= size.lines:
        click.echo_via_pager(text, color=styled)
    else:
        sys.stdout.write(text)


def laid_out(page: Page, width: int, *, styled: bool = False) -> str:
    """Lay a page out in so many columns of a terminal."""
    console = Console(
        file=io.StringIO(),
        width=max(width, 20),
        force_terminal=styled,
        color_system="standard" if styled else None,
        no_color=not styled,
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
    )
    console.print(_text(page.title, "strong"))
    for line in page.under:
        console.print(_text(line))
    for block in page.blocks:
        console.print()
        _lay(console, block)
    written = console.file
    assert isinstance(written, io.StringIO)  # noqa: S101 (for the type checker)
    return "".join(f"{line.rstrip()}\n" for line in written.getvalue().splitlines())


def _wants_colour() -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"


def _lay(console: Console, block: Block) -> None:
    if isinstance(block, Table):
        _lay_table(console, block)
    elif isinstance(block, Notes):
        console.print(_text(block.title, "strong"))
        lead = max((cell_len(_shown(lead)) for lead, _ in block.lines), default=0)
        rows = [Row((lead, text)) for lead, text in block.lines]
        console.print(_grid(rows, (lead, console.width - lead - GAP)))
    else:
        console.print(_text(block))


def _lay_table(console: Console, table: Table) -> None:
    widths = _widths(table, console.width)
    if any(table.columns):
        console.print(_grid([Row(table.columns)], widths))
    for index, row in enumerate(_runs(table.rows)):
        if isinstance(row, Group):
            if index:
                console.print()
            console.print(_text(row.title, "strong"))
        else:
            console.print(_grid(row, widths))
            for line in row[-1].below:
                console.print(Padding(_text(line), (0, 0, 0, GAP)))


def _runs(rows: Sequence[Row | Group]) -> Iterator[Group | list[Row]]:
    """Yield groups, and runs of rows of which only the last has anything below it."""
    run: list[Row] = []
    for row in rows:
        if isinstance(row, Row):
            run.append(row)
        if run and (isinstance(row, Group) or row.below):
            yield run
            run = []
        if isinstance(row, Group):
            yield row
    if run:
        yield run


def _grid(rows: Iterable[Row], widths: Sequence[int]) -> Grid:
    grid = Grid.grid(padding=(0, GAP, 0, 0))
    for width in widths:
        grid.add_column(width=width, overflow="fold")
    for row in rows:
        grid.add_row(*(_cell(cell) for cell in row.cells))
    return grid


def _widths(table: Table, available: int) -> list[int]:
    """Share out the columns: as wide as they need, else narrowed from the widest down."""
    rows = [Row(table.columns), *(row for row in table.rows if isinstance(row, Row))]
    texts = [
        [_shown(plain(line)) for row in rows for line in lines(row.cells[column])]
        for column in range(len(table.columns))
    ]
    widths = [max(map(cell_len, column)) for column in texts]
    words = [
        max((cell_len(w) for text in column for w in text.split()), default=1) for column in texts
    ]
    for floors in (words, [4] * len(widths)):
        while sum(widths) + GAP * (len(widths) - 1) > available:
            spare = [width - floor for width, floor in zip(widths, floors, strict=True)]
            if max(spare) <= 0:
                break
            widths[max(range(len(widths)), key=lambda i: (spare[i] > 0, widths[i]))] -= 1
    return widths


def _cell(cell: Cell) -> Text:
    return Text("\n").join(_text(line) for line in lines(cell))


def _text(line: Line, look: str = "") -> Text:
    text = Text(style=LOOKS.get(look, ""), overflow="fold")
    for part in parts(line):
        if isinstance(part, Mark):
            text.append(_shown(part.text), LOOKS[part.look])
        else:
            text.append(_shown(part))
    return text


def _shown(text: str) -> str:
    """Make text fit for this terminal: nothing hidden in it, nothing that it cannot show."""
    text = visible(text)
    encoding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAINER).encode(encoding, "backslashreplace").decode(encoding)
    return text
