"""What is odd in the record is found, named and left as it is."""

import pytest

from events.catalogue import (
    CommandAttested,
    CommandTakenOver,
    ContributionAttested,
    ContributionDeployed,
    ContributionWithdrawn,
    StrengthReported,
)
from projections.checks.registry import CHECKS, checks
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


def test_every_check_has_a_docstring_or_a_code() -> None:
    """No check is listed twice."""
    assert len(set(CHECKS)) == len(CHECKS)
