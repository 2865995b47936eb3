"""Time of a command from the shell, as a whole process.

Run with `python -m pytest benchmarks/test_startup.py -s`. The limits are 0.2 s for `--version`
and 0.5 s for a state, from the shipped record and from a ledger. Each time is also printed as a
multiple of the time of the bare interpreter on the same machine.
"""

import os
import statistics
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from ledger.shipped import load
from projections.record import create_record, open_record

ROOT = Path(__file__).parents[1]
RUNS = 9

MISSION = ("-m", "cli.main")
QUESTION = (*MISSION, "state", "nmi", "--on", "2021-06-15")


def seconds(*args: str, **env: str) -> float:
    """Return the median time in seconds of a Python process, from start to exit."""
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        subprocess.run(
            [sys.executable, *args],
            cwd=ROOT,
            env={**os.environ, **env},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def within(bar: float, what: str, taken: float) -> bool:
    """Print a time as a multiple of the bare interpreter's; return whether it is in its limit."""
    bare = seconds("-c", "pass")
    print(f"\n{what}: {taken:.3f} s (bar {bar} s), {taken / bare:.1f} times `python -c pass`")
    return taken < bar


def test_the_version_is_said_at_once() -> None:
    """`mission --version` takes less than 0.2 s."""
    assert within(0.2, "mission --version", seconds(*MISSION, "--version"))


def test_a_state_from_a_ledger_is_there_in_half_a_second(tmp_path: Path) -> None:
    """`mission state` on the shipped record in a ledger takes less than 0.5 s."""
    place = create_record(tmp_path / "ledger.sqlite")
    with closing(open_record(place, write=True)) as store:
        load(store, "nmi")
    taken = seconds(*QUESTION, MISSION_LEDGER=str(place))
    assert within(0.5, "mission state, from a ledger", taken)


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_state_without_a_ledger_is_there_in_half_a_second(tmp_path: Path, form: str) -> None:
    """`mission state` answers from the shipped record in less than 0.5 s."""
    env = {"MISSION_LEDGER": "", "XDG_DATA_HOME": str(tmp_path)}
    taken = seconds(*QUESTION, "--format", form, **env)
    assert within(0.5, f"mission state, from the shipped record, {form}", taken)
