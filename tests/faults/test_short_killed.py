"""The suites in which SQLite writers are killed, or meet, in short; as scripts they go on longer.

Each must pass with the program as it is, and find the fault of each of its controls.
"""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from ledger.backends import create
from tests.faults import kill_points, kill_sqlite, many_writers, writers_lock
from tests.faults.broken import Control
from tests.faults.desk import append_in_turns, forked

SHORT = {"kill_points.py": ("--every", "60"), "writers_lock.py": ("--rounds", "3")}

CONTROLS = [
    pytest.param(script, given, name, control, id=f"{script}-{name}")
    for script, given, controls in (
        ("kill_sqlite.py", ("--rounds", "60"), kill_sqlite.CONTROLS),
        ("kill_points.py", ("--every", "1000"), kill_points.CONTROLS),
        ("writers_lock.py", ("--rounds", "60"), writers_lock.CONTROLS),
    )
    for name, control in controls.items()
]


def run(script: str, *given: str) -> "subprocess.CompletedProcess[str]":
    """Run a script; skip the test where the script cannot be run here."""
    command = [sys.executable, str(Path(__file__).with_name(script)), *given]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.stdout.startswith("not run"):
        pytest.skip(ended.stdout)
    return ended


@pytest.mark.parametrize("script", SHORT)
def test_keeps_its_promise_whoever_is_killed(script: str) -> None:
    """Killed at any call, or beside any other, a writer leaves a ledger that is whole."""
    ended = run(script, *SHORT[script])
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize(("script", "given", "name", "control"), CONTROLS)
def test_a_broken_program_is_found_out(
    script: str, given: tuple[str, str], name: str, control: Control
) -> None:
    """A script fails, with the right fault, where the program is broken on purpose."""
    ended = run(script, *given, "--control", name)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert control.shows in ended.stdout


def test_too_little_to_have_tried_anything() -> None:
    """A run falls short where writers were told nothing, or nobody was killed at work."""
    assert len(kill_sqlite.Killed(rounds=10).short) == 3
    assert kill_sqlite.Killed(rounds=10, at_work=9, acknowledged=40, with_log=5).short == []
    assert len(kill_points.Points().short) == 5
    assert len(writers_lock.Watched(rounds=10).short(4)) == 5


def test_a_writer_that_ends_of_itself(tmp_path: Path) -> None:
    """Only a writer that was killed, or that may be done, has ended as it should."""
    killed = forked(lambda _: time.sleep(60))
    assert killed.kill().faults() == []
    done = forked(lambda told: told(b"3 17\n")).end()
    assert done.acknowledged == {(3, 17)}
    assert done.faults(may_be_done=True) == []
    assert done.faults() == ["a writer ended of itself, with exit code 0"]
    place = create(tmp_path / "ledger.sqlite")
    raised = forked(lambda told: append_in_turns(place, 1, told, most=0)).end()
    assert raised.faults(may_be_done=True) == ["a writer ended of itself, with exit code 1"]


def test_writers_killed_in_a_crowd(tmp_path: Path) -> None:
    """Nobody waits for a writer that was killed, and nothing it was told of is lost."""
    place = str(create(tmp_path / "ledger.sqlite"))
    came = many_writers.crowd(place, writers=3, each=10, kills=6, seconds=60)
    assert (came.faults, came.short) == ((), ())


@pytest.mark.parametrize("name", many_writers.CONTROLS)
def test_a_broken_crowd_is_found_out(tmp_path: Path, name: str) -> None:
    """What is wrong with a broken program is seen in a crowd."""
    control = many_writers.CONTROLS[name]
    place = str(create(tmp_path / "ledger.sqlite"))
    kills = 24 if name in many_writers.ON_FILES else 6  # it is only held for part of the time
    came = many_writers.crowd(place, writers=4, each=10, kills=kills, seconds=60, control=control)
    assert control.is_shown(came.faults), came.faults
