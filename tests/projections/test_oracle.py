"""The oracle answers the known cases of periods by itself: what is compared with it is right."""

from events.catalogue import (
    CommandAttested,
    CommandTakenOver,
    ContributionAttested,
    ContributionDeployed,
    ContributionWithdrawn,
    MandateAdopted,
    MandateExpired,
    MissionEnded,
    MissionEstablished,
    ParticipationAttested,
    ParticipationJoined,
    ParticipationLeft,
    PlaceAttested,
    PlaceClosed,
    PlaceOpened,
    StrengthReported,
)
from tests.projections.build import Record
from tests.projections.worlds.told import counts, recorded, told

# A mission's end ---------------------------------------------------------------------------


def mission_over() -> Record:
    """Write down a mission that is over, and four of its parts."""
    record = recorded("2015-01-01").source("s1", "2015-01-05")
    record.say(ParticipationJoined, participant="NOR", on="2015-01-01")
    record.say(
        ContributionDeployed,
        contribution="nor-sof", contributor="NOR", on="2016-04", basis="planned",
    )  # fmt: skip
    record.say(CommandTakenOver, by="USA", on="2015-01-01")
    record.say(PlaceOpened, place="kabul", on="2015-01-01")
    record.source("s2", "2021-09-30").say(MissionEnded, on="2021-09-15")
    return record


def test_parts_end_with_their_mission() -> None:
    """From a mission's reported end on, its parts are gone."""
    assert told(mission_over(), "2020-01-01") == {
        "NOR": "assumed", "nor-sof": "expected", "USA": "assumed", "kabul": "assumed"
    }  # fmt: skip
    assert told(mission_over(), "2022-01-01") == {}


def test_a_part_attested_after_its_mission_goes_on() -> None:
    """A source that attests a part later keeps it."""
    record = mission_over().source("s3", "2021-12-01")
    record.say(PlaceAttested, place="kabul", on="2021-12-01")
    assert told(record, "2021-10-01") == {"kabul": "certain"}
    assert told(record, "2022-01-01") == {"kabul": "assumed"}


def test_parts_are_possible_while_their_mission_may_have_ended() -> None:
    """Inside the window of the mission's end nothing is sure, and an expectation stays one."""
    record = recorded().source("s1", "2015-01-01")
    record.say(PlaceOpened, place="kabul", on="2015-01-01")
    record.say(PlaceOpened, place="herat", on="2015-01-01", basis="planned")
    attested = record.say(StrengthReported, counted="DNK", on="2015-01-01", quantity=5)
    record.source("s2", "2021-12-01").say(MissionEnded, on="2021-09")
    assert told(record, "2021-08-31") == {"kabul": "assumed", "herat": "expected"}
    assert told(record, "2021-09-01") == {"kabul": "possible", "herat": "expected"}
    assert told(record, "2021-09-30") == {}
    assert counts(record, "DNK", "2021-08-31") == [(attested, "assumed", False)]
    assert counts(record, "DNK", "2021-09-01") == [(attested, "possible", False)]
    assert counts(record, "DNK", "2021-09-30") == []


def test_a_mission_that_comes_back_has_parts_again() -> None:
    """The first of its ends that nothing of a part is later than ends it."""
    record = recorded().source("s1", "2021-12-01")
    record.say(PlaceOpened, place="kabul", on="2004-01-01")
    record.say(PlaceOpened, place="herat", on="2008-01-01")
    record.say(MissionEnded, on="2005-01-01")
    record.say(MissionEstablished, period=2, on="2007-01-01")
    record.say(MissionEnded, period=2, on="2009-01-01")
    assert told(record, "2004-06-01") == {"kabul": "assumed"}
    assert told(record, "2006-01-01") == {}
    assert told(record, "2008-06-01") == {"herat": "assumed"}
    assert told(record, "2010-01-01") == {}


# Reports that contradict each other --------------------------------------------------------


def test_a_reversed_interval() -> None:
    """An end before its start leaves two sets, and neither is believed."""
    record = recorded().source("s1", "2020-04-01")
    record.say(PlaceOpened, place="x", on="2020-03-10")
    record.say(PlaceClosed, place="x", on="2020-03-01")
    assert told(record, "1999-01-01") == {}
    assert told(record, "2020-03-05") == {"x": "possible!"}
    assert told(record, "2021-01-01") == {"x": "possible!"}


def test_a_place_attested_after_its_end() -> None:
    """What both sets say is said, and the rest is possible."""
    record = recorded("2014-01-01").source("s1", "2020-03-02")
    record.say(PlaceOpened, place="x", on="2015-01-01")
    record.say(PlaceClosed, place="x", on="2020-03-01")
    record.source("s2", "2020-06-02").say(PlaceAttested, place="x", on="2020-06-01")
    assert told(record, "2018-01-01") == {"x": "certain!"}
    assert told(record, "2020-04-01") == {"x": "possible!"}
    assert told(record, "2020-06-02") == {"x": "possible!"}


def test_nothing_is_dropped_because_it_is_outnumbered() -> None:
    """One start against three leaves the days between them possible."""
    record = recorded().source("s1", "2020-12-01")
    for _ in range(3):
        record.source(f"s{record.position}", "2020-12-01")
        record.say(PlaceOpened, place="x", on="2020-03-01")
    record.say(PlaceOpened, place="x", on="2020-03-05")
    assert told(record, "2020-02-29") == {}
    assert told(record, "2020-03-04") == {"x": "possible!"}
    assert told(record, "2020-03-05") == {"x": "assumed!"}


def test_a_preference_settles_a_contradiction() -> None:
    """What it sets aside is no report any more."""
    record = recorded().source("s1", "2020-12-01")
    early = record.say(PlaceOpened, place="x", on="2020-03-01")
    record.say(PlaceOpened, place="x", on="2020-03-05")
    start = PlaceOpened.bears[0].role
    record.prefer(("place", "x", 1, start), early)
    assert told(record, "2020-03-01") == {"x": "certain"}
    assert told(record, "2020-03-04") == {"x": "assumed"}


# Periods of one key ------------------------------------------------------------------------


def test_a_period_lasts_until_the_next_can_have_begun() -> None:
    """With no end reported it stays assumed until then."""
    record = recorded().source("s1", "2020-12-01")
    record.say(PlaceOpened, place="x", on="2018-01-01")
    record.say(PlaceOpened, place="x", period=2, on="2020-03")
    assert told(record, "2020-02-29") == {"x": "assumed"}
    assert told(record, "2020-03-30") == {"x": "assumed", "x#2": "possible"}
    assert told(record, "2020-03-31") == {"x#2": "assumed"}


def test_a_period_begins_no_earlier_than_the_one_before_it_ended() -> None:
    """A vague second start is bounded by the first end."""
    record = recorded().source("s1", "2020-12-01")
    record.say(PlaceOpened, place="x", on="2018-01-01")
    record.say(PlaceClosed, place="x", on="2020-03-20")
    record.say(PlaceOpened, place="x", period=2, on="2020-03")
    assert told(record, "2020-03-19") == {"x": "certain"}
    assert told(record, "2020-03-20") == {"x#2": "possible"}


def test_periods_in_the_wrong_order_contradict_each_other() -> None:
    """Of two starts that cannot both be so neither is believed."""
    record = recorded("2015-01-01").source("s1", "2020-12-01")
    record.say(PlaceOpened, place="x", on="2020-03-10")
    record.say(PlaceOpened, place="x", period=2, on="2020-03-01")
    assert told(record, "2014-12-31") == {}
    assert told(record, "2020-03-05") == {"x": "possible!", "x#2": "possible!"}
    assert told(record, "2020-04-01") == {"x": "possible!", "x#2": "possible!"}


# One period --------------------------------------------------------------------------------


def test_a_vague_attestation_weakens_nothing() -> None:
    """In force at the close of its first day, and assumed inside it and after."""
    record = recorded().source("s1", "2021-01-05")
    record.say(CommandTakenOver, by="DNK", on="2020-11-01")
    record.source("s2", "[2023-03..2024-02]")
    record.say(CommandAttested, by="DNK", on="[2023-03..2024-02]")
    for on, standing in (
        ("2023-02-28", "certain"), ("2023-03-01", "certain"),
        ("2023-06-01", "assumed"), ("2024-03-01", "assumed"),
    ):  # fmt: skip
        assert told(record, on) == {"DNK": standing}


def test_planned_then_attested() -> None:
    """Not begun when the plan came out, possible from then on, certain once attested."""
    record = recorded().source("s1", "2020-01-10")
    record.say(
        ContributionDeployed,
        contribution="x", contributor="DNK", on="2020-06-01", basis="planned",
    )  # fmt: skip
    record.source("s2", "2020-06-01").say(ContributionAttested, contribution="x", on="2020-06-01")
    assert told(record, "2020-01-05") == {}
    assert told(record, "2020-01-10") == {"x": "possible"}
    assert told(record, "2020-05-31") == {"x": "possible"}
    assert told(record, "2020-06-01") == {"x": "certain"}


def test_a_plan_that_came_out_later_says_nothing() -> None:
    """What is attested before a plan to begin came out had begun."""
    record = recorded("2014-01-01").source("s1", "2020-01-10")
    record.say(PlaceAttested, place="x", on="2020-01-01")
    record.say(PlaceOpened, place="x", on="2020-06-01", basis="planned")
    assert told(record, "2014-01-01") == {"x": "possible"}
    assert told(record, "2020-01-01") == {"x": "certain"}
    assert told(record, "2020-01-05") == {"x": "assumed"}


def test_attested_on_the_last_planned_day() -> None:
    """That day is certain, and the plan stands after it; attested later, it does not."""
    record = recorded().source("s1", "2020-01-02")
    record.say(PlaceOpened, place="x", on="2020-01-01")
    record.say(PlaceClosed, place="x", on="2020-02-25", basis="planned")
    record.source("s2", "2020-02-25").say(PlaceAttested, place="x", on="2020-02-25")
    assert told(record, "2020-02-25") == {"x": "certain"}
    assert told(record, "2020-03-16") == {"x": "presumed-ended"}
    record.source("s3", "2020-03-01").say(PlaceAttested, place="x", on="2020-02-26")
    assert told(record, "2020-03-16") == {"x": "assumed"}


def test_only_a_planned_end() -> None:
    """Possible until it has passed, and presumed to have ended after."""
    record = recorded().source("s1", "2020-01-02")
    record.say(ContributionWithdrawn, contribution="x", on="2020-06", basis="planned")
    assert told(record, "1999-12-31") == {}
    assert told(record, "2020-03-01") == {"x": "possible"}
    assert told(record, "2021-01-01") == {"x": "presumed-ended"}


def test_a_plan_to_end_shows_nothing_in_force() -> None:
    """A planned end ahead attests nothing."""
    record = recorded().source("s1", "2020-01-02")
    record.say(PlaceOpened, place="x", on="2020-01-01")
    record.source("s2", "2020-06-01")
    record.say(PlaceClosed, place="x", on="2021-01", basis="planned")
    assert told(record, "2020-03-01") == {"x": "assumed"}
    assert told(record, "2020-07-01") == {"x": "assumed"}


def test_ends_of_mandates_are_decided() -> None:
    """Of two decided ends that published last stands, and it stands as stated."""
    record = recorded().source("s1", "2018-08-01")
    record.say(MandateAdopted, mandate="x", on="2018-07-30")
    record.say(MandateExpired, mandate="x", on="2020-12-31", basis="decided")
    record.source("s2", "2020-12-01")
    record.say(MandateExpired, mandate="x", on="2022-12-31", basis="decided")
    assert told(record, "2020-06-01", "2019-01-01") == {"x": "assumed"}
    assert told(record, "2021-06-01", "2019-01-01") == {"x": "presumed-ended"}
    assert told(record, "2021-06-01") == {"x": "assumed"}
    record.source("s3", "2023-05-01")
    record.say(MandateExpired, mandate="x", on="2021-05-31", basis="decided")
    assert told(record, "2021-06-01") == {"x": "presumed-ended"}


def test_a_start_attests_its_own_day() -> None:
    """Unless its reported end can be that day."""
    record = recorded().source("s1", "2016-10-01")
    record.say(ParticipationJoined, participant="SWE", on="2014-05-10")
    assert told(record, "2014-05-10") == {"SWE": "certain"}
    record.say(ParticipationLeft, participant="SWE", on="2014-05")
    assert told(record, "2014-05-10") == {"SWE": "possible"}


def test_open_is_not_unknown() -> None:
    """Still so when the source came out is certain until then."""
    record = recorded("2014-01-01").source("s1", "2016-10-01")
    record.say(ParticipationJoined, participant="SWE", on="2014-05")
    record.say(ParticipationAttested, participant="SWE", on="2016-10-01")
    record.say(ParticipationJoined, participant="FIN", on="2014-05")
    assert told(record, "2015-01-01") == {"SWE": "certain", "FIN": "assumed"}


def test_attested_before_its_mission_began() -> None:
    """It may have begun on the first day attested, and that is disputed."""
    record = recorded("2015-01-01").source("s1", "2016-10-01")
    record.say(PlaceAttested, place="x", on="2014-05")
    assert told(record, "2014-04-30") == {}
    assert told(record, "2014-05-01") == {"x": "possible!"}
    assert told(record, "2014-05-31") == {"x": "assumed!"}
