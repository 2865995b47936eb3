"""`mission import`: a log from elsewhere, continued or merged."""

import json
from pathlib import Path

import pytest

from events.files.announcement import read_announcement
from projections.record import create_record, open_record
from tests.cli.conftest import Spawn
from tests.cli.desk import NEWS, OTHER, Desk
from tests.ledger.older import append_as_before

MORE = b"""  - {type: command-relinquished, by: DNK, on: 2021-02}
"""


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
    with open_record(desk.place) as store:
        return store.tree().root


def test_an_empty_ledger_becomes_the_log_that_was_exported(desk: Desk, there: Desk) -> None:
    """`mission import` undoes `mission export`: the same bytes, the same root."""
    done = desk("import", export(there))
    assert done.exit_code == 0
    assert "Continued: 5 entries in 2 announcements" in done.stdout
    assert "in the log already" not in done.stdout  # where nothing was, there is nothing to say
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
    told = busy.json("import", "--merge", export(there), "--by", "bo")
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
    assert "nothing appended" in desk("import", export(there), "--dry-run").stdout


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
    assert f"{bad}:1: continuation:" in refused.stderr
    assert desk.position() == 0
    # Where lines that cannot be read come first, where others stand is not to be told.
    refused = desk("import", str(bad), good)
    assert f"{bad}:2: id:" in refused.stderr
    assert "continuation" not in refused.stderr
    told = json.loads(desk("import", str(bad), "--format", "json").stdout)
    assert [fault["line"] for fault in told["faults"]] == [2, 3, 5]


@pytest.mark.parametrize("name", ["", "nowhere.jsonl", "."])
def test_a_file_that_cannot_be_read_is_named(desk: Desk, name: str) -> None:
    """What is no file at all is told in one line."""
    refused = desk("import", str(desk.folder / name))
    assert refused.exit_code == 2
    assert str(desk.folder) in refused.stderr
    assert "bug" not in refused.stderr


@pytest.mark.parametrize("command", ["import", "add", "check"])
def test_a_file_that_fails_while_it_is_read_is_named(desk: Desk, command: str) -> None:
    """An error that comes only with the first bytes names the file, too."""
    refused = desk(command, "/proc/self/mem")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == "error: /proc/self/mem: Input/output error\n"


def test_where_there_is_no_ledger_none_is_made(desk: Desk, there: Desk, tmp_path: Path) -> None:
    """A ledger is made by `mission init` only."""
    refused = desk("import", export(there), "--ledger", str(tmp_path / "none.sqlite"))
    assert refused.exit_code == 2
    assert "mission init" in refused.stderr
    assert not (tmp_path / "none.sqlite").exists()


def test_one_ledger_is_piped_into_another(desk: Desk, spawn: Spawn) -> None:
    """`-` is standard input, and part of a log comes with the sources it names."""
    part = spawn("log", "--mission", "nmi", "--format", "jsonl").stdout
    done = spawn("import", "--merge", "-", MISSION_LEDGER=str(desk.place), stdin=part)
    assert done.returncode == 0, done.stderr
    assert desk.position() == len(part.splitlines())
    wrong = spawn("import", "--merge", "-", MISSION_LEDGER=str(desk.place), stdin=part + b"{}\n")
    assert wrong.returncode == 2
    assert f"standard input:{desk.position() + 1}: attribute".encode() in wrong.stderr


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
def test_what_does_not_continue_the_log_is_refused_at_its_line(
    desk: Desk, busy: Desk, there: Desk, dry_run: tuple[str, ...]
) -> None:
    """Nothing is merged unasked: the line is named, and why; a rehearsal says the same."""
    assert there("add", there.file(NEWS.replace("news", "more"), "more.yaml")).exit_code == 0
    path, lines = export(there), log_of(there).splitlines(keepends=True)
    before = log_of(busy)
    refused = busy("import", path, *dry_run)
    assert refused.exit_code == 2
    assert f"{path}:1: continuation: this does not continue the log" in refused.stderr
    assert "--merge" in refused.stderr
    told = json.loads(busy("import", path, "--format", "json", *dry_run).stdout)
    assert [(each["code"], each["line"]) for each in told["faults"]] == [("continuation", 1)]
    assert log_of(busy) == before
    twice = desk.folder / "twice.jsonl"
    twice.write_bytes(b"".join([*lines[:4], lines[2], *lines[4:]]))
    refused = desk("import", str(twice), "--ledger", str(there.place), *dry_run)
    assert f"{twice}:5: continuation" in refused.stderr
    assert "line 3 has the same entry" in refused.stderr
    assert log_of(there) == b"".join(lines)


def test_an_announcement_that_is_not_whole_is_refused(desk: Desk, there: Desk) -> None:
    """A log cut within an announcement, or with changed digests, is refused with its line."""
    lines = log_of(there).splitlines(keepends=True)
    cut, zeroed = desk.folder / "cut.jsonl", desk.folder / "zeroed.jsonl"
    cut.write_bytes(b"".join(lines[:4]))
    zeroed.write_bytes(
        b"".join(line.replace(json.loads(line)["announcement"].encode(), b"0" * 64)
                 if at == 2 else line for at, line in enumerate(lines))
    )  # fmt: skip
    for path, line in ((cut, 4), (zeroed, 3)):
        refused = desk("import", str(path))
        assert refused.exit_code == 2
        assert f"{path}:{line}: announcement: " in refused.stderr
        assert desk.position() == 0


def test_what_is_only_to_be_told_stops_nothing(desk: Desk, busy: Desk) -> None:
    """Part of an announcement is merged when asked, and told; so is what was extended before."""
    with open_record(busy.place, write=True) as store:
        append_as_before(store, read_announcement(NEWS.encode() + MORE, "news.yaml"))
    path = export(busy)
    for number, way in enumerate(("continued", "merged")):
        place = create_record(desk.folder / f"{way}.sqlite")
        options = ("--ledger", str(place), *(("--merge",) if number else ()))
        done = desk("import", path, *options)
        assert done.exit_code == 0
        assert f"note: {path}:6: the announcement" in done.stderr
        verified = json.loads(desk("verify", "--format", "json", *options[:2]).stdout)
        assert verified["holds"] is True
        assert [each["code"] for each in verified["notes"]] == [["extended"], []][number]
    shown = desk("verify", "--ledger", str(desk.folder / "continued.sqlite"))
    assert shown.exit_code == 0
    assert "extended and added again by an earlier version" in " ".join(shown.stdout.split())
    part = desk.folder / "part.jsonl"
    lines = log_of(busy).splitlines(keepends=True)
    part.write_bytes(lines[0] + lines[1] + lines[3])
    told = desk.json(
        "import", "--merge", str(part), "--ledger", str(create_record(desk.folder / "part"))
    )
    assert [(each["line"], each["code"]) for each in told["notes"]] == [(1, "part"), (3, "part")]


def test_a_log_is_continued_from_a_pipe(busy: Desk, there: Desk, spawn: Spawn) -> None:
    """Standard input is compared with what is there like any file."""
    assert there("add", there.file(NEWS.replace("news", "more"), "more.yaml")).exit_code == 0
    log = log_of(there)
    place = create_record(busy.folder / "copy.sqlite")
    part = b"".join(log.splitlines(keepends=True)[:3])
    for data, new in ((part, 3), (log, 5), (part, 0)):
        done = spawn("import", "-", "--format", "json", MISSION_LEDGER=str(place), stdin=data)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["entries"] == new
    wrong = spawn("import", "-", MISSION_LEDGER=str(busy.place), stdin=log)
    assert wrong.returncode == 2
    assert b"standard input:1: continuation" in wrong.stderr
