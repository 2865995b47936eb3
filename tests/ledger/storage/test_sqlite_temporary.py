"""Temporary databases: one a connection, without a name, and with errors that name their place."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from events.errors import StoreError
from ledger.storage.sqlite_temporary import CACHE_KIB, temporary_engine

ROWS = [(bytes(1 << 16),) for _ in range(2 * CACHE_KIB // 64)]
"""Twice what the cache holds."""


def test_it_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What exceeds the cache goes to a file that has no name, neither here nor where it lies."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("SQLITE_TMPDIR", str(there))
    with temporary_engine("it").connect() as connection:
        connection.exec_driver_sql("CREATE TABLE large (data)")
        connection.exec_driver_sql("INSERT INTO large VALUES (?)", ROWS)
        assert connection.exec_driver_sql("SELECT count(*) FROM large").scalar() == len(ROWS)
        assert [*here.iterdir(), *there.iterdir()] == []


def test_each_connection_is_a_database_of_its_own() -> None:
    """A second connection sees no tables of the first, nor does one made after it was closed."""
    engine = temporary_engine("it")
    with engine.connect() as one, engine.connect() as two:
        one.exec_driver_sql("CREATE TABLE t (n)")
        assert sa.inspect(one).get_table_names() == ["t"]
        assert sa.inspect(two).get_table_names() == []
    with engine.connect() as three:
        assert sa.inspect(three).get_table_names() == []


def test_what_fails_is_told_with_its_place() -> None:
    """Errors of the database are StoreErrors that name the place; the connection stays usable."""
    with temporary_engine("the place").connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 100")
        connection.exec_driver_sql("CREATE TABLE large (data)")
        with pytest.raises(StoreError, match=r"^the place could not be written: the disk is full"):
            connection.exec_driver_sql("INSERT INTO large VALUES (?)", ROWS)
        with pytest.raises(StoreError, match=r"^the place"):
            connection.exec_driver_sql("SELECT n FROM large")
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
