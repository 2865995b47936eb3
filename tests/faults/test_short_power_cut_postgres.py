"""The short forms of power cuts under a PostgreSQL server; the long one is the script itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.power_cut_postgres import CONTROLS

SCRIPT = Path(__file__).with_name("power_cut_postgres.py")


def run(*options: str) -> "subprocess.CompletedProcess[str]":
    """Run the script; skip the test where it cannot run here."""
    ended = subprocess.run(
        [sys.executable, str(SCRIPT), *options], capture_output=True, text=True, check=False
    )
    if ended.stdout.startswith("not run"):
        pytest.skip(ended.stdout)
    return ended


def test_loses_nothing_acknowledged_when_the_power_is_cut() -> None:
    """A server that lost its power in the midst of appends has all that was acknowledged."""
    ended = run("--rounds", "6")
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("name", CONTROLS)
def test_finds_the_fault_of_a_control(name: str) -> None:
    """The simulation bites: what is broken in one way shows the fault that it must show."""
    ended = run("--rounds", "48", "--first", "--control", name)
    assert ended.returncode == 1, ended.stdout + ended.stderr
