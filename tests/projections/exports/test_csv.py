"""CSV and its data package."""

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from projections.exports import csv_folder
from projections.exports.tables import TABLES
from projections.record import Record
from tests.projections.exports.hostile import extract_of, target


@pytest.fixture
def folder(odd: Record, tmp_path: Path) -> Path:
    """Write the odd record."""
    made = target(tmp_path, "tables")
    csv_folder.write(extract_of(odd, known="2021-12"), made)
    return made


def package(folder: Path) -> Any:  # noqa: ANN401 (JSON)
    """Return the description of the tables."""
    return json.loads((folder / "datapackage.json").read_text("utf-8"))


def test_the_package_describes_the_files(folder: Path) -> None:
    """Its fields are the columns, its digests those of the files; the key tells rows apart."""
    for resource, table in zip(package(folder)["resources"], TABLES, strict=True):
        data = (folder / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert resource["bytes"] == len(data)
        rows = list(csv.DictReader(data.decode().splitlines()))
        assert rows
        assert [each["name"] for each in resource["schema"]["fields"]] == list(rows[0])
        assert all(each["description"] for each in resource["schema"]["fields"])
        keys = [tuple(row[name] for name in table.key) for row in rows]
        assert len(set(keys)) == len(keys)


def test_the_package_says_what_was_asked_and_what_it_cannot_hold(folder: Path) -> None:
    """The clocks, the position, the root and every limit stand in the description."""
    described = package(folder)
    told = described["mission-ledger"]
    assert (told["known"], told["recorded"], told["on"]) == ("2021-12", None, "2020-01-31")
    for text in (told["root"], str(told["position"]), "2021-12", *csv_folder.LIMITS):
        assert text in described["description"]
    assert [each["title"].rpartition("[")[2] for each in described["sources"]] == [
        *("odd-1898]", "odd-2019]", "odd-2021]")
    ]


def test_no_cell_is_a_formula_or_hides_anything(folder: Path) -> None:
    """What would be run has an apostrophe before it; what cannot be seen is written out."""
    texts = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    tables = [text for name, text in texts.items() if name.endswith(".csv")]
    cells = [cell for text in tables for row in csv.reader(text.splitlines()) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "'=cmd|' /C calc'!A0" in cells
    assert "'@frigate" in cells
    assert not [
        c for text in texts.values() for c in "".join(text.splitlines()) if not c.isprintable()
    ]
    assert "Anna\\u202e\\u200b \\uffff </svg> Bo" in cells
