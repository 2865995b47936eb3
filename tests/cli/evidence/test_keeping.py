"""Keeping a ledger: `mission backup`, `mission rebuild` and `mission doctor`."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ledger.storage.schema_revision import REVISION
from projections.record import open_record
from tests.cli.desk import NEWS, OTHER, Desk
from tests.postgres import Server
from tests.roles import as_owner
from tests.signals import signals_handed_on
from tests.tampering import fit_tree, forged, tamper

ROOT = Path(__file__).parents[3]


@pytest.fixture
def kept(desk: Desk) -> Desk:
    """Give a ledger with an announcement in it."""
    assert desk("add", desk.file(NEWS)).exit_code == 0
    return desk


def names(folder: Path) -> set[str]:
    """Return what is in a folder, without what lies beside a ledger in use."""
    return {each.name for each in folder.iterdir() if not each.name.startswith("ledger.sqlite-")}


# mission backup


def test_backup_and_going_back_to_it(kept: Desk) -> None:
    """A backup is gone back to by pointing --ledger at it, and can be appended to there."""
    copy = str(kept.folder / "copy.sqlite")
    made = kept("backup", copy)
    assert (made.exit_code, made.stderr) == (0, "")
    assert f"{copy}: 3 entries, verified; root " in made.stdout
    assert kept("add", kept.file(OTHER, "other.yaml")).exit_code == 0
    assert len(kept.json("log", "--ledger", copy)) == 3 < len(kept.json("log"))
    assert kept("add", kept.file(OTHER, "other.yaml"), "--ledger", copy).exit_code == 0
    assert kept("verify", "--ledger", copy).exit_code == 0


def test_backup_says_why_not(kept: Desk) -> None:
    """Nothing is overwritten, no folder is made, and a place that is no file is refused."""
    taken = kept.file("mine", "copy.sqlite")
    for place, said in (
        (taken, "already exists"),
        (str(kept.folder / "a" / "b.sqlite"), "there is no folder"),
        ("postgresql://localhost/copy", "is not a file"),
    ):
        refused = kept("backup", place)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert said in refused.stderr
    assert Path(taken).read_text("utf-8") == "mine"
    assert kept("backup", "x.sqlite", MISSION_LEDGER=str(kept.folder / "none")).exit_code == 2


def test_backup_names_the_damage(kept: Desk) -> None:
    """A damaged ledger is not copied, and the error names the position."""
    tamper(kept.place, "UPDATE log SET bytes = x'7b7d' WHERE position = 2")
    refused = kept("backup", str(kept.folder / "copy.sqlite"))
    assert refused.exit_code == 2
    assert "position 2" in refused.stderr
    assert "no backup was made" in refused.stderr
    assert not (kept.folder / "copy.sqlite").exists()


def test_backup_of_a_ledger_in_postgresql(kept: Desk, postgres: Server) -> None:
    """A ledger in PostgreSQL is copied to a file that answers the same."""
    url = postgres.new_ledger()
    assert kept("add", kept.file(NEWS), "--ledger", url).exit_code == 0
    copy = str(kept.folder / "copy.sqlite")
    assert kept("backup", copy, "--ledger", url).exit_code == 0
    assert kept.json("log", "--ledger", copy) == kept.json("log", "--ledger", url)


HALFWAY = """
import time
import cli.render.progress
def wait(*_):
    print("halfway", flush=True)
    time.sleep(60)
cli.render.progress.progress = lambda doing: wait
from cli.main import main
main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_backup_that_is_ended(kept: Desk, number: signal.Signals) -> None:
    """A backup that is told to end clears up what it began."""
    before = names(kept.folder)
    given = {"MISSION_LEDGER": str(kept.place), "HOME": str(kept.folder)}
    with signals_handed_on():
        process = subprocess.Popen(
            [sys.executable, "-c", HALFWAY, "backup", str(kept.folder / "copy.sqlite")],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    with process:
        assert process.stdout
        assert process.stdout.readline() == b"halfway\n"
        assert names(kept.folder) > before
        process.send_signal(number)
        _, said = process.communicate()
    assert (process.returncode, said.decode()) == (130, "interrupted\n")
    assert names(kept.folder) == before


# mission rebuild


def test_rebuild_mends_what_is_derived(kept: Desk) -> None:
    """Indexes and nodes that were lost or spoilt are made anew, and what was wrong is said."""
    kept("add", kept.file(OTHER, "other.yaml"))
    log = kept.json("log")
    tamper(
        kept.place,
        "DELETE FROM entry WHERE position = 2",
        "DELETE FROM leaf WHERE position = 2",
    )
    assert kept("verify").exit_code == 1
    done = kept("rebuild")
    assert done.exit_code == 0, done.output
    assert "rebuilt the indexes and the Merkle tree from the log" in done.stdout
    assert f"verified: {len(log)} entries" in done.stdout
    assert "the index lacks position 2" in done.stderr
    assert kept("verify").exit_code == 0
    assert kept.json("log") == log


def test_rebuild_of_a_tree_that_lacks_nodes(kept: Desk) -> None:
    """A tree of which nodes are gone is made anew: there is nothing in it that the log denies."""
    tamper(kept.place, "UPDATE tree SET peaks = x''")
    assert kept("add", kept.file(OTHER, "other.yaml")).exit_code == 2
    assert kept("rebuild").exit_code == 0
    assert kept("verify").exit_code == 0


def test_rebuild_of_what_is_sound(kept: Desk) -> None:
    """Nothing is wrong, so nothing is said of what was, and all is as before."""
    done = kept("rebuild")
    assert (done.exit_code, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "damage",
    [
        forged,
        lambda path: (
            forged(path),
            tamper(path, "UPDATE tree SET peaks = x''"),
        ),
        lambda path: (forged(path), fit_tree(path, leaves=False)),
        lambda path: (forged(path), fit_tree(path)),
        lambda path: tamper(
            path,
            "DELETE FROM entry WHERE position = 5",
            "DELETE FROM log WHERE position = 5",
        ),
    ],
    ids=["forged", "a peak gone", "only its leaf left", "only its id left", "cut"],
)
def test_rebuild_does_not_hide_a_change(tmp_path: Path, damage: object) -> None:
    """Where the log seems to be changed, nothing is done but if told to trust it.

    That an announcement is not whole can be seen even then.
    """
    desk = Desk(tmp_path)
    assert desk("init").exit_code == 0
    attested = "  - {{type: command-attested, by: DNK, on: 2021-05-{:02}}}\n"
    text = NEWS.partition("events:\n")[0] + "events:\n"
    desk("add", desk.file(text + "".join(attested.format(day) for day in range(1, 5))))
    assert desk.position() == 5
    damage(desk.place)  # type: ignore[operator]
    refused = desk("rebuild")
    assert refused.exit_code == 2
    assert "was not rebuilt" in refused.stderr
    assert "--trust-log" in refused.stderr
    assert desk("verify").exit_code == 1
    trusting = desk("rebuild", "--trust-log")
    assert trusting.exit_code == 1
    assert "still wrong" in trusting.stderr
    told = json.loads(desk("verify", "--format", "json").stdout)
    assert [each["code"] for each in told["findings"]] == ["announcement"]


def test_rebuild_that_trusts_the_log_makes_all_else_anew(busy: Desk) -> None:
    """Where only the tree says that the log was changed, it is mended if told to."""
    tamper(busy.place, "UPDATE leaf SET hash = zeroblob(32) WHERE position = 1")
    assert busy("rebuild").exit_code == 2
    assert busy("rebuild", "--trust-log").exit_code == 0
    assert busy("verify").exit_code == 0


def test_rebuild_does_not_mend_the_log(kept: Desk) -> None:
    """An entry that cannot be read is named, and no rebuild makes it whole."""
    tamper(kept.place, "UPDATE log SET bytes = x'7b7d' WHERE position = 2")
    for call in (["rebuild"], ["rebuild", "--trust-log"]):
        refused = kept(*call)
        assert refused.exit_code == 2
        assert "position 2" in refused.stderr
        assert "bug" not in refused.stderr


def test_rebuild_brings_an_older_ledger_up_to_date(tmp_path: Path) -> None:
    """A ledger that an earlier version made is migrated, verified, and says so."""
    desk = Desk(tmp_path)
    made = (ROOT / "tests" / "ledger" / "revision_0001.sql").read_text("utf-8")
    with closing(sqlite3.connect(desk.place)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(made)
        connection.commit()
    refused = desk("log")
    assert refused.exit_code == 2
    assert "mission rebuild" in refused.stderr
    done = desk("rebuild")
    assert done.exit_code == 0, done.output
    assert f"from schema revision 0001 to {REVISION}" in done.stdout
    assert "verified: " in done.stdout
    assert desk("log").exit_code == 0


def test_rebuild_where_there_is_no_ledger(tmp_path: Path) -> None:
    """What is not there, or is no ledger, is not made into one."""
    desk = Desk(tmp_path)
    assert desk("rebuild").exit_code == 2
    desk.place.write_text("mission: kfor\n", encoding="utf-8")
    assert desk("rebuild").exit_code == 2
    assert desk.place.read_text("utf-8") == "mission: kfor\n"


def test_rebuild_of_a_ledger_in_postgresql(kept: Desk, postgres: Server) -> None:
    """A ledger in PostgreSQL is rebuilt like any other, by its owner and by nobody else."""
    url = postgres.new_ledger()
    assert kept("add", kept.file(NEWS), "--ledger", url).exit_code == 0
    refused = kept("rebuild", "--ledger", url)
    assert refused.exit_code == 2
    assert "refuses this user" in refused.stderr
    done = kept("rebuild", "--ledger", str(as_owner(url)))
    assert done.exit_code == 0, done.output
    with open_record(url) as store:
        assert store.position() == 3


# mission doctor


def test_doctor_on_a_sound_ledger(kept: Desk) -> None:
    """A ledger with nothing wrong has no problem, and every check is a line."""
    done = kept("doctor")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("0 problems, ")
    found = kept.json("doctor")
    assert [set(each) for each in found] == [{"check", "level", "found", "do"}] * len(found)
    assert {each["level"] for each in found} <= {"fine", "note"}
    assert {"program", "python", "sqlite", "ledger", "schema", "triggers", "signing key"} <= {
        each["check"] for each in found
    }


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "markdown"])
def test_doctor_where_nothing_works(desk: Desk, form: str) -> None:
    """A ledger that is garbage is a problem in every format, and never a traceback."""
    desk.place.write_bytes(b"SQLite format 3\0" + os.urandom(3000))
    said = desk("doctor", "--format", form)
    assert said.exit_code == 1
    assert "problem" in said.stdout
    assert said.stderr == ""


def test_doctor_without_a_ledger(tmp_path: Path) -> None:
    """Where none was named and none made yet, that is a note and no problem."""
    desk = Desk(tmp_path)
    found = desk("doctor", "--format", "json", MISSION_LEDGER="", XDG_DATA_HOME=str(tmp_path))
    assert found.exit_code == 0
    ledger = next(each for each in json.loads(found.stdout) if each["check"] == "ledger")
    assert ledger["level"] == "note"
    assert "mission init" in ledger["do"]
    assert desk("doctor").exit_code == 1
    assert desk("doctor", "--ledger", "mysql://host/x").exit_code == 1


def test_doctor_goes_by_the_same_places(kept: Desk) -> None:
    """A place that every other command refuses is no ledger to the doctor either, and reversed."""
    for place in ("postgresql+asyncpg://x@localhost:1/db", "mysql://host/x"):
        found = json.loads(kept("doctor", "--ledger", place, "--format", "json").stdout)
        said = next(each for each in found if each["level"] == "problem")
        assert said["check"] == "ledger"
        assert said["found"] in kept("log", "--ledger", place).stderr
    assert kept("doctor", "--ledger", f"sqlite:///{kept.place}").exit_code == 0


def test_doctor_looks_at_the_key(kept: Desk) -> None:
    """The key that MISSION_KEY names is looked at, and one that others may read is a problem."""
    key = kept.folder / "a.key"
    key.write_text("PRIVATE", encoding="utf-8")
    key.chmod(0o644)
    said = kept("doctor", MISSION_KEY=str(key))
    assert said.exit_code == 1
    assert f"chmod 600 {key}" in " ".join(said.stdout.split())
