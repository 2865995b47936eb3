"""`mission check`: faults in files, and what is odd in the record."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import cli
from events.catalogue import CommandTakenOver
from events.files.announcement import Announcement
from events.source import Source
from projections.record import create_record, open_record
from tests.cli.desk import NEWS, Desk
from tests.ledger.older import append_as_before

AS_BEFORE = Announcement(
    Source(id="then", publisher="P", title="T", language="en", published="2021-05-01"),
    (CommandTakenOver(mission="kfor", source="then", on="2021-06-01", by="DNK"),),
)
"""An announcement that reports what lies after it, from before that was refused."""


def test_check_of_files_needs_no_ledger(tmp_path: Path) -> None:
    """Faults are the answer no; none is the answer yes."""
    desk = Desk(tmp_path)
    none = {"MISSION_LEDGER": "", "XDG_DATA_HOME": str(tmp_path)}
    good = desk("check", desk.file(NEWS), **none)
    assert (good.exit_code, good.stdout) == (0, "1 announcement, 2 events: no faults\n")
    own = tmp_path / "mission-ledger" / "ledger.sqlite"
    assert good.stderr == f"checked without a ledger (there is no ledger at {own})\n"
    bad = desk("check", desk.file(NEWS.replace("2020-11", "2020-13")), **none)
    assert bad.exit_code == 1
    assert "news.yaml:13:" in bad.stdout
    assert not desk.place.exists()
    assert desk("check", str(tmp_path / "missing.yaml")).exit_code == 2
    assert desk("check", str(tmp_path)).exit_code == 2


def test_check_of_files_opens_the_ledger_that_is_named(tmp_path: Path) -> None:
    """A ledger that is named and cannot be opened is an error, told once, and no remark."""
    desk = Desk(tmp_path)
    file = desk.file(NEWS)
    for place, said in (
        (tmp_path / "none.sqlite", f"there is no ledger at {tmp_path / 'none.sqlite'}"),
        (Path(file), f"{file} is not a mission ledger"),
    ):
        for done in (
            desk("check", file, MISSION_LEDGER=str(place)),
            desk("check", file, "--ledger", str(place)),
        ):
            assert (done.exit_code, done.stdout) == (2, "")
            assert f"error: {said}" in done.stderr
            assert "checked" not in done.stderr


def test_check_of_the_record_finds_what_is_odd(busy: Desk) -> None:
    """An unsettled dispute is a finding, and settling it ends that."""
    found = busy("check", "--format", "json")
    assert found.exit_code == 1
    assert [each["code"] for each in json.loads(found.stdout)] == ["dispute-unsettled"]
    busy("prefer", "3", "--reason", "x")
    assert busy("check").exit_code == 0


def test_faults_are_data_where_data_was_asked_for(desk: Desk) -> None:
    """Every fault of every file has its place and a stable code."""
    files = [desk.file(NEWS.replace("2020-11", "2020-13"), name) for name in ("a.yaml", "b.yaml")]
    found = desk("check", *files, "--format", "json")
    assert found.exit_code == 1
    data = json.loads(found.stdout)
    assert [(each["file"], each["code"], each["line"]) for each in data["faults"]] == [
        (file, "date", 13) for file in files
    ]
    lines = desk("check", *files, "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["file"] for line in lines] == files
    good = desk("check", desk.file(NEWS), "--format", "json")
    assert json.loads(good.stdout) == {
        **{"announcements": 1, "events": 2, "faults": [], "warnings": []},
        "ledger": str(desk.place),
    }


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (("news.yaml", "--mission", "nmi-test"), 2, "--mission cannot be combined with FILE"),
        (("--mission", "nmi-tst"), 1, "did you mean nmi-test?"),
        (("news.yaml", "missing.yaml"), 2, "missing.yaml: No such file"),
    ],
)
def test_a_wrong_call_is_told(
    busy: Desk, call: tuple[str, ...], code: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One clear error, and nothing on standard output."""
    monkeypatch.chdir(busy.folder)
    refused = busy("check", *call)
    assert refused.exit_code == code
    assert said in refused.stderr
    assert refused.stdout == ""


def test_standard_input_is_checked(tmp_path: Path) -> None:
    """`-` reads what is piped in, and calls it so."""
    bad = NEWS.replace("2020-11", "2020-13")
    found = CliRunner().invoke(cli, ["check", "-"], input=bad)
    assert found.exit_code == 1
    assert found.stdout.startswith("standard input:13:")


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("medio 2022", "= write 2022-38; as_stated can keep the words"),
        ("since 2018", "= write 2018, with still: true on the start; as_stated can"),
        ("next spring", "= write EDTF, such as [..2024-02]; options such as --on also accept"),
        ("from May to 2022", "= write the year after may too"),
    ],
)
def test_words_for_a_date_are_refused_in_a_file(tmp_path: Path, words: str, advice: str) -> None:
    """The fault names the EDTF to write; where there is none, it does not send to more words."""
    bad = NEWS.replace("2020-11", words)
    found = CliRunner().invoke(cli, ["check", "-"], input=bad)
    assert found.exit_code == 1
    assert advice in found.stdout


def test_a_plain_record_has_nothing_odd(desk: Desk) -> None:
    """No finding is the answer yes, of one mission and of all."""
    desk("add", desk.file(NEWS))
    for call in (("check",), ("check", "--mission", "nmi-test")):
        assert desk(*call).exit_code == 0
    assert desk.json("check") == []


AHEAD = NEWS.replace("on: 2021-05-01", "on: 2021-05-11")
FUTURE = NEWS.replace("2021-05-10", "2131-05-10")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [(AHEAD, "reported-in-advance", 12), (FUTURE, "published-in-future", 3)],
)
def test_what_the_date_of_a_source_rules_out(desk: Desk, text: str, code: str, line: int) -> None:
    """It is refused with one code by `check`, with a ledger or without, and by `add`."""
    file = desk.file(text)
    for place in (str(desk.place), ""):
        checked = desk(
            "check", file, "--format", "json", MISSION_LEDGER=place, XDG_DATA_HOME=str(desk.folder)
        )
        assert checked.exit_code == 1
        (fault,) = json.loads(checked.stdout)["faults"]
        assert (fault["code"], fault["line"]) == (code, line)
        assert "basis: planned" in fault["hint"]
    added = desk("add", file)
    assert added.exit_code == 2
    assert f"{code}: " in added.stderr
    assert desk.position() == 0


ERRATUM = """mission: nmi-test
source: {{id: erratum, publisher: A ministry, title: Erratum, language: en, published: 2021-06}}
events:
  - {{type: command-attested, by: DNK, on: 2021-06}}
  - {{type: source-corrected, about: news, {date}, reason: an erratum}}
"""


def test_a_source_moved_into_the_future_in_a_file(busy: Desk) -> None:
    """The fault has the line of the event that moves the date."""
    text = ERRATUM.format(date="published: 2131-05")
    checked = busy("check", busy.file(text, "erratum.yaml"), "--format", "json")
    (fault,) = json.loads(checked.stdout)["faults"]
    assert (fault["code"], fault["line"]) == ("published-in-future", 5)


def test_a_source_read_in_the_future(busy: Desk) -> None:
    """It is refused at the line of the source, or of the event that moves the date."""
    text = ERRATUM.format(date="retrieved: 2131-05")
    of_source = text.replace("2021-06}\nevents", "2021-06, retrieved: 2131-05}\nevents")
    for given, line in ((text, 5), (of_source, 2)):
        checked = busy("check", busy.file(given, "erratum.yaml"), "--format", "json")
        assert checked.exit_code == 1
        (fault,) = json.loads(checked.stdout)["faults"]
        assert (fault["code"], fault["line"]) == ("retrieved-in-future", line)


def test_a_correction_in_advance(busy: Desk) -> None:
    """`mission correct` refuses a report of what lies after its source, and takes a plan."""
    before = busy.position()
    refused = busy("correct", "2", "--set", "on=2021-06", "--reason", "misread")
    assert refused.exit_code == 2
    assert "reported-in-advance: 2021-06 is after news came out" in refused.stderr
    assert busy.position() == before
    planned = ("--set", "on=2021-06", "--set", "basis=planned")
    assert busy("correct", "2", *planned, "--reason", "misread").exit_code == 0


def test_an_older_log_is_imported_as_it_is(desk: Desk, tmp_path: Path) -> None:
    """What is refused today is taken from a log of before, continued or merged, and found."""
    older = tmp_path / "older"
    older.mkdir()
    there = Desk(older)
    create_record(there.place)
    with open_record(there.place, write=True) as store:
        append_as_before(store, AS_BEFORE)
    log = older / "log.jsonl"
    log.write_bytes(there("log", "--format", "jsonl").stdout_bytes)
    merged = tmp_path / "merged"
    merged.mkdir()
    busy = Desk(merged)
    assert busy("init").exit_code == 0
    assert busy("add", busy.file(NEWS)).exit_code == 0
    for ledger, options in ((desk, ()), (busy, ("--merge",))):
        assert ledger("import", str(log), *options).exit_code == 0
        found = json.loads(ledger("check", "--format", "json").stdout)
        assert "reported-in-advance" in {each["code"] for each in found}
        state = ledger.json("state", "kfor", "--on", "2021-06-15")
        (entry,) = state["facets"]["command"]
        assert entry["standing"] == "expected"


def test_findings_on_sources_stand_apart(busy: Desk) -> None:
    """One document under two ids is found once, under no mission; `--mission` leaves others out."""
    again = NEWS.replace("id: news", "id: again").replace("nmi-test", "other-mission")
    assert busy("add", busy.file(again, "again.yaml")).exit_code == 0
    found = json.loads(busy("check", "--format", "json").stdout)
    (twin,) = (each for each in found if each["code"] == "same-document")
    assert (twin["mission"], twin["facet"], twin["key"]) == (None, "source", "again")
    assert len(twin["events"]) == 2
    assert "Sources" in busy("check").stdout
    assert "same-document" in busy("check", "--mission", "other-mission").stdout
