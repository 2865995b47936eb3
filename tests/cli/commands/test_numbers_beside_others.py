"""Numbers that stand beside others are told once each, with their standing and their end."""

import pytest

from tests.cli.desk import Desk

DEPLOYED = """mission: nmi-test
source: {id: sent, publisher: A ministry, title: Sent, language: en, published: 2020-01-05}
events:
  - {type: contribution-deployed, contribution: guard, contributor: DNK, on: 2020-01-01}
"""
STRENGTH = """mission: nmi-test
source: {{id: {id}, publisher: {id}, title: {id}, language: en, published: {published}}}
events:
  - {{type: contribution-strength-reported, contribution: guard, quantity: {quantity}, {dates}}}
"""


def strength(name: str, published: str, number: str, dates: str) -> str:
    """Write an announcement of a number of soldiers."""
    quantity = f"{{{number}, unit: soldiers}}"
    return STRENGTH.format(id=name, published=published, quantity=quantity, dates=dates)


def lines(desk: Desk, *when: str) -> list[str]:
    """Return the lines of the contribution on the page of the state."""
    page = desk("state", "nmi-test", *when, "--facet", "contribution").stdout
    return [line.strip() for line in page.splitlines() if "soldiers" in line]


@pytest.fixture
def desk(busy: Desk) -> Desk:
    """Give a ledger with a contingent."""
    assert busy("add", busy.file(DEPLOYED)).exit_code == 0
    return busy


def test_of_two_that_may_be_the_later_each_is_told_once(desk: Desk) -> None:
    """Both are possible, on a day and over a span, also where a later number follows."""
    for name, number, dates in (
        ("one", "max: 90", "on: 2020-03"),
        ("two", "min: 95, max: 95", "on: 2020-03-15"),
    ):
        text = strength(name, "2020-04-10", number, dates)
        assert desk("add", desk.file(text, f"{name}.yaml")).exit_code == 0
    on_a_day = lines(desk, "--on", "2020-05-01")
    over_days = lines(desk, "--during", "2020-04-01..2020-05-01")
    for told in (on_a_day, over_days):
        assert len(told) == 2
        assert all("possible" in line and "or or" not in line for line in told)
        assert [line.startswith("or ") for line in told] == [False, True]
    later = strength("three", "2020-07-01", "min: 70, max: 70", "on: 2020-06-01")
    assert desk("add", desk.file(later, "three.yaml")).exit_code == 0
    over_days = lines(desk, "--during", "2020-04-01..2020-07-01")
    assert sorted(over_days[1:]) == [
        "before: 95 soldiers, possible, as of 2020-03-15",
        "before: at most 90 soldiers, possible, as of 2020-03",
    ]


def test_a_number_beside_another_has_its_end(desk: Desk) -> None:
    """The last reported number beside a plan says until when it answers."""
    reported = strength("one", "2020-01-10", "min: 150, max: 150", "on: 2020-01-01, until: 2022")
    planned = strength("two", "2020-01-12", "min: 80, max: 80", "on: 2020-06-01, basis: planned")
    for name, text in (("one", reported), ("two", planned)):
        assert desk("add", desk.file(text, f"{name}.yaml")).exit_code == 0
    told = lines(desk, "--on", "2020-07-01")
    assert "last reported: 150 soldiers, until 2022, as of 2020-01-01" in told
