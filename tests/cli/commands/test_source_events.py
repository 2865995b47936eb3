"""A source is withdrawn or described anew by its name, and never by a number."""

import json

import pytest

from tests.cli.desk import NEWS, Desk, id_at


@pytest.mark.parametrize("name", ["news", "Helicopters", "helicopters leave"])
def test_a_source_is_withdrawn_by_its_id_or_title(busy: Desk, name: str) -> None:
    """One event about the source is appended; what it is about is told."""
    told = busy("retract", name, "--reason", "a forgery", "--format", "json")
    assert told.exit_code == 0, told.output
    assert "news is Helicopters leave, by A ministry" in told.stderr
    assert [each["type"] for each in json.loads(told.stdout)["appended"]] == ["source-withdrawn"]
    data = busy.json("show", "6")["data"]
    assert (data["about"], data["reason"], data.get("source")) == ("news", "a forgery", None)


COMMAND = ("state", "nmi-test", "--on", "2021-06-01", "--facet", "command")


def starts(desk: Desk) -> list[str]:
    """Return the dates of the start of command, of all sources that count."""
    found = desk.json(*COMMAND)["facets"]["command"]
    return [date for each in found for date in each["start"]["edtf"]]


def test_nothing_of_a_withdrawn_source_counts_until_that_is_retracted(busy: Desk) -> None:
    """Withdrawn again, it is told by what."""
    assert starts(busy) == ["2020-11", "2020-12"]
    told = busy.json("retract", "news", "--reason", "a forgery")
    assert any(each["differences"] for each in told["compared"])
    assert starts(busy) == ["2020-12"]
    again = busy("retract", "news", "--reason", "another reason")
    assert again.exit_code == 2
    assert f"was already withdrawn by {id_at(busy, 6)[:12]}: a forgery" in again.stderr
    assert busy("retract", "6", "--reason", "it is none").exit_code == 0
    assert starts(busy) == ["2020-11", "2020-12"]
    assert "was already retracted" in busy("retract", "6", "--reason", "x").stderr
    assert busy("retract", "news", "--reason", "another reason").exit_code == 0
    assert starts(busy) == ["2020-12"]


def test_a_corrected_date_moves_when_a_source_was_known(busy: Desk) -> None:
    """A correction that states what is there already is refused; that of a later one is not."""
    early = (*COMMAND, "--known", "2021-05-05")
    assert busy.json(*early)["facets"]["command"] == []
    assert (
        busy("correct", "news", "--published", "2021-05-04", "--reason", "misread").exit_code == 0
    )
    assert [each["key"] for each in busy.json(*early)["facets"]["command"]] == ["DNK"]
    same = busy("correct", "news", "--published", "2021-05-04", "--reason", "again")
    assert same.exit_code == 2
    assert "changes nothing" in same.stderr
    assert busy("correct", "news", "--published", "2021-05-10", "--reason", "no").exit_code == 0
    assert busy.json(*early)["facets"]["command"] == []


def test_what_a_source_said_late_can_be_said_from_the_beginning(busy: Desk) -> None:
    """By us, as an own misreading: that changes what was known before that source came out."""
    early = (*COMMAND, "--known", "2021-05-20")
    by_other = ("--source", "other", "--reason", "x")
    for call in (("retract", "news"), ("correct", "news", "--published", "2021-05-30")):
        assert busy(*call, *by_other).exit_code == 0
        assert [each["key"] for each in busy.json(*early)["facets"]["command"]] == ["DNK"]
        assert busy(*call, "--reason", "our own").exit_code == 0
        assert busy.json(*early)["facets"]["command"] == []
        for _ in range(2):
            assert busy("retract", str(busy.position() - 1), "--reason", "y").exit_code == 0


def test_a_source_cannot_come_to_depend_on_itself(busy: Desk) -> None:
    """What would make it so is refused, and told."""
    assert busy("retract", "news", "--source", "other", "--reason", "x").exit_code == 0
    refused = busy("correct", "other", "--title", "y", "--source", "news", "--reason", "x")
    assert refused.exit_code == 2
    assert "depend on itself" in refused.stderr


def test_what_a_source_says_of_another_is_its_own(busy: Desk) -> None:
    """With --source the withdrawal is stated by that source."""
    assert busy("retract", "news", "--source", "other", "--reason", "x").exit_code == 0
    assert busy.json("show", "6")["data"]["source"] == "other"


def test_a_withdrawal_is_a_line_in_the_log(busy: Desk) -> None:
    """The page says what it does, in words."""
    shown = busy("retract", "news", "--reason", "a forgery").stdout
    assert "withdraws source news: a forgery" in shown
    assert "withdraws source news: a forgery" in busy("show", "6").stdout
    assert busy("retract", "6", "--reason", "it is not").exit_code == 0


def test_answers_are_compared_in_each_mission_of_the_source(busy: Desk) -> None:
    """On the days that it names there."""
    other = NEWS.replace("nmi-test", "kfor").replace("2021-05-01", "2021-05-04")
    assert busy("add", busy.file(other, "kfor.yaml")).exit_code == 0
    told = busy.json("retract", "news", "--reason", "x")
    days = {(each["mission"], each["on"]) for each in told["compared"]}
    assert {("nmi-test", "2021-05-01"), ("nmi-test", "2021-05-10")} <= days
    assert {("kfor", "2021-05-04"), ("kfor", "2021-05-10")} <= days
    undone = busy.json("retract", str(busy.position()), "--reason", "y")
    assert {(each["mission"], each["on"]) for each in undone["compared"]} == days


@pytest.mark.parametrize(
    "settings", [("--published", "2021-05-11"), ("--set", "published=2021-05-11")]
)
def test_a_source_is_described_anew(busy: Desk, settings: tuple[str, ...]) -> None:
    """The fields that are given are recorded, and no others."""
    told = busy("correct", "news", *settings, "--title", "They leave", "--reason", "misread")
    assert told.exit_code == 0, told.output
    assert "corrects source news to" in " ".join(told.stdout.split())
    data = busy.json("show", "6")["data"]
    assert (data["published"], data["title"]) == ("2021-05-11", "They leave")
    assert "publisher" not in data


def test_a_correction_compares_on_the_new_day_too(busy: Desk) -> None:
    """The answers can change on the days on which the source can have come out."""
    told = busy.json("correct", "news", "--published", "2021-07", "--reason", "x")
    days = {each["on"] for each in told["compared"]}
    assert {"2021-05-10", "2021-07-01", "2021-07-31"} <= days


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("retract", "1"), ("1 is a source", "news in place of 1")),
        (("correct", "1", "--published", "2021"), ("1 is a source", "news in place of 1")),
        (("retract", "news", "--chain"), ("--chain requires an event",)),
        (("retract", "news", "--source", "nowhere"), ("no source nowhere",)),
        (("correct", "news"), ("nothing is said of news", "--set FIELD=VALUE")),
        (("correct", "news", "--set", "titel=x"), ("no field titel", "did you mean title")),
        (("correct", "news", "--set", "id=x"), ("no field id", "its fields are publisher")),
        (("correct", "news", "--unset", "title"), ("cannot remove a field",)),
        (("correct", "news", "--published", "2021-13"), ("month 13",)),
        (("correct", "news", "--set", "url=ftp"), ("http://",)),
        (("correct", "2", "--published", "2021"), ("--published is of a source",)),
        (("prefer", "news"), ("news is a source",)),
    ],
)
def test_what_is_wrong_is_told(busy: Desk, call: tuple[str, ...], said: tuple[str, ...]) -> None:
    """One clear error, and nothing is appended."""
    refused = busy(*call, "--reason", "x")
    assert refused.exit_code == 2, refused.output
    assert all(each in " ".join(refused.stderr.split()) for each in said), refused.stderr
    assert "internal error" not in refused.stderr
    assert busy.position() == 5


def test_the_id_of_a_sources_entry_is_no_name_of_the_source(busy: Desk) -> None:
    """Whoever gives an id means an event."""
    refused = busy("retract", id_at(busy, 1)[:12], "--reason", "x")
    assert refused.exit_code == 2
    assert "is a source" in refused.stderr


def test_a_source_that_a_file_is_about_must_be_there(busy: Desk) -> None:
    """An announcement about a source that the ledger does not have is refused with its line."""
    head = NEWS.partition("events:")[0].replace("id: news", "id: third")
    event = "  - {type: source-withdrawn, about: nwes, reason: r}\n"
    file = busy.file(f"{head}events:\n{event}", "third.yaml")
    for command in ("check", "add"):
        refused = busy(command, file)
        assert "third.yaml:9" in refused.output
        assert "no source is called nwes" in refused.output
    assert busy("add", busy.file(f"{head}events:\n{event}".replace("nwes", "news"))).exit_code == 0


def test_a_claim_dated_by_its_source_can_be_corrected(busy: Desk) -> None:
    """Its date stays that of the source unless one is set."""
    head = NEWS.partition("events:")[0].replace("id: news", "id: third")
    attested = "  - {type: contribution-attested, contribution: x, contributor: [DNK, NLD]}\n"
    assert busy("add", busy.file(f"{head}events:\n{attested}")).exit_code == 0
    call = ("--set", "contributor=[DNK, NOR]", "--reason", "x")
    assert busy("correct", "7", *call).exit_code == 0
    claim = busy.json("show", "8")["data"]["claim"]
    assert (claim["dated_by_source"], claim["contributor"]) == (True, ["DNK", "NOR"])
    assert busy("correct", "8", "--set", "on=2021-05-01", "--reason", "x").exit_code == 0
    claim = busy.json("show", "9")["data"]["claim"]
    assert (claim.get("dated_by_source"), claim["on"]) == (None, "2021-05-01")


def test_a_slip_in_a_corrected_source_is_told(busy: Desk) -> None:
    """What a file would be warned of is told before the correction is appended."""
    for field, code in (
        ("retrieved=2021-05-09", "retrieved-before-published"),
        ("reprints=othr", "original-unknown"),
    ):
        told = busy("correct", "news", "--set", field, "--reason", "misread")
        assert told.exit_code == 0, told.output
        assert f"warning: {code}: news " in told.stderr
    assert "did you mean other?" in told.stderr
    assert busy("correct", "news", "--set", "reprints=other", "--reason", "x").stderr == ""
    refused = busy("correct", "news", "--set", "retrieved=2131", "--reason", "misread")
    assert refused.exit_code == 2
    assert "news cannot have been read on 2131" in refused.stderr
