"""The standing table worked by hand: each row, each rule beside it, each decision."""

from typing import Any

import pytest

from events.catalogue import (
    CommandAttested,
    CommanderAppointed,
    CommanderAttested,
    CommandHandedOver,
    CommandRelinquished,
    CommandTakenOver,
    ContributionAttested,
    ContributionDeployed,
    ContributionStrengthReported,
    MissionAttested,
    MissionEnded,
    MissionEstablished,
    PlaceAttested,
    PlaceClosed,
    PlaceOpened,
    StrengthReported,
)
from events.facets import Role
from tests.projections.build import Record
from tests.projections.standing_cases import CASES, PUBLISHED, contribution, days


def answer(record: Record, on: str) -> str:
    """Return the standing on a day; `-` where it is not in the state."""
    found = record.standings("contribution", on)
    return found.get("helicopters", "-")


@pytest.mark.parametrize("name", CASES)
def test_standing(name: str) -> None:
    """Each record answers on each day as the definitions have it."""
    said, wanted = CASES[name]
    record = contribution(said)
    for on, standing in days(wanted):
        assert answer(record, on) == standing, on


def test_a_key_that_comes_back_has_a_second_period() -> None:
    """Periods of one key are weighed apart, and stand apart in the state."""
    record = contribution("starts 2021-05-03; ends 2021-05-20; starts 2021-08-01 second")
    assert record.standings("contribution", "2021-08-01") == {"helicopters#2": "certain"}


def test_a_second_period_begins_once_the_first_has_ended() -> None:
    """What the first is reported to have lasted is no part of the second."""
    record = contribution("starts 2021-05-03; ends 2021-08-10; starts 2021-08 second")
    assert record.standings("contribution", "2021-08-09") == {"helicopters": "certain"}
    assert record.standings("contribution", "2021-08-10") == {"helicopters#2": "possible"}


def test_a_dispute_marks_the_periods_whose_reports_take_part() -> None:
    """A third period, which nothing contradicts, is not disputed."""
    record = contribution("starts 2021-05-03; attests 2021-09-01; starts 2021-08-01 second")
    fields = {"contribution": "helicopters", "contributor": "DNK", "period": 3}
    record.source("later", "2022-12-01").say(ContributionDeployed, on="2022-05-01", **fields)
    assert record.standings("contribution", "2022-05-01")["helicopters#3"] == "certain"
    assert record.standings("contribution", "2021-08-01") == {
        "helicopters": "possible!",
        "helicopters#2": "possible!",
    }


def test_no_earlier_than_the_mission() -> None:
    """What has no known start, or one open to the past, began no earlier than the mission."""
    record = Record().source("s", PUBLISHED)
    record.say(PlaceAttested, place="erbil", on="2021-05-03")
    record.say(ContributionDeployed, contribution="c", contributor="DNK", on="[..2021-05]")
    assert record.standings("place", "2010-01-01") == {"erbil": "possible"}
    record.say(MissionEstablished, on="2018-10")
    for facet, key in (("place", "erbil"), ("contribution", "c")):
        assert record.standings(facet, "2018-09-30") == {}
        assert record.standings(facet, "2018-10-01") == {key: "possible"}


def test_a_planned_mission_is_no_floor() -> None:
    """Where the mission's own start is not reported the bound stays open."""
    record = Record().source("s", PUBLISHED)
    record.say(MissionEstablished, on="2021-03", basis="planned")
    record.say(PlaceAttested, place="erbil", on="2021-05-03")
    assert record.standings("place", "2010-01-01") == {"erbil": "possible"}


def test_a_plan_for_the_mission_brings_the_floor_no_nearer() -> None:
    """What a plan says of the mission's start makes no part of it any surer."""
    record = Record().source("s", PUBLISHED)
    record.say(MissionEstablished, on="2021-05")
    record.say(ContributionDeployed, contribution="c", contributor="DNK", on="[..2021-05]")
    record.source("t", "2021-05-31").say(MissionEstablished, on="2021-06", basis="planned")
    assert record.standings("contribution", "2021-05-30") == {"c": "possible"}
    assert record.standings("contribution", "2021-05-31") == {"c": "assumed"}


def test_attested_before_its_mission_is_disputed() -> None:
    """The first attestation goes before the mission's start, and contradicts it."""
    record = Record().source("s", "2021-12-01")
    record.say(MissionEstablished, on="2021-05-01")
    record.say(PlaceAttested, place="erbil", on="2021-03")
    assert record.standings("place", "2021-02-28") == {}
    assert record.standings("place", "2021-03-01") == {"erbil": "possible!"}
    assert record.standings("place", "2021-03-31") == {"erbil": "assumed!"}


# The end of the mission ------------------------------------------------------------------------


def ended_mission(on: str) -> Record:
    """Make a record of a mission of 2015 that ended on a date, and of a place and a command."""
    record = Record().source("s", "2022-12-01")
    record.say(MissionEstablished, on="2015-01-01")
    record.say(PlaceOpened, place="kabul", on="2015-01-01")
    record.say(CommandTakenOver, by="USA", on="2015-01-01")
    record.say(MissionEnded, on=on)
    return record


def test_the_end_of_the_mission_ends_its_parts() -> None:
    """Inside the window of its end they are possible, after it gone."""
    record = ended_mission("2021-09")
    for facet, key in (("place", "kabul"), ("command", "USA")):
        assert record.standings(facet, "2021-08-31") == {key: "assumed"}
        assert record.standings(facet, "2021-09-01") == {key: "possible"}
        assert record.standings(facet, "2021-09-29") == {key: "possible"}
        assert record.standings(facet, "2021-09-30") == {}


@pytest.mark.parametrize(
    ("on", "goes_on"), [("2021-09-29", False), ("2021-09-30", True), ("2021-12-01", True)]
)
def test_a_part_attested_later_goes_on(on: str, goes_on: bool) -> None:
    """As its own sources have it, where one attests it on or after the day of the end."""
    record = ended_mission("2021-09")
    record.say(PlaceAttested, place="kabul", on=on)
    expected = {"kabul": "assumed"} if goes_on else {}
    assert record.standings("place", "2022-01-01") == expected
    assert record.standings("place", "2021-09-10") == {"kabul": "certain"}


def test_a_part_reported_to_end_later_goes_on_until_then() -> None:
    """An end on the day of the mission's is no later one."""
    record = ended_mission("2021-09-15")
    record.say(PlaceClosed, place="kabul", on="2021-10-01")
    assert record.standings("place", "2021-09-20") == {"kabul": "certain"}
    assert record.standings("place", "2021-10-01") == {}


def test_a_mission_attested_after_its_end_ends_its_parts_perhaps() -> None:
    """Where some set of reports leaves out the end, they are possible from then on."""
    record = ended_mission("2021-09-15")
    record.say(MissionAttested, on="2022-01-01")
    assert record.standings("place", "2021-09-14") == {"kabul": "assumed"}
    assert record.standings("place", "2022-06-01") == {"kabul": "possible"}


def test_a_plan_ends_with_its_mission() -> None:
    """What was only planned is not expected once the mission is over."""
    record = ended_mission("2021-09-15")
    record.source("p", "2015-01-02")
    record.say(
        ContributionDeployed, contribution="c", contributor="NOR", on="2016-04", basis="planned"
    )
    assert record.standings("contribution", "2021-09-14") == {"c": "expected"}
    assert record.standings("contribution", "2021-09-15") == {}


def test_a_second_mission_has_parts_of_its_own() -> None:
    """What begins after the first end goes on until the next."""
    record = ended_mission("2018-01-01")
    record.say(MissionEstablished, on="2019-01-01", period=2)
    record.say(PlaceOpened, place="herat", on="2019-01-01")
    record.say(MissionEnded, on="2021-09-15", period=2)
    assert record.standings("place", "2018-06-01") == {}
    assert record.standings("place", "2019-06-01") == {"herat": "assumed"}
    assert record.standings("place", "2021-09-15") == {}


def test_counts_end_with_their_mission() -> None:
    """What is counted later answers from its own day, and keeps nothing before it going."""
    record = ended_mission("2021-09-15")
    record.say(StrengthReported, counted="DNK", on="2021-05-01", quantity=180)
    assert record.standings("strength", "2021-09-14") == {"DNK": "assumed"}
    assert record.standings("strength", "2021-09-15") == {}
    record.say(StrengthReported, counted="DNK", on="2021-11-01", quantity=20)
    assert record.standings("strength", "2021-10-31") == {}
    assert record.standings("strength", "2021-11-01") == {"DNK": "certain"}


# Preferences -----------------------------------------------------------------------------------

START = ("contribution", "helicopters", 1, Role.START)


def test_a_preference_settles_a_dispute() -> None:
    """The preferred claim's window stands and the mark is gone; the other stays visible."""
    record = contribution("starts 2021-05-03; starts 2021-05-09")
    record.prefer(START, record.entries[1].id)
    assert answer(record, "2021-05-08") == "-"
    assert answer(record, "2021-05-09") == "certain"
    (entry,) = record.found("contribution", "2021-05-09")
    assert entry.start
    assert [claim.edtf for claim in entry.start.set_aside] == ["2021-05-03"]


def test_a_claim_recorded_after_a_preference_opens_the_dispute_again() -> None:
    """The preference never weighed it."""
    record = contribution("starts 2021-05-03; starts 2021-05-09")
    record.prefer(START, record.entries[1].id)
    record.say(ContributionDeployed, contribution="helicopters", contributor="DNK", on="2021-05-20")
    assert answer(record, "2021-05-08") == "-"
    assert answer(record, "2021-05-10") == "possible!"


def test_a_preference_without_its_claims_has_no_effect() -> None:
    """Retract what was preferred, and the others are weighed as before it."""
    record = contribution("starts 2021-05-03; starts 2021-05-09; starts 2021-05-12")
    record.prefer(START, record.entries[1].id)
    record.retract(record.entries[1].id)
    assert answer(record, "2021-05-04") == "possible!"


def test_a_retracted_preference_has_no_effect() -> None:
    """A preference is an event, and can be retracted."""
    record = contribution("starts 2021-05-03; starts 2021-05-09")
    record.retract(record.prefer(START, record.entries[1].id))
    assert answer(record, "2021-05-08") == "possible!"


# Exclusive facets ------------------------------------------------------------------------------


def command(*claims: tuple[Any, ...]) -> Record:
    """Make a record of who led; a claim is its type, its holder or holders, and its date."""
    record = Record().source("s", PUBLISHED)
    for kind, who, on, *more in claims:
        holders = {"from": who[:3], "to": who[4:]} if kind is CommandHandedOver else {"by": who}
        record.say(kind, on=on, basis=more[0] if more else "reported", **holders)
    return record


def test_a_handover_ends_one_holder_and_begins_the_next() -> None:
    """One event bears on both: in its window both are possible, after it only the taker."""
    record = command(
        (CommandTakenOver, "DNK", "2020-11-18"),
        (CommandHandedOver, "DNK-ITA", "2022-05"),
        (CommandAttested, "ITA", "2022-07-01"),
    )
    assert record.standings("command", "2022-04-30") == {"DNK": "certain"}
    assert record.standings("command", "2022-05-15") == {"DNK": "possible", "ITA": "possible"}
    assert record.standings("command", "2022-05-31") == {"ITA": "certain"}


def test_another_holders_start_displaces() -> None:
    """Nobody reports the first holder's end; the next one's start shows it all the same."""
    record = command((CommandTakenOver, "DNK", "2020-11-18"), (CommandTakenOver, "ITA", "2022-05"))
    assert record.standings("command", "2022-04-30") == {"DNK": "assumed"}
    assert record.standings("command", "2022-05-01") == {"DNK": "possible", "ITA": "possible"}
    assert record.standings("command", "2022-05-31") == {"ITA": "assumed"}


def test_three_holders_take_turns() -> None:
    """Each goes on until the first start after its own."""
    record = command(
        (CommandTakenOver, "CAN", "2018-10-01"),
        (CommandTakenOver, "ITA", "2022-05-10"),
        (CommandTakenOver, "DNK", "2020-11-18"),
    )
    assert record.standings("command", "2020-11-17") == {"CAN": "assumed"}
    assert record.standings("command", "2020-11-18") == {"DNK": "certain"}
    assert record.standings("command", "2022-05-09") == {"DNK": "assumed"}
    assert record.standings("command", "2030-01-01") == {"ITA": "assumed"}


def test_a_planned_start_displaces_nobody() -> None:
    """A plan takes nothing out of the state that was reported."""
    record = command((CommandTakenOver, "DNK", "2020-11-18"))
    record.source("t", "2021-01-01")
    record.say(CommandTakenOver, by="ITA", on="2022-05-10", basis="planned")
    assert record.standings("command", "2022-06-01") == {"DNK": "assumed", "ITA": "expected"}


@pytest.mark.parametrize(
    ("second", "on", "both"),
    [
        ("2020-05-10", "2020-12-30", {"DNK": "possible", "ITA": "assumed"}),
        ("2020-05-10", "2020-12-31", {"DNK": "possible", "ITA": "possible"}),
        ("2020", "2021-06-01", {"DNK": "possible", "ITA": "possible"}),
        ("[2020-06-01..2021-02-01]", "2021-02-01", {"DNK": "possible", "ITA": "possible"}),
    ],
)
def test_of_two_whose_starts_overlap_either_may_hold(
    second: str, on: str, both: dict[str, str]
) -> None:
    """No source tells whose start came first, and only the later one holds."""
    record = command((CommandTakenOver, "DNK", "2020"), (CommandTakenOver, "ITA", second))
    assert record.standings("command", on) == both
    record.say(CommandAttested, by="ITA", on="2021-03-01")
    assert record.standings("command", "2021-03-01") == {"ITA": "certain"}


def test_a_holder_attested_in_a_window_leaves_it_open_who_holds_after_it() -> None:
    """It was in force on some day of it, and the other may have begun before or after."""
    record = command((CommandTakenOver, "DNK", "2020-02-10"), (CommandAttested, "ITA", "2020-05"))
    assert record.standings("command", "2020-05-31") == {"DNK": "possible", "ITA": "possible"}


def test_a_holder_that_has_ended_may_have_been_the_later_one() -> None:
    """What began in the same year is not assumed to have come after it."""
    record = command(
        (CommandTakenOver, "DNK", "2020"),
        (CommandTakenOver, "ITA", "[2020-06..2021-06]"),
        (CommandRelinquished, "DNK", "2021-03-01"),
    )
    assert record.standings("command", "2021-07-01") == {"ITA": "possible"}


def test_a_holder_still_attested_after_the_next_ones_start_is_disputed() -> None:
    """Both are possible from then on: the reports of one cannot be true with the other's."""
    record = command(
        (CommandTakenOver, "DNK", "2020-11-18"),
        (CommandTakenOver, "ITA", "2022-05-10"),
        (CommandAttested, "DNK", "2022-06-01"),
    )
    assert record.standings("command", "2022-05-09")["DNK"] == "certain"
    assert record.standings("command", "2022-05-10") == {"DNK": "possible!", "ITA": "possible!"}
    assert record.standings("command", "2023-01-01") == {"DNK": "possible!", "ITA": "possible!"}


def test_a_holder_attested_after_its_own_handover_is_disputed() -> None:
    """The taker's start does not settle what the giver's attestation leaves open."""
    record = command(
        (CommandTakenOver, "DNK", "2020-11-18"),
        (CommandHandedOver, "DNK-ITA", "2022-05-10"),
        (CommandAttested, "DNK", "2022-06-01"),
    )
    assert record.standings("command", "2022-05-09")["DNK"] == "certain!"
    assert record.standings("command", "2022-05-10")["DNK"] == "possible!"
    assert record.standings("command", "2022-06-01")["DNK"] == "possible!"


def test_a_holder_of_one_day_attested_after_its_handover_is_disputed() -> None:
    """That it began on the day of the next one's start makes no difference."""
    record = command(
        (CommandTakenOver, "DNK", "2020-11-18"),
        (CommandHandedOver, "DNK-ITA", "2020-11-18"),
        (CommandAttested, "DNK", "2020-12-01"),
    )
    for on in ("2020-11-18", "2020-11-30", "2021-03-01"):
        assert record.standings("command", on) == {"DNK": "possible!", "ITA": "possible!"}


def test_a_holder_reported_to_end_after_the_next_ones_start_is_disputed() -> None:
    """It is possible between the two, and gone at its own end."""
    record = command(
        (CommandTakenOver, "DNK", "2020-11-18"),
        (CommandTakenOver, "ITA", "2022-05-10"),
        (CommandRelinquished, "DNK", "2022-06-01"),
    )
    assert record.standings("command", "2022-05-31")["DNK"] == "possible!"
    assert "DNK" not in record.standings("command", "2022-06-01")


def test_two_that_began_on_one_day_clash() -> None:
    """Neither can have gone before the other, so neither is believed."""
    record = command(
        (CommandTakenOver, "DNK", "2020-11-18"), (CommandTakenOver, "ITA", "2020-11-18")
    )
    assert record.standings("command", "2020-11-17") == {}
    assert record.standings("command", "2021-01-01") == {"DNK": "possible!", "ITA": "possible!"}


def test_a_holder_is_displaced_by_one_who_is_only_attested() -> None:
    """No source says when the other began; on the day it is attested, the first had gone."""
    record = command(
        (CommandTakenOver, "DNK", "2020-11-18"), (CommandAttested, "ITA", "2022-05-10")
    )
    assert record.standings("command", "2022-05-09") == {"DNK": "assumed", "ITA": "possible"}
    assert record.standings("command", "2022-05-10") == {"ITA": "certain"}


def test_a_contested_start_displaces_nobody_for_sure() -> None:
    """Where some reports have it that the other never began then, the first may go on."""
    record = command(
        (CommandTakenOver, "DNK", "2020-11-18"),
        (CommandTakenOver, "ITA", "2022-05-10"),
        (CommandRelinquished, "ITA", "2022-05-01"),
    )
    assert record.standings("command", "2022-05-09")["DNK"] == "assumed"
    assert record.standings("command", "2023-01-01") == {"DNK": "possible", "ITA": "possible!"}


def test_a_holder_begun_by_the_close_of_a_vague_start_is_gone_when_the_other_surely_holds() -> None:
    """Two cannot hold at once: who had begun by then and does not hold came before."""
    record = Record().source("s", PUBLISHED)
    record.say(CommanderAttested, commander="first", on="2020-11-05")
    record.say(CommanderAppointed, commander="second", on="2020-11")
    record.say(CommanderAttested, commander="second", on="2021-03-01")
    assert record.standings("commander", "2020-11-29") == {
        "first": "possible",
        "second": "possible",
    }
    assert record.standings("commander", "2020-11-30") == {"second": "certain"}


# Readings --------------------------------------------------------------------------------------


def strength(*claims: tuple[Any, ...]) -> Record:
    """Make a record of counts: a number, a date, and a basis or a publication date."""
    record = Record()
    for number, (count, on, *more) in enumerate(claims):
        record.source(f"s{number}", more[1] if len(more) > 1 else PUBLISHED)
        record.say(
            StrengthReported,
            counted="DNK",
            on=on,
            quantity=count,
            basis=more[0] if more else "reported",
        )
    return record


def counts(record: Record, on: str) -> list[str]:
    """Return each answer as `180 certain`, with `!` where it is disputed."""
    shown = []
    for entry in record.found("strength", on):
        quantity: Any = entry.value["quantity"]
        shown.append(f"{quantity['max']} {entry.standing.value}{'!' if entry.disputed else ''}")
    return shown


READINGS: dict[str, tuple[tuple[tuple[Any, ...], ...], dict[str, list[str]]]] = {
    "certain on its day, assumed until the next": (
        ((180, "2021-05-03"), (150, "2021-06-10")),
        {
            "2021-05-02": [],
            "2021-05-03": ["180 certain"],
            "2021-06-09": ["180 assumed"],
            "2021-06-10": ["150 certain"],
            "2022-01-01": ["150 assumed"],
        },
    ),
    "possible inside its window, its last day too": (
        ((180, "2021-05"),),
        {
            "2021-05-01": ["180 possible"],
            "2021-05-31": ["180 possible"],
            "2021-06-01": ["180 assumed"],
        },
    ),
    "the one before is shown beside one that may have begun": (
        ((180, "2021-03-01"), (150, "2021-05")),
        {"2021-05-10": ["180 assumed", "150 possible"], "2021-05-31": ["150 possible"]},
    ),
    "a plan is only ever expected": (
        ((180, "2021-05", "planned", "2021-02-01"),),
        {"2021-04-30": [], "2021-05-10": ["180 expected"], "2022-01-01": ["180 expected"]},
    ),
    "a plan never reaches back past its publication": (
        ((180, "2021", "planned", "2021-05-10"),),
        {"2021-05-09": [], "2021-05-10": ["180 expected"]},
    ),
    "at the same date a reported one goes before a planned one": (
        ((180, "2021-05-03"), (150, "2021-05-03", "planned", "2021-02-01")),
        {"2021-05-03": ["180 certain"], "2021-06-01": ["180 assumed"]},
    ),
    "then the latest published": (
        (("180", "2021-05-03"), ("180", "2021-05-03", "reported", "2021-06-01")),
        {"2021-05-03": ["180 certain"]},
    ),
    "quantities of one date that exclude each other are disputed": (
        ((180, "2021-05"), (150, "2021-05", "reported", "2023-06-02")),
        {"2021-05-10": ["150 possible!"], "2021-06-10": ["150 assumed!"]},
    ),
    "no source tells the order of windows one inside the other": (
        ((180, "2021-05"), (150, "2021-05-10")),
        {
            "2021-05-10": ["150 certain", "180 possible"],
            "2021-06-10": ["180 possible", "150 possible"],
        },
    ),
    "nor where they share a side": (
        ((180, "2021-05"), (150, "[2021-05-20..2021-05-31]")),
        {"2021-06-10": ["150 possible", "180 possible"]},
    ),
    "the last day of a month is not before any other day of it": (
        ((180, "2021-05"), (150, "2021-05-31")),
        {"2021-05-31": ["150 certain"], "2021-06-10": ["150 assumed"]},
    ),
    "a later window is the later reading": (
        ((180, "2021-05"), (150, "[2021-05-20..2021-06-10]")),
        {"2021-06-11": ["150 assumed"]},
    ),
    "a plan published late does not answer for a later day than its own": (
        ((10, "2020-01-31"), (20, "2020-01-22", "planned", "2020-04-20")),
        {"2020-02-01": ["10 assumed"], "2020-04-20": ["10 assumed"], "2020-05-01": ["10 assumed"]},
    ),
    "a dispute within an unknown order is still one": (
        ((100, "2021-05"), (180, "2021-05"), (150, "2021-05-10")),
        {"2021-06-10": ["180 possible!", "150 possible"]},
    ),
}


@pytest.mark.parametrize("name", READINGS)
def test_readings(name: str) -> None:
    """Each count answers on each day as the definitions have it."""
    said, wanted = READINGS[name]
    record = strength(*said)
    assert {on: counts(record, on) for on in wanted} == wanted


def test_the_last_reported_reading_stands_beside_a_planned_one() -> None:
    """A plan that has begun answers, and does not hide what was last counted."""
    record = strength((180, "2021-03-01"), (100, "2021-05-03", "planned", "2021-02-01"))
    (entry,) = record.found("strength", "2021-06-01")
    quantity: Any = entry.value["quantity"]
    assert (entry.standing, quantity["max"]) == ("expected", 100)
    assert quantity["last_reported"]["max"] == 180


def test_what_counts_different_things_is_apart() -> None:
    """Helicopters take no soldiers' place, and words for the same are one series."""
    record = Record().source("s", "2021-12-01")
    for number, unit, on in ((700, "soldater", "2021-05-01"), (3, "helicopters", "2021-06-01")):
        quantity = {"min": number, "max": number, "unit": unit}
        record.say(StrengthReported, counted="DNK", on=on, quantity=quantity)
    assert counts(record, "2021-07-01") == ["3 assumed", "700 assumed"]
    quantity = {"min": 500, "max": 500, "unit": "soldiers"}
    record.say(StrengthReported, counted="DNK", on="2021-05-01", quantity=quantity)
    assert counts(record, "2021-07-01") == ["3 assumed", "500 assumed!"]


def test_a_reading_answers_until_its_end() -> None:
    """Inside the window of that it is possible; then nothing answers, nor what it replaced."""
    record = Record().source("s", "2021-12-01")
    record.say(StrengthReported, counted="DNK", on="2021-03-01", quantity=10)
    record.say(StrengthReported, counted="DNK", on="2021-05-01", until="2021-07", quantity=20)
    assert counts(record, "2021-06-30") == ["20 assumed"]
    assert counts(record, "2021-07-01") == ["20 possible"]
    assert counts(record, "2021-07-30") == ["20 possible"]
    assert counts(record, "2021-07-31") == []


def test_a_preference_settles_readings_of_one_date() -> None:
    """The preferred count answers, undisputed."""
    record = strength((180, "2021-05"), (150, "2021-05", "reported", "2021-06-02"))
    record.prefer(("strength", "DNK", 1, Role.READING), record.entries[0].id)
    assert counts(record, "2021-06-10") == ["180 assumed"]


def test_the_quantity_of_a_deployment_is_a_reading_on_its_date() -> None:
    """It answers with its own standing until the next reading of the contribution."""
    record = Record().source("s", PUBLISHED)
    about = {"contribution": "helicopters"}
    record.say(ContributionDeployed, on="2021-05-03", contributor="DNK", quantity=3, **about)
    record.say(ContributionStrengthReported, on="2021-06", quantity=2, **about)
    record.say(ContributionAttested, on="2021-08-01", **about)

    def found(on: str) -> tuple[str, int, str]:
        (entry,) = record.found("contribution", on)
        quantity: Any = entry.value["quantity"]
        return entry.standing.value, quantity["max"], quantity["standing"]

    assert found("2021-05-03") == ("certain", 3, "certain")
    assert found("2021-05-10") == ("certain", 3, "assumed")
    assert found("2021-07-10") == ("certain", 2, "assumed")


def test_a_number_only_a_plan_gives_is_expected_on_a_certain_contribution() -> None:
    """What it is stands surer than how many."""
    record = Record().source("s", "2021-02-01")
    about = {"contribution": "helicopters", "contributor": "DNK"}
    record.say(ContributionDeployed, on="2021-05", basis="planned", quantity=3, **about)
    record.source("t", "2021-06-01").say(ContributionAttested, on="2021-06-01", **about)
    (entry,) = record.found("contribution", "2021-06-01")
    quantity: Any = entry.value["quantity"]
    assert (entry.standing, quantity["standing"]) == ("certain", "expected")
