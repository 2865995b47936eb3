"""The commands on a ledger in PostgreSQL: the same answers, and one clear error where it fails."""

from pathlib import Path

import pytest

import ledger.storage.postgresql
from tests.cli.desk import NEWS, Desk
from tests.postgres import Server, running_server


@pytest.fixture
def on_server(tmp_path: Path, postgres: Server) -> Desk:
    """Give the desk of one who may append to a ledger in PostgreSQL with the shipped record."""
    desk = Desk(tmp_path)
    url = postgres.new_database()
    made = desk("init", url, "--with", "nmi")
    assert made.exit_code == 0, made.output
    assert "loaded nmi: 164 entries" in made.stdout
    desk.place = postgres.for_writer(url)  # type: ignore[assignment]
    return desk


def test_answers_are_the_same_as_from_a_file(on_server: Desk, tmp_path: Path) -> None:
    """Every question about the shipped record has the same answer on either kind of database."""
    on_file = Desk(tmp_path / "file")
    on_file.folder.mkdir()
    assert on_file("init", "--with", "nmi").exit_code == 0
    for question in (
        ("state", "nmi", "--on", "2021-06-15"),
        ("state", "nmi", "--on", "2021-06-15", "--known", "2020-04-01", "--recorded", "60"),
        ("timeline", "nmi"),
        ("plans", "nmi"),
        ("find", "--who", "DNK", "--on", "2021-06-15"),
        ("why", "nmi", "DNK", "--on", "2021-06-15"),
        ("diff", "nmi", "--on", "2020-01-01..2022-12-31"),
        ("missions",),
        ("sources",),
    ):
        assert on_server.json(*question) == on_file.json(*question)


def test_changes_are_told_as_from_a_file(on_server: Desk, tmp_path: Path) -> None:
    """What was recorded since is the same on a server, and the last call is remembered there."""
    on_file = Desk(tmp_path / "file")
    on_file.folder.mkdir()
    assert on_file("init", "--with", "nmi").exit_code == 0
    told = []
    for desk in (on_server, on_file):
        assert desk("changes", "--since-last").exit_code == 0
        assert desk("add", desk.file(NEWS)).exit_code == 0
        assert desk("retract", "167", "--reason", "misread").exit_code == 0
        found = desk.json("changes", "--since-last")["announcements"]
        told.append([{n: each[n] for n in ("first", "entries", "changes")} for each in found])
        assert desk("changes", "--since-last").exit_code == 1
    assert told[0] == told[1]
    assert [each["first"] for each in told[0]] == [165, 168]
    (stored,) = (on_server.folder / "state").rglob("told/*.json")
    assert "postgresql" in stored.read_text()


def test_the_desk_officer_works_as_ever(on_server: Desk) -> None:
    """Adding, adding again, retracting and verifying work on a server as on a file."""
    news = on_server.file(NEWS)
    added = on_server.json("add", news)
    assert [each["position"] for each in added["appended"]] == [165, 166, 167]
    assert on_server.json("add", news)["appended"] == []
    target = added["appended"][2]["id"]
    assert on_server("retract", target, "--reason", "misread").exit_code == 0
    assert on_server("add", news, "--expect", "7").exit_code == 2
    verified = on_server("verify")
    assert verified.exit_code == 0
    assert "168 entries" in verified.stdout


def test_a_copy_is_a_file_with_the_same_root(on_server: Desk, tmp_path: Path) -> None:
    """A backup of a ledger on a server is a SQLite ledger with the same entries."""
    copy = tmp_path / "copy.sqlite"
    assert on_server("backup", str(copy)).exit_code == 0
    there, here = on_server("log", "--format", "jsonl"), Desk(tmp_path)
    here.place = copy
    assert here("log", "--format", "jsonl").stdout == there.stdout
    assert here("verify").exit_code == 0


def test_init_says_what_an_administrator_has_to_run(tmp_path: Path) -> None:
    """An owner who may not make roles gets the ledger, and the SQL that is missing."""
    with running_server() as server:
        desk = Desk(tmp_path)
        url = server.new_database()
        server.run(url, "CREATE ROLE keeper LOGIN", "GRANT ALL ON SCHEMA public TO keeper")
        made = desk("init", url.replace("postgres@", "keeper@"))
        assert made.exit_code == 0
        assert f"CREATE ROLE {ledger.storage.postgresql.WRITER} NOLOGIN;" in made.stderr
        statements = [line.strip() for line in made.stderr.splitlines() if line.endswith(";")]
        server.run(url, *statements)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    """A server that does not answer is one clear error, with no password in it."""
    desk = Desk(tmp_path)
    for command in (("missions",), ("init",), ("verify",), ("doctor",)):
        result = desk(*command, MISSION_LEDGER="postgresql://anna:sesam@127.0.0.1:1/missions")
        assert result.exit_code in (1, 2), command
        assert "Traceback" not in result.output
        assert "sesam" not in result.output
        assert "127.0.0.1" in result.output
