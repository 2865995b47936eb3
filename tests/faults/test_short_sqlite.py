"""Short runs of the suites of faults on SQLite."""

import subprocess
import sys
from pathlib import Path

import pytest

SHORT = {"kill_sqlite.py": 15, "power_cut.py": 24, "disk_full.py": 16, "bit_flips.py": 24}


@pytest.mark.parametrize("script", SHORT)
def test_keeps_its_promise_through_faults(script: str) -> None:
    """After kills, power cuts, full disks or damage, a ledger loses nothing without an error."""
    command = [sys.executable, str(Path(__file__).with_name(script)), "--rounds"]
    ended = subprocess.run(
        [*command, str(SHORT[script])], capture_output=True, text=True, check=False
    )
    if ended.stdout.startswith("not run") or "there is no C compiler" in ended.stdout:
        pytest.skip(ended.stdout)
    assert ended.returncode == 0, ended.stdout + ended.stderr
