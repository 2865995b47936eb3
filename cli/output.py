"""Answers on standard output, in the format asked for; everything else goes to standard error.

A command hands over its answer once, and each format takes what it needs:

    put(form, records=[…], columns=("facet", "key", "start.earliest"), page=lambda: …, heading={…})

`json` prints `data`, or the records where that is not given; `jsonl` prints them one a line;
`csv` prints the `columns` of the records, each a path into one; `table` and `markdown` lay out the
page, which is only then made.
"""

import csv
import io
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from cli.page import Page

Record = Mapping[str, object]

NO_HEADING: Record = {}

SHORT = 12
"""How many digits of an id a spreadsheet has; every command takes the short form."""

_ID = re.compile("[0-9a-f]{64}")


def put(
    form: str,
    *,
    records: Sequence[Record],
    columns: Sequence[str],
    page: Callable[[], Page],
    data: object = None,
    heading: Record = NO_HEADING,
    sheet: Callable[[], Sequence[Record]] | None = None,
) -> None:
    """Print an answer in one of `cli.options.FORMATS`.

    `heading` is the mission and the clocks that the answer is by: they stand in every record.
    `sheet` makes the records as a spreadsheet has them, where that is otherwise.
    """
    if form == "csv" and sheet:
        records = sheet()
    records = [{**heading, **record} for record in records]
    columns = tuple(dict.fromkeys((*_paths(heading), *columns)))
    if form == "json":
        print_json(records if data is None else data)
    elif form == "jsonl":
        for record in records:
            print_json(record, one_line=True)
    elif form == "csv":
        print_csv(records, columns)
    elif form == "markdown":
        from cli.markdown import written  # noqa: PLC0415 (start-up)

        sys.stdout.write(written(page()))
    else:
        from cli.terminal import show  # noqa: PLC0415 (start-up: only tables need it)

        show(page())


def print_json(value: object, *, one_line: bool = False) -> None:
    """Print a JSON value. What cannot be seen or shown is escaped; it parses to the same."""
    indent = None if one_line else 2
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if not (_showable(text) and text.replace("\n", "").isprintable()):
        text = json.dumps(value, indent=indent)
    sys.stdout.write(text + "\n")


def print_csv(records: Sequence[Record], columns: Sequence[str]) -> None:
    """Print records as RFC 4180 CSV with a header; no cell is a formula to a spreadsheet."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for record in records:
        writer.writerow([_harmless(_flat(_at(record, column))) for column in columns])
    sys.stdout.write(buffer.getvalue())


def _paths(heading: Record) -> Iterator[str]:
    """Yield the columns of a heading, each a path into it."""
    for name, said in heading.items():
        yield from (
            (f"{name}.{part}" for part in _paths(said)) if isinstance(said, Mapping) else (name,)
        )


def _at(record: object, path: str) -> object:
    for name in path.split("."):
        record = record.get(name) if isinstance(record, Mapping) else None
    return record


def _flat(value: object) -> str:
    """Write a value as one cell: lists of plain values with semicolons, ids short, else JSON."""
    if value is None or value in ({}, [], ()):
        return ""
    if isinstance(value, list | tuple) and all(isinstance(each, str | int) for each in value):
        return "; ".join(_flat(each) for each in value)
    if isinstance(value, str):
        return value[:SHORT] if _ID.fullmatch(value) else value
    return json.dumps(value, ensure_ascii=False)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _showable(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
