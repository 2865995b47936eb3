"""What a mission's page is made from is all that bears on the mission, as it counts."""

from collections.abc import Iterator
from contextlib import closing
from itertools import chain

import pytest

from cli.site.claims import PARTS, Fates
from cli.site.gather import MissionRecord, mission_record
from cli.site.row_writer import place_of
from events.catalogue import CLAIM_TYPES
from events.dates.days import day_number
from events.encoding.codec import Content
from events.facets import Basis
from events.record_events import SourceCorrected, SourceWithdrawn
from events.source import Source
from projections.record import Record, record_in_memory
from projections.state import state
from projections.view import view
from projections.why import parts_of_claims
from tests.projections.drawing import MISSIONS, append_drawn, draw

ON = day_number(2026, 1, 1)


@pytest.fixture
def store() -> Iterator[Record]:
    """Give an empty record."""
    with closing(record_in_memory()) as made:
        yield made


def source(name: str, published: str) -> Source:
    """Describe a source."""
    return Source(id=name, publisher="P", title=name, language="en", published=published)


def claims(mission: str, by: str, *said: tuple[str, str]) -> list[Content]:
    """Make claims of types, with their dates."""
    fields = {"command-taken-over": {"by": "DNK"}, "command-relinquished": {"by": "DNK"}}
    return [
        CLAIM_TYPES[kind].model_validate(
            {"mission": mission, "source": by, "on": on, **fields.get(kind, {})}
        )
        for kind, on in said
    ]


def page_says_what_the_state_is(store: Record, mission: str) -> int:
    """Compare the entries of a page with those of the state; return how many there are."""
    entries = [*chain.from_iterable(state(view(store, mission), ON).facets.values())]
    assert mission_record(store, mission, store.position()).latest.entries(ON) == entries
    return len(entries)


def test_what_another_mission_says_of_a_source_is_heard(store: Record) -> None:
    """A source can be withdrawn by one that no event of the mission names, and that one in turn."""
    established = ("mission-established", "2020")
    append_drawn(store, [source("news", "2021"), *claims("alpha", "news", established)])
    withdrawn = SourceWithdrawn(mission="beta", source="hoax", about="news", reason="forged")
    append_drawn(store, [source("hoax", "2022"), *claims("beta", "hoax", established), withdrawn])
    assert page_says_what_the_state_is(store, "alpha") == 0
    hoax = SourceWithdrawn(mission="beta", source=None, about="hoax", reason="a hoax")
    append_drawn(store, [hoax])
    assert page_says_what_the_state_is(store, "alpha") == 1


def test_a_source_that_is_described_later_is_heard(store: Record) -> None:
    """What a source cannot have reported is no more reported when another mission describes it."""
    said = (("command-taken-over", "2020-06"), ("command-relinquished", "2024-06"))
    append_drawn(store, claims("alpha", "news", *said))
    assert page_says_what_the_state_is(store, "alpha") == 0
    established = claims("beta", "news", ("mission-established", "2020"))
    append_drawn(store, [source("news", "2021"), *established])
    assert page_says_what_the_state_is(store, "alpha") == 1


def told(record: MissionRecord, fates: Fates) -> Iterator[tuple[object, ...]]:
    """Yield what a page says of each claim at each position, at each step of what is known."""
    for every in record.data.every:
        listed = fates.upto(every)
        numbers: list[int] = listed["fates"]  # type: ignore[assignment]
        for at in range(0, len(numbers), 7):
            place, claim, first, last, part, _, dated = numbers[at : at + 7]
            date, basis = [*fates.dated[place, claim]][dated]
            for step in range(first, last + 1):
                yield every.position, step, place, claim, PARTS[part], date, basis


def expected(record: MissionRecord) -> Iterator[tuple[object, ...]]:
    """Yield what `mission why` says of each."""
    data = record.data
    for every in data.every:
        for step, seen in enumerate(every.views):
            for claim, part, _ in parts_of_claims(seen):
                place = place_of(*claim.place)
                if place in data.places:
                    number = data.claims[place][claim.event, claim.role.value]
                    counted = claim.edtf, claim.basis
                    yield every.position, step, data.places[place], number, part, *counted


@pytest.mark.parametrize("seed", range(2))
def test_a_claim_is_told_as_it_counts(store: Record, seed: int) -> None:
    """Its part, date and basis are those of `mission why`, whatever the date of its source is."""
    append_drawn(store, draw(seed, 40))
    for mission in MISSIONS:
        record = mission_record(store, mission, store.position())
        assert sorted(told(record, Fates(record.data))) == sorted(expected(record))


def test_what_lies_ahead_of_its_source_is_planned(store: Record) -> None:
    """An end without a basis is planned as long as it lies after the day its source came out."""
    (command,) = claims("alpha", "news", ("command-taken-over", "2020-06"))
    end = CLAIM_TYPES["command-relinquished"].model_validate(
        {
            "mission": "alpha",
            "source": "news",
            "on": "2021-06",
            "by": "DNK",
            "basis": "unless-ahead",
        }
    )
    later = {"mission": "alpha", "about": "news", "reason": "misread", "published": "2022-01"}
    append_drawn(store, [source("news", "2021-01"), command, end])
    append_drawn(store, [SourceCorrected.model_validate({**later, "source": None})])
    record = mission_record(store, "alpha", store.position())
    fates = Fates(record.data)
    bases = {(row[0], row[-1]) for row in told(record, fates) if row[-2] == "2021-06"}
    first, last = (each.position for each in record.data.every)
    assert bases == {(first, Basis.PLANNED), (last, Basis.REPORTED)}
