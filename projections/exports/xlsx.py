"""XLSX: the tidy tables as sheets of one workbook, after a sheet that says what they are.

A date is a date of the spreadsheet where that is the same day in every program: from 1 March 1900
on. Excel has a 29 February 1900 that never was, so earlier dates are text. Every text is stored as
text, so that no cell is a formula.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from events.errors import MissionLedgerError
from projections.exports.extract import Extract
from projections.exports.references import references
from projections.exports.table import Cell, Column
from projections.exports.tables import CANNOT_HOLD, TABLES

MOST_ROWS = 1_048_576
"""The rows of a sheet, the header among them."""

LONGEST = 32_767
"""The characters of a cell."""

CUT = " … (cut: a cell holds no more)"

FIRST_DATE = date(1900, 3, 1)

LIMITS = (
    *CANNOT_HOLD,
    "Dates before 1 March 1900 are text: programs disagree on which day they are.",
    f"A text of more than {LONGEST} characters is cut, and says so; CSV has all of it.",
)
"""What the format cannot hold, in sentences."""


def write(extract: Extract, target: BinaryIO) -> Mapping[str, int]:
    """Write a workbook; return the rows of each table.

    Raises MissionLedgerError where a table has more rows than a sheet, OSError where it cannot be
    written.
    """
    # The library writes to neither a full disk nor a closed pipe without traces of its own.
    made = BytesIO()
    try:
        with TemporaryDirectory(ignore_cleanup_errors=True) as drafts:
            written = _write_book(extract, made, drafts)
    except FileCreateError as error:
        raise OSError(*error.args[0].args) from None
    target.write(made.getbuffer())
    return written


def _write_book(extract: Extract, target: BinaryIO, drafts: str) -> Mapping[str, int]:
    """Write a workbook, with the drafts of its parts in a folder."""
    written = dict.fromkeys((table.name for table in TABLES), 0)
    with xlsxwriter.Workbook(target, {"constant_memory": True, "tmpdir": drafts}) as book:
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        _write_about(book.add_worksheet("About"), extract, bold)
        sheets = {table.name: book.add_worksheet(table.name) for table in TABLES}
        for table in TABLES:
            _write_header(sheets[table.name], table.columns, bold)
        for view in extract.views(extract.progress):
            for table in TABLES:
                for row in table.rows(extract, view):
                    written[table.name] += 1
                    if written[table.name] >= MOST_ROWS:
                        raise MissionLedgerError(
                            f"{table.name} has more rows than a sheet: {MOST_ROWS}",
                            hint="name fewer missions, or export csv",
                        )
                    _write_row(sheets[table.name], written[table.name], table.columns, row, day)
        for table in TABLES:
            sheets[table.name].autofilter(0, 0, written[table.name], len(table.columns) - 1)
    return {table.row_is: written[table.name] for table in TABLES}


def _write_about(sheet: Worksheet, extract: Extract, bold: Format) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 110)
    rows = [("Mission Ledger", "What an append-only record of missions says.")]
    rows += [(name, text) for name, text in extract.facts.items()]
    rows += [("what it cannot hold", limit) for limit in LIMITS]
    for table in TABLES:
        rows.append((f"sheet {table.name}", table.meaning))
        rows += [(column.name, column.meaning) for column in table.columns]
    for source in references(extract):
        shown = source.shown
        facts = (shown.publisher, shown.title, shown.published, shown.url, *source.changes)
        rows.append((f"source {source.id}", "; ".join(each for each in facts if each)))
    for number, (name, text) in enumerate(rows):
        sheet.write_string(number, 0, _cut(name), bold)
        sheet.write_string(number, 1, _cut(text))


def _write_header(sheet: Worksheet, columns: Sequence[Column], bold: Format) -> None:
    sheet.freeze_panes(1, 0)
    for number, column in enumerate(columns):
        wide = max(len(column.name) + 3, 24 if column.name in ("label", "key") else 11)
        sheet.set_column(number, number, wide)
        sheet.write_string(0, number, column.name, bold)


def _write_row(
    sheet: Worksheet, number: int, columns: Sequence[Column], row: Sequence[Cell], day: Format
) -> None:
    for at, (column, cell) in enumerate(zip(columns, row, strict=True)):
        if cell is None:
            continue
        if isinstance(cell, bool):
            sheet.write_boolean(number, at, cell)
        elif isinstance(cell, int):
            sheet.write_number(number, at, cell)
        elif column.kind == "date" and (found := date.fromisoformat(cell)) >= FIRST_DATE:
            sheet.write_datetime(number, at, found, day)
        else:
            sheet.write_string(number, at, _cut(cell))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT
