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
    ContributionWithdrawn,
    MissionEstablished,
    PlaceAttested,
    StrengthReported,
)
from events.facets import Role
from tests.projections.build import Record

KINDS = {
    "starts": ContributionDeployed,
    "ends": ContributionWithdrawn,
    "attests": ContributionAttested,
}
PUBLISHED = "2021-01-01"


def contribution(text: str) -> Record:
    """Read a record of one contingent, a claim a line: `starts 2021-05 planned published DATE`."""
    record = Record().source("s", PUBLISHED)
    for number, line in enumerate(text.split(";")):
        said, on, *more = line.split()
        if "published" in more:
            record.source(f"s{number}", more[-1])
        else:
            record.source(f"s{number}", PUBLISHED)
        basis = more[0] if more and more[0] != "published" else "reported"
        fields = {"contributor": "DNK"} if said != "ends" else {}
        period = 2 if "second" in more else 1
        basis = "reported" if basis == "second" else basis
        record.say(
            KINDS[said], contribution="helicopters", on=on, basis=basis, period=period, **fields
        )
    return record


def answer(record: Record, on: str) -> str:
    """Return the standing on a day; `-` where it is not in the state."""
    found = record.standings("contribution", on)
    return found.get("helicopters", "-")


PLANNED = "planned published 2021-02-01"

CASES = {
    # The rows of the table.
    "nothing before it begins": ("starts 2021-05-03", "2021-05-02 -"),
    "a reported start attests its own day": ("starts 2021-05-03", "2021-05-03 certain"),
    "assumed after the last day attested": ("starts 2021-05-03", "2021-05-04 assumed"),
    "certain up to a later attestation": (
        "starts 2021-05-03; attests 2021-06-10",
        "2021-06-09 certain, 2021-06-10 certain, 2021-06-11 assumed",
    ),
    "certain until a reported end, and gone at the close of its day": (
        "starts 2021-05-03; ends 2021-06-10",
        "2021-05-03 certain, 2021-06-09 certain, 2021-06-10 -",
    ),
    "possible inside the windows": (
        "starts 2021-05; ends 2021-07",
        "2021-04-30 -, 2021-05-01 possible, 2021-05-30 possible, 2021-05-31 certain,"
        "2021-06-30 certain, 2021-07-01 possible, 2021-07-30 possible, 2021-07-31 -",
    ),
    "the last day of a vague start is possible, for it may have ended the next": (
        "starts 2021-05",
        "2021-05-31 possible, 2021-06-01 assumed",
    ),
    "expected from the plan's earliest day, and on past its last": (
        f"starts 2021-05 {PLANNED}",
        "2021-04-30 -, 2021-05-01 expected, 2021-07-01 expected",
    ),
    "a pure plan ends by plan": (
        f"starts 2021-05 {PLANNED}; ends 2021-07 {PLANNED}",
        "2021-07-30 expected, 2021-07-31 -",
    ),
    "an end planned for before the start is of a plan since put off": (
        f"starts 2021-05 {PLANNED}; ends 2021-03 {PLANNED}",
        "2021-04-30 -, 2021-05-01 expected, 2021-09-01 expected",
    ),
    "a decision is as a plan": (
        "starts 2021-05-03 decided published 2021-02-01",
        "2021-05-03 expected",
    ),
    "presumed-ended once a planned end has fully passed": (
        "starts 2021-05-03; ends 2021-07 planned published 2021-06-01",
        "2021-06-30 assumed, 2021-07-15 assumed, 2021-07-30 assumed, 2021-07-31 presumed-ended,"
        "2023-01-01 presumed-ended",
    ),
    # Occurrences.
    "the days that sources share": (
        "starts 2021-05; starts [2021-05-20..2021-06-10]",
        "2021-05-19 -, 2021-05-20 possible, 2021-06-01 assumed",
    ),
    "reports that share no day are disputed, and the window is their hull": (
        "starts 2021-05-03; starts 2021-05-09",
        "2021-05-02 -, 2021-05-03 possible!, 2021-05-08 possible!, 2021-05-10 assumed!",
    ),
    "ends that share no day": (
        "starts 2021-05-03; ends 2021-06-01; ends 2021-06-09",
        "2021-05-31 certain!, 2021-06-01 possible!, 2021-06-08 possible!, 2021-06-09 -",
    ),
    "a report goes before any plan": (
        f"starts 2021-04 {PLANNED}; starts 2021-05-03; ends 2021-05-20",
        "2021-04-30 -, 2021-05-03 certain",
    ),
    "a plan is revised, not disputed": (
        "starts 2021-04-01 planned published 2021-02-01;"
        "starts 2021-06-01 planned published 2021-03-01",
        "2021-04-01 -, 2021-05-31 -, 2021-06-01 expected",
    ),
    "of plans whose publication windows are nested none is the last": (
        "starts 2021-04-01 planned published 2021-02;"
        "starts 2021-06-01 planned published 2021-02-10",
        "2021-03-31 -, 2021-04-01 expected, 2021-06-01 expected",
    ),
    "nor where the windows share a side": (
        "starts 2021-04-01 planned published [2021-02-01..2021-02-05];"
        "starts 2021-06-01 planned published [2021-02-03..2021-02-05]",
        "2021-03-31 -, 2021-04-01 expected",
    ),
    "a plan's window never reaches back past its publication": (
        "starts 2021 planned published 2021-05-10",
        "2021-05-09 -, 2021-05-10 expected",
    ),
    # Periods.
    "an attestation alone: begun at some time, and not known to have ended": (
        "attests 2021-05-03",
        "1990-01-01 possible, 2021-05-02 possible, 2021-05-03 certain, 2021-05-04 assumed",
    ),
    "a vague attestation's days are possible": (
        "starts 2021-01-01; attests 2021-05",
        "2021-05-01 certain, 2021-05-02 possible, 2021-05-31 possible, 2021-06-01 assumed",
    ),
    "a reported end alone says that it had begun": (
        "ends 2021-05-03",
        "2021-05-02 possible, 2021-05-03 -",
    ),
    "a start open to the past": (
        "starts [..2021-05]",
        "1990-01-01 possible, 2021-05-31 possible, 2021-06-01 assumed",
    ),
    "an end open to the future": (
        "starts 2021-01-01; ends [2021-05-03..]",
        "2021-05-02 certain, 2021-05-03 possible, 2099-01-01 possible",
    ),
    "an end open to the past leaves no day after it": (
        "starts 2021-01-01; ends [..2021-05]",
        "2021-01-01 certain, 2021-01-02 possible, 2021-05-30 possible, 2021-05-31 -",
    ),
    "windows that overlap": (
        "starts [2021-05-01..2021-05-20]; ends [2021-05-10..2021-05-15]",
        "2021-05-01 possible, 2021-05-14 possible, 2021-05-15 -",
    ),
    "a plan that was attested keeps its window until then": (
        f"starts 2021-05 {PLANNED}; attests 2021-06-10",
        "2021-04-30 -, 2021-05-01 possible, 2021-06-09 possible, 2021-06-10 certain",
    ),
    "attested earlier than planned: from the day the plan came out": (
        f"starts 2021-05 {PLANNED}; attests 2021-04-10",
        "2021-01-31 -, 2021-02-01 possible, 2021-04-10 certain, 2021-05-01 assumed",
    ),
    "a plan is not begun when published": (
        "starts 2021-05 planned published 2021-05-10; starts 2021-05",
        "2021-05-09 -, 2021-05-10 possible, 2021-05-31 possible",
    ),
    "nor does that make the start's own day any surer": (
        "starts 2021-05 planned published 2021-05-31; starts 2021-05",
        "2021-05-30 -, 2021-05-31 possible, 2021-06-01 assumed",
    ),
    "a planned end does not show what lasted until its publication": (
        "starts 2021-05-03; ends 2021-09 planned published 2021-06-10",
        "2021-05-03 certain, 2021-06-01 assumed",
    ),
    "a planned end that was not kept presumes nothing": (
        "starts 2021-05-03; ends 2021-07 planned published 2021-06-01; attests 2021-08-10",
        "2021-08-10 certain, 2021-08-11 assumed",
    ),
    "a planned end takes nothing out that had perhaps begun": (
        "starts 2021; ends 2021-07 planned published 2021-01-01",
        "2021-08-01 possible, 2021-12-31 possible, 2022-01-01 presumed-ended",
    ),
    # Evidence that contradicts joins the dispute.
    "attested after a reported end": (
        "starts 2021-05-03; ends 2021-06-10; attests 2021-07-01",
        "2021-06-09 certain!, 2021-06-10 possible!, 2021-07-01 possible!, 2022-01-01 possible!",
    ),
    "attested before a reported start": (
        "attests 2021-04-10; starts 2021-05-03",
        "2021-04-10 possible!, 2021-05-03 possible!, 2022-01-01 possible!",
    ),
    "an end before its start": (
        "starts 2021-05-10; ends 2021-05-03",
        "2021-05-02 possible!, 2021-05-03 possible!, 2021-05-10 possible!, 2022-01-01 possible!",
    ),
    "reported begun before a plan to begin came out": (
        "starts 2021-05-03; starts 2021-09 planned published 2021-06-01",
        "2021-05-02 -, 2021-05-03 possible!, 2022-01-01 possible!",
    ),
    "reported ended before a plan to end came out": (
        "starts 2021-01-01; ends 2021-05-03; ends 2021-09 planned published 2021-06-01",
        "2021-05-02 certain!, 2021-05-03 possible!, 2022-01-01 possible!",
    ),
    "reported ended before a plan to begin came out": (
        "ends 2021-05-03; starts 2021-09 planned published 2021-06-01",
        "2021-05-02 possible!, 2021-05-03 possible!, 2021-09-10 possible!",
    ),
    "in a dispute a reading the evidence contradicts stays whole": (
        "starts 2021-05-03; starts 2021-05-20; attests 2021-05-10",
        "2021-05-10 possible!, 2021-05-19 possible!, 2021-05-21 assumed!",
    ),
    # A day of its own.
    "a period of one day is in force at the close of none": (
        "starts 2021-05-03; ends 2021-05-03",
        "2021-05-02 -, 2021-05-03 -, 2021-05-04 -",
    ),
    "start and end in one month": (
        "starts 2021-05; ends 2021-05",
        "2021-04-30 -, 2021-05-01 possible, 2021-05-30 possible, 2021-05-31 -",
    ),
    "two periods of one key": (
        "starts 2021-05-03; ends 2021-05-20; starts 2021-08-01 second",
        "2021-05-19 certain, 2021-05-20 -, 2021-07-31 -",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_standing(name: str) -> None:
    """Each record answers on each day as the definitions have it."""
    said, wanted = CASES[name]
    record = contribution(said)
    for line in wanted.split(","):
        on, standing = line.split()
        assert answer(record, on) == standing, on


def test_a_key_that_comes_back_has_a_second_period() -> None:
    """Periods of one key are weighed apart, and stand apart in the state."""
    record = contribution("starts 2021-05-03; ends 2021-05-20; starts 2021-08-01 second")
    assert record.standings("contribution", "2021-08-01") == {"helicopters#2": "certain"}


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
    assert record.standings("contribution", "2021-05-31") == {"c": "possible"}


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
    assert record.standings("command", "2022-05-31") == {"ITA": "possible"}


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
    record = command(
        (CommandTakenOver, "DNK", "2020-11-18"), (CommandTakenOver, "ITA", "2022-05-10", "planned")
    )
    assert record.standings("command", "2022-06-01") == {"DNK": "assumed", "ITA": "expected"}


def test_a_holder_that_may_have_come_later_is_not_displaced() -> None:
    """Where the two starts overlap no source tells whose came first."""
    record = command((CommandTakenOver, "DNK", "2022"), (CommandTakenOver, "ITA", "2022-05-10"))
    assert record.standings("command", "2023-01-01") == {"DNK": "assumed", "ITA": "assumed"}


def test_a_holder_still_attested_after_the_next_ones_start_is_disputed() -> None:
    """It stays possible until its own end, not gone."""
    record = command(
        (CommandTakenOver, "DNK", "2020-11-18"),
        (CommandTakenOver, "ITA", "2022-05-10"),
        (CommandAttested, "DNK", "2022-06-01"),
    )
    assert record.standings("command", "2022-05-09")["DNK"] == "certain!"
    assert record.standings("command", "2022-05-10")["DNK"] == "possible!"
    assert record.standings("command", "2023-01-01")["DNK"] == "possible!"


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


def test_a_holder_reported_to_end_after_the_next_ones_start_is_disputed() -> None:
    """It is possible between the two, and gone at its own end."""
    record = command(
        (CommandTakenOver, "DNK", "2020-11-18"),
        (CommandTakenOver, "ITA", "2022-05-10"),
        (CommandRelinquished, "DNK", "2022-06-01"),
    )
    assert record.standings("command", "2022-05-31")["DNK"] == "possible!"
    assert "DNK" not in record.standings("command", "2022-06-01")


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
        ((180, "2021-05", "planned"),),
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
        ((180, "2021-05"), (150, "2021-05", "reported", "2021-06-02")),
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
    record = strength((180, "2021-03-01"), (100, "2021-05-03", "planned"))
    (entry,) = record.found("strength", "2021-06-01")
    quantity: Any = entry.value["quantity"]
    assert (entry.standing, quantity["max"]) == ("expected", 100)
    assert quantity["last_reported"]["max"] == 180


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
