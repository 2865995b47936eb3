"""The wheel as a user gets it, unpacked outside the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("cli", "events", "ledger", "projections")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the built wheel's contents and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        pytest.fail(built.stderr)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def run(unpacked: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python on the unpacked wheel, far from the checkout."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=unpacked.parent,
        env={**os.environ, "PYTHONPATH": str(unpacked), "HOME": str(unpacked.parent)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_only_our_names_are_installed(unpacked: Path) -> None:
    """The wheel holds our four packages and its metadata, and no tests or documents."""
    names = {path.name for path in unpacked.iterdir()}
    assert {name for name in names if not name.endswith(".dist-info")} == set(OURS)


@pytest.mark.parametrize("name", OURS)
def test_our_names_are_ours(unpacked: Path, name: str) -> None:
    """Importing a package finds this project's, whatever else goes by that name."""
    found = run(unpacked, "-c", f"import {name}; print({name}.__file__)")
    assert Path(found.stdout.strip()).is_relative_to(unpacked), found.stderr


def test_the_wheel_answers_on_a_machine_with_no_ledger(unpacked: Path) -> None:
    """The shipped record and the schema travel in the wheel."""
    made = run(unpacked, "-m", "cli.main", "init", "--with", "nmi", "--ledger", "l.sqlite")
    assert made.returncode == 0, made.stderr
    asked = ["state", "nmi", "--on", "2021-06-15", "--format", "json"]
    for ledger in ([], ["--ledger", "l.sqlite"]):
        answer = run(unpacked, "-m", "cli.main", *asked, *ledger)
        assert answer.returncode == 0, answer.stderr
        assert '"DNK"' in answer.stdout
