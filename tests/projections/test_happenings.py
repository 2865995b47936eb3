"""Happenings: on which day, and how surely, as their sources have it."""

import pytest

from events.catalogue import HappeningReported
from projections.happenings import happenings_during, happenings_on
from projections.plans.listing import plans
from projections.plans.plan import Outcome
from projections.timeline import timeline
from projections.weighing.occurrence import Days
from tests.projections.build import Record, day


def visit(*said: tuple[str, str, str]) -> Record:
    """Return a record of a visit: from each source its date and basis, published on a day."""
    record = Record()
    for number, (on, basis, published) in enumerate(said):
        record.source(f"s{number}", published)
        record.say(HappeningReported, happening="visit", on=on, basis=basis, source=f"s{number}")
    return record


def standing(record: Record, on: str, known: str | None = None) -> str | None:
    """Return the standing of the visit on a day; None where it is not found."""
    found = list(happenings_on(record.view(known), day(on)))
    assert len(found) <= 1
    return found[0].standing.value if found else None


@pytest.mark.parametrize(
    ("on", "found"),
    [("2021-05-09", None), ("2021-05-10", "certain"), ("2021-05-11", None)],
)
def test_a_day_that_is_reported_is_certain(on: str, found: str | None) -> None:
    """And no other day has it."""
    assert standing(visit(("2021-05-10", "reported", "2021-06-01")), on) == found


def test_a_month_that_is_reported_is_possible_on_each_day() -> None:
    """Another source that names the day makes it certain on that alone."""
    vague = ("2021-05", "reported", "2021-06-01")
    assert standing(visit(vague), "2021-05-31") == "possible"
    both = visit(vague, ("2021-05-10", "reported", "2021-06-01"))
    assert standing(both, "2021-05-10") == "certain"
    assert standing(both, "2021-05-31") is None


def test_days_that_differ_are_possible_and_disputed() -> None:
    """Neither source is dropped."""
    record = visit(*((on, "reported", "2021-06-01") for on in ("2021-05-10", "2021-05-12")))
    (found,) = happenings_on(record.view(), day("2021-05-12"))
    assert (found.standing.value, found.disputed) == ("possible", True)
    assert len(found.sources) == 2


def test_a_plan_is_expected_until_it_is_reported() -> None:
    """A plan makes nothing certain, not on its only day either; a report goes before it."""
    record = visit(
        ("2021-05-10", "planned", "2021-04-01"), ("2021-05-12", "reported", "2021-06-01")
    )
    assert standing(record, "2021-05-10", known="2021-05-01") == "expected"
    assert standing(record, "2021-05-10") is None
    assert standing(record, "2021-05-12") == "certain"
    (plan,) = plans(record.view(), day("2021-07-01"))
    assert plan.outcome is Outcome.LATE
    (row,) = timeline(record.view())
    assert row.edtf == ("2021-05-12",)


def test_a_retracted_happening_did_not_happen() -> None:
    """In no answer."""
    record = Record().source("s", "2021-06-01")
    record.retract(record.say(HappeningReported, happening="visit", on="2021-05-10"))
    assert standing(record, "2021-05-10") is None
    assert timeline(record.view()) == []


def test_over_a_span_a_happening_has_its_days() -> None:
    """Those of its window that lie in the span."""
    record = visit(("2021-05", "reported", "2021-06-01"))
    (found,) = happenings_during(record.view(), Days(day("2021-05-20"), day("2021-12-31")))
    assert [(run.first, run.last) for run in found.runs] == [(day("2021-05-20"), day("2021-05-31"))]
