"""`mission init`, and what is no ledger."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import cli
from events.errors import StoreError
from tests.cli.desk import NEWS, Desk


def test_init_refuses_what_is_there_and_loads_what_lacks(tmp_path: Path) -> None:
    """A ledger is made once; the shipped record is loaded once."""
    desk = Desk(tmp_path)
    assert desk("init").exit_code == 0
    assert desk("init").exit_code == 2
    assert desk("init", "--with", "nmi").exit_code == 0
    end = desk.position()
    assert end > 90
    again = desk("init", "--with", "nmi")
    assert again.exit_code == 0
    assert "nothing new" in again.stdout
    assert desk.position() == end
    assert desk("init", "--with", "xyz").exit_code == 2


def test_an_empty_ledger_names_the_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said after an empty ledger is made can be typed as it is, and finds that ledger."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MISSION_LEDGER", "usual.sqlite")

    def init(*call: str) -> str:
        made = CliRunner().invoke(cli, ["init", *call])
        assert made.exit_code == 0
        return made.stdout

    assert "it is empty: `mission add FILE` records" in init()
    assert "`mission init --with nmi --ledger 'a b.sqlite'` loads" in init("a b.sqlite")
    assert "`mission add FILE --ledger c.sqlite` records" in init("--ledger", "c.sqlite")
    assert "`mission add FILE --ledger ./a:b@c.sqlite` records" in init("./a:b@c.sqlite")
    assert "nothing is in it" not in init("--with", "nmi")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda place: place.write_text("not a ledger", encoding="utf-8"),
        lambda place: place.write_bytes(b""),
        lambda place: (place.unlink(), place.mkdir()),
        lambda place: shutil.copy(sys.executable, place),
    ],
)
def test_a_ledger_that_is_none_is_refused(desk: Desk, spoil: Callable[[Path], object]) -> None:
    """Reading and writing commands say that the file is not a ledger."""
    spoil(desk.place)
    for call in (("state", "nmi-test"), ("add", desk.file(NEWS)), ("log",), ("check",)):
        refused = desk(*call)
        assert refused.exit_code == 2
        assert "ledger" in refused.stderr
        assert "Traceback" not in refused.output


def test_a_record_that_does_not_load_leaves_no_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What goes wrong halfway leaves nothing behind that looks like a ledger."""

    def fails(*_: object) -> None:
        raise StoreError("the disk is full")

    desk = Desk(tmp_path)
    monkeypatch.setattr("ledger.shipped.records.own_events", fails)
    refused = desk("init", "--with", "nmi")
    assert refused.exit_code == 2
    assert refused.stdout == ""
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    assert desk("init", "--with", "nmi").exit_code == 0


def test_a_record_that_does_not_load_leaves_an_older_ledger_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ledger that was there is not taken away, and gets nothing of the record."""

    def fails(*_: object) -> None:
        raise StoreError("the disk is full")

    desk = Desk(tmp_path)
    desk("init")
    desk("add", desk.file(NEWS))
    monkeypatch.setattr("ledger.shipped.records.own_events", fails)
    before = desk.position()
    assert desk("init", "--with", "nmi").exit_code == 2
    assert desk.position() == before


def test_a_record_joins_what_is_there(tmp_path: Path) -> None:
    """A ledger that holds other things gets what it lacks of the record, and keeps its own."""
    desk = Desk(tmp_path)
    desk("init")
    desk("add", desk.file(NEWS))
    loaded = desk("init", "--with", "nmi")
    assert loaded.exit_code == 0
    assert "the log ends at position 167" in loaded.stdout
    assert desk.json("missions")[0]["mission"]


@pytest.mark.parametrize("place", ["", "a/b/c.sqlite", "ø x?#%.sqlite"])
def test_a_ledger_is_made_where_it_is_named(tmp_path: Path, place: str) -> None:
    """PLACE goes before the ledger that is named otherwise, and none means the usual place."""
    desk = Desk(tmp_path)
    named = str(tmp_path / place) if place else str(desk.place)
    made = desk("init", *([named] if place else []))
    assert made.exit_code == 0
    assert Path(named).is_file()
    assert desk("state", "nmi", "--ledger", named).exit_code == 1


def test_a_ledger_is_made_in_one_place(tmp_path: Path) -> None:
    """PLACE and --ledger may name the same, and not two; a variable is passed over."""
    desk = Desk(tmp_path)
    here, there = str(tmp_path / "here.sqlite"), str(tmp_path / "there.sqlite")
    for call in (("init", "--ledger", here, there), ("--ledger", here, "init", there)):
        refused = desk(*call)
        assert refused.exit_code == 2
        assert "PLACE and --ledger name different places" in refused.stderr
    assert not list(tmp_path.iterdir())
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    assert desk("init", "--ledger", here, str(link / "here.sqlite")).exit_code == 0


def test_a_ledger_is_not_made_where_none_can_be(tmp_path: Path) -> None:
    """A folder that is a file, and a kind of database that is not known."""
    desk = Desk(tmp_path)
    desk.file("", "file")
    for place in (tmp_path / "file" / "l.sqlite", tmp_path, "mysql://host/l"):
        refused = desk("init", str(place))
        assert refused.exit_code == 2
        assert refused.stderr.startswith("error:")
        assert "bug" not in refused.stderr


def test_a_record_that_is_interrupted_leaves_nothing_of_it(desk: Desk) -> None:
    """A kill between two of its announcements leaves an older ledger as it was."""
    before = desk.position()
    program = """
import os, signal, sys
from itertools import count
from cli.main import cli
from ledger.shipped import records

append, calls = records.append_announcement, count(1)

def killed_at_the_third(*given, **options):
    if next(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return append(*given, **options)

records.append_announcement = killed_at_the_third
cli(["init", sys.argv[1], "--with", "nmi"])
"""
    call = [sys.executable, "-c", program, str(desk.place)]
    killed = subprocess.run(call, capture_output=True, check=False)
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, b"")
    assert desk.position() == before
    assert desk("verify").exit_code == 0
    assert desk("init", "--with", "nmi").exit_code == 0
    assert desk("verify").exit_code == 0
