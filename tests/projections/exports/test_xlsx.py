"""XLSX, read by another program's library."""

import gc
import tempfile
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from events.errors import MissionLedgerError
from projections.exports import xlsx
from projections.exports.tables import TABLES
from projections.record import Record
from tests.projections.exports.hostile import extract_of


@pytest.fixture(scope="module")
def written(odd: Record) -> bytes:
    """Write the odd record."""
    target = BytesIO()
    assert xlsx.write(extract_of(odd, known="2021-12"), target)["period"] > 5
    return target.getvalue()


@pytest.fixture(scope="module")
def book(written: bytes) -> Any:  # noqa: ANN401 (of openpyxl)
    """Read it."""
    return openpyxl.load_workbook(BytesIO(written))


def test_the_sheets_are_the_tables(odd: Record, book: Any) -> None:  # noqa: ANN401
    """Cell by cell: numbers are numbers, truth values such, and dates from 1900-03 on are dates."""
    extract = extract_of(odd, known="2021-12")
    dates = []
    for table in TABLES:
        header, *rows = book[table.name].iter_rows(values_only=True)
        assert header == tuple(column.name for column in table.columns)
        expected = [row for view in extract.views() for row in table.rows(extract, view)]
        assert len(rows) == len(expected) > 0
        for row, cells in zip(rows, expected, strict=True):
            for column, found, cell in zip(table.columns, row, cells, strict=True):
                if column.kind == "date" and cell is not None and str(cell) >= "1900-03-01":
                    assert isinstance(found, datetime)
                    dates.append(found.date().isoformat())
                    assert dates[-1] == cell
                else:
                    assert found == cell
                    assert type(found) is type(cell)
    assert min(map(date.fromisoformat, dates)).year >= 1900
    old = [str(c) for row in book["periods"].iter_rows(values_only=True) for c in row]
    assert "1898-05-04" in old


def test_no_cell_is_a_formula_or_a_link(written: bytes) -> None:
    """What looks like one is text, in the file as in its cells."""
    with zipfile.ZipFile(BytesIO(written)) as parts:
        names = parts.namelist()
        sheets = [parts.read(name).decode() for name in names if "worksheets/" in name]
    assert not [name for name in names if "rels" in name and "sheet" in name]
    assert not [text for text in sheets if "<f" in text or "<hyperlink" in text]
    assert any("=cmd|" in text for text in sheets)


def test_the_first_sheet_says_what_it_is(book: Any) -> None:  # noqa: ANN401
    """It has the clocks, the position, the root, every limit, every column and every source."""
    told = [tuple(map(str, row)) for row in book["About"].iter_rows(values_only=True)]
    texts = {text for _, text in told}
    assert set(xlsx.LIMITS) <= texts
    assert ("publication time (known)", "sources certainly public by 2021-12") in told
    assert {column.name for table in TABLES for column in table.columns} <= {n for n, _ in told}
    assert {"source odd-2019", "source odd-2021", "source odd-1898"} <= {name for name, _ in told}


def test_what_a_cell_or_a_sheet_cannot_hold_is_said(
    odd: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text that is too long is cut and says so; a table with too many rows is refused."""
    monkeypatch.setattr(xlsx, "LONGEST", 40)
    target = BytesIO()
    xlsx.write(extract_of(odd), target)
    cells = [
        str(cell)
        for row in openpyxl.load_workbook(target)["About"].iter_rows(values_only=True)
        for cell in row
    ]
    assert max(map(len, cells)) == 40
    assert [cell for cell in cells if cell.endswith(xlsx.CUT)]
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    with pytest.raises(MissionLedgerError, match="periods has more rows than a sheet: 3"):
        xlsx.write(extract_of(odd), BytesIO())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_an_error_of_the_system(
    odd: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be written is an OSError and nothing else; no temporary file is left."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Path("/dev/full").open("wb", buffering=0) as full:
        with pytest.raises(OSError, match="No space left"):
            xlsx.write(extract_of(odd), full)
        gc.collect()  # pytest reports an error in a finalizer
    assert not list(tmp_path.iterdir())
