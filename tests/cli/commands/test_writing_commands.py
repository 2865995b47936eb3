"""The events about the record: what they change, and that a refusal adds nothing."""

import json

import pytest

from tests.cli.desk import NEWS, OTHER, Desk, id_at


def test_retract_and_bring_back(busy: Desk) -> None:
    """A retracted event no longer counts; retracting the retraction brings it back."""
    asked = ("state", "nmi-test", "--on", "2021-06-01", "--facet", "contribution")
    before = busy.json(*asked)["facets"]
    assert busy("retract", "2", "--reason", "entered twice").exit_code == 0
    assert busy.json(*asked)["facets"]["contribution"] == []
    retraction = id_at(busy, busy.position())
    assert busy("retract", retraction[:8], "--reason", "it was right").exit_code == 0
    assert busy.json(*asked)["facets"] == before


def test_retract_says_what_no_longer_counts(busy: Desk) -> None:
    """Whoever retracts the wrong event by its number sees at once what it was."""
    done = busy("retract", "3", "--reason", "misread", "--format", "json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["appended"]
    said = "is command-taken-over: by Denmark (DNK), on 2020-11"
    assert " ".join(done.stderr.split()) == f"{id_at(busy, 3)[:12]} {said}"


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (("retract", "ffff", "--reason", "x"), 1, "no event"),
        (("retract", "1", "--reason", "x"), 2, "is a source"),
        (("retract", "2"), 2, "--reason"),
        (("retract", "2", "--reason", " "), 2, "it is empty: give a reason"),
        (("retract", "2", "--reason", "a\nb"), 2, "control character"),
        (("retract", "2", "--reason", "\udcff"), 2, "--reason"),
        (("retract", "2", "--reason", "x" * 2001), 2, "2000 characters"),
        (("retract", "\udcff", "--reason", "x"), 2, "not valid UTF-8"),
        (("correct", "2", "--set", "note=\udcff", "--reason", "x"), 2, "the corrected claim"),
        (("retract", "2", "--reason", "x", "--source", "nowhere"), 2, "no source nowhere"),
        (("correct", "2", "--set", "on=2021-13", "--reason", "x"), 2, "month 13"),
        (("correct", "2", "--set", "onx=2021", "--reason", "x"), 2, "did you mean on"),
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
    assert "internal error" not in refused.stderr
    assert busy.position() == end


def test_an_event_is_not_retracted_twice(busy: Desk) -> None:
    """Whoever retracts or corrects what is undone already is told by what."""
    busy("retract", "2", "--reason", "x")
    for again in (("retract", "2"), ("correct", "2", "--set", "on=2021")):
        refused = busy(*again, "--reason", "y")
        assert refused.exit_code == 2
        assert "was already retracted by" in refused.stderr


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


def test_prefer_compares_on_the_days_of_what_it_settles(busy: Desk) -> None:
    """Of both claims, and of nothing else that was said."""
    later = OTHER.replace("id: other", "id: third").replace("2022-01", "2022-06")
    other = later.replace("DNK, on: 2020-12", "ITA, on: 2022-05")
    assert busy("add", busy.file(other)).exit_code == 0
    told = busy.json("prefer", "3", "--reason", "the ministry's own")
    *days, _today = (each["on"] for each in told["compared"])
    assert days == ["2020-11-01", "2020-11-30", "2020-12-01", "2020-12-31"]


def test_prefer_settles_a_dispute_until_another_source_disagrees(busy: Desk) -> None:
    """A preference settles what was in the record; a later claim opens it again."""
    asked = ("state", "nmi-test", "--on", "2021-06-01", "--facet", "command")
    assert busy.json(*asked)["facets"]["command"][0]["disputed"] is True
    told = busy("prefer", "3", "--reason", "the ministry's own")
    assert told.exit_code == 0
    # What it changes is told of the days of the claim that is passed over, too.
    assert "What changes in nmi-test, as of the close of 2020-12" in told.stdout
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


@pytest.mark.parametrize(
    ("setting", "code", "said"),
    [
        ("quantity.foo=1", "unknown-key", "foo"),
        ("quantity..min=1", "unknown-key", ".min"),
        ("quantity.min=abc", "integer", "min must be a whole number"),
        ("quantity=abc", "quantity", "a quantity must be"),
        ("quantity={min: 2", "yaml", "not closed"),
        ("quantity={min: 1, min: 2}", "duplicate-key", "duplicate key min"),
        ("contributor=DK", "nation", "DNK"),
        ("basis=reportd", "basis", "did you mean reported"),
        ("on=", "date", "a date is missing"),
        ("on=by May 2021", "date", "[..2021-05]"),
        ("period=2x", "integer", "period"),
        ("note=a\x1b[31mb", "text", "control character"),
    ],
)
def test_a_bad_value_is_a_fault_like_one_in_a_file(
    busy: Desk, setting: str, code: str, said: str
) -> None:
    """What --set makes wrong is said in a file's words and with its stable code."""
    end = busy.position()
    refused = busy("correct", "2", "--set", setting, "--reason", "x", "--format", "json")
    assert refused.exit_code == 2
    assert code in {fault["code"] for fault in json.loads(refused.stdout)["faults"]}
    assert said in refused.stderr
    assert "\x1b" not in refused.stderr
    assert busy.position() == end


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("type=place-opened", "no field type"),
        ("source=other", "no field source"),
        ("=3", "no field"),
        ("on.x=3", "no nested fields"),
        ("on=2021-05/2022-05", "one claim, not 2"),
    ],
)
def test_a_correction_changes_the_claim_and_nothing_else(
    busy: Desk, setting: str, said: str
) -> None:
    """Type, mission and source stay, and one claim stays one."""
    refused = busy("correct", "2", "--set", setting, "--reason", "x")
    assert refused.exit_code == 2
    assert said in refused.stderr


def test_text_is_taken_as_it_is_written(busy: Desk) -> None:
    """A value is text, whatever YAML would make of it, and only the first = divides."""
    wanted = "a = {b}: 'c' #d \u202e"
    assert busy("correct", "2", "--set", f"note={wanted}", "--reason", "x").exit_code == 0
    assert busy.json("show", str(busy.position()))["data"]["claim"]["note"] == wanted


def test_a_corrected_event_is_corrected_through_its_correction(busy: Desk) -> None:
    """Whoever corrects what was corrected is told which correction to correct."""
    busy("correct", "2", "--set", "on=2021-05-02", "--reason", "x")
    correction = id_at(busy, busy.position())[:12]
    for again in (("correct", "2", "--set", "on=2021"), ("retract", "2"), ("prefer", "2")):
        refused = busy(*again, "--reason", "y")
        assert refused.exit_code == 2
        assert correction in refused.stderr


def test_a_record_event_claims_nothing_to_correct(busy: Desk) -> None:
    """A retraction is retracted, never corrected."""
    busy("retract", "2", "--reason", "x")
    refused = busy("correct", str(busy.position()), "--set", "on=2021", "--reason", "y")
    assert refused.exit_code == 2
    assert "retract it instead" in refused.stderr


def test_with_a_source_it_takes_effect_when_that_was_published(busy: Desk) -> None:
    """Our own misreading was always one; a source's correction counts once it is public."""
    asked = ("state", "nmi-test", "--on", "2021-06-01", "--known", "2021-06-01")
    asked = (*asked, "--facet", "contribution")
    assert busy("retract", "2", "--reason", "x", "--source", "other").exit_code == 0
    assert len(busy.json(*asked)["facets"]["contribution"]) == 1
    retraction = str(busy.position())
    assert busy("retract", retraction, "--reason", "not what it says").exit_code == 0
    assert busy("retract", "2", "--reason", "x").exit_code == 0
    assert busy.json(*asked)["facets"]["contribution"] == []


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (("2", "3"), 2, "no start, end or reading"),
        (("3", "--role", "end"), 2, "no start, end or reading (end)"),
        (("3", "--facet", "strength"), 2, "(strength)"),
        (("3", "5"), 2, "contradict each other"),
        (("1",), 2, "is a source"),
        (("99",), 1, "no event"),
        (("3", "--role", "begin"), 2, "begin"),
        (("3", "--facet", "comand"), 2, "comand"),
    ],
)
def test_what_settles_nothing_is_refused(
    busy: Desk, call: tuple[str, ...], code: int, said: str
) -> None:
    """A preference is for claims on one disputed thing that agree."""
    refused = busy("prefer", *call, "--reason", "x")
    assert refused.exit_code == code, refused.output
    assert said in refused.stderr
    assert busy.position() == 5


def test_a_plan_is_no_side_in_a_dispute_of_reports(busy: Desk) -> None:
    """Going by a plan would settle nothing."""
    plan = OTHER.replace("id: other", "id: plan").replace("2020-12}", "2020-10, basis: planned}")
    assert busy("add", busy.file(plan)).exit_code == 0
    refused = busy("prefer", str(busy.position()), "--reason", "x")
    assert refused.exit_code == 2
    assert "the chosen events are plans" in refused.stderr


def test_a_dispute_is_settled_once(busy: Desk) -> None:
    """Whoever settles what is settled is told by what, and how to open it again."""
    busy("prefer", "3", "--reason", "nearer to it")
    settled = id_at(busy, busy.position())[:12]
    again = busy("prefer", "5", "--reason", "x")
    assert again.exit_code == 1
    assert f"{settled} settled it: nearer to it" in again.stderr
    assert busy("retract", settled, "--reason", "x").exit_code == 0
    assert busy("prefer", "5", "--reason", "x").exit_code == 0


@pytest.mark.parametrize(
    "call",
    [
        ("retract", "2"),
        ("correct", "2", "--set", "on=2021-05-02"),
        ("prefer", "3"),
    ],
)
def test_each_leaves_a_receipt(busy: Desk, call: tuple[str, ...]) -> None:
    """The receipt names what was appended and what it changed, by whom, at the place expected."""
    refused = busy(*call, "--reason", "x", "--expect", "4")
    assert refused.exit_code == 2
    assert busy.position() == 5
    when = ("--expect", "5", "--by", "bo", "--on", "2020-12-15")
    receipt = busy.json(*call, "--reason", "x", *when)
    assert [(each["position"], each["source"]) for each in receipt["appended"]] == [(6, None)]
    assert receipt["position"] == 6
    assert receipt["already"] == []
    assert list(receipt["changes"]) == ["nmi-test"]
    assert busy.json("show", "6")["recordedby"] == "bo"
