"""The oracle answers the known cases of periods by itself: what is compared with it is right."""

import pytest

from events.catalogue import (
    CommandTakenOver,
    ContributionDeployed,
    MandateAdopted,
    MandateExpired,
    MissionEnded,
    MissionEstablished,
    ParticipationAttested,
    ParticipationJoined,
    PlaceAttested,
    PlaceOpened,
    StrengthReported,
)
from tests.projections.build import Record
from tests.projections.standing_cases import CASES, contribution, days
from tests.projections.worlds.told import counts, recorded, told


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    """The oracle answers the standing table as it was worked by hand."""
    said, wanted = CASES[name]
    record = contribution(said)
    for on, standing in days(wanted):
        assert told(record, on).get("helicopters", "-") == standing, on


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


def test_periods_in_the_wrong_order_contradict_each_other() -> None:
    """Of two starts that cannot both be so neither is believed."""
    record = recorded("2015-01-01").source("s1", "2020-12-01")
    record.say(PlaceOpened, place="x", on="2020-03-10")
    record.say(PlaceOpened, place="x", period=2, on="2020-03-01")
    assert told(record, "2014-12-31") == {}
    assert told(record, "2020-03-05") == {"x": "possible!", "x#2": "possible!"}
    assert told(record, "2020-04-01") == {"x": "possible!", "x#2": "possible!"}


# One period --------------------------------------------------------------------------------


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
