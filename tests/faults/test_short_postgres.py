"""The short forms of what befalls a ledger in a crowd, and on a PostgreSQL server that is killed.

The long forms are `many_writers.py` and `kill_postgres.py` in this folder.
"""

from pathlib import Path

import pytest

from ledger.opening import create
from tests.faults.kill_postgres import WORK, kill_again_and_again, main
from tests.faults.many_writers import crowd
from tests.faults.postgres_controls import CONTROLS
from tests.postgres import Server, running_server, why_not


def test_many_writers_on_a_file(tmp_path: Path) -> None:
    """Processes that append to one file at once leave no gap, and a reader misses nothing."""
    came = crowd(str(create(tmp_path / "ledger.sqlite")), writers=4, each=25, seconds=60)
    assert came.faults == ()
    assert came.announcements == 100


def test_many_writers_on_a_server(postgres: Server) -> None:
    """Processes that append through one server leave no gap, and a reader misses nothing."""
    place = postgres.new_ledger()
    came = crowd(place, writers=4, each=25, seconds=60)
    assert came.faults == ()
    assert came.announcements == 100


def test_a_server_killed_under_its_writers() -> None:
    """Nothing acknowledged is lost with a server, and its writers go on with the next one."""
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
    """Each way of breaking the program ends the run with 1, and with the fault it is known by."""
    if reason := why_not():
        pytest.skip(reason)
    wait = "2" if name == "unreachable" else "60"  # it waits in vain, however long
    exit_code = main(["--in-memory", "--rounds", "20", "--control", name, "--wait", wait])
    said = capsys.readouterr().out
    assert exit_code == 1, said
    assert f"  {CONTROLS[name].shows}" in said or f" {CONTROLS[name].shows}," in said
