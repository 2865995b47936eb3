"""Every plan against what came of it, as far as the dates allow and no further."""

import pytest

from events.types import ContributionAttested, ContributionDeployed, ContributionWithdrawn
from projections.plans import Outcome, Plan, plans
from tests.projections.build import Record, day

KEY = {"contribution": "escort"}
SENT = {**KEY, "contributor": "DNK"}


def planned(on: str, published: str = "2020-01-10") -> Record:
    """Return a record in which a deployment is planned."""
    record = Record().source("plan", published)
    record.say(ContributionDeployed, **SENT, on=on, basis="planned")
    return record


def only(record: Record, today: str = "2026-01-01") -> Plan:
    """Return the one plan of a record."""
    (plan,) = plans(record.view(), day(today))
    return plan


@pytest.mark.parametrize(
    ("reported", "outcome"),
    [
        ("2021-05-20", Outcome.ON_TIME),
        ("2021-05", Outcome.ON_TIME),
        ("2021-04-30", Outcome.EARLY),
        ("2021-06-01", Outcome.LATE),
        ("2021", Outcome.UNCLEAR),
        ("[2021-05..2021-06]", Outcome.UNCLEAR),
    ],
)
def test_a_report_says_what_came_of_a_plan(reported: str, outcome: Outcome) -> None:
    """On time, early or late, where the dates show it; otherwise it is said that they do not."""
    record = planned("2021-05").source("report", "2022-01-01")
    record.say(ContributionDeployed, **SENT, on=reported)
    assert only(record).outcome is outcome


@pytest.mark.parametrize(
    ("today", "outcome"),
    [
        ("2021-04-30", Outcome.AHEAD),
        ("2021-05-15", Outcome.DUE),
        ("2021-05-31", Outcome.UNCONFIRMED),
        ("2030-01-01", Outcome.UNCONFIRMED),
    ],
)
def test_a_plan_nobody_reports_on_is_never_taken_as_kept(today: str, outcome: Outcome) -> None:
    """Until a source says what came of it, a plan is ahead, due, or unconfirmed."""
    assert only(planned("2021-05"), today).outcome is outcome


def test_revisions_are_counted() -> None:
    """A plan's versions stay visible in order of publication, and the last one is judged."""
    record = planned("2021-05").source("second", "2020-06-01")
    record.say(ContributionDeployed, **SENT, on="2021-09", basis="planned")
    record.source("third", "2020-09-01")
    record.say(ContributionDeployed, **SENT, on="2021-09", basis="decided")
    plan = only(record, "2021-06-15")
    assert [claim.edtf for claim in plan.versions] == ["2021-05", "2021-09", "2021-09"]
    assert (plan.revised, plan.outcome) == (1, Outcome.AHEAD)


def test_a_retracted_plan_is_dropped() -> None:
    """A plan taken back is shown as dropped, not forgotten."""
    record = Record().source("plan", "2020-01-10")
    plan = record.say(ContributionDeployed, **SENT, on="2021-05", basis="planned")
    record.source("notice", "2020-12-01")
    record.retract(plan, source="notice")
    assert only(record).outcome is Outcome.DROPPED


def test_what_is_attested_after_its_planned_end_had_not_ended_by_then() -> None:
    """An end planned for a month after which it was still there was not kept; no more is known."""
    record = Record().source("report", "2021-01-01")
    record.say(ContributionDeployed, **SENT, on="2020-06-01")
    record.say(ContributionWithdrawn, **KEY, on="2021-05", basis="decided")
    record.source("later", "2021-08-01")
    record.say(ContributionAttested, **KEY, on="2021-07-01")
    assert only(record).outcome is Outcome.NOT_BY_THEN
    assert only(record).happened is None


def test_a_plan_is_judged_as_of_the_day_asked_about() -> None:
    """What happened later is still ahead on an earlier day."""
    record = planned("2021-05").source("report", "2022-01-01")
    record.say(ContributionDeployed, **SENT, on="2021-05-20")
    assert only(record, "2020-06-01").outcome is Outcome.AHEAD
