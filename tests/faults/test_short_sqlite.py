"""Short runs of the suites of faults on SQLite."""

import pytest

from tests.faults.scripts import run_script

SHORT = {"kill_sqlite.py": 15, "power_cut.py": 24, "disk_full.py": 16, "bit_flips.py": 48}


@pytest.mark.parametrize("script", SHORT)
def test_keeps_its_promise_through_faults(script: str) -> None:
    """After kills, power cuts, full disks or damage, a ledger loses nothing without an error."""
    ended = run_script(script, "--rounds", str(SHORT[script]))
    assert ended.returncode == 0, ended.stdout + ended.stderr
