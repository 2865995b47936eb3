"""Questions to the shipped record: over spans of days, across missions, by any name, as a sheet."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.main import cli
from events.files.announcement import read_announcement
from ledger.append import append_announcement
from ledger.log import Store
from ledger.shipped.records import load
from projections.record import create_record
from tests.events.test_names import WAYS

Ask = Callable[..., Result]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of the shipped record."""
    place = tmp_path_factory.mktemp("shipped") / "ledger.sqlite"
    create_record(place, lambda store: load(store, "nmi"))
    return place


@pytest.fixture
def ask(shipped: Path) -> Ask:
    """Run `mission` in this process on the shipped record."""

    def call(*args: str, **env: str) -> Result:
        given = {"MISSION_LEDGER": str(shipped), "COLUMNS": "100", **env}
        return CliRunner().invoke(cli, args, env=given, prog_name="mission")

    return call


def data(result: Result, code: int = 0) -> Any:  # noqa: ANN401 (JSON)
    """Return an answer's JSON."""
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def words(result: Result, code: int = 0) -> str:
    """Return a page's text with single spaces."""
    assert result.exit_code == code, result.output
    return " ".join(result.stdout.split())


# Over spans of days ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ("2021", "2021-01-01", "2021-12-31"),
        ("2021-05..2021-06", "2021-05-01", "2021-06-30"),
        ("..2018-10", None, "2018-10-31"),
        ("2021-05/2022-05", "2021-05-01", "2022-05-31"),
        ("from May 2021 to June 2022", "2021-05-01", "2022-06-30"),
    ],
)
def test_a_span_is_asked_as_dates_are(ask: Ask, span: str, first: str | None, last: str) -> None:
    """A date, two with dots between, an interval or words: each is a span of whole days."""
    found = data(ask("state", "nmi", "--during", span, "--format", "json"))
    assert found["during"] == {"first": first, "last": last}
    assert "on" not in found


def test_who_led_in_a_year(ask: Ask) -> None:
    """All that led on some day of a span, with the days and how surely on each."""
    found = data(ask("state", "nmi", "--during", "2020..2022", "--facet", "command",
                     "--format", "json"))["facets"]  # fmt: skip
    assert list(found) == ["command"]
    days = {each["key"]: each["days"] for each in found["command"]}
    assert list(days) == ["CAN", "DNK", "ITA"]
    assert days["DNK"] == [
        {"first": "2020-11-01", "last": "2020-12-30", "standing": "possible"},
        {"first": "2020-12-31", "last": "2022-04-30", "standing": "certain"},
        {"first": "2022-05-01", "last": "2022-05-30", "standing": "possible"},
    ]
    page = words(ask("state", "nmi", "--during", "2020..2022", "--facet", "command"))
    assert "on the days from 2020-01-01 to 2022-12-31" in page
    assert "Denmark possible 2020-11-01..2020-12-30" in page


def test_find_and_timeline_take_a_span(ask: Ask) -> None:
    """What was in force then is found, not only what began or ended."""
    found = data(ask("find", "--who", "Canada", "--during", "2019", "--format", "json"))
    assert [(each["facet"], each["key"]) for each in found] == [("command", "CAN")]
    rows = data(ask("timeline", "nmi", "--during", "2019-06", "--format", "json"))
    there = [row for row in rows if row["role"] == "in-force"]
    assert "CAN" in [row["key"] for row in there]
    assert there[0]["during"] == {"first": "2019-06-01", "last": "2019-06-30"}
    assert "COMMAND Canada" in words(ask("timeline", "nmi", "--during", "2019-06"))


ODD = """\
mission: alpha
source:
  {id: one, publisher: P, title: One, language: en, published: 2021-01-10}
events:
  - {type: mission-established, name: Alpha, on: 2018}
  - {type: contribution-deployed, contribution: troops, contributor: DNK, quantity: 100,
     on: 2019-01-01}
  - {type: contribution-strength-reported, contribution: troops, quantity: 10, on: 2020-06-01}
  - {type: contribution-attested, contribution: ships, contributor: DNK, quantity: 3, on: 2019-05}
  - {type: contribution-deployed, contribution: flyover, capability: jets, contributor: DNK,
     on: 2020-05-05}
  - {type: contribution-withdrawn, contribution: flyover, on: 2020-05-05}
---
mission: alpha
source:
  {id: two, publisher: P, title: Two, language: en, published: 2021-02-10}
events:
  - {type: contribution-attested, contribution: ships, contributor: NOR, quantity: 7, on: 2019-05}
"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A ledger where numbers change, sources disagree, and a thing is in the state of no day."""
    place = tmp_path_factory.mktemp("odd") / "ledger.sqlite"
    create_record(place, lambda store: [add(store, each) for each in ODD.split("---\n")])
    return str(place)


def test_a_timeline_of_a_span_says_what_the_state_of_it_says(ask: Ask, odd: str) -> None:
    """Not how things stood later: their numbers, their disputes and their standings then."""
    span = ("alpha", "--during", "2019-08-01", "--format", "json")
    rows = data(ask("timeline", *span, MISSION_LEDGER=odd))
    told = {row["key"]: row for row in rows if row["role"] == "in-force"}
    facets = data(ask("state", *span, MISSION_LEDGER=odd))["facets"]
    for each in (one for some in facets.values() for one in some):
        row = told.pop(each["key"])
        assert {name: row[name] for name in each} == each
    assert not told
    page = words(ask("timeline", "alpha", "--during", "2019-08-01", MISSION_LEDGER=odd))
    assert "Denmark: 100, as of 2019-01-01" in page
    assert "ships still assumed 2019-08-01 [1, 2] disputed" in page


def test_what_one_of_several_sources_says_is_found(ask: Ask, odd: str) -> None:
    """What two nations are said to give is found by either, on a day or in a span."""
    for who in ("DNK", "NOR"):
        for when in ("--on", "--during"):
            call = ("find", "--who", who, when, "2019-08-01", "--format", "json")
            assert "ships" in [each["key"] for each in data(ask(*call, MISSION_LEDGER=odd))]


def test_what_is_in_the_state_of_no_day_is_in_the_record(ask: Ask, odd: str) -> None:
    """What began and ended on one day is on the timeline, and its name names something."""
    call = ("timeline", "--who", "DNK", "--format", "json")
    rows = data(ask(*call, MISSION_LEDGER=odd))
    assert [row["role"] for row in rows if row["key"] == "flyover"] == ["start", "end"]
    page = words(ask("find", "--what", "jets", MISSION_LEDGER=odd), 1)
    assert "Nothing in the record fits all of that, on any day." in page


def test_a_timeline_draws_the_days_that_are_asked_about(ask: Ask, odd: str) -> None:
    """The axis ends where the span does, and there is nothing to draw where there was nothing."""
    page = ask("timeline", "alpha", "--during", "..2020", MISSION_LEDGER=odd).stdout
    assert "up to 2020-12-31" in page
    page = ask("timeline", "alpha", "--from", "2020-06", "--to", "2020-07", MISSION_LEDGER=odd)
    assert "up to 2020-07-31" in page.stdout
    assert "2019" not in page.stdout.splitlines()[5]
    page = ask("timeline", "alpha", "--from", "1990", "--to", "1991", MISSION_LEDGER=odd)
    assert page.exit_code == 1
    assert "Nothing in the record begins" in page.stdout
    assert "a column is" not in page.stdout


def test_what_is_known_only_later_is_told(ask: Ask) -> None:
    """A state that is empty by a clock says so, and what there is without it."""
    page = words(ask("state", "nmi", "--on", "2021", "--known", "2019"))
    assert "NOT CERTAINLY KNOWN OR RECORDED BY THEN - participation Denmark" in page


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("state", "nmi", "--during", "2021", "--on", "2021"), "--on takes one day"),
        (("find", "--who", "DNK", "--during", "2021", "--on", "2021"), "--on takes one day"),
        (("state", "nmi", "--during", "2022..2021"), "2022-01-01 is after 2021-12-31"),
        (("state", "nmi", "--during", "[2021..]"), "an open end has no last day"),
        (("state", "nmi", "--during", "2018..since 2019"), "an open end has no last day"),
        (("state", "nmi", "--during", "2018..2019/.."), "an open end has no last day"),
        (("state", "nmi", "--during", "someday"), "--during: someday"),
        (("timeline", "nmi", "--during", "2021", "--from", "2020"), "--during cannot be combined"),
        (("timeline",), "name a MISSION, or a nation"),
        (("timeline", "--who", "DNK", "--key", "DNK"), "--key requires a MISSION"),
        (("plans", "--due", "soon"), "write days, weeks, months or years"),
        (("plans", "--outcome", "fine"), "no outcome is called fine"),
        (("state", "nmi", "--facet", "comm"), "comm may be command or commander"),
        (("find", "--facet", "nothing"), "no facet is called nothing"),
    ],
)
def test_what_cannot_be_asked_is_told(ask: Ask, call: tuple[str, ...], said: str) -> None:
    """A call that is wrong exits 2 and says what is."""
    result = ask(*call)
    assert result.exit_code == 2
    assert said in result.stderr


# Across missions -------------------------------------------------------------------------------


def test_all_that_a_nation_did_anywhere(ask: Ask) -> None:
    """A nation's timeline goes through every mission it is named in."""
    rows = data(ask("timeline", "--who", "danmark", "--format", "json"))
    assert {row["mission"] for row in rows} == {"nato-mission-iraq", "operation-inherent-resolve"}
    assert {"DNK", "dnk-helicopters", "michael-lollesgaard"} <= {row["key"] for row in rows}
    assert not {"CAN", "ITA", "AUS"} & {row["key"] for row in rows}
    page = words(ask("timeline", "--who", "Danish"))
    assert page.startswith("Denmark (DNK) in 2 missions")
    assert "Operation Inherent Resolve (operation-inherent-resolve)" in page


def test_plans_of_all_missions_that_are_due(ask: Ask) -> None:
    """What is due within so many days is listed wherever it is planned, and nothing else."""
    due = data(ask("plans", "--due", "90d", "--on", "2023-12-01", "--format", "json"))
    assert {(each["mission"], each["key"], each["outcome"]) for each in due} == {
        ("nato-mission-iraq", "dnk-escort", "due"),
        ("nato-mission-iraq", "dnk-national-element", "due"),
    }
    assert data(ask("plans", "--due", "1w", "--on", "2021-12-01", "--format", "json"), 1) == []
    page = words(ask("plans", "--due", "3m", "--on", "2023-12-01"))
    assert "due by 2024-03-03" in page


def test_plans_of_how_many_are_plans(ask: Ask) -> None:
    """A planned number stands beside what was counted, and is judged no further than that goes."""
    found = data(ask("plans", "nmi", "--format", "json"))
    counts = {(p["key"], p["measure"]): p for p in found if p["measure"]}
    planned = counts["DNK", "quantity"]
    assert [each["max"] for each in planned["planned"]["quantities"]] == [210, 210]
    assert [each["max"] for each in planned["counted"]] == [140]
    assert planned["outcome"] == "unclear"
    assert counts["dnk-helicopters", "quantity"]["outcome"] == "fits"
    assert counts["dnk-helicopters", "reserve"]["outcome"] == "unconfirmed"
    unconfirmed = data(ask("plans", "--outcome", "unconf", "--format", "json"))
    assert {each["outcome"] for each in unconfirmed} == {"unconfirmed"}


# By any name -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("state", "nmi"), ("state", "NATO Mission Iraq")),
        (("why", "nmi", "DNK", "--facet", "command"),
         ("why", "NMI", "Denmark", "--facet", "command")),
        (("history", "nmi", "dnk-helicopters"), ("history", "nmi", "helicopters")),
        (("timeline", "nmi", "--key", "michael-lollesgaard"),
         ("timeline", "nmi", "--key", "lolles")),
        (("sources", "nmi"), ("sources", "Nato Mission Iraq")),
        (("log", "--source", "um-handover-2022-05"), ("log", "--source", "um")),
        (("show", "um-handover-2022-05"), ("show", "Denmark hands over command")),
        (("find", "--who", "DNK"), ("find", "--who", "dansk")),
        (("diff", "nmi", "--on", "2021..2022", "--facet", "contribution"),
         ("diff", "nmi", "--on", "2021..2022", "--facet", "Contributions")),
        (("plans", "nmi"), ("plans", "nato mission iraq")),
        (("types", "command-attested"), ("types", "command att")),
        (("check", "--mission", "nmi"), ("check", "--mission", "NATO MISSION IRAQ")),
    ],
)  # fmt: skip
def test_every_argument_and_filter_takes_any_name(
    ask: Ask, one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    """However a thing is named, the answer is the same."""
    first, second = (ask(*call, "--format", "json") for call in (one, other))
    assert first.exit_code == second.exit_code
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)


@pytest.fixture(scope="module")
def six_nations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in which the nations of WAYS take part in a mission."""
    place = tmp_path_factory.mktemp("six") / "ledger.sqlite"
    events = "".join(f"  - {{type: participation-joined, participant: {n}}}\n" for n in WAYS)
    text = (
        "mission: example-mission\nsource: {id: s, publisher: P, title: T, language: en,"
        f" published: 2020-01-01}}\nevents:\n{events.replace('}', ', on: 2020}')}"
    )
    create_record(place, lambda store: add(store, text))
    return place


def add(store: Store, text: str) -> None:
    """Append the announcement that a text is."""
    append_announcement(store, read_announcement(text.encode(), "six.yaml"), by="anna")


@pytest.mark.parametrize("code", WAYS)
def test_find_takes_a_nation_however_it_is_written(ask: Ask, six_nations: Path, code: str) -> None:
    """Twelve ways of writing a nation find the same."""
    found = set()
    for text in WAYS[code].split():
        call = ("find", "--who", text.replace("-", " "), "--on", "2021", "--format", "json")
        answer = ask(*call, MISSION_LEDGER=str(six_nations))
        assert [each["key"] for each in data(answer)] == [code], text
        found.add(answer.stdout)
    assert len(found) == 1


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("find", "--who", "Canada", "--on", "2025"), "command Canada: 2018-10-01 to 2020-12-30"),
        (("find", "--what", "dcm", "--on", "2021"), "2022-11-01 to 2023-03-30"),
        (("find", "--who", "ITA", "--known", "2021"), "NOT CERTAINLY KNOWN OR RECORDED BY THEN"),
        (("find", "--who", "Sweden", "--facet", "contribution"), "on any day"),
    ],
)
def test_what_is_not_there_on_the_day_says_when_it_is(
    ask: Ask, call: tuple[str, ...], said: str
) -> None:
    """Nothing found on one day names the days on which there is something."""
    assert said in words(ask(*call), 1)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("state", "nmi", "--facet", "commander"), "commander Michael Lollesgaard: 2021-05-01 to"),
        (("state", "nmi", "--on", "2001"), "mission NATO Mission Iraq: from 2018-07-01 on"),
        (("why", "nmi", "Canada"), "command Canada: 2018-10-01 to 2020-12-30"),
    ],
)
def test_an_empty_state_says_when_there_was_something(
    ask: Ask, call: tuple[str, ...], said: str
) -> None:
    """A facet or key with nothing on the day names its other days."""
    assert said in words(ask(*call, "--on", "2024-06-01") if "--on" not in call else ask(*call))


@pytest.mark.parametrize("text", ["%", "_", "*", "--", "'", "  ", "\u200b", "🇩🇰", ""])
@pytest.mark.parametrize("option", ["--what", "--where", "--who"])
def test_a_text_without_letters_is_nowhere(ask: Ask, option: str, text: str) -> None:
    """It is not in every name, and nothing is found by it."""
    assert ask("find", f"{option}={text}").exit_code in (1, 2)


@pytest.mark.parametrize("call", [("find", "--what", "helicoptrs"), ("find", "--where", "Bagdad")])
def test_a_text_that_is_nowhere_is_told_with_the_nearest(ask: Ask, call: tuple[str, ...]) -> None:
    """A slip in what is looked for is not answered with an empty table."""
    result = ask(*call)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "did you mean" in result.stderr
    assert data(ask(*call, "--format", "json"), 1)["error"] == "lookup"


# The opening, and how much is shown -------------------------------------------------------------


def test_a_state_can_be_brief_or_full(ask: Ask) -> None:
    """The opening alone; all but what is folded; and all."""
    brief, plain, full = (
        ask("state", "nmi", "--on", "2018-12", *extent).stdout
        for extent in (["--brief"], [], ["--full"])
    )
    opening = brief.split("\n\n")[1]
    assert opening.startswith("led by")
    assert opening in plain
    assert opening in full
    assert "CONTRIBUTION" not in brief
    assert "all 3" in plain.split("PLACE")[1].split("\n\n")[0]
    assert "Besmaya\n" not in plain
    assert "Besmaya" in full.split("PLACE")[1]
    assert "possible  start not stated" in plain


def test_words_of_another_language_are_marked_as_quoted(ask: Ask) -> None:
    """A stated quantity is in quotation marks, and its language is named."""
    page = words(ask("state", "nmi", "--on", "2021-06-15"))
    assert "2 helicopters (“to”, in Danish), still assumed, as of 2021-05" in page
    assert "at most 140 people (“up to 140”)" in page


def test_facets_stand_in_the_order_a_person_expects(ask: Ask) -> None:
    """Who leads and commands, how many and what is given come before places and relations."""
    page = ask("state", "nmi", "--on", "2021-06-15").stdout
    groups = re.findall(r"^([A-Z]+)$", page, re.MULTILINE)
    assert groups[:9] == [
        *("MISSION", "COMMAND", "COMMANDER", "STRENGTH", "CONTRIBUTION", "PARTICIPATION"),
        *("MANDATE", "PLACE", "RELATION"),
    ]
    found = ask("find", "--who", "DNK", "--on", "2021-06-15").stdout
    groups = [each for each in re.findall(r"^([A-Z]+)$", found, re.MULTILINE) if each != "SOURCES"]
    assert groups[:5] == [
        *("COMMAND", "COMMANDER", "STRENGTH", "CONTRIBUTION", "PARTICIPATION"),
    ]


def test_a_source_lists_all_that_it_states(ask: Ask) -> None:
    """Each event with its words and its place in the source, mission by mission."""
    page = words(ask("show", "fmn-nmi-2023"))
    assert "STATES OF nato-mission-iraq: 37 events" in page
    assert "“senest i februar 2024”, Danish contributions, paragraph after the list" in page
    assert "support for Danish personnel (dnk-national-element)" in page


def test_keys_are_shown_by_what_they_are_called(ask: Ask) -> None:
    """Where an event has only a key, its name stands with it; so do missions' names."""
    page = words(ask("log", "--source", "um"))
    assert "contribution-withdrawn: EH101 transport helicopters (dnk-helicopters), planned" in page
    assert "from Denmark (DNK), to Italy (ITA)" in page
    assert "EU Advisory Mission in Iraq 3 euam-iraq" in words(ask("missions"))
    assert "EU Advisory Mission in Iraq" in words(ask("state", "nmi", "--on", "2021", "--full"))


# As a sheet ------------------------------------------------------------------------------------


SHEETS = [
    ("state", "nmi", "--on", "2021-06-15"),
    ("state", "nmi", "--during", "2021"),
    ("find", "--who", "DNK", "--on", "2021-06-15"),
    ("timeline", "nmi"),
    ("plans", "nmi"),
    ("why", "nmi", "DNK", "--on", "2021-06-15"),
    ("history", "nmi", "DNK"),
    ("diff", "nmi", "--on", "2020..2021"),
    ("sources", "nmi"),
    ("missions",),
    ("log", "--last", "5"),
    ("check",),
]


@pytest.mark.parametrize("call", SHEETS, ids=lambda call: call[0])
def test_a_sheet_has_the_clocks_and_short_ids(ask: Ask, call: tuple[str, ...]) -> None:
    """Every row has the same columns, the mission and clocks first, and no id of 64 digits."""
    text = ask(*call, "--format", "csv").stdout
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(set(rows[0])) == len(rows[0])
    assert not re.search(r"\b(?<!sha256:)[0-9a-f]{64}\b", text)
    if call[0] != "log":
        assert rows[0][0] == "mission"
        clock = ("log_position", "position", "from.position")
        column = rows[0].index(next(name for name in clock if name in rows[0]))
        assert {row[column] for row in rows[1:]} == {"164"}
    for row in rows[1:]:
        assert not any(cell.startswith(("{", "[{")) for cell in row), row


def test_a_sheet_has_one_column_a_field(ask: Ask) -> None:
    """What a facet carries stands in columns of its own, numbers as numbers."""
    text = ask("state", "nmi", "--on", "2021-06-15", "--format", "csv").stdout
    rows = {(row["facet"], row["key"]): row for row in csv.DictReader(io.StringIO(text))}
    helicopters = rows["contribution", "dnk-helicopters"]
    assert helicopters["on"] == "2021-06-15"
    assert helicopters["value.contributor"] == "DNK"
    assert helicopters["value.capability"] == "EH101 transport helicopters"
    assert (helicopters["value.quantity.min"], helicopters["value.quantity.max"]) == ("2", "2")
    assert helicopters["value.reserve.standing"] == "expected"
    assert rows["commander", "michael-lollesgaard"]["value.rank"] == "Lieutenant General"
    assert rows["mission", "nato-mission-iraq"]["value.aliases"] == "nmi"


def test_records_carry_the_clocks_in_every_format(ask: Ask) -> None:
    """A line of JSON tells by which clocks it is so."""
    asked = ("--on", "2021-06-15", "--known", "2022", "--recorded", "164")
    for call in (("find", "--who", "DNK"), ("state", "nmi"), ("why", "nmi", "DNK")):
        for line in ask(*call, *asked, "--format", "jsonl").stdout.splitlines():
            record = json.loads(line)
            assert record["mission"]
            assert (record["known"], record["recorded"]) == ("2022-12-31", "164")
            assert record["on"] == "2021-06-15" or call[0] == "why"


@pytest.mark.parametrize(
    "call",
    [
        *(("timeline", "nmi"), ("plans", "nmi"), ("find", "--who", "DNK", "--on", "2021-06-15")),
        *(("history", "nmi", "DNK"), ("missions",), ("sources", "nmi"), ("check",)),
    ],
    ids=lambda call: call[0],
)
def test_a_list_carries_the_clocks_in_each_record(ask: Ask, call: tuple[str, ...]) -> None:
    """What is a list in JSON, as the reference says, has the mission and the clocks in each row."""
    found = data(ask(*call, "--format", "json"), int(call[0] == "check"))
    assert isinstance(found, list)
    for each in found:
        assert each["mission"]
        assert 164 in (each.get("log_position"), each.get("position"))
        assert "recorded" in each or call[0] == "check"
