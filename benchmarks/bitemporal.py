"""As-of questions on two clocks, beside databases that know both: MariaDB and PostgreSQL.

The same facts go into three places: a contribution is deployed on a day; later it is withdrawn on
a day; now and then that day is corrected. What was so on a day, as was recorded by a step, is then
asked at random points: the answers must be equal, and the time it takes to read the claims is
compared. MariaDB keeps the record clock itself (`WITH SYSTEM VERSIONING`, its own clock set by
`SET timestamp`); PostgreSQL has ranges for both, in a GiST index.
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
from ledger.backends import create, open_store
from ledger.log import Batch
from ledger.question import DayQuestion, Selection
from ledger.storage.sql_store import SqlStore
from projections.state import state
from projections.view import view_of

FIRST = date(2000, 1, 1).toordinal()
DAYS, STEPS, POINTS = 3000, 600, 2000
BASE = 1_600_000_000
SIZES = {"ten": (40, 10), "five-hundred": (3, 500), "other": (100, 40)}
"""Missions of each kind, and the contributions each has."""


@dataclass(frozen=True)
class Change:
    """What is recorded of one contribution at a step: when it is there; `until` None is open."""

    step: int
    mission: str
    key: str
    since: int
    until: int | None
    first: bool


@dataclass(frozen=True)
class Point:
    """What is asked: which contributions a mission had on a day, as recorded by a step."""

    mission: str
    day: int
    step: int


def changes() -> list[Change]:
    """Draw the facts, in the order they are recorded."""
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
    """A place that facts are recorded in and asked of."""

    def record(self, step: int, made: list[Change]) -> None:
        """Record what is told at a step, in one transaction."""

    def read(self, point: Point) -> Any:  # noqa: ANN401 (whatever it gives)
        """Read the claims an answer needs; this is what is timed."""

    def keys(self, found: Any) -> frozenset[str]:  # noqa: ANN401
        """Return the contributions that what was read comes to."""


class Ours:
    """A ledger in a SQLite file."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._ends: list[int] = []
        self._withdrawn: dict[tuple[str, str], str] = {}

    def record(self, step: int, made: list[Change]) -> None:
        """Append what is told as one announcement."""
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
        """Select the claims."""
        upto = self._ends[point.step]
        return point, self._store.select(point.mission, DayQuestion(point.day), upto=upto)

    def keys(self, found: tuple[Point, Selection]) -> frozenset[str]:
        """Weigh the claims that were read."""
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
        """Insert and update at the moment of a step."""
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
            self._number = "int4range"  # GiST has ranges of its own
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
        """Close the row that was, and insert the one that is."""
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
        """Let the server know what there is."""
        self._cursor.execute("ANALYZE facts")
        self._connection.commit()


@contextmanager
def mariadb() -> Iterator[Any]:
    """Run a MariaDB server of our own, and give a connection to an empty database."""
    import pymysql  # noqa: PLC0415 (of the extra `bench`)

    program = shutil.which("mariadbd")
    if program is None:
        raise FileNotFoundError("mariadbd is not installed: Debian has it in mariadb-server")
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
            raise ConnectionError("the MariaDB server did not come up")
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
    """Run a PostgreSQL server from its wheel, and give a connection to an empty database."""
    import psycopg  # noqa: PLC0415

    from tests.postgres import running_server  # noqa: PLC0415

    with running_server() as server:
        url = server.new_database().replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(url) as connection:
            yield connection


def figures() -> Iterator[Figure]:
    """Record the facts everywhere, ask everywhere, compare answers and times."""
    made = changes()
    by_step: list[list[Change]] = [[] for _ in range(STEPS)]
    for each in made:
        by_step[each.step].append(each)
    with tempfile.TemporaryDirectory() as folder, mariadb() as maria, postgres() as pg:
        path = Path(folder) / "ledger.sqlite"
        create(path)
        with open_store(path, write=True) as store:
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
