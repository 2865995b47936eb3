"""`mission import`: a log from elsewhere, continued or merged."""

import json
from pathlib import Path

import pytest

from ledger.opening import open_store
from tests.cli.conftest import Spawn
from tests.cli.desk import NEWS, OTHER, Desk


@pytest.fixture
def there(tmp_path: Path) -> Desk:
    """Another desk's ledger, with one announcement more than `desk` will have."""
    folder = tmp_path / "there"
    folder.mkdir()
    desk = Desk(folder)
    assert desk("init").exit_code == 0
    assert desk("add", desk.file(NEWS), desk.file(OTHER, "other.yaml")).exit_code == 0
    return desk


def export(desk: Desk) -> str:
    """Write a desk's log to a file and return its path."""
    path = desk.folder / "log.jsonl"
    path.write_bytes(log_of(desk))
    return str(path)


def log_of(desk: Desk) -> bytes:
    """Return a desk's log as it is exported."""
    return desk("log", "--format", "jsonl").stdout_bytes


def root_of(desk: Desk) -> bytes:
    """Return the Merkle root of a desk's log."""
    with open_store(desk.place) as store:
        return store.tree().root


def test_an_empty_ledger_becomes_the_log_that_was_exported(desk: Desk, there: Desk) -> None:
    """`mission import` undoes `mission export`: the same bytes, the same root."""
    done = desk("import", export(there))
    assert done.exit_code == 0
    assert "Continued: 5 entries in 2 announcements" in done.stdout
    assert log_of(desk) == log_of(there)
    assert root_of(desk) == root_of(there)


def test_a_repeated_import_adds_nothing_and_says_so(desk: Desk, there: Desk) -> None:
    """Nothing new is no failure."""
    desk("import", export(there))
    again = desk("import", export(there))
    assert again.exit_code == 0
    assert "Nothing new" in again.stdout
    assert "5 entries were in the log already" in again.stdout
    assert desk.position() == 5


def test_another_ledger_gets_what_is_new_to_it(busy: Desk, there: Desk) -> None:
    """Into a log of its own, entries are merged: counted, and recorded by whoever imports."""
    assert there("add", there.file(NEWS.replace("news", "more"), "more.yaml")).exit_code == 0
    told = busy.json("import", export(there), "--by", "bo")
    assert told["way"] == "merged"
    assert (told["announcements"], told["entries"], told["already"]) == (1, 3, 5)
    assert told["position"] == busy.position() == 8
    last = json.loads(log_of(busy).splitlines()[-1])
    assert (last["recordedby"], last["position"]) == ("bo", 8)
    assert busy("verify").exit_code == 0


def test_a_dry_run_says_what_would_be_and_appends_nothing(desk: Desk, there: Desk) -> None:
    """--dry-run shows the same counts and leaves the log as it is."""
    tried = desk.json("import", export(there), "--dry-run")
    assert (tried["dry_run"], tried["entries"], tried["root"]) == (True, 5, None)
    assert desk.position() == 0
    assert "nothing was" in desk("import", export(there), "--dry-run").stdout


def test_a_fault_in_one_line_leaves_out_every_file(desk: Desk, there: Desk) -> None:
    """All files are read first; every fault names its file and line."""
    good = export(there)
    lines = Path(good).read_bytes().replace(b'"DNK"', b'"ITA"').splitlines(keepends=True)
    bad = desk.folder / "bad.jsonl"
    bad.write_bytes(b"".join(lines))
    refused = desk("import", good, str(bad))
    assert refused.exit_code == 2
    assert f"{bad}:2: id:" in refused.stderr
    assert f"{bad}:3: id:" in refused.stderr
    assert desk.position() == 0
    told = json.loads(desk("import", str(bad), "--format", "json").stdout)
    assert [fault["line"] for fault in told["faults"]] == [2, 3, 5]


@pytest.mark.parametrize("name", ["", "nowhere.jsonl", "."])
def test_a_file_that_cannot_be_read_is_named(desk: Desk, name: str) -> None:
    """What is no file at all is told in one line."""
    refused = desk("import", str(desk.folder / name))
    assert refused.exit_code == 2
    assert str(desk.folder) in refused.stderr
    assert "bug" not in refused.stderr


def test_where_there_is_no_ledger_none_is_made(desk: Desk, there: Desk, tmp_path: Path) -> None:
    """A ledger is made by `mission init` only."""
    refused = desk("import", export(there), "--ledger", str(tmp_path / "none.sqlite"))
    assert refused.exit_code == 2
    assert "mission init" in refused.stderr
    assert not (tmp_path / "none.sqlite").exists()


def test_one_ledger_is_piped_into_another(desk: Desk, spawn: Spawn) -> None:
    """`-` is standard input, and part of a log comes with the sources it names."""
    part = spawn("log", "--mission", "nmi", "--format", "jsonl").stdout
    done = spawn("import", "-", MISSION_LEDGER=str(desk.place), stdin=part)
    assert done.returncode == 0, done.stderr
    assert desk.position() == len(part.splitlines())
    wrong = spawn("import", "-", MISSION_LEDGER=str(desk.place), stdin=part + b"{}\n")
    assert wrong.returncode == 2
    assert f"standard input:{desk.position() + 1}: attribute".encode() in wrong.stderr
