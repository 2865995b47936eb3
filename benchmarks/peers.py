"""The databases that bitemporal answers are compared with.

PostgreSQL has a range for each clock, in one GiST index. MariaDB implements the record clock itself
(`WITH SYSTEM VERSIONING`, with its clock set by `SET timestamp`).
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.facts import Change, Peer, Point
from tests.postgres import running_server, why_not

BASE = 1_600_000_000


class MariaDb:
    """A bitemporal table: valid time as an application period, record time as system versions."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 (PyMySQL's)
        self._cursor = connection.cursor()
        self._connection = connection
        self._cursor.execute(
            "CREATE TABLE facts (mission VARCHAR(40) NOT NULL, k VARCHAR(40) NOT NULL,"
            " contributor CHAR(3), capability VARCHAR(40), since DATE NOT NULL,"
            " until DATE NOT NULL, PERIOD FOR valid (since, until), KEY (mission, since, until))"
            " WITH SYSTEM VERSIONING"
        )

    def record(self, step: int, made: list[Change]) -> None:
        """Insert and update rows with the clock set to the time of the step."""
        self._cursor.execute(f"SET timestamp = {BASE + step * 60}")
        for each in made:
            since = date.fromordinal(each.since)
            until = date.fromordinal(each.until) if each.until else date(9999, 12, 31)
            if each.first:
                self._cursor.execute(
                    "INSERT INTO facts VALUES (%s, %s, 'DNK', 'staff', %s, %s)",
                    (each.mission, each.key, since, until),
                )
            else:
                self._cursor.execute(
                    "UPDATE facts SET until = %s WHERE mission = %s AND k = %s",
                    (until, each.mission, each.key),
                )
        self._connection.commit()

    def read(self, point: Point) -> Any:  # noqa: ANN401
        """Ask as of both clocks."""
        day = date.fromordinal(point.day)
        self._cursor.execute(
            "SELECT k, contributor, capability, since, until FROM facts"
            " FOR SYSTEM_TIME AS OF FROM_UNIXTIME(%s) WHERE mission = %s AND since <= %s"
            " AND until > %s",
            (BASE + point.step * 60 + 30, point.mission, day, day),
        )
        return self._cursor.fetchall()

    def keys(self, found: Any) -> frozenset[str]:  # noqa: ANN401
        """Return the keys of the rows."""
        return frozenset(row[0] for row in found)


class Postgres:
    """A table with a range for each clock, in one GiST index."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 (psycopg's)
        self._connection = connection
        self._cursor = connection.cursor()
        try:
            self._cursor.execute("CREATE EXTENSION btree_gist")
        except Exception:
            connection.rollback()
            # Without btree_gist, a GiST index cannot hold integers, but it can hold ranges.
            self._number = "int4range"
        else:
            self._number = "int4"
        self._missions: dict[str, int] = {}
        self._cursor.execute(
            f"CREATE TABLE facts (mission {self._number}, k text, contributor text,"
            " capability text, valid daterange, recorded int8range)"
        )
        self._cursor.execute("CREATE INDEX ON facts USING gist (mission, valid, recorded)")
        self._cursor.execute("CREATE INDEX ON facts (k)")
        connection.commit()

    def _mission(self, name: str) -> str:
        number = self._missions.setdefault(name, len(self._missions))
        return f"[{number},{number}]" if self._number == "int4range" else str(number)

    def record(self, step: int, made: list[Change]) -> None:
        """Close the current row of each contribution, and insert the new one."""
        for each in made:
            mission = self._mission(each.mission)
            if not each.first:
                self._cursor.execute(
                    "UPDATE facts SET recorded = int8range(lower(recorded), %s)"
                    f" WHERE mission = %s::{self._number} AND k = %s AND upper_inf(recorded)",
                    (step, mission, each.key),
                )
            since = date.fromordinal(each.since)
            until = date.fromordinal(each.until) if each.until else None
            self._cursor.execute(
                f"INSERT INTO facts VALUES (%s::{self._number}, %s, 'DNK', 'staff',"
                " daterange(%s, %s), int8range(%s, NULL))",
                (mission, each.key, since, until, step),
            )
        self._connection.commit()

    def read(self, point: Point) -> Any:  # noqa: ANN401
        """Ask as of both clocks."""
        where = "mission && %s::int4range" if self._number == "int4range" else "mission = %s::int4"
        self._cursor.execute(
            "SELECT k, contributor, capability, valid FROM facts"
            f" WHERE {where} AND valid @> %s::date AND recorded @> %s::int8",
            (self._mission(point.mission), date.fromordinal(point.day), point.step),
        )
        return self._cursor.fetchall()

    def keys(self, found: Any) -> frozenset[str]:  # noqa: ANN401
        """Return the keys of the rows."""
        return frozenset(row[0] for row in found)

    def analyze(self) -> None:
        """Update the planner's statistics."""
        self._cursor.execute("ANALYZE facts")
        self._connection.commit()


@contextmanager
def mariadb() -> Iterator[MariaDb]:
    """Run a private MariaDB server, and yield a table in an empty database."""
    import pymysql  # noqa: PLC0415 (of the extra `bench`)

    folder = Path(tempfile.mkdtemp(prefix="mariadb-"))
    socket = folder / "socket"
    made = [
        "mariadb-install-db",
        f"--datadir={folder}/data",
        "--auth-root-authentication-method=normal",
    ]
    subprocess.run([*made, "--user=root"], check=True, capture_output=True)
    server = subprocess.Popen(
        ["mariadbd", "--no-defaults", f"--datadir={folder}/data", f"--socket={socket}",
         "--user=root", "--skip-networking", f"--pid-file={folder}/pid",
         "--innodb-buffer-pool-size=256M"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(200):
            try:
                connection = pymysql.connect(unix_socket=str(socket), user="root")
                break
            except pymysql.err.OperationalError:
                time.sleep(0.1)
        else:
            raise ConnectionError("the MariaDB server did not start in time")
        with closing(connection):
            connection.cursor().execute("CREATE DATABASE facts")
            connection.select_db("facts")
            yield MariaDb(connection)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a PostgreSQL server from its wheel, and yield a table in an empty database."""
    import psycopg  # noqa: PLC0415 (only where its server can run)

    with running_server() as server:
        url = server.new_database().replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(url) as connection:
            yield Postgres(connection)


def why_no_mariadb() -> str:
    """Return why MariaDB cannot run here; empty if it can."""
    if shutil.which("mariadbd") is None:
        return "MariaDB is not installed (Debian's package mariadb-server)"
    if find_spec("pymysql") is None:
        return "PyMySQL, which connects to MariaDB, is not installed (pip install -e '.[bench]')"
    return ""


SERVERS: dict[str, tuple[Callable[[], str], Callable[[], AbstractContextManager[Peer]]]] = {
    "PostgreSQL": (why_not, postgres),
    "MariaDB": (why_no_mariadb, mariadb),
}
"""For each peer: why it cannot run here, and how to run it."""
