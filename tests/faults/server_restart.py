"""Start a PostgreSQL server on the data folder that a power cut left of another one."""

import random
import re
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

from tests.faults.desk import Name, look
from tests.faults.disk import Disk
from tests.faults.recording import read_calls, recorder, recording
from tests.faults.server_recording import DURABLE, Contents, read_folder, server_in_memory
from tests.postgres import Server, give_to_server

WAITING = re.compile("starting up|not yet accepting|shutting down")
"""What a server answers, as FATAL, to connections while it recovers."""


@dataclass(frozen=True)
class Left:
    """What is left of the folder `root`: contents by path, None for a folder."""

    root: Path
    contents: Contents


def restart(left: Left, database: str, told: Set[Name], *, patience: float) -> list[str]:
    """Start a server on what is left; return what is wrong with it and its ledger."""
    with server_in_memory(DURABLE) as server:
        _lay_out(left, server)
        try:
            server.start(seconds=patience)
        except RuntimeError as error:
            return [_not_started(str(error), len(told), patience)]
        found = look(server.url(database), told)
    lost = [f"lost: {len(found.lost)} of {len(told)} acknowledged announcements"]
    return [*lost[: len(found.lost)], *found.half, *found.damage]


def cut_while_recovering(left: Left, chance: random.Random) -> Left:
    """Start a server on what is left; return what another power cut may leave of that.

    It cuts while the server recovers or stops. If the server does not start, nothing changes.
    """
    with server_in_memory(DURABLE) as server:
        data, log = _lay_out(left, server), server.folder / "recording"
        before = read_folder(data)
        server.environment = recording(recorder(server.folder), data, log=str(log))
        try:
            server.start()
        except RuntimeError:
            return left
        server.stop()
        calls = list(read_calls(log))
    disk = Disk(str(data), before, names_with_files=True)
    for call in calls[: chance.randint(1, len(calls))]:
        disk.take(call)
    return Left(data, disk.after_cut(chance))


def _lay_out(left: Left, server: Server) -> Path:
    """Write what is left to a server's data folder.

    The old server's lock file is removed, as an administrator does if it is empty or torn.
    """
    folder = server.folder / "data"
    give_to_server(server.folder)
    for path, contents in {str(left.root): None, **left.contents}.items():
        there = folder / Path(path).relative_to(left.root)
        if contents is None:
            there.mkdir(mode=0o700)
        else:
            there.write_bytes(contents)
            there.chmod(0o600)
        give_to_server(there)
    (folder / "postmaster.pid").unlink(missing_ok=True)
    return folder


def _not_started(said: str, acknowledged: int, patience: float) -> str:
    why = [
        line
        for line in said.splitlines()
        if re.search("FATAL|PANIC", line) and not WAITING.search(line)
    ]
    if not why:
        return f"the server does not start within {patience} s: {said}"
    return (
        f"lost: the ledger and all {acknowledged} acknowledged announcements;"
        f" the server does not start: {why[-1]}"
    )
