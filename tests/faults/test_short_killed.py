"""Short runs of the suites in which SQLite writers are killed or overlap.

Each must pass with the unbroken program, and find the fault of one control.
`python -m tests.faults.report` tries all of them.
"""

import time
from pathlib import Path

import pytest

from projections.record import create_record
from tests.faults import kill_points, kill_sqlite, many_writers, writers_lock
from tests.faults.desk import append_in_turns, forked
from tests.faults.scripts import run_script

SHORT = {"kill_points.py": ("--every", "120"), "writers_lock.py": ("--rounds", "3")}

CONTROLS = {
    "kill_sqlite.py": (("--rounds", "60"), "split", kill_sqlite.CONTROLS),
    "kill_points.py": (("--every", "10"), "early", kill_points.CONTROLS),
    "writers_lock.py": (("--rounds", "600"), "early", writers_lock.CONTROLS),
}


@pytest.mark.parametrize("script", SHORT)
def test_keeps_its_promise_whoever_is_killed(script: str) -> None:
    """A writer that is killed at any call, or next to any other, leaves an intact ledger."""
    ended = run_script(script, *SHORT[script])
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("script", CONTROLS)
def test_a_broken_program_is_found_out(script: str) -> None:
    """A script fails with the expected fault if the program is broken on purpose."""
    given, name, controls = CONTROLS[script]
    ended = run_script(script, *given, "--control", name)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert controls[name].shows in ended.stdout


def test_too_little_to_have_tried_anything() -> None:
    """A run without acknowledgements, or without kills during work, fails."""
    assert len(kill_sqlite.Killed(rounds=10).short) == 3
    assert kill_sqlite.Killed(rounds=10, at_work=9, acknowledged=40, with_log=5).short == []
    assert len(kill_points.Points().short) == 5
    assert len(writers_lock.Watched(rounds=10).short(4)) == 5


def test_a_writer_that_ends_of_itself(tmp_path: Path) -> None:
    """A writer must end by being killed, or by finishing if that is allowed."""
    killed = forked(lambda _: time.sleep(60))
    assert killed.kill().faults() == []
    done = forked(lambda told: told(b"3 17\n")).end()
    assert done.acknowledged == {(3, 17)}
    assert done.faults(may_be_done=True) == []
    assert done.faults() == ["a writer ended of itself, with exit code 0"]
    place = create_record(tmp_path / "ledger.sqlite")
    raised = forked(lambda told: append_in_turns(place, 1, told, most=0)).end()
    assert raised.faults(may_be_done=True) == ["a writer ended of itself, with exit code 1"]


def test_writers_killed_in_a_crowd(tmp_path: Path) -> None:
    """No process waits for a killed writer, and nothing acknowledged to it is lost."""
    place = str(create_record(tmp_path / "ledger.sqlite"))
    came = many_writers.crowd(place, writers=3, each=10, kills=6, seconds=60)
    assert (came.faults, came.short) == ((), ())


@pytest.mark.parametrize("name", many_writers.CONTROLS)
def test_a_broken_crowd_is_found_out(tmp_path: Path, name: str) -> None:
    """A crowd detects each broken program."""
    control = many_writers.CONTROLS[name]
    place = str(create_record(tmp_path / "ledger.sqlite"))
    kills = 24 if name in many_writers.ON_FILES else 6  # the lock is held only part of the time
    came = many_writers.crowd(place, writers=4, each=10, kills=kills, seconds=60, control=control)
    assert control.is_shown(came.faults), came.faults
