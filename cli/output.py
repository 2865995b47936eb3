"""Answers on standard output, in the format asked for; everything else goes to standard error.

A command hands over its answer once, and each format takes what it needs:

    put(form, data=[…], records=[…], columns=("facet", "key", "start.earliest"), page=lambda: …)

Data is UTF-8 whatever the locale says, and the same bytes everywhere: only a table shows plainer
characters where a terminal has no others. Lines end with a line feed, and in CSV as RFC 4180 has
it. `json` prints `data`; `jsonl` prints `records`, one a line; `csv` prints the `columns` of the
records, each a path into one; `table` and `markdown` lay out the page, which is only then made.
"""

import csv
import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence

from cli.messages import end_drawing
from cli.page import Page

Record = Mapping[str, object]


def put(
    form: str,
    *,
    data: object,
    records: Sequence[Record],
    columns: Sequence[str],
    page: Callable[[], Page],
) -> None:
    """Print an answer in one of `cli.call.FORMATS`."""
    end_drawing()
    if form == "json":
        print_json(data)
    elif form == "jsonl":
        _put_data("".join(_as_json(record, one_line=True) for record in records))
    elif form == "csv":
        print_csv(records, columns)
    elif form == "markdown":
        from cli.markdown import written  # noqa: PLC0415 (start-up)

        _put_data(written(page()))
    else:
        from cli.terminal import show  # noqa: PLC0415 (start-up: only tables need it)

        show(page())


def print_json(value: object, *, one_line: bool = False) -> None:
    """Print a JSON value. One with what cannot be seen is escaped; it parses to the same."""
    _put_data(_as_json(value, one_line=one_line))


def _as_json(value: object, *, one_line: bool = False) -> str:
    indent = None if one_line else 2
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if not text.replace("\n", "").isprintable():
        text = json.dumps(value, indent=indent)
    return text + "\n"


def print_csv(records: Sequence[Record], columns: Sequence[str]) -> None:
    """Print records as RFC 4180 CSV with a header; no cell is a formula to a spreadsheet."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for record in records:
        writer.writerow([_harmless(_flat(_at(record, column))) for column in columns])
    _put_data(buffer.getvalue())


def _put_data(text: str) -> None:
    """Write bytes, after what was printed before."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))


def _at(record: object, path: str) -> object:
    for name in path.split("."):
        record = record.get(name) if isinstance(record, Mapping) else None
    return record


def _flat(value: object) -> str:
    """Write a value as one cell: lists of plain values with semicolons, the rest as JSON."""
    if value is None or value in ({}, []):
        return ""
    if isinstance(value, list) and all(isinstance(each, str | int) for each in value):
        return "; ".join(str(each) for each in value)
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
