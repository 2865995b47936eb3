"""Short runs of `many_writers.py` and `kill_postgres.py`."""

from pathlib import Path

import pytest

from projections.record import create_record
from tests.faults.journals import Attempt
from tests.faults.kill_postgres import WORK, Kill, kill_again_and_again, main, too_little
from tests.faults.many_writers import CONTROLS as CROWD_CONTROLS
from tests.faults.many_writers import ON_FILES, crowd
from tests.faults.postgres_controls import CONTROLS
from tests.postgres import Server, running_server, why_not


def test_many_writers_on_a_file(tmp_path: Path) -> None:
    """Processes that append to one file leave no gap, and a reader misses nothing."""
    came = crowd(str(create_record(tmp_path / "ledger.sqlite")), writers=4, each=25, seconds=60)
    assert (came.faults, came.short) == ((), ())
    assert came.announcements == 100


def test_many_writers_on_a_server(postgres: Server) -> None:
    """Processes that append through one server leave no gap, and a reader misses nothing."""
    place = postgres.new_ledger()
    came = crowd(place, writers=4, each=25, seconds=60)
    assert (came.faults, came.short) == ((), ())
    assert came.announcements == 100


def test_a_server_killed_under_its_writers() -> None:
    """A killed server loses nothing acknowledged, and writers continue with the next one."""
    if reason := why_not():
        pytest.skip(reason)
    with running_server(quick=False, in_memory=True) as server:
        came = kill_again_and_again(server, rounds=4, writers=4, seed=1)
    assert came.faults == ()
    assert came.rounds == 4
    assert came.acknowledged >= 4 * WORK
    assert came.at_work > 0
    assert came.announcements >= came.acknowledged


@pytest.mark.parametrize("name", CONTROLS)
def test_a_broken_program_is_found_out_by_killing_its_server(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run exits with 1 and the expected fault for each broken program."""
    if reason := why_not():
        pytest.skip(reason)
    wait = "2" if name == "unreachable" else "60"  # no wait is long enough
    exit_code = main(["--in-memory", "--rounds", "20", "--control", name, "--wait", wait])
    said = capsys.readouterr().out
    assert exit_code == 1, said
    assert CONTROLS[name].shows in said
    assert "was found out" in said


def test_a_run_that_tried_too_little_is_told() -> None:
    """A run with few acknowledgements, or with kills while no writer appends, fails."""
    kills = [Kill(number, number + 0.5) for number in range(10)]
    between = [Attempt(0, number, number + 0.6, 0.1, added=1) for number in range(100)]
    (said,) = too_little(kills, between, rounds=10)
    assert said == "too little was tried: 0 of 10 kills came in the middle of an append"
    while_away = [Attempt(0, number, number - 0.1, 0.9, added=1) for number in range(100)]
    assert too_little(kills, while_away, rounds=10) == [said]
    met = [Attempt(0, number, number + 0.4, 0.2, added=1) for number in range(100)]
    assert too_little(kills, met, rounds=10) == []
    (said,) = too_little(kills, met[:20], rounds=10)
    assert said == "too little was acknowledged: 20 appends in 10 rounds"
    (said,) = too_little(kills[:9], met, rounds=10)
    assert said == "too little was tried: 9 kills in 10 rounds"


def test_clients_killed_in_a_crowd(postgres: Server) -> None:
    """No process waits for a killed client, and nothing acknowledged to it is lost."""
    place = postgres.new_ledger()
    came = crowd(place, writers=3, each=10, kills=6, seconds=60)
    assert (came.faults, came.short) == ((), ())


@pytest.mark.parametrize("name", [name for name in CROWD_CONTROLS if name not in ON_FILES])
def test_a_broken_crowd_is_found_out_on_a_server(postgres: Server, name: str) -> None:
    """A crowd detects each broken program."""
    place = postgres.new_ledger()
    came = crowd(place, writers=4, each=10, kills=6, seconds=60, control=CROWD_CONTROLS[name])
    assert CROWD_CONTROLS[name].is_shown(came.faults), came.faults
