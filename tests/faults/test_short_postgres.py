"""The short forms of what befalls a ledger in a crowd, and on a PostgreSQL server that is killed.

The long forms are `many_writers.py` and `kill_postgres.py` in this folder.
"""

from pathlib import Path

import pytest

from ledger.opening import create
from tests.faults.kill_postgres import kill_again_and_again
from tests.faults.many_writers import CONTROLS, ON_FILES, crowd
from tests.postgres import Server, running_server


def test_many_writers_on_a_file(tmp_path: Path) -> None:
    """Processes that append to one file at once leave no gap, and a reader misses nothing."""
    came = crowd(str(create(tmp_path / "ledger.sqlite")), writers=4, each=25, seconds=60)
    assert (came.faults, came.short) == ((), ())
    assert came.announcements == 100


def test_many_writers_on_a_server(postgres: Server) -> None:
    """Processes that append through one server leave no gap, and a reader misses nothing."""
    place = postgres.new_database()
    create(place)
    came = crowd(place, writers=4, each=25, seconds=60)
    assert (came.faults, came.short) == ((), ())
    assert came.announcements == 100


def test_a_server_killed_under_its_writers(postgres: Server) -> None:
    """Nothing acknowledged is lost with a server, and its writers go on with the next one."""
    with running_server(quick=False) as server:  # of its own: others are using `postgres`
        came = kill_again_and_again(server, rounds=4, writers=4, seed=1)
    assert came.faults == ()
    assert came.rounds == 4
    assert came.announcements > 0


def test_clients_killed_in_a_crowd(postgres: Server) -> None:
    """Nobody waits for a client that was killed, and nothing it was told of is lost."""
    place = postgres.new_database()
    create(place)
    came = crowd(place, writers=3, each=10, kills=6, seconds=60)
    assert (came.faults, came.short) == ((), ())


@pytest.mark.parametrize("name", [name for name in CONTROLS if name not in ON_FILES])
def test_a_broken_crowd_is_found_out_on_a_server(postgres: Server, name: str) -> None:
    """What is wrong with a broken program is seen in a crowd."""
    place = postgres.new_database()
    create(place)
    came = crowd(place, writers=4, each=10, kills=6, seconds=60, control=CONTROLS[name])
    assert CONTROLS[name].is_shown(came.faults), came.faults
