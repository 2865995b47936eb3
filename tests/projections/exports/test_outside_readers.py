"""What is exported is read by programs of others as it was meant."""

from datetime import date
from pathlib import Path

from events.spreadsheet import harmless
from projections.exports import csv_folder, xlsx
from projections.exports.extract import Extract
from projections.exports.table import Cell, Column
from projections.exports.tables import TABLES
from projections.record import Record
from tests.projections.exports.hostile import extract_of, target
from tests.projections.exports.outside import (
    Sheet,
    as_office_reads,
    needs_module,
    needs_office,
    run_module,
)


@needs_module("frictionless")
def test_frictionless_finds_the_package_valid(odd: Record, shipped: Record, tmp_path: Path) -> None:
    """Types, constraints, keys, digests and sources hold for the whole record, offline."""
    for name, store in (("odd", odd), ("shipped", shipped)):
        folder = target(tmp_path, name)
        csv_folder.write(extract_of(store), folder)
        said = run_module("frictionless", "validate", str(folder / "datapackage.json"))
        assert said.count("VALID") == len(TABLES)
        assert "INVALID" not in said


@needs_office
def test_libreoffice_reads_the_tables_cell_by_cell(
    odd: Record, shipped: Record, tmp_path: Path
) -> None:
    """In CSV and in XLSX a date is that date, a number that number, a text that text."""
    compared = 0
    for name, store in (("odd", odd), ("shipped", shipped)):
        extract = extract_of(store)
        folder = target(tmp_path, name)
        csv_folder.write(extract, folder)
        workbook = tmp_path / f"{name}.xlsx"
        with workbook.open("wb") as file:
            xlsx.write(extract, file)
        sheets = as_office_reads(workbook, target(tmp_path, f"{name}-xlsx"))
        assert list(sheets) == ["About", *(table.name for table in TABLES)]
        for table in TABLES:
            of_csv = as_office_reads(
                folder / f"{table.name}.csv", target(tmp_path, table.name + name)
            )
            (sheet,) = of_csv.values()
            compared += _compare(extract, table.name, sheets[table.name], of_csv=False)
            compared += _compare(extract, table.name, sheet, of_csv=True)
    print(f"{compared} cells compared")
    assert compared > 10_000


def _compare(extract: Extract, name: str, sheet: Sheet, *, of_csv: bool) -> int:
    (table,) = [each for each in TABLES if each.name == name]
    expected = [row for view in extract.views() for row in table.rows(extract, view)]
    assert [text for _, text in sheet[0]] == [column.name for column in table.columns]
    assert len(sheet) == len(expected) + 1
    compared = 0
    for cells, row in zip(sheet[1:], expected, strict=True):
        whole = [*cells, *[("", "")] * (len(row) - len(cells))]
        for column, cell, value in zip(table.columns, whole, row, strict=True):
            assert _fits(cell, value, column, of_csv=of_csv), (column.name, cell, value)
            compared += 1
    return compared


def _fits(cell: tuple[str, str], value: Cell, column: Column, *, of_csv: bool) -> bool:
    kind, text = cell
    if value is None:
        return kind == ""
    if isinstance(value, bool):
        return text in (str(value).casefold(), str(int(value)))  # in XLSX, a function's result
    if isinstance(value, int):
        return kind == "float" and float(text) == value
    if column.kind == "date" and (of_csv or date.fromisoformat(value).year >= 1900):
        return (kind, text) == ("date", value)
    if of_csv and kind != "string":
        return True  # a spreadsheet takes `2019-02` or `12` in a column of texts for what it likes
    return kind == "string" and text == (harmless(value) if of_csv else value)
