"""Of each suite of file and disk faults, one broken program is detected.

`python -m tests.faults.report` tries all of them, with more rounds.
"""

import pytest

from tests.faults import bit_flips, disk_full, power_cut
from tests.faults.recording import why_not
from tests.faults.scripts import run_script

SHORT = {
    "disk_full.py": ("16", "half", disk_full.CONTROLS),
    "power_cut.py": ("24", "NORMAL", power_cut.CONTROLS),
    "bit_flips.py": ("24", "no-positions", bit_flips.CONTROLS),
}


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "can be recorded")
@pytest.mark.parametrize("script", SHORT)
def test_a_program_that_is_broken_is_found_out(script: str) -> None:
    """A program that breaks one promise fails with the expected fault."""
    rounds, name, controls = SHORT[script]
    ended = run_script(script, "--rounds", rounds, "--control", name)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert controls[name].shows in ended.stdout
