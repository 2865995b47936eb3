"""Ways an answer could be surer than its sources, each of which was once open."""

from events.catalogue import (
    CommanderAttested,
    CommandTakenOver,
    ContributionAttested,
    ContributionDeployed,
    ContributionWithdrawn,
    StrengthReported,
)
from events.facets import Role
from projections.find import FindFilter, find
from tests.projections.build import Record, day

KEY = {"contribution": "escort"}
SENT = {**KEY, "contributor": "DNK"}


def test_correcting_a_correction_waits_for_the_first_ones_source() -> None:
    """What corrects a sourced correction is not known before that source was public."""
    record = Record().source("k1", "2020-01-01")
    first = record.say(CommandTakenOver, by="DNK", on="2019-10")
    later = record.claim(CommandTakenOver, by="DNK", on="2019-11")
    record.source("k2", "2022-01-01")
    second = record.correct(first, later, source="k2")
    record.correct(second, later.model_copy(update={"on": "2019-12"}))
    (entry,) = record.found("command", "2020-03-01", known="2020-06-01")
    assert (entry.to_json()["start"]["edtf"], entry.disputed) == (["2019-10"], False)  # type: ignore[index]
    (entry,) = record.found("command", "2020-03-01", known="2022-06-01")
    assert entry.to_json()["start"]["edtf"] == ["2019-12"]  # type: ignore[index]


def test_a_preference_settles_nothing_before_its_sources_were_public() -> None:
    """A choice for a claim that was not public yet is no choice on that day's knowledge."""
    record = Record().source("a", "2020-01-01")
    record.say(CommandTakenOver, by="DNK", on="2019-06")
    record.source("b", "2020-02-01")
    july = record.say(CommandTakenOver, by="DNK", on="2019-07")
    record.source("c", "2022-01-01")
    also = record.say(CommandTakenOver, by="DNK", on="2019-07", at="page 2")
    record.prefer(("command", "DNK", 1, Role.START), july, also)
    assert record.standings("command", "2019-12-01", known="2020-06-01") == {"DNK": "assumed!"}
    assert record.standings("command", "2019-12-01") == {"DNK": "assumed"}


def test_what_was_said_of_another_day_does_not_describe_this_one() -> None:
    """A later rank or place is not given for an earlier day, and both are found."""
    record = Record().source("n1", "2019-06-01")
    record.say(CommanderAttested, commander="bob", rank="Major", on="2019-06-01")
    record.say(ContributionAttested, **SENT, location="Baghdad", on="2019-06-01")
    record.source("n2", "2023-06-01")
    record.say(CommanderAttested, commander="bob", rank="General", on="2023-06-01")
    record.say(ContributionAttested, **SENT, location="Taji", on="2023-06-01")
    assert record.found("commander", "2020-01-01")[0].value["rank"] == "Major"
    assert record.found("commander", "2023-07-01")[0].value["rank"] == "General"
    found = list(find([record.view()], FindFilter(where="baghdad"), day("2020-01-01")))
    assert [each.entry.value["location"] for each in found] == ["Baghdad"]


def test_a_revised_plan_no_longer_answers() -> None:
    """The number and place of a plan that a later plan took the place of are history."""
    record = Record().source("b1", "2020-01")
    record.say(
        ContributionDeployed, **SENT, quantity="3", location="Taji", on="2021-09", basis="planned"
    )
    record.source("b2", "2020-06")
    record.say(ContributionDeployed, **SENT, quantity="2", on="2021-05", basis="planned")
    (entry,) = record.found("contribution", "2021-10-15")
    assert entry.value["quantity"]["max"] == 2  # type: ignore[index]
    assert "location" not in entry.value
    assert entry.sources == ("b2",)


def test_plans_whose_order_no_source_tells_are_both_shown() -> None:
    """Of two counts planned for one date, neither surely published last, none is dropped."""
    record = Record().source("wide", "[..2020-11]")
    record.say(StrengthReported, counted="DNK", quantity="210", on="2020-36", basis="planned")
    record.source("day", "2020-03-04")
    record.say(StrengthReported, counted="DNK", quantity="180", on="2020-36", basis="planned")
    (entry,) = record.found("strength", "2021-06-15")
    shown = entry.value["quantity"]
    assert {shown["max"], *(rival["max"] for rival in shown["rivals"])} == {180, 210}  # type: ignore[index]
    assert set(entry.sources) == {"wide", "day"}


def test_a_plan_does_not_hide_that_reports_disagree() -> None:
    """Beside a planned answer stand both of the reports that exclude each other."""
    record = Record().source("u1", "2020-06-01")
    record.say(StrengthReported, counted="DNK", quantity="100", on="2020-05-01")
    record.source("u2", "2020-07-01")
    record.say(StrengthReported, counted="DNK", quantity="200", on="2020-05-01")
    record.say(StrengthReported, counted="DNK", quantity="300", on="2020-09", basis="planned")
    (entry,) = record.found("strength", "2020-10-01")
    assert set(entry.sources) == {"u1", "u2"}


def test_the_end_of_a_plan_put_off_ends_nothing() -> None:
    """A planned end that lies before the planned start is of a plan that was put off."""
    record = Record().source("ee1", "2020-01")
    record.say(ContributionDeployed, **SENT, on="2021-05", basis="planned")
    record.say(ContributionWithdrawn, **KEY, on="2021-12", basis="planned")
    record.source("ee2", "2021-03")
    record.say(ContributionDeployed, **SENT, on="2022-05", basis="planned")
    assert record.standings("contribution", "2022-06-15") == {"escort": "expected"}


def test_surely_attested_is_never_made_by_a_plan_or_by_a_window() -> None:
    """Only a day that reports leave no doubt of is surely attested."""
    record = Record().source("plan", "2021-05-31")
    record.say(ContributionDeployed, **SENT, on="2021-06", basis="planned")
    record.source("report", "2021-07-01")
    record.say(ContributionDeployed, **SENT, on="2021-05")
    (entry,) = record.found("contribution", "2021-07-01")
    assert entry.to_json()["surely_attested"] is None
    record.say(StrengthReported, counted="DNK", quantity="9", on="2021-05")
    (entry,) = record.found("strength", "2021-07-01")
    assert entry.to_json()["surely_attested"] is None
