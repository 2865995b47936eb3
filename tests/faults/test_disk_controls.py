"""The suites of file and disk faults detect each broken program."""

from collections.abc import Mapping

import pytest

from tests.faults import bit_flips, disk_full, power_cut
from tests.faults.broken import Control
from tests.faults.recording import why_not
from tests.faults.scripts import run_script

SHORT: dict[str, tuple[int, Mapping[str, Control]]] = {
    "disk_full.py": (16, disk_full.CONTROLS),
    "power_cut.py": (24, power_cut.CONTROLS),
    "bit_flips.py": (24, bit_flips.CONTROLS),
}


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "can be recorded")
@pytest.mark.parametrize(
    ("script", "name"),
    [(script, name) for script, (_, controls) in SHORT.items() for name in controls],
)
def test_a_program_that_is_broken_is_found_out(script: str, name: str) -> None:
    """A program that breaks one promise fails with the expected fault."""
    rounds, controls = SHORT[script]
    ended = run_script(script, "--rounds", str(rounds), "--control", name)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert controls[name].shows in ended.stdout
