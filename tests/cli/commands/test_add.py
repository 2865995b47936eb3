"""`mission add`: what it appends, what it refuses, and that a refusal appends nothing."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import cli
from events.files.announcement import Announcement
from ledger.append import append_announcement
from ledger.log import Receipt, Store
from ledger.storage.sqlite_errors import translate
from projections.record import open_record
from tests.cli.desk import NEWS, OTHER, Desk


def test_an_announcement_is_appended_whole(desk: Desk) -> None:
    """A source and its events stand in the log in the file's order, under the name given."""
    receipt = desk.json("add", desk.file(NEWS), "--by", "bo")
    assert [each["position"] for each in receipt["appended"]] == [1, 2, 3]
    assert [each["type"] for each in receipt["appended"]] == [
        "source-recorded",
        "contribution-deployed",
        "command-taken-over",
    ]
    assert desk.json("log")[0]["recordedby"] == "bo"


def test_the_same_announcement_twice_adds_nothing_and_says_so(desk: Desk) -> None:
    """Adding again is a no-op that is told."""
    desk("add", desk.file(NEWS))
    again = desk("add", desk.file(NEWS))
    assert again.exit_code == 0
    assert "Nothing new" in again.stdout
    assert desk.position() == 3


def test_what_is_new_in_a_longer_announcement_is_added(desk: Desk) -> None:
    """A file with one event more adds that one and says how many were there."""
    desk("add", desk.file(NEWS))
    more = desk("add", desk.file(NEWS + "  - {type: command-attested, by: DNK}\n"))
    assert more.exit_code == 0
    assert "3 of the entries were in the log already" in more.stderr
    assert desk.position() == 4


def test_a_source_described_otherwise_is_refused(desk: Desk) -> None:
    """One id is one document."""
    desk("add", desk.file(NEWS))
    refused = desk("add", desk.file(NEWS.replace("Helicopters leave", "Something else")))
    assert refused.exit_code == 2
    assert "title" in refused.stderr
    assert desk.position() == 3


@pytest.mark.parametrize(
    ("event", "edited", "code", "mend"),
    [
        ("command-taken-over, by: DNK, on: 2020-11", ("11", "12"), "source-says-two-dates", True),
        ("strength-reported, counted: DNK, quantity: 9", (": 9", ": 8"), "dispute-unsettled", True),
        ("strength-reported, counted: DNK, quantity: 9", (": 9", ": 9, on: 2020"), "", False),
        ("command-attested, by: DNK", ("DNK", "DNK, at: page 2"), "no-effect", False),
        ("command-attested, by: DNK", ("DNK", "CAN"), "", False),
    ],
)
def test_a_file_edited_after_it_was_added_is_noticed(
    desk: Desk, event: str, edited: tuple[str, str], code: str, mend: bool
) -> None:
    """Where a source had said another thing of the same it is told, and how to mend it."""
    head = OTHER.partition("  - ")[0]
    desk("add", desk.file(f"{head}  - {{type: {event}}}\n"))
    result = desk("add", desk.file(f"{head}  - {{type: {event.replace(*edited)}}}\n"))
    assert result.exit_code == 0, result.output
    assert f"warning: {code}" in result.stderr or not code
    assert mend == ("mission correct" in result.stderr)


def test_one_fault_in_any_file_and_nothing_is_appended(desk: Desk) -> None:
    """All files are checked before the first is appended; all faults come at once."""
    bad = OTHER.replace("2020-12", "2020-13").replace("DNK", "DK")
    refused = desk("add", desk.file(NEWS), desk.file(bad, "bad.yaml"))
    assert refused.exit_code == 2
    assert "bad.yaml:4" in refused.stderr
    assert "DNK" in refused.stderr
    assert "month 13" in refused.stderr
    assert desk.position() == 0


def test_faults_have_stable_codes_as_json(desk: Desk) -> None:
    """A script reads the faults on standard output."""
    refused = desk("add", desk.file(NEWS.replace("2020-11", "2020-13")), "--format", "json")
    assert refused.exit_code == 2
    (fault,) = json.loads(refused.stdout)["faults"]
    assert (fault["code"], fault["line"]) == ("date", 13)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("{type: claim-retracted, target: abcdef, reason: x}", "no event has an id"),
        (
            "{type: claim-corrected, target: abcdef, reason: x, "
            "claim: {type: command-taken-over, by: DNK, on: 2021}}",
            "no event has an id",
        ),
    ],
)
def test_a_retraction_of_nothing_is_refused_with_its_place(
    desk: Desk, event: str, said: str
) -> None:
    """What refers to no event in the log is named by file and line, and nothing is appended."""
    refused = desk("add", desk.file(f"{NEWS}  - {event}\n"))
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert "news.yaml:14" in refused.stderr
    assert desk.position() == 0


def test_a_dry_run_appends_nothing_and_shows_what_would_change(desk: Desk) -> None:
    """`--dry-run` gives the answers before and after, and leaves the log as it was."""
    tried = desk.json("add", desk.file(NEWS), "--dry-run", "--on", "2021-06-01")
    assert {each["key"] for each in tried["changes"]["nmi-test"]} == {"DNK", "dnk-helicopters"}
    assert desk.position() == 0


def test_a_writer_who_expected_another_position_is_told(desk: Desk) -> None:
    """`--expect` refuses where somebody has appended since."""
    desk("add", desk.file(NEWS))
    refused = desk("add", desk.file(OTHER), "--expect", "0")
    assert refused.exit_code == 2
    assert "ends at position 3, not 0" in refused.stderr
    assert desk.position() == 3


def test_adding_needs_a_ledger(tmp_path: Path) -> None:
    """Nothing is written where no ledger was made."""
    desk = Desk(tmp_path)
    refused = desk("add", desk.file(NEWS))
    assert refused.exit_code == 2
    assert "mission init" in refused.stderr
    assert not desk.place.exists()


def test_standard_input_is_a_file(desk: Desk) -> None:
    """`-` reads what is piped in."""
    result = CliRunner().invoke(
        cli, ["add", "-", "--by", "anna", "--ledger", str(desk.place)], input=NEWS
    )
    assert result.exit_code == 0, result.output
    assert desk.position() == 3


def test_two_processes_add_at_once(desk: Desk) -> None:
    """Writers wait for each other: every announcement is there once, and no position is missing."""
    files = [
        desk.file(NEWS.replace("id: news", f"id: news-{number}"), f"{number}.yaml")
        for number in range(6)
    ]
    environment = {**os.environ, "MISSION_LEDGER": str(desk.place), "MISSION_BY": "anna"}
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "cli.main", "add", file],
            cwd=Path(__file__).parents[3],
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        for file in files
    ]
    assert [writer.wait(60) for writer in writers] == [0] * 6
    with open_record(desk.place) as store:
        entries = list(store.entries())
    assert [entry.position for entry in entries] == list(range(1, 19))
    assert len({entry.id for entry in entries}) == 18


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (
            NEWS.replace("Helicopters leave", "Another title"),
            "last.yaml:3: source-conflict: source news is described",
        ),
        (
            f"{OTHER}  - {{type: claim-retracted, target: abcdef, reason: x}}\n",
            "last.yaml:5: lookup: no event has an id",
        ),
    ],
)
def test_what_the_log_refuses_in_the_last_file_keeps_out_the_first(
    desk: Desk, last: str, said: str
) -> None:
    """Files are tried on the log together: nothing is appended from any where one is refused."""
    assert desk("add", desk.file(NEWS)).exit_code == 0
    first = desk.file(NEWS.replace("id: news", "id: first"), "first.yaml")
    refused = desk("add", first, desk.file(last, "last.yaml"))
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert desk.position() == 3


def test_a_later_file_may_refer_to_an_earlier(desk: Desk) -> None:
    """What one file states the next can retract, in one call."""
    tried = desk.json("add", desk.file(NEWS), "--dry-run")
    target = tried["appended"][1]["id"]
    later = f"{OTHER}  - {{type: claim-retracted, target: {target[:12]}, reason: x}}\n"
    assert desk("add", desk.file(NEWS), desk.file(later, "later.yaml")).exit_code == 0
    assert desk.position() == 6


def test_faults_of_several_files_come_file_by_file(desk: Desk) -> None:
    """Each file's faults stand together, and the last line names every file that has some."""
    bad = [
        desk.file(text.replace("2020-1", "2020-9").replace("DNK", "DK"), name)
        for text, name in ((NEWS, "b.yaml"), (OTHER, "a.yaml"))
    ]
    refused = desk("add", *bad, "--format", "json")
    files = [fault["file"] for fault in json.loads(refused.stdout)["faults"]]
    assert files == [bad[0]] * 3 + [bad[1]] * 2
    assert f"{bad[0]}, {bad[1]}: 5 faults" in refused.stderr


def test_what_was_there_already_is_counted_and_placed(desk: Desk) -> None:
    """Nothing new is said with how many entries were there, and where."""
    desk("add", desk.file(NEWS))
    again = desk("add", desk.file(NEWS))
    assert "all 3 entries are in the log already (positions 1-3)" in again.stdout


def test_a_retracted_event_added_again_stays_retracted(desk: Desk) -> None:
    """It is there, and by what it was retracted is said."""
    desk("add", desk.file(NEWS))
    desk("retract", "2", "--reason", "entered twice")
    again = desk("add", desk.file(NEWS))
    assert again.exit_code == 0
    assert "was retracted by" in again.stderr
    assert "entered twice" in again.stderr
    assert desk.position() == 4


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("missing.yaml",), "missing.yaml: No such file"),
        ((".",), "Is a directory"),
        (("news.yaml", "missing.yaml"), "missing.yaml: No such file"),
        (("news.yaml", "--by", "   "), "1 to 100 characters"),
        (("news.yaml", "--by", "a\nb"), "control character"),
        (("news.yaml", "--expect", "-1"), "--expect"),
        (("news.yaml", "--on", "[2020..]"), "--on"),
    ],
)
def test_a_wrong_call_appends_nothing(
    desk: Desk, call: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One clear error that names the place."""
    desk.file(NEWS)
    monkeypatch.chdir(desk.folder)
    refused = desk("add", *call)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert desk.position() == 0


def test_whoever_records_must_have_a_name(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no login name can be found --by is asked for."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 4_000_000_000)
    refused = desk("add", desk.file(NEWS), MISSION_BY="")
    assert refused.exit_code == 2
    assert "--by NAME" in refused.stderr
    assert desk.position() == 0


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "markdown"])
def test_a_dry_run_says_what_adding_says(desk: Desk, form: str) -> None:
    """The trial and the deed print the same, but for the title."""
    call = ("add", desk.file(NEWS), desk.file(OTHER, "other.yaml"), "--format", form)
    tried, done = desk(*call, "--dry-run"), desk(*call)
    assert tried.exit_code == done.exit_code == 0
    assert (
        tried.stdout.replace("Would be added (dry run, nothing appended)", "Added") == done.stdout
    )


def test_what_was_appended_is_never_reported_as_failed(desk: Desk) -> None:
    """Where the answer cannot be written, the positions recorded are told all the same."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", "add", desk.file(NEWS)],
            env={**os.environ, "MISSION_LEDGER": str(desk.place), "MISSION_BY": "anna"},
            cwd=Path(__file__).parents[3],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 0
    assert b"recorded at positions 1-3" in done.stderr
    assert desk.position() == 3


FULL = translate(sqlite3.OperationalError("database or disk is full"), "the ledger")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), FULL], ids=["interrupted", "full"])
@pytest.mark.parametrize("landed", [False, True])
def test_what_was_appended_before_it_was_cut_short_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: BaseException, landed: bool
) -> None:
    """Whatever stops `add` between two files, the positions say what of them is in the log."""

    def append(
        store: Store, announcement: Announcement, *, by: str, expected: int | None
    ) -> Receipt:
        if store.position() and not landed:
            raise error
        receipt = append_announcement(store, announcement, by=by, expected=expected)
        if len(receipt.appended) == 2:
            raise error  # when it was appended already, and not yet acknowledged
        return receipt

    monkeypatch.setattr("cli.commands.record.add.append_announcement", append)
    third = OTHER.replace("id: other", "id: third").replace("Looking back", "Once more")
    files = [desk.file(NEWS), desk.file(OTHER, "other.yaml"), desk.file(third, "third.yaml")]
    cut = desk("add", *files)
    there = "1-5" if landed else "1-3"
    assert (cut.exit_code, cut.stdout) == (2 if error is FULL else 130, "")
    assert f"appended before the interruption: positions {there}\n" in cut.stderr
    assert "hint: nothing was appended" not in cut.stderr
    monkeypatch.undo()
    assert desk("add", *files).exit_code == 0
    assert desk.position() == 7


def test_a_file_without_end_is_too_large(desk: Desk) -> None:
    """No more is read than can be taken."""
    refused = desk("check", "/dev/zero")
    assert refused.exit_code == 1
    assert "too-large" in refused.stdout
