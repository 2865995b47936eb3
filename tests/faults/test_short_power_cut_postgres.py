"""Short runs of `power_cut_postgres.py`."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.power_cut_postgres import CONTROLS

SCRIPT = Path(__file__).with_name("power_cut_postgres.py")


def run(*options: str) -> "subprocess.CompletedProcess[str]":
    """Run the script; skip the test if it cannot run here."""
    ended = subprocess.run(
        [sys.executable, str(SCRIPT), *options], capture_output=True, text=True, check=False
    )
    if ended.stdout.startswith("not run"):
        pytest.skip(ended.stdout)
    return ended


def test_loses_nothing_acknowledged_when_the_power_is_cut() -> None:
    """A server whose power was cut during appends has everything that was acknowledged."""
    ended = run("--rounds", "6")
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("name", CONTROLS)
def test_finds_the_fault_of_a_control(name: str) -> None:
    """The simulation is effective: each broken program, server or disk shows the expected fault."""
    ended = run("--rounds", "48", "--first", "--control", name)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "was found out" in ended.stdout
