"""Write a page as GitHub-flavoured Markdown; text of the record is escaped to show literally."""

import re
from collections.abc import Iterator

from cli.render.page import Bars, Cell, Group, Line, Mark, Notes, Page, Row, Table, lines, parts
from events.printable import printable


def written(page: Page) -> str:
    """Write a page as Markdown."""
    shown = [f"# {_line(page.title)}", "\n".join(f"- {_line(each)}" for each in page.under)]
    for block in page.blocks:
        if isinstance(block, Table):
            shown.extend(_table(block))
        elif isinstance(block, Notes):
            if block.title:
                shown.append(f"## {_line(block.title)}")
            shown.append(
                "\n".join(f"- {_line((lead, ' ', *parts(text)))}" for lead, text in block.lines)
            )
        elif not isinstance(block, Bars):  # the table below has the same data
            shown.append(_line(block))
    return "\n\n".join(each for each in shown if each) + "\n"


def _table(table: Table) -> Iterator[str]:
    head = [
        f"| {' | '.join(_line(name) for name in table.columns)} |",
        "|" + " --- |" * len(table.columns),
    ]
    rows: list[str] = []
    for row in table.rows:
        if isinstance(row, Group):
            if rows:
                yield "\n".join(head + rows)
            rows = []
            yield f"## {_line(row.title)}"
        else:
            rows.append(_row(row))
    if rows:
        yield "\n".join(head + rows)


def _row(row: Row) -> str:
    first, *rest = row.cells
    cells: list[Cell] = [[*lines(first), *row.below], *rest]
    shown = (
        "<br>".join(text for each in lines(cell) if (text := _line(each).strip())) for cell in cells
    )
    return f"| {' | '.join(shown)} |"


def _line(line: Line) -> str:
    return "".join(
        f"**{_literal(part.text)}**" if isinstance(part, Mark) else _literal(part)
        for part in parts(line)
    )


def _literal(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", printable(text))
