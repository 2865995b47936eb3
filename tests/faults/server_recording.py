"""Record a PostgreSQL server from its start to its stop, while writers append to it.

Its data folder is read before it starts; `recorder.c` then records what its processes do to it. The
writers' acknowledgements are notes in the same recording, in order with all that the server did
before them:

    made                the ledger exists: `create` has returned
    1 17                writer 1's announcement 17 was acknowledged
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from shutil import rmtree

from projections.record import create_record
from tests.faults.desk import MADE, append_in_turns, forked, read_acknowledged
from tests.faults.disk import Disk
from tests.faults.recording import Call, note, read_calls, recorder, recording
from tests.postgres import SETTINGS, Server
from tests.ready import memory

WRITERS = 2
ANNOUNCEMENTS = 25
"""How many each writer appends."""

PER_CHECKPOINT = 6
"""Each writer requests a new WAL file and a checkpoint after so many announcements."""

DURABLE = {
    **SETTINGS,
    "fsync": "on",
    "full_page_writes": "on",
    # The server acknowledges before it syncs, unless the program requests otherwise.
    "synchronous_commit": "off",
    # Small, so that pages are written and WAL files recycled all the time.
    "shared_buffers": "512kB",
    "max_connections": "20",
    "min_wal_size": "2MB",
    "max_wal_size": "2MB",
    "bgwriter_delay": "10ms",
    # Every write is made by a server process, in a call that the recorder intercepts.
    "io_method": "sync",
}
"""The server's settings, with which it survives a power cut."""

Contents = Mapping[str, bytes | None]
"""A folder's contents by path; None for a subfolder."""


@dataclass(frozen=True)
class Recorded:
    """A recorded server: the folder's contents before it, all calls, and the contents after it."""

    folder: Path
    database: str
    before: Contents
    calls: list[Call]
    after: Contents
    faults: list[str]
    """The faults of the recording itself."""


@contextmanager
def server_in_memory(settings: Mapping[str, str]) -> Iterator[Server]:
    """Yield a server, not yet created, with a folder in memory that is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=memory()))
    server = Server(folder, dict(settings))
    try:
        yield server
    finally:
        server.stop()
        rmtree(folder, ignore_errors=True)


def record(settings: Mapping[str, str], begin: Callable[[], object]) -> Recorded:
    """Record a server with these settings; every writer calls `begin` before it appends."""
    with server_in_memory({**DURABLE, **settings}) as server:
        server.make("--wal-segsize=1")
        server.start()
        url = server.new_database()
        server.stop()
        folder, log = server.folder / "data", server.folder / "recording"
        before = read_folder(folder)
        library = recorder(server.folder)
        server.environment = recording(library, folder, log=str(log))
        server.start()
        create_record(url)
        note(log, MADE)
        faults = _append(server, url, log, begin)
        server.stop()
        calls, after = list(read_calls(log)), read_folder(folder)
        if b"terminated by signal" in (server.folder / "log").read_bytes():
            faults.append("a process of the server ended of itself")
    faults += _not_whole(folder, before, calls, after)
    return Recorded(folder, url.rpartition("/")[2].partition("?")[0], before, calls, after, faults)


def _append(server: Server, url: str, log: Path, begin: Callable[[], object]) -> list[str]:
    def work(writer: int, told: Callable[[bytes], object]) -> None:
        begin()
        numbers = count(1)

        def acknowledge(line: bytes) -> None:
            note(log, line)
            told(line)
            if next(numbers) % PER_CHECKPOINT == 0:
                server.run(url, "SELECT pg_switch_wal()", "CHECKPOINT")

        append_in_turns(
            url, writer, acknowledge, most=12, many=ANNOUNCEMENTS, at_once=ANNOUNCEMENTS
        )

    processes = [forked(lambda told, n=n: work(n, told)) for n in range(WRITERS)]
    done = [len(read_acknowledged(process.answers())) for process in processes]
    return [
        f"writer {writer} ended of itself after {many} of {ANNOUNCEMENTS} announcements"
        for writer, many in enumerate(done)
        if many < ANNOUNCEMENTS
    ]


def _not_whole(folder: Path, before: Contents, calls: list[Call], after: Contents) -> list[str]:
    disk = Disk(str(folder), before)
    for call in calls:
        if call.what != "note":
            disk.take(call)
    built = disk.everything()
    differ = [
        path
        for path in sorted({*built, *after} - {str(folder)})
        if path not in built or path not in after or built[path] != after[path]
    ]
    return [f"the recording is not whole: {len(differ)} files differ: {differ[:5]}"] * bool(differ)


def read_folder(folder: Path) -> dict[str, bytes | None]:
    """Read a folder's contents."""
    return {
        str(path): None if path.is_dir() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
    }
