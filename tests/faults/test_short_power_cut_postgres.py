"""Short runs of `power_cut_postgres.py`."""

import pytest

from tests.faults.power_cut_postgres import CONTROLS
from tests.faults.scripts import run_script

SCRIPT = "power_cut_postgres.py"


def test_loses_nothing_acknowledged_when_the_power_is_cut() -> None:
    """A server whose power was cut during appends has everything that was acknowledged."""
    ended = run_script(SCRIPT, "--rounds", "6")
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("name", CONTROLS)
def test_finds_the_fault_of_a_control(name: str) -> None:
    """The simulation is effective: each broken program, server or disk shows the expected fault."""
    ended = run_script(SCRIPT, "--rounds", "48", "--first", "--control", name)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "was found out" in ended.stdout
