"""CSV: a folder of tidy tables, with the description of a Frictionless Data Package beside them.

    periods.csv, monthly.csv      RFC 4180, UTF-8, dates in ISO form, an open bound is empty
    datapackage.json              what each column means, the clocks, the sources, the limits

See https://specs.frictionlessdata.io/data-package/ (version 1).
"""

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from io import TextIOWrapper
from pathlib import Path

from events.spreadsheet import harmless
from projections.exports.extract import Extract
from projections.exports.references import Reference, references
from projections.exports.table import Cell, Column, Table
from projections.exports.tables import CANNOT_HOLD, TABLES

LIMITS = (
    *CANNOT_HOLD,
    "A text that a spreadsheet would run as a formula has an apostrophe before it.",
)
"""What the format cannot hold, in sentences."""


def write(extract: Extract, folder: Path) -> Mapping[str, int]:
    """Write the tables and their description to an empty folder; return the rows of each table.

    Raises OSError where a file cannot be written.
    """
    written = dict.fromkeys((table.name for table in TABLES), 0)
    with ExitStack() as files:
        writers = {}
        for table in TABLES:
            file = files.enter_context((folder / f"{table.name}.csv").open("wb"))
            text = files.enter_context(TextIOWrapper(file, "utf-8", newline=""))
            writers[table.name] = csv.writer(text)
            writers[table.name].writerow([column.name for column in table.columns])
        for view in extract.views(extract.progress):
            for table in TABLES:
                for row in table.rows(extract, view):
                    writers[table.name].writerow(map(_text, row))
                    written[table.name] += 1
    described = {**_package(extract), "resources": [_resource(each, folder) for each in TABLES]}
    package = json.dumps(described, ensure_ascii=False, indent=2)
    (folder / "datapackage.json").write_text(package + "\n", "utf-8")
    return {table.row_is: written[table.name] for table in TABLES}


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return harmless(cell) if isinstance(cell, str) else "" if cell is None else str(cell)


def _package(extract: Extract) -> dict[str, object]:
    """Return the description of the package, without its files."""
    facts = extract.facts
    told = [f"{name}: {text}." for name, text in facts.items()]
    found: dict[str, object] = {
        "profile": "tabular-data-package",
        "name": "mission-ledger-export",
        "title": f"Mission Ledger: {facts['missions']}",
        "description": "\n".join(["What an append-only record of missions says.", *told, *LIMITS]),
        "mission-ledger": {**extract.clocks, "root": extract.root, "missions": extract.missions},
    }
    # The specification wants at least one source where there is a list.
    sources = [_source(each) for each in references(extract)]
    return {**found, "sources": sources} if sources else found


def _source(found: Reference) -> dict[str, str]:
    title = f"{found.shown.publisher}: {found.shown.title}, {found.shown.published} [{found.id}]"
    status = "".join(f" ({each})" for each in found.changes)
    path = {"path": found.shown.url} if found.shown.url else {}
    return {"title": title + status, **path}


def _resource(table: Table, folder: Path) -> dict[str, object]:
    file = folder / f"{table.name}.csv"
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": file.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{digest}",
        "description": table.meaning,
        "schema": {
            "fields": [_field(column) for column in table.columns],
            "missingValues": [""],
            "primaryKey": list(table.key),
        },
    }


def _field(column: Column) -> dict[str, object]:
    limits = dict(_constraints(column))
    return {
        **{"name": column.name, "type": column.kind, "description": column.meaning},
        **({"constraints": limits} if limits else {}),
    }


def _constraints(column: Column) -> Iterator[tuple[str, object]]:
    if column.required:
        yield "required", True
    if column.one_of:
        yield "enum", list(column.one_of)
