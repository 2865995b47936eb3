"""Lay out a page for a terminal, or as plain text for other outputs.

Nothing is cut off: text wraps, and a word longer than its column is folded. Bold and red are the
only looks, which are legible on dark and on light backgrounds; no look adds to what the words say.
"""

import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from typing import NamedTuple

from rich.cells import cell_len

from cli import call
from cli.render import bars, pager
from cli.render.page import (
    Bars,
    Block,
    Cell,
    Group,
    Line,
    Mark,
    Notes,
    Page,
    Row,
    Table,
    lines,
    parts,
    plain,
)
from events.printable import printable

LOOKS = {"strong": "1", "alert": "1;31"}
"""The ANSI codes of a mark's looks: bold, and bold red."""

WIDEST, NARROWEST = 120, 20
GAP = 2


class Chunk(NamedTuple):
    """Printable text of one look."""

    text: str
    look: str = ""


Chunks = list[Chunk]
"""One line of terminal output."""

_PLAINER = str.maketrans({"–": "-", "—": "-", "→": "->", "…": "...", "·": "|"})


def show(page: Page) -> None:
    """Print a page, through the pager if it does not fit the terminal."""
    width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
    colour = call.asked(call.COLOUR) or "auto"
    styled = colour == "always" or (colour == "auto" and _wants_colour())
    text = laid_out(page, width, styled=styled)
    insisted = colour == "always" or not styled
    pager.show(text, lambda: text if insisted else laid_out(page, width))


def laid_out(page: Page, width: int, *, styled: bool = False) -> str:
    """Lay out a page in `width` columns of a terminal."""
    width = max(width, NARROWEST)
    shown = [*wrap(_strong(page.title), width)]
    for line in page.under:
        shown.extend(wrap(line, width))
    for block in page.blocks:
        if laid := list(_laid(block, width)):
            shown += [[], *laid]
    return "".join(f"{_written(chunks, styled=styled)}\n" for chunks in shown)


def _wants_colour() -> bool:
    """Whether to use styles without --color; the variables' precedence is that of Python 3.13."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return not pager.is_dumb() and sys.stdout.isatty()


def _laid(block: Block, width: int) -> Iterator[Chunks]:
    if isinstance(block, Table):
        yield from _laid_table(block, width)
    elif isinstance(block, Notes):
        if block.title:
            yield from wrap(Mark(block.title), width)
        lead = max((cell_len(_shown(lead)) for lead, _ in block.lines), default=0)
        lead = min(lead, width // 2)
        for each in block.lines:
            yield from _row(each, (lead, width - lead - GAP))
    elif isinstance(block, Bars):
        yield from ([Chunk(text, look)] for text, look in bars.drawn(block, width))
    else:
        yield from wrap(block, width)


def _laid_table(table: Table, width: int) -> Iterator[Chunks]:
    widths = _widths(table, width)
    if any(table.columns):
        yield from _row(table.columns, widths)
    for index, row in enumerate(table.rows):
        if isinstance(row, Group):
            if index:
                yield []
            yield from wrap(Mark(row.title), width)
        else:
            yield from _row(row.cells, widths)
            for line in row.below:
                for chunks in wrap(line, width - GAP):
                    yield [Chunk(" " * GAP), *chunks]


def _row(cells: Iterable[Cell], widths: Sequence[int]) -> Iterator[Chunks]:
    """Place cells next to each other, each wrapped in its column."""
    columns = [
        [chunks for line in lines(cell) for chunks in wrap(line, width)]
        for cell, width in zip(cells, widths, strict=True)
    ]
    for across in zip_longest(*columns, fillvalue=()):
        row: Chunks = []
        for chunks, width in zip(across, widths, strict=True):
            used = sum(cell_len(chunk.text) for chunk in chunks)
            row.extend((*chunks, Chunk(" " * (width - used + GAP))))
        yield row


def _widths(table: Table, available: int) -> list[int]:
    """Return the columns' widths: as wide as needed, or narrowed from the widest down."""
    rows = [Row(table.columns), *(row for row in table.rows if isinstance(row, Row))]
    texts = [
        [_shown(plain(line)) for row in rows for line in lines(row.cells[column])]
        for column in range(len(table.columns))
    ]
    widths = [max(map(cell_len, column)) for column in texts]
    words = [
        max((cell_len(w) for text in column for w in text.split()), default=1) for column in texts
    ]
    for floors in (words, [4] * len(widths), [1] * len(widths)):
        while sum(widths) + GAP * (len(widths) - 1) > available:
            spare = [width - floor for width, floor in zip(widths, floors, strict=True)]
            if max(spare) <= 0:
                break
            widths[max(range(len(widths)), key=lambda i: (spare[i] > 0, widths[i]))] -= 1
    return widths


def _strong(line: Line) -> Line:
    return tuple(part if isinstance(part, Mark) else Mark(part) for part in parts(line))


def wrap(line: Line, width: int, *, fold: bool = True) -> list[Chunks]:
    """Break a line between words if it is too long; with `fold`, break longer words too."""
    wrapped: list[Chunks] = [[]]
    room = width
    for space, word in _words(line):
        size, gap = sum(cell_len(chunk.text) for chunk in word), cell_len(space.text)
        if wrapped[-1] and gap + size > room:
            wrapped.append([])
            room = width
        elif wrapped[-1]:
            wrapped[-1].append(space)
            room -= gap
        for chunk in word if size <= room or not fold else _characters(word):
            if fold and size > width and cell_len(chunk.text) > room and wrapped[-1]:
                wrapped.append([])
                room = width
            wrapped[-1].append(chunk)
            room -= cell_len(chunk.text)
    return wrapped


def _words(line: Line) -> Iterator[tuple[Chunk, Chunks]]:
    """Yield each word, possibly in several looks, with the space before it."""
    space, word = Chunk(""), list[Chunk]()
    for part in parts(line):
        text, look = (part.text, part.look) if isinstance(part, Mark) else (part, "")
        for token in re.findall(r"\s+|\S+", _shown(text)):
            if not token.isspace():
                word.append(Chunk(token, look))
            elif word:
                yield space, word
                space, word = Chunk(token), []
    if word:
        yield space, word


def _characters(word: Chunks) -> Chunks:
    return [Chunk(character, chunk.look) for chunk in word for character in chunk.text]


def _written(chunks: Chunks, *, styled: bool) -> str:
    """Return one line as text, with escape codes once per run of one look."""
    text = ""
    for look, run in groupby(chunks, key=lambda chunk: chunk.look):
        part = "".join(chunk.text for chunk in run)
        text += f"\x1b[{LOOKS[look]}m{part}\x1b[0m" if styled and look else part
    return text.rstrip()


def _shown(text: str) -> str:
    """Escape what is hidden in text, and replace what standard output cannot encode."""
    text = printable(text)
    encoding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAINER).encode(encoding, "backslashreplace").decode(encoding)
    return text
