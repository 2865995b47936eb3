"""The commands that append: what they add, what they refuse, and that a refusal adds nothing."""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.main import cli
from ledger.opening import open_store

NEWS = """mission: nmi-test
source:
  id: news
  publisher: A ministry
  title: Helicopters leave
  language: en
  published: 2021-05-10
events:
  - type: contribution-deployed
    contribution: dnk-helicopters
    contributor: DNK
    on: 2021-05-01
  - {type: command-taken-over, by: DNK, on: 2020-11}
"""

OTHER = """mission: nmi-test
source: {id: other, publisher: Another, title: Looking back, language: en, published: 2022-01}
events:
  - {type: command-taken-over, by: DNK, on: 2020-12}
"""


class Desk:
    """A desk officer's ledger, and the command run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = folder / "ledger.sqlite"

    def __call__(self, *args: str, **environment: str) -> Result:
        """Run `mission` on the ledger."""
        given = {
            "MISSION_LEDGER": str(self.place),
            "MISSION_BY": "anna",
            "COLUMNS": "100",
            "HOME": str(self.folder),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "VISUAL": "",
            **environment,
        }
        return CliRunner().invoke(cli, args, env=given, prog_name="mission")

    def file(self, text: str, name: str = "news.yaml") -> str:
        """Write an announcement file and return its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def json(self, *args: str) -> Any:  # noqa: ANN401 (JSON)
        """Run a command for JSON."""
        result = self(*args, "--format", "json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def position(self) -> int:
        """Return where the log ends."""
        with open_store(self.place) as store:
            return store.position()

    def drafts(self) -> list[Path]:
        """Return the drafts that are kept."""
        return list((self.folder / "state").rglob("*.yaml"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty ledger."""
    made = Desk(tmp_path)
    assert made("init").exit_code == 0
    return made


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A ledger with two announcements that disagree on a date."""
    assert desk("add", desk.file(NEWS), desk.file(OTHER, "other.yaml")).exit_code == 0
    return desk


def id_at(desk: Desk, position: int) -> str:
    """Return the id of the event at a position."""
    with open_store(desk.place) as store:
        return next(iter(store.entries(after=position - 1))).id


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


def test_an_edited_date_is_noticed(desk: Desk) -> None:
    """A source that had dated the same start otherwise is named, and how to mend it."""
    desk("add", desk.file(NEWS))
    edited = desk("add", desk.file(NEWS.replace("2020-11", "2020-12")))
    assert "mission correct" in edited.stderr


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


# About the record ------------------------------------------------------------------------------


def test_retract_and_bring_back(busy: Desk) -> None:
    """A retracted event no longer counts; retracting the retraction brings it back."""
    asked = ("state", "nmi-test", "--on", "2021-06-01", "--facet", "contribution")
    before = busy.json(*asked)["facets"]
    assert busy("retract", "2", "--reason", "entered twice").exit_code == 0
    assert busy.json(*asked)["facets"]["contribution"] == []
    retraction = id_at(busy, busy.position())
    assert busy("retract", retraction[:8], "--reason", "it was right").exit_code == 0
    assert busy.json(*asked)["facets"] == before


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (("retract", "ffff", "--reason", "x"), 1, "no event"),
        (("retract", "1", "--reason", "x"), 2, "is a source"),
        (("retract", "2"), 2, "--reason"),
        (("retract", "2", "--reason", " "), 2, "reason"),
        (("retract", "2", "--reason", "x", "--source", "nowhere"), 2, "no source nowhere"),
        (("correct", "2", "--set", "on=2021-13", "--reason", "x"), 2, "month 13"),
        (("correct", "2", "--set", "onn=2021", "--reason", "x"), 2, "Did you mean on"),
        (("correct", "2", "--set", "on", "--reason", "x"), 2, "FIELD=VALUE"),
        (("correct", "2", "--set", "on=2021-05-01", "--reason", "x"), 2, "changes nothing"),
        (("correct", "2", "--unset", "note", "--reason", "x"), 2, "has no note"),
        (("correct", "2", "--unset", "contributor", "--reason", "x"), 2, "contributor"),
        (("prefer", "2", "--reason", "x"), 1, "nothing is disputed"),
    ],
)
def test_what_cannot_be_done_is_refused(
    busy: Desk, call: tuple[str, ...], code: int, said: str
) -> None:
    """A wrong call gets one clear error and leaves the log as it was."""
    end = busy.position()
    refused = busy(*call)
    assert refused.exit_code == code, refused.output
    assert said in refused.stderr
    assert busy.position() == end


def test_an_event_is_not_retracted_twice(busy: Desk) -> None:
    """Whoever retracts or corrects what is undone already is told by what."""
    busy("retract", "2", "--reason", "x")
    for again in (("retract", "2"), ("correct", "2", "--set", "on=2021")):
        refused = busy(*again, "--reason", "y")
        assert refused.exit_code == 2
        assert "retracted already" in refused.stderr


def test_correct_puts_another_claim_in_place(busy: Desk) -> None:
    """The corrected claim answers, the old one is still in the log, and a correction corrects."""
    asked = ("state", "nmi-test", "--on", "2021-06-01", "--facet", "contribution")
    changed = ("--set", "quantity.min=2", "--set", "quantity.max=2", "--set", "on=2021-05-02")
    assert busy("correct", "2", *changed, "--reason", "misread").exit_code == 0
    (entry,) = busy.json(*asked)["facets"]["contribution"]
    assert entry["start"]["edtf"] == ["2021-05-02"]
    assert (entry["value"]["quantity"]["min"], entry["value"]["quantity"]["max"]) == (2, 2)
    end = str(busy.position())
    braces = ("--set", "quantity={max: 3, unit: helicopters}")
    assert busy("correct", end, *braces, "--reason", "up to three").exit_code == 0
    (entry,) = busy.json(*asked)["facets"]["contribution"]
    assert (entry["value"]["quantity"]["min"], entry["value"]["quantity"]["max"]) == (None, 3)
    assert busy("show", "2").exit_code == 0


def test_prefer_settles_a_dispute_until_another_source_disagrees(busy: Desk) -> None:
    """A preference settles what was in the record; a later claim opens it again."""
    asked = ("state", "nmi-test", "--on", "2021-06-01", "--facet", "command")
    assert busy.json(*asked)["facets"]["command"][0]["disputed"] is True
    assert busy("prefer", "3", "--reason", "the ministry's own").exit_code == 0
    (entry,) = busy.json(*asked)["facets"]["command"]
    assert (entry["disputed"], entry["start"]["edtf"]) == (False, ["2020-11"])
    third = OTHER.replace("id: other", "id: third").replace("2020-12", "2021-01")
    assert busy("add", busy.file(third)).exit_code == 0
    assert busy.json(*asked)["facets"]["command"][0]["disputed"] is True


def test_a_disputed_quantity_can_be_settled(desk: Desk) -> None:
    """Two starts of one date with counts that exclude each other are a dispute of the reading."""
    counted = "    on: 2021-05-01\n    quantity: 2\n"
    news = NEWS.replace("    on: 2021-05-01\n", counted)
    other = news.replace("id: news", "id: other").replace("quantity: 2", "quantity: 3")
    assert desk("add", desk.file(news), desk.file(other, "o.yaml")).exit_code == 0
    asked = ("state", "nmi-test", "--on", "2021-06-01", "--facet", "contribution")
    assert desk.json(*asked)["facets"]["contribution"][0]["disputed"] is True
    assert desk("prefer", "2", "--reason", "closer to it").exit_code == 0
    (entry,) = desk.json(*asked)["facets"]["contribution"]
    assert (entry["disputed"], entry["value"]["quantity"]["min"]) == (False, 2)


# The editor ------------------------------------------------------------------------------------


def editor(folder: Path, script: str) -> str:
    """Make an editor out of a shell script; the file it edits is $1."""
    path = folder / "an editor.sh"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return f"'{path}'"


def test_what_is_typed_is_appended_and_the_draft_removed(desk: Desk) -> None:
    """`add` without a file opens the editor on a template."""
    source = desk.file(NEWS, "typed")
    result = desk("add", EDITOR=editor(desk.folder, f'cp "{source}" "$1"'))
    assert result.exit_code == 0, result.output
    assert desk.position() == 3
    assert desk.drafts() == []


def test_what_is_typed_is_never_lost(desk: Desk) -> None:
    """A draft with faults is kept, and its path printed."""
    source = desk.file(NEWS.replace("2020-11", "2020-13"), "typed")
    result = desk("add", EDITOR=editor(desk.folder, f'cp "{source}" "$1"'))
    assert result.exit_code == 2
    (draft,) = desk.drafts()
    assert str(draft) in result.stderr
    assert "2020-13" in draft.read_text(encoding="utf-8")
    assert desk.position() == 0


def test_an_editor_that_fails_after_typing_loses_nothing(desk: Desk) -> None:
    """What was typed before the editor failed is kept as well."""
    failing = editor(desk.folder, 'echo "typed: this" > "$1"; exit 3')
    result = desk("add", EDITOR=failing)
    assert result.exit_code == 2
    (draft,) = desk.drafts()
    assert str(draft) in result.stderr


@pytest.mark.parametrize("script", ["true", ': > "$1"', 'rm "$1"'])
def test_typing_nothing_is_no_announcement(desk: Desk, script: str) -> None:
    """An unchanged, emptied or removed template ends with 1 and leaves no draft."""
    result = desk("add", EDITOR=editor(desk.folder, script))
    assert result.exit_code == 1, result.output
    assert "nothing was written" in result.stderr
    assert desk.drafts() == []


def test_a_correction_can_be_typed(busy: Desk) -> None:
    """`correct` without --set opens the editor on the claim."""
    result = busy(
        "correct",
        "3",
        "--reason",
        "misread",
        EDITOR=editor(busy.folder, "sed -i s/2020-11/2020-10/ $1"),
    )
    assert result.exit_code == 0, result.output
    assert "2020-10" in result.stdout


# The rest --------------------------------------------------------------------------------------


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


def test_check_of_files_needs_no_ledger(tmp_path: Path) -> None:
    """Faults are the answer no; none is the answer yes."""
    desk = Desk(tmp_path)
    good = desk("check", desk.file(NEWS))
    assert (good.exit_code, good.stdout) == (0, "1 announcement, 2 events: no faults\n")
    bad = desk("check", desk.file(NEWS.replace("2020-11", "2020-13")))
    assert bad.exit_code == 1
    assert "news.yaml:13:" in bad.stdout
    assert not desk.place.exists()
    assert desk("check", str(tmp_path / "missing.yaml")).exit_code == 2
    assert desk("check", str(tmp_path)).exit_code == 2


def test_check_of_the_record_finds_what_is_odd(busy: Desk) -> None:
    """An unsettled dispute is a finding, and settling it ends that."""
    found = busy("check", "--format", "json")
    assert found.exit_code == 1
    assert [each["code"] for each in json.loads(found.stdout)] == ["dispute-unsettled"]
    busy("prefer", "3", "--reason", "x")
    assert busy("check").exit_code == 0


@pytest.mark.parametrize(
    ("expression", "edtf", "earliest", "latest"),
    [
        (("2020-1X",), "2020-1X", "2020-10-01", "2020-12-31"),
        (("medio", "2022"), "2022-38", "2022-05-01", "2022-08-31"),
        (("by February 2024",), "[..2024-02]", None, "2024-02-29"),
    ],
)
def test_date_says_what_is_understood(
    desk: Desk, expression: tuple[str, ...], edtf: str, earliest: str | None, latest: str
) -> None:
    """Words and EDTF are shown with the window they are taken for."""
    read = desk.json("date", *expression)
    assert (read["edtf"], read["earliest"], read["latest"]) == (edtf, earliest, latest)
    assert desk("date", *expression).exit_code == 0


def test_date_refuses_to_guess(desk: Desk) -> None:
    """What is not understood is an error that says what to write."""
    refused = desk("date", "03/04/2021")
    assert refused.exit_code == 2
    assert "ambiguous" in refused.stderr


def test_types_are_listed_and_described(desk: Desk) -> None:
    """Every type is listed; one has fields, an example that is valid, and a JSON Schema."""
    from events.announcement import read_announcement
    from events.record import ALL_TYPES

    listed = desk("types").stdout
    head = NEWS.partition("events:")[0]
    for name in ALL_TYPES:
        assert name in listed
        shown = desk("types", name).stdout
        example = shown.partition("EXAMPLE")[2]
        read_announcement(f"{head}events:\n{example}".encode(), name)
    assert desk.json("types", "command-attested")["properties"]["by"]
    assert desk.json("types")["title"] == "Announcement"
    assert desk("types", "command-atested").exit_code == 1


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
            cwd=Path(__file__).parents[2],
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        for file in files
    ]
    assert [writer.wait(60) for writer in writers] == [0] * 6
    with open_store(desk.place) as store:
        entries = list(store.entries())
    assert [entry.position for entry in entries] == list(range(1, 19))
    assert len({entry.id for entry in entries}) == 18


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
