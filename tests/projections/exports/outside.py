"""Programs of others that read what is exported; a test is skipped where one is missing."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_PARAGRAPH = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"

Sheet = list[list[tuple[str, str]]]
"""The cells of a sheet by row, each with its type and value."""


def needs_module(name: str) -> pytest.MarkDecorator:
    """Skip a test where a library of the extra `readers` is not installed."""
    missing = importlib.util.find_spec(name) is None
    return pytest.mark.skipif(missing, reason=f"{name} is not installed: pip install '.[readers]'")


needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="soffice (libreoffice-calc) is not installed"
)


def run(*command: str) -> str:
    """Run a program, which must succeed, and return what it prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_module(name: str, *arguments: str) -> str:
    """Run a library as a program."""
    return run(sys.executable, "-m", name, *arguments)


def as_office_reads(file: Path, folder: Path) -> dict[str, Sheet]:
    """Return the sheets of a file as LibreOffice reads them."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    run(
        "soffice", profile, "--headless", "--convert-to", "fods", "--outdir", str(folder), str(file)
    )
    root = ElementTree.parse(folder / f"{file.stem}.fods").getroot()
    return {
        str(table.get(f"{_TABLE}name")): [
            _cells(row)
            for row in table.iter(f"{_TABLE}table-row")
            if any(kind for kind, _ in _cells(row))
        ]
        for table in root.iter(f"{_TABLE}table")
    }


def _cells(row: ElementTree.Element) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for cell in row:
        kind = cell.get(f"{_OFFICE}value-type", "")
        value = cell.get(f"{_OFFICE}{kind}-value") or cell.get(f"{_OFFICE}value")
        text = value or "".join(part for each in cell.iter(_PARAGRAPH) for part in each.itertext())
        repeated = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        found += [(kind, text if kind else "")] * min(repeated, 500)
        # LibreOffice keeps a truth value as one of these two; nothing else is a formula.
        assert cell.get(f"{_TABLE}formula") in (None, "of:=TRUE()", "of:=FALSE()")
    while found and not found[-1][0]:
        found.pop()
    return found
