"""The oracle answers the known cases of readings by itself."""

from events.catalogue import (
    CeilingAuthorised,
    ContributionDeployed,
    ContributionStrengthReported,
    ContributionWithdrawn,
    StrengthReported,
)
from tests.projections.build import day
from tests.projections.worlds.told import counts, recorded, told, world


def test_one_unit_in_two_languages() -> None:
    """Soldater and soldiers are counted together, and their numbers can clash."""
    record = recorded().source("s1", "2014-05-02")
    dk = {"min": 700, "max": 750, "unit": "soldater"}
    en = {"min": 500, "max": 500, "unit": "soldiers"}
    record.say(StrengthReported, counted="DNK", on="2014-05-01", quantity=dk)
    last = record.say(StrengthReported, counted="DNK", on="2014-05-01", quantity=en)
    assert counts(record, "DNK", "2014-05-01") == [(last, "certain", True)]


def test_kinds_of_units_stand_side_by_side() -> None:
    """Helicopters do not take the place of people."""
    record = recorded().source("s1", "2014-05-02")
    people = {"min": 500, "max": 500, "unit": "people"}
    aircraft = {"min": 3, "max": 3, "unit": "helicopters"}
    first = record.say(StrengthReported, counted="DNK", on="2014-04-01", quantity=people)
    second = record.say(StrengthReported, counted="DNK", on="2014-05-01", quantity=aircraft)
    assert sorted(counts(record, "DNK", "2014-06-01")) == sorted(
        [(first, "assumed", False), (second, "assumed", False)]
    )


def test_a_plan_published_late() -> None:
    """Its stated date decides which is the latest, not when it came out."""
    record = recorded().source("s1", "2020-02-01")
    counted = record.say(StrengthReported, counted="DNK", on="2020-01-31", quantity=10)
    record.source("s2", "2020-04-20")
    record.say(StrengthReported, counted="DNK", on="2020-01-22", basis="planned", quantity=20)
    assert counts(record, "DNK", "2020-05-01") == [(counted, "assumed", False)]


def test_a_count_after_the_stay_answers_nothing() -> None:
    """A reading attests nothing but its number."""
    record = recorded().source("s1", "2021-10-01")
    record.say(ContributionDeployed, contribution="x", contributor="DNK", on="2021-01-01")
    record.say(ContributionWithdrawn, contribution="x", on="2021-06-30")
    record.say(ContributionStrengthReported, contribution="x", on="2021-09-01", quantity=5)
    assert told(record, "2021-06-29") == {"x": "certain"}
    assert told(record, "2021-09-01") == {}


def test_categories_stand_side_by_side() -> None:
    """Police do not take the place of troops, nor women of all."""
    record = recorded().source("s1", "2020-03-01")
    said = {
        (category, sex, on): record.say(
            StrengthReported, counted="DEU", category=category, sex=sex, on=on, quantity=5
        )
        for category, sex, on in (
            ("troops", None, "2020-01-31"), ("police", None, "2020-01-31"),
            ("police", "female", "2020-01-31"), ("police", None, "2020-02-29"),
        )
    }  # fmt: skip
    for key, event in (
        ("DEU/troops", said["troops", None, "2020-01-31"]),
        ("DEU/police", said["police", None, "2020-02-29"]),
        ("DEU/police/female", said["police", "female", "2020-01-31"]),
    ):
        assert counts(record, key, "2020-03-05") == [(event, "assumed", False)]


def test_a_ceiling_is_no_count() -> None:
    """It stands beside what is counted."""
    record = recorded("2013-07-01").source("s1", "2014-07-01")
    ceiling = record.say(
        CeilingAuthorised, counted="nmi", category="troops", on="2014-06-25", quantity={"max": 9}
    )
    count = record.say(
        StrengthReported, counted="nmi", category="troops", on="2014-06-30", quantity=8
    )
    found = world(record).on(day("2014-07-15")).counts
    assert {facet: [each.event for each in some] for (facet, _), some in found.items()} == {
        "ceiling": [ceiling], "strength": [count],
    }  # fmt: skip


def test_a_reading_answers_until_it_says() -> None:
    """Inside that window it is possible, then nothing answers, and the one before stays away."""
    record = recorded().source("s1", "2020-12-01")
    record.say(StrengthReported, counted="DNK", on="2020-01-01", quantity=5)
    last = record.say(StrengthReported, counted="DNK", on="2020-02-01", until="2020-06", quantity=7)
    assert counts(record, "DNK", "2020-05-31") == [(last, "assumed", False)]
    assert counts(record, "DNK", "2020-06-01") == [(last, "possible", False)]
    assert counts(record, "DNK", "2020-06-30") == []
