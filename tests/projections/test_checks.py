"""What is odd in the record is found, named and left as it is."""

import pytest

from events.catalogue import (
    CeilingAuthorised,
    CommandAttested,
    CommanderAttested,
    CommandTakenOver,
    ContributionAttested,
    ContributionDeployed,
    ContributionStrengthReported,
    ContributionWithdrawn,
    MissionEnded,
    MissionEstablished,
    PlaceAttested,
    PlaceClosed,
    PlaceOpened,
    RelationDeclared,
    StrengthReported,
)
from events.claim_event import ClaimEvent
from events.facets import Role
from projections.checks.registry import CHECKS, checks
from tests.docs.codes import listed
from tests.projections.build import Record, day

KEY = {"contribution": "escort"}
SENT = {**KEY, "contributor": "DNK"}


def codes(record: Record, today: str = "2026-01-01") -> list[str]:
    """Return the codes of what is found."""
    return sorted(finding.code for finding in checks(record.view(), day(today)))


@pytest.fixture
def record() -> Record:
    """A record with one source, of 2025."""
    return Record().source("book", "2025-01-01")


def test_a_plain_record_has_no_findings(record: Record) -> None:
    """A start, an attestation and an end are nothing odd."""
    record.say(ContributionDeployed, **SENT, on="2020-01")
    record.say(ContributionAttested, **KEY, on="2020-06-01")
    record.say(ContributionWithdrawn, **KEY, on="2021")
    assert codes(record) == []


def test_an_end_before_its_start(record: Record) -> None:
    """It is found, and neither claim is refused or believed."""
    record.say(ContributionDeployed, **SENT, on="2021-05")
    record.say(ContributionWithdrawn, **KEY, on="2020-05")
    assert codes(record) == ["end-before-start"]
    assert record.standings("contribution", "2020-12-01") == {"escort": "possible!"}


def test_start_and_end_on_one_day(record: Record) -> None:
    """A stay of one day is in the state of no day, and is pointed out."""
    record.say(ContributionDeployed, **SENT, on="2021-05-01")
    record.say(ContributionWithdrawn, **KEY, on="2021-05-01")
    assert codes(record) == ["zero-length"]
    assert record.standings("contribution", "2021-05-01") == {}


def test_attested_after_its_end(record: Record) -> None:
    """Sources that contradict each other about a period are pointed out."""
    record.say(ContributionDeployed, **SENT, on="2020-01")
    record.say(ContributionWithdrawn, **KEY, on="2021")
    record.say(ContributionAttested, **KEY, on="2022-06-01")
    assert codes(record) == ["contradiction"]


def test_two_holders_at_once(record: Record) -> None:
    """An exclusive facet held by two for sure is pointed out."""
    for nation in ("CAN", "DNK"):
        record.say(CommandTakenOver, by=nation, on="2020-01-01")
        record.say(CommandAttested, by=nation, on="2020-06-01")
    assert codes(record) == ["overlapping-holders"]


def test_a_dispute_nobody_settled(record: Record) -> None:
    """Two reported starts with no day in common are pointed out until one is preferred."""
    record.say(CommandTakenOver, by="DNK", on="2020-11")
    record.source("other", "2025-02-01").say(CommandTakenOver, by="DNK", on="2020-12")
    assert codes(record) == ["dispute-unsettled"]


def test_counts_that_exclude_each_other(record: Record) -> None:
    """Two readings of one date are a dispute, whatever day it is today."""
    record.say(StrengthReported, counted="DNK", quantity={"max": 140}, on="2020-06-01")
    record.source("other", "2025-02-01")
    record.say(StrengthReported, counted="DNK", quantity="210", on="2020-06-01")
    record.say(StrengthReported, counted="DNK", quantity="10", on="2023-06-01")
    assert codes(record) == ["dispute-unsettled"]


def test_a_plan_long_overdue(record: Record) -> None:
    """A plan whose time has passed with nothing reported is pointed out."""
    record.say(ContributionDeployed, **SENT, on="2025-06", basis="planned")
    assert codes(record, "2025-06-15") == []
    assert codes(record, "2025-07-01") == ["plan-overdue"]


def test_reported_before_it_happened(record: Record) -> None:
    """A report of what lies after its source counts as a plan, in logs from before the rule."""
    record.say(ContributionDeployed, **SENT, on="2025-06")
    assert codes(record, "2025-06-01") == ["reported-in-advance"]
    assert record.standings("contribution", "2025-06-15") == {"escort": "expected"}


def test_reported_on_the_day_of_its_source(record: Record) -> None:
    """A report of the day on which it came out is none in advance, and neither is a plan."""
    record.say(ContributionDeployed, **SENT, on="2025-01-01")
    record.say(ContributionWithdrawn, **KEY, on="2025-06", basis="planned")
    assert codes(record, "2025-06-01") == []


def test_one_source_with_two_dates(record: Record) -> None:
    """A source that dates one start twice is likely misread once."""
    record.say(ContributionDeployed, **SENT, on="2021")
    record.say(ContributionDeployed, **SENT, on="2021-05")
    assert codes(record) == ["source-says-two-dates"]


def test_an_end_of_what_never_began(record: Record) -> None:
    """An end alone is pointed out, and so is a contribution that is nobody's."""
    record.say(ContributionWithdrawn, **KEY, on="2021")
    assert codes(record) == ["never-began", "no-contributor"]


def test_periods_that_overlap(record: Record) -> None:
    """A key's second stay inside its first is pointed out."""
    record.say(ContributionDeployed, **SENT, on="2020-01-01")
    record.say(ContributionAttested, **KEY, on="2022-01-01")
    record.say(ContributionDeployed, **SENT, on="2021-01-01", period=2)
    assert codes(record) == ["overlapping-periods"]


def over(record: Record, *events: tuple[type[ClaimEvent], dict[str, object]]) -> list[str]:
    """Record a mission from 2018 to 2022-06-30 and events; return the codes of what is found."""
    record.say(MissionEstablished, on="2018-01-01")
    record.say(MissionEnded, on="2022-06-30")
    for kind, fields in events:
        record.say(kind, **fields)
    return codes(record)


@pytest.mark.parametrize(
    ("kind", "on", "found"),
    [
        (PlaceAttested, "2022-06-29", []),
        (PlaceAttested, "2022-06-30", ["outlives-mission"]),
        (PlaceAttested, "2022-06", []),
        (PlaceAttested, "2022-07", ["outlives-mission"]),
        (PlaceClosed, "2022-06-30", []),
        (PlaceClosed, "2022-07-01", ["outlives-mission"]),
    ],
)
def test_a_part_that_outlives_its_mission(
    record: Record, kind: type[ClaimEvent], on: str, found: list[str]
) -> None:
    """A part that is reported later than the end of its mission goes on, and is pointed out."""
    opened = (PlaceAttested, {"place": "kabul", "on": "2020-01-01"})
    assert over(record, opened, (kind, {"place": "kabul", "on": on})) == found


def test_a_part_that_begins_after_its_mission(record: Record) -> None:
    """A part that is reported to begin when its mission has ended is pointed out."""
    assert over(record, (PlaceOpened, {"place": "kabul", "on": "2022-06-30"})) == [
        "outlives-mission"
    ]


def test_a_part_of_a_mission_that_began_again(record: Record) -> None:
    """A part in the mission's second period outlives nothing; one between the two does."""
    record.say(MissionEstablished, on="2023-01-01", period=2)
    later = (PlaceAttested, {"place": "kabul", "on": "2023-06-01"})
    assert over(record, later) == []
    record.say(PlaceAttested, place="mazar", on="2022-09-01")
    assert codes(record) == ["outlives-mission"]


def test_a_mission_that_is_to_begin_again(record: Record) -> None:
    """A plan of a second period leaves what is after the end of the first to be pointed out."""
    record.say(MissionEstablished, on="2030", period=2, basis="planned")
    later = (PlaceAttested, {"place": "kabul", "on": "2023-06-01"})
    count = (StrengthReported, {"counted": "DNK", "quantity": "5", "on": "2023-06-01"})
    assert over(record, later, count) == ["count-outside-period", "outlives-mission"]


def test_a_report_set_aside_outlives_no_mission(record: Record) -> None:
    """A part ends with its mission where a preference leaves no report of a later day."""
    gone = record.say(ContributionWithdrawn, **KEY, on="2022-06-01")
    record.source("other", "2025-02-01")
    later = (ContributionWithdrawn, {**KEY, "on": "2022-09-01"})
    sent = (ContributionDeployed, {**SENT, "on": "2020-01-01"})
    assert over(record, sent, later) == ["dispute-unsettled", "outlives-mission"]
    record.prefer(("contribution", "escort", 1, Role.END), gone)
    assert codes(record) == []


def test_a_relation_does_not_end_with_its_mission(record: Record) -> None:
    """What the end of a mission does not end cannot outlive it."""
    assert over(record, (RelationDeclared, {"other": "isaf", "on": "2023-01-01"})) == []


@pytest.mark.parametrize(
    ("on", "found"),
    [
        ("2020-12-31", ["count-outside-period"]),
        ("2020", ["count-outside-period"]),
        ("2021-01-01", []),
        ("[2020-12-31,2021-01-01]", []),
        ("2021-06-30", []),
        ("2021-07-01", ["count-outside-period"]),
        ("2021-07", ["count-outside-period"]),
    ],
)
def test_a_count_outside_its_period(record: Record, on: str, found: list[str]) -> None:
    """A count dated surely before the start or after the end of its contribution is odd."""
    record.say(ContributionDeployed, **SENT, on="2021-01-01")
    record.say(ContributionWithdrawn, **KEY, on="2021-06-30")
    record.say(ContributionStrengthReported, **KEY, on=on, quantity="5")
    assert codes(record) == found


@pytest.mark.parametrize(
    ("on", "found"),
    [
        ("2017-12-31", ["count-outside-period"]),
        ("2018-01-01", []),
        ("2022-06-30", []),
        ("2022-07-01", ["count-outside-period"]),
    ],
)
def test_a_count_outside_its_mission(record: Record, on: str, found: list[str]) -> None:
    """Of a strength it is the mission that it must not be before or after."""
    count = {"counted": "DNK", "quantity": "5"}
    assert over(record, (StrengthReported, {**count, "on": on})) == found
    assert codes(record) == found


def test_a_contribution_that_ended_with_its_mission(record: Record) -> None:
    """What a contribution counts after the end of its mission is outside its period."""
    sent = (ContributionDeployed, {**SENT, "on": "2021-01-01"})
    count = (ContributionStrengthReported, {**KEY, "on": "2023", "quantity": "5"})
    assert over(record, sent, count) == ["count-outside-period"]


CEILING = {"counted": "nmi", "category": "troops", "quantity": {"max": 500, "unit": "troops"}}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"on": "2020-06-30", "quantity": {"min": 501, "max": 501, "unit": "soldiers"}}, True),
        ({"on": "2020-06-30", "quantity": {"min": 500, "max": 500, "unit": "soldiers"}}, False),
        ({"on": "2020-06-30", "quantity": {"max": 900, "unit": "soldiers"}}, False),
        ({"on": "2020-06-30", "quantity": {"min": 900, "max": 900, "unit": "vehicles"}}, False),
        ({"on": "2019-12-31", "quantity": {"min": 900, "max": 900, "unit": "troops"}}, False),
        ({"on": "[2019-12-31,2020-06-30]", "quantity": {"min": 900, "unit": "troops"}}, False),
        ({"on": "2020-01", "quantity": {"min": 900, "unit": "troops"}}, True),
        ({"on": "2021-01-01", "quantity": {"min": 900, "unit": "troops"}}, False),
        ({"on": "2022-01-01", "quantity": {"min": 900, "unit": "troops"}}, False),
        ({"on": "2022-01-01", "quantity": {"min": 1001, "unit": "troops"}}, True),
        ({"on": "2026-01-01", "quantity": {"min": 900, "unit": "troops"}, "basis": "planned"},
         False),
        ({"on": "2020-06-30", "quantity": {"min": 900, "unit": "troops"}, "category": "police"},
         False),
    ],
)  # fmt: skip
def test_a_count_above_the_ceiling(record: Record, fields: dict[str, object], found: bool) -> None:
    """It is compared with the ceilings that can be in force on its date, of its key and kind."""
    record.say(CeilingAuthorised, **CEILING, on="2020-01-01", until="2021-01-01")
    more = {**CEILING, "quantity": {"max": 1000, "unit": "troops"}}
    record.say(CeilingAuthorised, **more, on="2021-06-01")
    count = {"counted": "nmi", "category": "troops", **fields}
    record.say(StrengthReported, **count)
    assert ("over-ceiling" in codes(record)) == found


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"contributor": "DNK"}, {"contributor": "NOR"}, True),
        ({"contributor": "DNK"}, {"contributor": ["DNK", "NOR"]}, True),
        ({"contributor": ["NOR", "DNK"]}, {"contributor": ["DNK", "NOR"]}, False),
        ({"contributor": "DNK"}, {"location": "Erbil"}, False),
        ({"location": "Baghdad"}, {"location": "Erbil"}, False),
        ({"capability": "helicopters"}, {"capability": "three helicopters"}, False),
    ],
)
def test_sources_that_name_different_values(
    record: Record, one: dict[str, object], other: dict[str, object], found: bool
) -> None:
    """Two contributors of one contribution cannot both be right; words and places can differ."""
    record.say(ContributionAttested, **KEY, on="2021-01-01", **one)
    record.source("other", "2025-02-01")
    record.say(ContributionAttested, **KEY, on="2021-02-01", **other)
    assert ("value-contradicted" in codes(record)) == found


def test_a_plan_contradicts_no_value(record: Record) -> None:
    """That another was to contribute is no contradiction."""
    record.say(ContributionDeployed, **{**SENT, "contributor": "NOR"}, on="2026", basis="planned")
    record.say(ContributionAttested, **SENT, on="2021-02-01")
    assert "value-contradicted" not in codes(record)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"commander": "hansen"}, {"commander": "hanssen"}, True),
        ({"commander": "hansen", "post": "force-commander"},
         {"commander": "olsen", "post": "force-comander"}, True),
        ({"commander": "hansen"}, {"commander": "olsen", "post": "comander"}, True),
        ({"commander": "hansen", "post": "force-commander"},
         {"commander": "hansen", "post": "deputy-commander"}, False),
        ({"commander": "hansen-1"}, {"commander": "hansen-2"}, False),
    ],
)  # fmt: skip
def test_persons_and_posts_that_look_alike(
    record: Record, one: dict[str, object], other: dict[str, object], found: bool
) -> None:
    """A slip in a person's name or in a post makes another one, and is pointed out."""
    record.say(CommanderAttested, **one, on="2020-01-01")
    record.say(CommanderAttested, **other, on="2021-01-01")
    assert codes(record) == ["near-twin"] * found


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"category": "troops"}, {"category": "troop"}, True),
        ({"category": "police"}, {"category": "police"}, False),
        ({"category": "police"}, {"category": "troops"}, False),
        ({"counted": "NLD", "category": "police"}, {"counted": "NZL", "category": "police"}, False),
    ],
)
def test_categories_that_look_alike(
    record: Record, one: dict[str, object], other: dict[str, object], found: bool
) -> None:
    """A slip in a category makes another series; those of two nations are not alike."""
    for fields in (one, other):
        count = {"counted": "DEU", "quantity": "5", **fields}
        record.say(StrengthReported, **count, on="2020-01-01")
    assert codes(record) == ["near-twin"] * found


def test_every_finding_has_a_code_that_is_listed(record: Record) -> None:
    """A finding names its place and its events, and its code has a meaning."""
    record.say(MissionEnded, on="2019-01-01")
    record.say(ContributionWithdrawn, **KEY, on="2021")
    found = checks(record.view(), day("2026-01-01"))
    assert {each.code for each in found} == {"never-began", "no-contributor", "outlives-mission"}
    for finding in found:
        assert finding.code in listed("Findings")
        assert finding.mission == "nmi"
        assert finding.events
        assert set(finding.events) <= {entry.id for entry in record.entries}


def test_no_check_is_listed_twice() -> None:
    """Each finding is made once."""
    assert len(set(CHECKS)) == len(CHECKS)


def test_holders_of_one_day_are_each_named_once(record: Record) -> None:
    """Of many that hold on one day, each is found with the first, and not with every other."""
    for nation in ("DNK", "ITA", "NLD", "ESP"):
        record.say(CommandTakenOver, by=nation, on="2020-01-01")
    assert codes(record) == ["overlapping-holders"] * 3
