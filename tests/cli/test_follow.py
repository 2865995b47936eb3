"""`mission log --follow`, as a process of its own, while others append."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from events.files.announcement import Announcement
from ledger.append import append_announcement
from ledger.storage.write_lock import hold_lock
from projections.record import create_record, open_record
from tests.cli.conftest import ROOT
from tests.cli.desk import NEWS, OTHER, Desk
from tests.faults.numbered import numbered
from tests.postgres import running_server, why_not
from tests.signals import signals_handed_on

SOON = """
import cli.follow
import ledger.storage.retry
cli.follow.POLL_SECONDS = 0.05
ledger.storage.retry.PAUSES = (0.1, 0.1)
from cli.main import main
main()
"""
"""`mission` that looks again soon, and soon says so where a server is away."""

Follow = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def follow() -> Iterator[Follow]:
    """Give a function that starts `mission log --follow` on a ledger."""
    with ExitStack() as stack:

        def start(place: str | Path, *args: str) -> "subprocess.Popen[bytes]":
            with signals_handed_on():
                process = subprocess.Popen(
                    [sys.executable, "-c", SOON, "log", "--follow", *args],
                    cwd=ROOT,
                    env={**os.environ, "MISSION_LEDGER": str(place)},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield start


def append(place: str | Path, announcement: Announcement) -> None:
    """Append as another process would."""
    with open_record(place, write=True) as store:
        append_announcement(store, announcement, by="bo")


def positions(process: "subprocess.Popen[bytes]", count: int) -> list[int]:
    """Read entries as they come, and return their positions."""
    assert process.stdout
    return [json.loads(process.stdout.readline())["position"] for _ in range(count)]


def test_what_is_there_comes_first_and_then_what_is_appended(desk: Desk, follow: Follow) -> None:
    """Entries come as they are appended, byte for byte, until Ctrl-C, which is no fault."""
    desk("add", desk.file(NEWS))
    process = follow(desk.place, "--format", "jsonl")
    assert positions(process, 3) == [1, 2, 3]
    desk("add", desk.file(OTHER))
    assert positions(process, 2) == [4, 5]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (out, err, process.returncode) == (b"", b"", 130)


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_no_entry_is_missed_whoever_appends(
    backend: str, tmp_path: Path, follow: Follow, request: pytest.FixtureRequest
) -> None:
    """With several writers at once every entry is shown once, in order, on either backend."""
    place: str | Path
    if backend == "postgresql":
        place = request.getfixturevalue("postgres").new_ledger()
    else:
        place = create_record(tmp_path / "ledger.sqlite")

    def write(writer: int) -> None:
        with open_record(place, write=True) as store:
            for number in range(20):
                append_announcement(store, numbered(writer, number, most=3), by="a writer")

    process = follow(place, "--format", "jsonl")
    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(3)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    with open_record(place) as store:
        end = store.position()
    assert positions(process, end) == list(range(1, end + 1))


def test_last_and_the_table_are_kept(desk: Desk, follow: Follow) -> None:
    """--last limits what is there already; a table's entries are two lines each."""
    desk("add", desk.file(NEWS))
    process = follow(desk.place, "--last", "1")
    assert process.stdout
    assert process.stdout.readline().split()[0] == b"3"
    assert b"command-taken-over: by Denmark (DNK)" in process.stdout.readline()
    desk("add", desk.file(OTHER))
    assert process.stdout.readline().split()[0] == b"4"
    assert b"Looking back" in process.stdout.readline()


def test_a_mission_comes_with_the_sources_it_names(desk: Desk, follow: Follow) -> None:
    """--mission leaves out other missions' entries, and brings a source before its events."""
    desk("add", desk.file(NEWS))
    process = follow(desk.place, "--mission", "nmi-test", "--format", "jsonl")
    assert positions(process, 3) == [1, 2, 3]
    desk("add", desk.file(OTHER.replace("nmi-test", "unami"), "unami.yaml"))
    desk("add", desk.file(OTHER, "other.yaml"))  # its source is in the log already
    assert positions(process, 2) == [4, 6]


def test_one_source_is_followed(desk: Desk, follow: Follow) -> None:
    """--source shows a source and what it states, also where it is still to come."""
    desk("add", desk.file(NEWS))
    process = follow(desk.place, "--source", "other", "--format", "jsonl")
    desk("add", desk.file(OTHER))
    assert positions(process, 2) == [4, 5]


def test_a_writer_that_holds_the_ledger_is_no_hindrance(desk: Desk, follow: Follow) -> None:
    """Entries are shown while a writer has its turn."""
    desk("add", desk.file(NEWS))
    with hold_lock(desk.place, 5):
        process = follow(desk.place, "--format", "jsonl")
        assert positions(process, 3) == [1, 2, 3]


def test_a_server_that_goes_away_for_a_while_is_waited_for(follow: Follow) -> None:
    """A restart of PostgreSQL is told of once, and what comes after it is shown."""
    if reason := why_not():
        pytest.skip(reason)
    with running_server() as server:
        place = server.new_ledger()
        append(place, numbered(1, 0, most=1))
        process = follow(place, "--format", "jsonl")
        assert positions(process, 2) == [1, 2]
        server.stop()
        assert process.stderr
        assert b"; retrying" in process.stderr.readline()
        time.sleep(1)  # in which it asks, in vain, some times more
        server.start()
        append(place, numbered(1, 1, most=1))
        assert positions(process, 2) == [3, 4]
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert told == b""


def test_following_ends_when_nobody_reads(desk: Desk, follow: Follow) -> None:
    """In `mission log --follow | head` the log is not followed for ever."""
    desk("add", desk.file(NEWS))
    process = follow(desk.place, "--format", "jsonl")
    positions(process, 3)
    assert process.stdout
    process.stdout.close()
    assert process.wait(timeout=60) == 0


def test_a_ledger_that_became_another_is_noticed(desk: Desk, follow: Follow) -> None:
    """Another ledger in the place of the one that was followed is not followed on silently."""
    desk("add", desk.file(NEWS))
    process = follow(desk.place, "--format", "jsonl")
    positions(process, 3)
    for path in desk.folder.glob("ledger.sqlite*"):
        path.unlink()
    create_record(desk.place)
    assert process.wait(timeout=60) == 2
    assert process.stderr
    assert b"is no longer the same file" in process.stderr.read()


@pytest.mark.parametrize("options", [("--recorded", "1"), ("--format", "csv")])
def test_what_has_an_end_cannot_be_followed(desk: Desk, options: tuple[str, ...]) -> None:
    """--follow with what sets an end, or needs one, is refused."""
    assert desk("log", "--follow", *options).exit_code == 2


def test_only_a_ledger_that_is_kept_is_followed(tmp_path: Path) -> None:
    """Where there is no ledger, the shipped record is not followed in its place."""
    refused = Desk(tmp_path)("log", "--follow")
    assert refused.exit_code == 2
    assert "mission init" in refused.stderr
