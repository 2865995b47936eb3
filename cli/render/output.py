"""Print answers on standard output in the requested format; all else goes to standard error.

A command passes its whole answer, and each format uses the parts it needs:

    put(form, records=[…], columns=("facet", "key", "start.earliest"), page=lambda: …, heading={…})

Data is UTF-8 in every locale, and the same bytes everywhere; only a table falls back to ASCII
characters that the terminal can show. Lines end with a line feed, in CSV as RFC 4180 requires.
`json` prints `data`, or the records if that is not given; `jsonl` prints one record per line;
`csv` prints the `columns` of the records, each a path into one; `table` and `markdown` lay out the
page, which is created only for them.
"""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from cli.render.messages import end_drawing
from cli.render.page import Page
from events.spreadsheet import ID, harmless, short_id

Record = Mapping[str, object]

NO_HEADING: Record = {}


def put(
    form: str,
    *,
    records: Sequence[Record],
    columns: Sequence[str] | Callable[[], Sequence[str]],
    page: Callable[[], Page],
    data: object = None,
    heading: Record = NO_HEADING,
    sheet: Callable[[], Sequence[Record]] | None = None,
) -> None:
    """Print an answer in one of `cli.call.FORMATS`.

    `heading` holds the mission and the clocks of the answer, which are added to every record.
    `sheet` returns the records for CSV, if they differ; `columns` may be a function, too.
    """
    end_drawing()
    if form == "csv" and sheet:
        records = sheet()
    records = [{**heading, **record} for record in records]
    if form == "json":
        print_json(records if data is None else data)
    elif form == "jsonl":
        _put_data("".join(_as_json(record, one_line=True) for record in records))
    elif form == "csv":
        named = columns() if callable(columns) else columns
        print_csv(records, tuple(dict.fromkeys((*_paths(heading), *named))))
    elif form == "markdown":
        from cli.render.markdown import written  # noqa: PLC0415 (start-up)

        _put_data(written(page()))
    else:
        from cli.render.terminal import show  # noqa: PLC0415 (start-up: only tables need it)

        show(page())


def print_json(value: object, *, one_line: bool = False) -> None:
    """Print a JSON value, escaped to ASCII if it has unprintable characters; it parses the same."""
    _put_data(_as_json(value, one_line=one_line))


def _as_json(value: object, *, one_line: bool = False) -> str:
    indent = None if one_line else 2
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if not text.replace("\n", "").isprintable():
        text = json.dumps(value, indent=indent)
    return text + "\n"


def print_csv(records: Sequence[Record], columns: Sequence[str]) -> None:
    """Print records as CSV."""
    _put_data(csv_text(records, columns))


def csv_text(records: Sequence[Record], columns: Sequence[str]) -> str:
    """Return records as RFC 4180 CSV with a header; a cell never starts a formula."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for record in records:
        writer.writerow([harmless(_flat(_at(record, column))) for column in columns])
    return buffer.getvalue()


def _put_data(text: str) -> None:
    """Flush printed text, then write text as UTF-8."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))


def _paths(heading: Record) -> Iterator[str]:
    """Yield the columns of a heading, as paths."""
    for name, value in heading.items():
        yield from (
            (f"{name}.{part}" for part in _paths(value)) if isinstance(value, Mapping) else (name,)
        )


def _at(record: object, path: str) -> object:
    for name in path.split("."):
        record = record.get(name) if isinstance(record, Mapping) else None
    return record


def _flat(value: object) -> str:
    """Return a value as one cell: simple lists joined by semicolons, ids shortened, else JSON."""
    if value is None or value in ({}, [], ()):
        return ""
    if isinstance(value, list | tuple) and all(isinstance(each, str | int) for each in value):
        return "; ".join(_flat(each) for each in value)
    if isinstance(value, str):
        return short_id(value) if ID.fullmatch(value) else value
    return json.dumps(value, ensure_ascii=False)
