"""Every plan against what came of it, as far as the dates allow and no further."""

import pytest

from events.catalogue import (
    CommandAttested,
    CommandRelinquished,
    CommandTakenOver,
    ContributionAttested,
    ContributionDeployed,
    ContributionStrengthReported,
    ContributionWithdrawn,
    MissionEnded,
    StrengthReported,
)
from projections.plans.listing import is_due, plans
from projections.plans.plan import Outcome, Plan
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


def test_each_quantity_of_a_retracted_plan_is_a_plan_of_its_own() -> None:
    """A number of people that was planned and retracted is no number of anything else."""
    record = Record().source("plan", "2020-01-10")
    counted = {"personnel": 80, "reserve": 20, "on": "2021-05"}
    plan = record.say(ContributionStrengthReported, **KEY, **counted, basis="planned")
    record.source("notice", "2020-12-01")
    record.retract(plan, source="notice")
    dropped = plans(record.view(), day("2026-01-01"))
    assert {each.outcome for each in dropped} == {Outcome.DROPPED}
    stated = {each.measure: [a.min for a in each.quantities(each.versions)] for each in dropped}
    assert stated == {"personnel": [80], "reserve": [20]}


def test_what_is_attested_after_its_planned_end_had_not_ended_by_then() -> None:
    """An end planned for a month after which it was still there was not kept; no more is known."""
    record = Record().source("report", "2021-01-01")
    record.say(ContributionDeployed, **SENT, on="2020-06-01")
    record.say(ContributionWithdrawn, **KEY, on="2021-05", basis="decided")
    record.source("later", "2021-08-01")
    record.say(ContributionAttested, **KEY, on="2021-07-01")
    assert only(record).outcome is Outcome.NOT_BY_THEN
    assert only(record).happened is None


@pytest.mark.parametrize(
    ("today", "outcome"),
    [("2020-03-01", Outcome.PERHAPS), ("2021-03-01", Outcome.UNCLEAR)],
)
def test_the_end_of_the_mission_does_not_date_the_end_of_its_parts(
    today: str, outcome: Outcome
) -> None:
    """By then a part had ended, perhaps as planned, long before: it is not said to be late."""
    record = Record().source("plan", "2020-01-10")
    record.say(ContributionDeployed, **SENT, on="2020-01-05")
    record.say(ContributionWithdrawn, **KEY, on="2020-06", basis="planned")
    record.source("report", "2021-02-10")
    record.say(MissionEnded, on="2021-01")
    plan = only(record, today)
    assert plan.outcome is outcome
    assert plan.happened == (day("2020-01-06"), day("2021-01-31"))


def test_the_next_holder_does_not_date_the_end_of_the_one_before() -> None:
    """Command given up by the day another is attested may have been given up as planned."""
    record = Record().source("plan", "2020-06-10")
    record.say(CommandTakenOver, by="DNK", on="2020-01-05")
    record.say(CommandRelinquished, by="DNK", on="2020-12", basis="planned")
    record.source("report", "2021-02-10")
    record.say(CommandAttested, by="ITA", on="2021-02-01")
    assert only(record).outcome is Outcome.UNCLEAR


def test_of_what_ends_a_period_the_earliest_counts() -> None:
    """Another holder that takes over after the mission ended makes no end late."""
    record = Record().source("plan", "2019-06-10")
    record.say(CommandTakenOver, by="DNK", on="2019-01-05")
    record.say(CommandRelinquished, by="DNK", on="2020-06", basis="planned")
    record.source("report", "2022-02-10")
    record.say(CommandAttested, by="DNK", on="2019-08-01")
    record.say(MissionEnded, on="2020-01-01")
    record.say(CommandTakenOver, by="ITA", on="2022-01-01")
    plan = only(record)
    assert plan.happened == (day("2019-08-02"), day("2020-01-01"))
    assert plan.outcome is Outcome.EARLY


def test_what_is_only_planned_has_not_ended_with_the_mission() -> None:
    """Nobody says that it ever began, so nothing says that it ended."""
    record = planned("2021-05")
    record.say(ContributionWithdrawn, **KEY, on="2021-09", basis="planned")
    record.source("report", "2022-01-10")
    record.say(MissionEnded, on="2022-01-01")
    assert [each.outcome for each in plans(record.view(), day("2026-01-01"))] == [
        Outcome.UNCONFIRMED,
        Outcome.UNCONFIRMED,
    ]


def test_a_plan_is_judged_as_of_the_day_asked_about() -> None:
    """What happened later is still ahead on an earlier day."""
    record = planned("2021-05").source("report", "2022-01-01")
    record.say(ContributionDeployed, **SENT, on="2021-05-20")
    assert only(record, "2020-06-01").outcome is Outcome.AHEAD


@pytest.mark.parametrize(
    ("reported", "today", "outcome"),
    [
        ("[2021-05..2023-05]", "2021-04-30", Outcome.AHEAD),
        ("[2021-05..2023-05]", "2021-05-01", Outcome.PERHAPS),
        ("[2021-05..2023-05]", "2021-06-15", Outcome.PERHAPS),
        ("[2021-05..2023-05]", "2023-05-30", Outcome.PERHAPS),
        ("[2021-05..2023-05]", "2023-05-31", Outcome.UNCLEAR),
        ("2021-06", "2021-06-15", Outcome.PERHAPS),
        ("2021-06", "2021-06-30", Outcome.ON_TIME),
        ("2021-08", "2021-08-15", Outcome.PERHAPS),
        ("2021-08", "2021-08-31", Outcome.LATE),
        ("[2021-05..]", "2025-01-01", Outcome.PERHAPS),
    ],
)
def test_what_may_still_be_to_come_has_not_happened(
    reported: str, today: str, outcome: Outcome
) -> None:
    """While a report's dates reach past the day, a plan is not said to have come, and is due."""
    record = Record().source("plan", "2020-02-10")
    record.say(ContributionDeployed, **SENT, on="2020-02-01")
    record.say(ContributionWithdrawn, **KEY, on="2021-06", basis="planned")
    record.source("report", "2024-01-01")
    record.say(ContributionWithdrawn, **KEY, on=reported)
    plan = only(record, today)
    assert plan.outcome is outcome
    open_ = outcome in (Outcome.PERHAPS, Outcome.AHEAD)
    assert is_due(plan, day("2021-06-15"), day("2021-09-13")) is open_


def test_a_start_told_by_a_later_attestation_may_still_be_to_come() -> None:
    """What is attested in July had begun by then, at any time since the plan came out."""
    record = planned("2021-05").source("report", "2021-08-01")
    record.say(ContributionAttested, **KEY, on="2021-07-01")
    assert only(record, "2021-05-15").outcome is Outcome.PERHAPS
    assert only(record, "2021-07-01").outcome is Outcome.UNCLEAR
    assert only(record, "2019-06-01").outcome is Outcome.AHEAD
    for since in ("2020-03-01", "2021-04-30"):
        assert only(record, since).outcome is Outcome.PERHAPS


@pytest.mark.parametrize(
    ("planned", "counted", "outcome"),
    [
        ({"min": 100, "max": 100}, {"min": 100, "max": 100}, Outcome.FITS),
        ({"min": 100, "max": 100}, {"min": 90, "max": 90}, Outcome.OTHERWISE),
        ({"min": 100, "max": 100}, {"max": 400}, Outcome.UNCLEAR),
        ({"min": 100, "max": 100}, {"min": 50}, Outcome.UNCLEAR),
        ({"max": 400}, {"min": 100, "max": 100}, Outcome.FITS),
        ({"max": 400}, {"max": 300}, Outcome.FITS),
        ({"max": 400}, {"min": 300}, Outcome.UNCLEAR),
        ({"min": 50}, {"min": 60}, Outcome.FITS),
        ({"min": 50}, {"max": 60}, Outcome.UNCLEAR),
        ({"min": 50}, {"max": 40}, Outcome.OTHERWISE),
        ({"min": 80, "max": 120}, {"min": 90, "max": 130}, Outcome.UNCLEAR),
        ({"min": 210, "max": 210, "approximate": True}, {"min": 215, "max": 215}, Outcome.UNCLEAR),
        ({"min": 210, "max": 210}, {"min": 215, "max": 215, "approximate": True}, Outcome.UNCLEAR),
        ({"min": 210, "max": 210}, {"min": 210, "max": 210, "approximate": True}, Outcome.UNCLEAR),
        ({"min": 210, "max": 210, "approximate": True}, {"min": 210, "max": 210}, Outcome.FITS),
    ],
)
def test_a_count_fits_only_where_it_can_be_nothing_else(
    planned: dict[str, object], counted: dict[str, object], outcome: Outcome
) -> None:
    """A count fits within what was planned, is otherwise far from it, and else says too little."""
    record = Record().source("plan", "2020-01-10")
    soldiers = {"unit": "soldiers"}
    record.say(
        StrengthReported, counted="DNK", quantity=planned | soldiers, on="2020-06", basis="planned"
    )
    record.source("report", "2020-08-01")
    record.say(StrengthReported, counted="DNK", quantity=counted | soldiers, on="2020-07-01")
    assert only(record).outcome is outcome


@pytest.mark.parametrize(
    ("today", "outcome"),
    [
        ("2020-05-15", Outcome.AHEAD),
        ("2020-08-01", Outcome.PERHAPS),
        ("2023-01-30", Outcome.PERHAPS),
        ("2023-01-31", Outcome.FITS),
    ],
)
def test_a_count_that_may_be_later_than_the_day_does_not_count_yet(
    today: str, outcome: Outcome
) -> None:
    """A report judges a plan from the last day on that it can date from."""
    record = Record().source("plan", "2020-01-10")
    record.say(StrengthReported, counted="DNK", quantity=100, on="2020-06", basis="planned")
    record.source("report", "2023-06-10")
    record.say(StrengthReported, counted="DNK", quantity=100, on="[2020-07..2023-01]")
    assert only(record, today).outcome is outcome


def test_a_count_that_may_be_the_first_leaves_the_one_for_sure_in_doubt() -> None:
    """Of two counts that differ, a vague one may have come before the one that fits."""
    record = Record().source("plan", "2020-01-10")
    record.say(StrengthReported, counted="DNK", quantity=100, on="2020-06", basis="planned")
    record.source("report", "2023-06-10")
    record.say(StrengthReported, counted="DNK", quantity=100, on="2020-07-15")
    assert only(record, "2021-01-01").outcome is Outcome.FITS
    record.say(StrengthReported, counted="DNK", quantity=50, on="[2020-07..2023-01]")
    assert only(record, "2021-01-01").outcome is Outcome.UNCLEAR
