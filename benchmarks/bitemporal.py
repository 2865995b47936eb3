"""Bitemporal queries (as of valid time and record time), compared with MariaDB and PostgreSQL.

The same facts are recorded in all three: a contribution is deployed on a day, some are later
withdrawn on a day, and some of those days are corrected. Then each is queried at random points
(the state on a day, as recorded at a step). The answers must be equal; the time to read the
claims is compared. MariaDB implements the record clock itself (`WITH SYSTEM VERSIONING`, with its
clock set by `SET timestamp`); PostgreSQL uses a range for each clock, in one GiST index.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, Protocol

from benchmarks.figures import Figure, p50
from events.catalogue import ClaimEvent, ContributionDeployed, ContributionWithdrawn, Event
from events.encoding.codec import event_id
from events.record_events import ClaimCorrected
from ledger.log import Batch
from projections.question import DayQuestion, Selection
from projections.record import Record, create_record, open_record
from projections.state import state
from projections.view import view_of

FIRST = date(2000, 1, 1).toordinal()
DAYS, STEPS, POINTS = 3000, 600, 2000
BASE = 1_600_000_000
SIZES = {"ten": (40, 10), "five-hundred": (3, 500), "other": (100, 40)}
"""For each kind of mission: how many there are, and how many contributions each has."""


@dataclass(frozen=True)
class Change:
    """What is recorded of one contribution at a step: its period; `until` None means open."""

    step: int
    mission: str
    key: str
    since: int
    until: int | None
    first: bool


@dataclass(frozen=True)
class Point:
    """One query: the contributions that a mission had on a day, as recorded at a step."""

    mission: str
    day: int
    step: int


def changes() -> list[Change]:
    """Return random facts, in the order they are recorded."""
    random, found = Random(7), []
    for kind, (missions, contributions) in SIZES.items():
        for mission in range(missions):
            for number in range(contributions):
                name, key = f"{kind}-{mission}", f"contingent-{number}"
                steps = sorted(random.sample(range(STEPS), 3))
                since = FIRST + random.randrange(DAYS // 10)
                found.append(Change(steps[0], name, key, since, None, True))
                if random.random() < 0.4:
                    until = since + 1 + random.randrange(DAYS)
                    found.append(Change(steps[1], name, key, since, until, False))
                    if random.random() < 0.2:
                        later = until + random.randrange(1, 200)
                        found.append(Change(steps[2], name, key, since, later, False))
    return sorted(found, key=lambda each: each.step)


class Peer(Protocol):
    """A database that the facts are recorded in and queried from."""

    def record(self, step: int, made: list[Change]) -> None:
        """Record the changes of a step in one transaction."""

    def read(self, point: Point) -> Any:  # noqa: ANN401 (its own type)
        """Read the claims an answer needs; only this is timed."""

    def keys(self, found: Any) -> frozenset[str]:  # noqa: ANN401
        """Return the contributions in the result of `read`."""


class Ours:
    """A ledger in a SQLite file."""

    def __init__(self, store: Record) -> None:
        self._store = store
        self._ends: list[int] = []
        self._withdrawn: dict[tuple[str, str], str] = {}

    def record(self, step: int, made: list[Change]) -> None:
        """Append the changes as one batch."""
        del step
        events = tuple(self._event(each) for each in made)
        if events:
            self._store.append(Batch(events), by="anna")
        self._ends.append(self._store.position())

    def _event(self, made: Change) -> Event:
        fields: dict[str, object] = {"mission": made.mission, "contribution": made.key}
        if made.until is None:
            on = date.fromordinal(made.since).isoformat()
            return ContributionDeployed.model_validate(
                {**fields, "on": on, "contributor": "DNK", "capability": "staff"}
            )
        on = date.fromordinal(made.until).isoformat()
        event: ClaimEvent | ClaimCorrected
        event = claim = ContributionWithdrawn.model_validate({**fields, "on": on})
        if before := self._withdrawn.get((made.mission, made.key)):
            event = ClaimCorrected(
                mission=made.mission, target=before, claim=claim, reason="it was later"
            )
        self._withdrawn[made.mission, made.key] = event_id(event)
        return event

    def read(self, point: Point) -> tuple[Point, Selection]:
        """Select the claims from the store."""
        upto = self._ends[point.step]
        return point, self._store.select(point.mission, DayQuestion(point.day), upto=upto)

    def keys(self, found: tuple[Point, Selection]) -> frozenset[str]:
        """Compute the state from the claims that were read."""
        point, selection = found
        seen = view_of(selection, point.mission)
        return frozenset(each.key for each in state(seen, point.day).facets["contribution"])


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
def mariadb() -> Iterator[Any]:
    """Run a private MariaDB server, and yield a connection to an empty database."""
    import pymysql  # noqa: PLC0415 (of the extra `bench`)

    program = shutil.which("mariadbd")
    if program is None:
        raise FileNotFoundError("mariadbd is not installed (Debian package: mariadb-server)")
    folder = Path(tempfile.mkdtemp(prefix="mariadb-"))
    socket = folder / "socket"
    made = [
        "mariadb-install-db",
        f"--datadir={folder}/data",
        "--auth-root-authentication-method=normal",
    ]
    subprocess.run([*made, "--user=root"], check=True, capture_output=True)
    server = subprocess.Popen(
        [program, "--no-defaults", f"--datadir={folder}/data", f"--socket={socket}", "--user=root",
         "--skip-networking", f"--pid-file={folder}/pid", "--innodb-buffer-pool-size=256M"],
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
            yield connection
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres() -> Iterator[Any]:
    """Run a PostgreSQL server from its wheel, and yield a connection to an empty database."""
    import psycopg  # noqa: PLC0415

    from tests.postgres import running_server  # noqa: PLC0415

    with running_server() as server:
        url = server.new_database().replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(url) as connection:
            yield connection


def figures() -> Iterator[Figure]:
    """Record the facts in all databases, query all of them, and compare answers and times."""
    made = changes()
    by_step: list[list[Change]] = [[] for _ in range(STEPS)]
    for each in made:
        by_step[each.step].append(each)
    with tempfile.TemporaryDirectory() as folder, mariadb() as maria, postgres() as pg:
        path = Path(folder) / "ledger.sqlite"
        create_record(path)
        with open_record(path, write=True) as store:
            peers: dict[str, Peer] = {
                "ours": Ours(store),
                "MariaDB": MariaDb(maria),
                "PostgreSQL": (in_pg := Postgres(pg)),
            }
            for step, some in enumerate(by_step):
                for peer in peers.values():
                    peer.record(step, some)
            in_pg.analyze()
            yield from _asked(peers)


def _asked(peers: dict[str, Peer]) -> Iterator[Figure]:
    random, different = Random(8), 0
    taken: dict[str, dict[str, list[float]]] = {kind: {n: [] for n in peers} for kind in SIZES}
    for number in range(POINTS):
        kind = list(SIZES)[number % len(SIZES)]
        point = Point(
            f"{kind}-{random.randrange(SIZES[kind][0])}",
            FIRST + random.randrange(-100, DAYS + 500),
            random.randrange(STEPS),
        )
        answers = []
        for name, peer in peers.items():
            begun = time.perf_counter()
            found = peer.read(point)
            taken[kind][name].append(time.perf_counter() - begun)
            answers.append(peer.keys(found))
        different += len(set(answers)) > 1
    yield Figure(f"answers that differ, of {POINTS:,} random points", different, "", 0.5)
    for kind, number in (("ten", 10), ("five-hundred", 500)):
        times = {name: p50(found) * 1e3 for name, found in taken[kind].items()}
        fastest = min(times["MariaDB"], times["PostgreSQL"])
        said = ", ".join(f"{name} {each:.2f} ms" for name, each in times.items())
        yield Figure(
            f"claims of {number} facts as of two clocks, of the faster peer",
            times["ours"] / fastest, "times", 1, beside=said,
        )  # fmt: skip
