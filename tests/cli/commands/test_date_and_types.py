"""`mission date` and `mission types`: what there is to write, and what is understood of it."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from events.facets import FACETS
from events.files.announcement import read_announcement
from events.files.field_help import help_of
from events.files.file_fields import file_fields
from events.record_events import ALL_TYPES
from events.source import Source
from tests.cli.desk import NEWS, Desk


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


def test_every_phrase_the_help_lists_is_read(desk: Desk) -> None:
    """What `mission date --help` says it knows, it does know."""
    listed = desk("date", "--help").stdout.partition("not in files):\n")[2].partition("\n\n")[0]
    pairs = [re.split("  +", line.strip()) for line in listed.splitlines()]
    assert len(pairs) > 20
    for english, danish in pairs:
        assert desk.json("date", english)["language"] == "en"
        assert desk.json("date", danish)["language"] == "da"


def test_date_refuses_to_guess(desk: Desk) -> None:
    """What is not understood is an error that says what to write."""
    refused = desk("date", "03/04/2021")
    assert refused.exit_code == 2
    assert "ambiguous" in refused.stderr


def test_types_are_listed_and_described(desk: Desk) -> None:
    """Every type is listed; one has fields, an example that is valid, and a JSON Schema."""
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


def test_yesterday_is_the_day_before_this_one(desk: Desk) -> None:
    """`today` and `yesterday`, in either language, are days of the clock in UTC."""
    before = datetime.now(UTC).date()
    said = {words: desk.json("date", *words.split())["edtf"] for words in ("yesterday", "i dag")}
    published = desk.json("date", "since 2018", "--published", "yesterday")["rule"]
    after = datetime.now(UTC).date()
    days = {day.isoformat() for day in (before, after)}
    eves = {(day - timedelta(1)).isoformat() for day in (before, after)}
    assert said["i dag"] in days
    assert said["yesterday"] in eves
    assert any(eve in published for eve in eves)


def test_a_publication_date_gives_still_its_day(desk: Desk) -> None:
    """What is said to be still so is attested on the day the words came out."""
    call = ("date", "siden", "oktober", "2018", "--published", "2020-03-04")
    read = desk.json(*call)
    assert (read["edtf"], read["language"], read["still"]) == ("2018-10", "da", True)
    assert "2020-03-04" in read["rule"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("in", "May", "--published", "2022-05-24"), "May 2022"),
        (("since 2020", "--published", "soon"), "--published soon"),
        (("2021-13",), "month 13"),
        (("",), "is empty"),
        (("next", "summer"), "unknown word"),
        (("2021\x1b[31m",), "\\x1b"),
        (("Monday", "24", "May", "2022"), "2022-05-24 is a Tuesday, not a Monday"),
        (("befor", "May", "2021"), 'did you mean "before may 2021" ([..2021-04-30])?'),
    ],
)
def test_what_is_no_date_is_told(desk: Desk, call: tuple[str, ...], said: str) -> None:
    """One clear error that says what to write."""
    refused = desk("date", *call)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("2021-05?", ["uncertain", "does not move the window"]),
        ("2021-05/2022-05", ["interval", "2021-05-01", "2022-05-31"]),
        ("2014-05/..", ["end still so when the source came out", "attests that day as well"]),
        ("2014-05/", ["end not said: it may have ended since"]),
        ("../2014-05", ["start not said", "end 2014-05"]),
        ("[2020-11,2020-12]", ["one-of"]),
        ("[..2024-02]", ["2024-02-29"]),
        ("mid-2022", ["2022-38", "read as the middle of a year is May to August (English)"]),
        ("siden før 2018", ["[..2017-12-31]", "a start, and still so", "(Danish)"]),
        ("from May 2021 to May 2022", ["2021-05/2022-05", "from the one to the other"]),
    ],
)
def test_a_date_is_shown_with_its_kind_and_rule(
    desk: Desk, expression: str, words: list[str]
) -> None:
    """The answer for people has what the data has."""
    shown = " ".join(desk("date", expression).stdout.split())
    assert all(word in shown for word in words)


def test_what_a_file_may_leave_out_is_not_required(desk: Desk) -> None:
    """An attestation takes its source's date; a start may be said to be still so."""
    attested = desk("types", "command-attested").stdout
    taken = desk("types", "command-taken-over").stdout
    assert not re.search("^on +required", attested, re.MULTILINE)
    assert not re.search("^still", attested, re.MULTILINE)
    assert re.search("^on +required", taken, re.MULTILINE)
    assert re.search("^still", taken, re.MULTILINE)


def test_types_are_grouped_by_what_they_bear_on(desk: Desk) -> None:
    """Under the facet's label and what its keys are; each line fits a small terminal."""
    listed = desk("types", COLUMNS="80").stdout
    for facet in FACETS.values():
        assert f"\n{facet.label.upper()}: {facet.key_is}\n" in listed
    assert max(map(len, listed.splitlines())) <= 80
    command = listed.partition("COMMAND: ")[2].partition("COMMANDER: ")[0]
    assert re.findall("^command-[a-z-]+", command, re.MULTILINE) == [
        *("command-taken-over", "command-handed-over", "command-relinquished", "command-attested")
    ]
    assert "label: x" in listed


@pytest.mark.parametrize("name", [*ALL_TYPES, "source-recorded"])
def test_a_type_is_shown_with_what_its_fields_mean(desk: Desk, name: str) -> None:
    """Every field that a file may have has its line, those of a quantity and a vote too."""
    kind = ALL_TYPES.get(name, Source)
    shown = " ".join(desk("types", name).stdout.split())
    fields = file_fields(kind)
    assert all(help_of(kind, field).meaning in shown for field in fields)
    assert ("IN QUANTITY" in shown) == ("quantity" in fields)
    assert ("IN VOTE" in shown) == ("vote" in fields)


@pytest.mark.parametrize(("name", "nearest"), [("command-atested", "command-attested"), ("zz", "")])
def test_an_unknown_type_is_answered_with_the_nearest(desk: Desk, name: str, nearest: str) -> None:
    """Nothing found is 1, with what may have been meant."""
    refused = desk("types", name)
    assert refused.exit_code == 1
    assert (nearest or "mission types") in refused.stderr
