"""Who had what where, and how answers changed."""

import pytest

from events.catalogue import (
    ContributionAttested,
    ContributionDeployed,
    ContributionStrengthReported,
    ContributionWithdrawn,
    PlaceAttested,
    PlaceClosed,
    PlaceOpened,
    StrengthReported,
)
from events.claim_event import ClaimEvent
from events.dates.edtf import parse
from projections.diff import diff
from projections.find import FindFilter, find
from projections.history import history
from projections.state_object import StateEntry
from projections.timeline import timeline
from projections.why import Part, why
from tests.projections.build import Record, day


def helicopters() -> Record:
    """Return a record of two contributions and a place."""
    record = Record().source("news", "2021-06-01")
    sent = {"contributor": "DNK", "capability": "Transport helicopters", "location": "Taji"}
    record.say(ContributionDeployed, contribution="dnk-helicopters", on="2021-05-01", **sent)
    record.say(ContributionDeployed, contribution="swe-staff", contributor="SWE", on="2021-05-20")
    record.say(PlaceAttested, place="taji", name="Camp Taji", on="2021-05-20")
    return record


def keys(record: Record, on: str, wanted: FindFilter) -> list[str]:
    """Return the keys found on a day."""
    return [found.entry.key for found in find([record.view()], wanted, day(on))]


def test_find_by_who_what_and_where() -> None:
    """Each criterion narrows; text is found without regard to case."""
    record = helicopters()
    assert keys(record, "2021-05-20", FindFilter(who="DNK")) == ["dnk-helicopters"]
    assert keys(record, "2021-05-20", FindFilter(what="HELI")) == ["dnk-helicopters"]
    assert keys(record, "2021-05-20", FindFilter(where="taji")) == ["dnk-helicopters", "taji"]
    found = keys(record, "2021-05-20", FindFilter(facets=("contribution",)))
    assert found == ["dnk-helicopters", "swe-staff"]
    assert keys(record, "2021-05-02", FindFilter(who="SWE")) == []


def test_a_state_does_not_differ_from_itself() -> None:
    """No difference is reported where nothing changed."""
    record = helicopters()
    assert diff(record.state("2021-05-20"), record.state("2021-05-20")) == []


def test_diff_tells_what_came_what_went_and_what_changed() -> None:
    """Keys only in one state are added or removed; in both, the fields that differ are named."""
    record = helicopters()
    found = diff(record.state("2021-05-01"), record.state("2021-05-20"))
    assert {(each.key, each.change) for each in found} >= {("swe-staff", "added")}
    record.say(ContributionWithdrawn, contribution="swe-staff", on="2021-05-25")
    later = diff(record.state("2021-05-20"), record.state("2021-05-26"))
    assert ("swe-staff", "removed") in {(each.key, each.change) for each in later}
    by_record = diff(
        record.state("2021-05-20", upto=record.position - 1), record.state("2021-05-20")
    )
    (changed,) = [each for each in by_record if each.change == "changed"]
    assert (changed.key, "end" in changed.fields) == ("swe-staff", True)


def counts(*said: tuple[str, int, str, str]) -> list[tuple[str, object, object]]:
    """Return how the counts of soldiers and helicopters differ from May to July 2021."""
    record = Record().source("news", "2021-08-01")
    for on, number, unit, basis in said:
        quantity = {"min": number, "max": number, "unit": unit}
        if basis == "planned":
            record.source("plan", "2021-01-01")
        record.say(StrengthReported, counted="DNK", on=on, quantity=quantity, basis=basis)
    found = diff(record.state("2021-05-15"), record.state("2021-07-15"))
    return [
        (each.change, *(side and _number(side) for side in (each.before, each.after)))
        for each in found
    ]


def _number(entry: StateEntry) -> object:
    quantity = entry.value["quantity"]
    assert isinstance(quantity, dict)
    return quantity["min"]


@pytest.mark.parametrize(
    ("unit", "basis", "paired"),
    [
        ("soldiers", "reported", True),
        ("helicopters", "reported", False),
        ("soldiers", "planned", False),
    ],
)
def test_a_count_changes_only_into_one_of_its_kind(unit: str, basis: str, paired: bool) -> None:
    """Soldiers do not become helicopters, which stand beside them, nor reports become plans."""
    found = counts(("2021-05-01", 50, "soldiers", "reported"), ("2021-07-01", 3, unit, basis))
    removed = [("removed", 50, None)] if unit == "soldiers" else []
    assert found == ([("changed", 50, 3)] if paired else [*removed, ("added", None, 3)])


def test_why_keeps_what_was_retracted_in_sight() -> None:
    """A retracted claim is shown with its reason, and counts for nothing."""
    record = helicopters()
    event = record.entries[0].id
    record.retract(event, reason="another unit")
    explained = why(record, record.view(), "dnk-helicopters", day("2021-06-01"))
    assert explained.answers == ()
    ((ground),) = explained.grounds
    assert (ground.part, ground.reason) == (Part.RETRACTED, "another unit")


def test_history_is_in_the_order_of_the_log() -> None:
    """What bears on a key is listed by position: claims, retractions, and what undoes those."""
    record = helicopters()
    retraction = record.retract(record.entries[0].id)
    record.retract(retraction)
    changes = history(record, record.view(), "dnk-helicopters")
    assert [change.did for change in changes] == ["claimed", "retracted", "retracted"]


def test_the_timeline_is_sorted_by_date() -> None:
    """Happenings come by the first day they can have fallen on."""
    record = helicopters()
    record.say(ContributionWithdrawn, contribution="swe-staff", on="[..2021-05-10]")
    rows = timeline(record.view())
    assert [(row.key, row.role.value) for row in rows] == [
        ("dnk-helicopters", "start"),
        ("swe-staff", "end"),
        ("swe-staff", "start"),
        ("taji", "attestation"),
    ]


def rows(*said: tuple[type[ClaimEvent], str]) -> list[tuple[str, str]]:
    """Return the timeline of one place's claims: the role of each row and its date."""
    record = Record().source("news", "2022-01-01")
    for kind, on in said:
        record.say(kind, place="taji", on=on)
    return [(row.role.value, row.edtf[0]) for row in timeline(record.view())]


def test_a_period_of_one_day_begins_before_it_ends() -> None:
    """On one day a period's start comes first, then readings and attestations, then its end."""
    day_of_all = "2021-05-11"
    assert rows(
        (PlaceClosed, day_of_all), (PlaceAttested, day_of_all), (PlaceOpened, day_of_all)
    ) == [("start", day_of_all), ("attestation", day_of_all), ("end", day_of_all)]
    record = Record().source("news", "2022-01-01")
    for kind in (ContributionWithdrawn, ContributionDeployed, ContributionAttested):
        counted = {} if kind is ContributionWithdrawn else {"contributor": "DNK", "quantity": 3}
        record.say(kind, contribution="dnk-staff", on=day_of_all, **counted)
    record.say(ContributionStrengthReported, contribution="dnk-staff", on=day_of_all, quantity=4)
    order = [row.role.value for row in timeline(record.view())]
    assert order == sorted(order, key=["start", "reading", "attestation", "end"].index)
    assert {*order} >= {"start", "reading", "end"}


WINDOWS = (
    *("2020", "2021", "2021-01", "2021-05", "2021-05-01", "2021-05-11", "2021-05-31", "2021-33"),
    *("[..2020-11]", "[..2021-05]", "[2020..]", "[2021-05-11..]", "[2020-11..2021-05]"),
)


@pytest.mark.parametrize("start", WINDOWS)
@pytest.mark.parametrize("end", WINDOWS)
def test_a_start_comes_before_the_end_that_can_follow_it(start: str, end: str) -> None:
    """Where the windows leave it open which came first, the start does, for it must have."""
    begun, ended = parse(start).window.bounds, parse(end).window.bounds
    order = [("start", start), ("end", end)] if begun[0] <= ended[1] else [("end", end)]
    assert rows((PlaceClosed, end), (PlaceOpened, start))[: len(order)] == order


def test_an_end_that_must_have_come_first_stands_first() -> None:
    """A record that says so is wrong, and its timeline shows it as it is."""
    assert rows((PlaceOpened, "2021-05"), (PlaceClosed, "2020")) == [
        ("end", "2020"),
        ("start", "2021-05"),
    ]
