"""`mission check`: faults in files, and what is odd in the record."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import cli
from tests.cli.desk import NEWS, Desk


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
