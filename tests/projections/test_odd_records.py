"""Odd records, some of which no command would write: the index reads them as everything does."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from events.catalogue import (
    ContributionAttested,
    ContributionDeployed,
    ContributionStrengthReported,
    ContributionWithdrawn,
    MandateAdopted,
    MissionEstablished,
    ParticipationJoined,
    ParticipationLeft,
    StrengthReported,
)
from events.claim_event import Event
from events.dates.days import iso_day
from events.dates.edtf import parse
from events.encoding.codec import Content, event_id
from events.facets import Role
from events.publication import close_of_day
from events.record_events import ClaimCorrected, ClaimRetracted, ReadingPreferred
from events.source import Source
from ledger.log import Batch
from ledger.upkeep.verify import verify
from projections.find import FindFilter, candidate_views, find
from projections.question import DayQuestion
from projections.record import open_record
from projections.state import state
from projections.view import View, view
from tests.ready import empty_ledger

DAYS = range(parse("2009-01-01").window.first or 0, parse("2018-01-01").window.first or 0, 123)


def counted(number: int, on: str, **more: object) -> StrengthReported:
    """Make a count."""
    quantity = {"min": number, "max": number}
    fields = {"mission": "alpha", "counted": "DNK", "quantity": quantity, "on": on, **more}
    return StrengthReported.model_validate(fields)


def adopted(mission: str = "alpha", on: str = "2010-01-01") -> MandateAdopted:
    """Make a mandate."""
    return MandateAdopted(mission=mission, mandate="m", on=on)


def preferred(*claims: str, period: int = 1, facet: str = "strength") -> ReadingPreferred:
    """Prefer some claims."""
    role: Role = Role.START if facet == "mandate" else Role.READING
    return ReadingPreferred.model_validate(
        {
            "mission": "alpha",
            "facet": facet,
            "key": {"mandate": "m", "contribution": "dnk-h"}.get(facet, "DNK"),
            "period": period,
            "role": role,
            "claims": claims,
            "reason": "the minutes say so",
        }
    )


def retracted(target: str, mission: str = "alpha") -> ClaimRetracted:
    """Retract something."""
    return ClaimRetracted(mission=mission, target=target, reason="misread")


def _planned_reading_preferred() -> list[Content]:
    plan = counted(20, "2011-01-01", basis="planned")
    return [counted(5, "2010-01-01"), counted(10, "2011-01-01"), plan, preferred(event_id(plan))]


def _planned_start_preferred() -> list[Content]:
    fields = {"mission": "alpha", "contribution": "dnk-h", "on": "2011-01-01", "quantity": "20"}
    plan = ContributionDeployed.model_validate({**fields, "contributor": "DNK", "basis": "planned"})
    counts = [
        ContributionStrengthReported.model_validate({**fields, "quantity": number, "on": on})
        for number, on in (("5", "2010-01-01"), ("10", "2011-01-01"))
    ]
    return [*counts, plan, preferred(event_id(plan), facet="contribution")]


def _another_period_preferred() -> list[Content]:
    both = [counted(number, "2010-05-01", period=2) for number in (5, 10)]
    return [*both, counted(7, "2015-01-01"), preferred(event_id(both[0]))]


def _a_claim_elsewhere_preferred() -> list[Content]:
    """What a preference names besides claims on its own place is ignored."""
    both = [adopted(), adopted(on="2011-01-01")]
    counts = [counted(5, "2010-01-01"), counted(6, "2012-01-01"), counted(7, "2012-02-01")]
    chosen = preferred(event_id(both[0]), event_id(counts[0]), facet="mandate")
    return [*both, *counts, chosen]


def _another_missions_retraction() -> list[Content]:
    return [adopted(), adopted("beta"), retracted(event_id(adopted()), "beta")]


def _another_missions_claim() -> list[Content]:
    target = adopted()
    return [
        target,
        ClaimCorrected(
            mission="alpha", target=event_id(target), claim=adopted("beta", "2012"), reason="typo"
        ),
    ]


def _a_source_preferred() -> list[Content]:
    source = Source(id="s", publisher="P", title="T", language="en", published="2010")
    return [source, adopted(), preferred(event_id(source), facet="mandate")]


def _no_whole_id() -> list[Content]:
    return [adopted(), retracted("abcde"), preferred("abcde", facet="mandate")]


def _retracted_before_it_is_there() -> list[Content]:
    return [retracted(event_id(adopted())), adopted()]


def _described_after_it_is_named() -> list[Content]:
    joined: list[Event] = [
        ParticipationJoined(mission="alpha", source="s", participant="DNK", on=on, basis=basis)  # type: ignore[arg-type]
        for on, basis in (("2009", "planned"), ("2010", "reported"))
    ]
    left = ParticipationLeft(mission="alpha", source="s", participant="DNK", on="2012")
    return [
        *joined,
        left,
        Source(id="s", publisher="P", title="T", language="en", published="2015"),
    ]


def _of_both_sides_open() -> list[Content]:
    fields = {"mission": "alpha", "contribution": "dnk-h", "on": "[..2010,2012..]"}
    return [
        ContributionStrengthReported.model_validate({**fields, "quantity": "5", "reserve": "2"}),
        counted(9, "[..2010,2012..]"),
    ]


def _begun_before_its_mission() -> list[Content]:
    fields = {"mission": "alpha", "contribution": "dnk-h"}
    return [
        MissionEstablished(mission="alpha", on="2011-08-01", name="Alpha"),
        ContributionDeployed.model_validate(
            {**fields, "contributor": "DNK", "on": "[2011-05-01..2011-08-31]"}
        ),
        ContributionAttested.model_validate({**fields, "on": "2011-01-15"}),
        ContributionWithdrawn.model_validate({**fields, "on": "2011-07-10"}),
    ]


def _wider_start_preferred() -> list[Content]:
    wide, narrow = (adopted(on=f"[{year}-01-01..2012-12-31]") for year in (2010, 2012))
    return [wide, narrow, preferred(event_id(wide), facet="mandate")]


def _correction_preferred_that_waits_for_another() -> list[Content]:
    """What is preferred waits for the source of the correction that it corrects."""
    sources = [
        Source(id=f"s-{on}", publisher="P", title="T", language="en", published=on)
        for on in ("2010", "2015")
    ]
    first = ClaimCorrected(
        mission="alpha",
        source="s-2015",
        target=event_id(adopted()),
        claim=MandateAdopted(mission="alpha", mandate="n", on="2011-01-01"),
        reason="misread",
    )
    second = ClaimCorrected(
        mission="alpha",
        source="s-2010",
        target=event_id(first),
        claim=adopted(on="2012-01-01"),
        reason="misread",
    )
    return [*sources, adopted(), first, second, preferred(event_id(second), facet="mandate")]


def _planned_to_end_before_a_plan_put_off() -> list[Content]:
    """The plan to end belongs to the first plan to begin, which the second replaced."""
    sources = [
        Source(id=f"s-{on}", publisher="P", title="T", language="en", published=on)
        for on in ("2009-02-01", "2009-09-01")
    ]
    fields = {"mission": "alpha", "contribution": "dnk-h", "basis": "planned"}
    deployed = [
        ContributionDeployed.model_validate(
            {**fields, "contributor": "DNK", "source": source.id, "on": on}
        )
        for source, on in zip(sources, ("2010-01-01", "2014-01-01"), strict=True)
    ]
    withdrawn = ContributionWithdrawn.model_validate({**fields, "on": "2011-01-01"})
    return [*sources, *deployed, withdrawn]


def _only_readings_of_which_a_plan_came_out_late() -> list[Content]:
    """By its stated date the plan comes first, by that of its publication last."""
    fields = {"mission": "alpha", "contribution": "dnk-h", "quantity": "5"}
    plan = {**fields, "source": "s", "on": "2012-06-01", "basis": "planned"}
    return [
        Source(id="s", publisher="P", title="T", language="en", published="2015-06-01"),
        ContributionStrengthReported.model_validate({**fields, "on": "[2011-01-01..2012-12-31]"}),
        ContributionStrengthReported.model_validate(plan),
    ]


RECORDS = (
    _only_readings_of_which_a_plan_came_out_late,
    _planned_reading_preferred,
    _planned_start_preferred,
    _another_period_preferred,
    _a_claim_elsewhere_preferred,
    _another_missions_retraction,
    _another_missions_claim,
    _a_source_preferred,
    _no_whole_id,
    _retracted_before_it_is_there,
    _described_after_it_is_named,
    _of_both_sides_open,
    _begun_before_its_mission,
    _correction_preferred_that_waits_for_another,
    _wider_start_preferred,
    _planned_to_end_before_a_plan_put_off,
)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("record", RECORDS)
def test_it_is_read_as_everything_is(tmp_path: Path, record: object, *, at_once: bool) -> None:
    """Every state, and what a nation is found in, on any day and through any clock, is the same."""
    contents: Sequence[Content] = record()  # type: ignore[operator]
    place = empty_ledger(tmp_path / "ledger.sqlite")
    with open_record(place, write=True) as store:
        for some in [contents] if at_once else [[each] for each in contents]:
            store.append(Batch(tuple(some)), by="anna")
        end = store.position()

        @cache
        def all_of(known: int | None, upto: int) -> list[View]:
            return [view(store, each, known=known, upto=upto) for each in ("alpha", "beta")]

        for day in DAYS:
            for known in (None, close_of_day(day), close_of_day(DAYS[-1])):
                for upto in (end, end - 1):
                    every = all_of(known, upto)
                    for mission, plain in zip(("alpha", "beta"), every, strict=True):
                        seen = view(
                            store, mission, known=known, upto=upto, question=DayQuestion(day)
                        )
                        assert state(seen, day).to_json() == state(plain, day).to_json(), (
                            mission, iso_day(day), known, upto
                        )  # fmt: skip
                    who = FindFilter(who="DNK")
                    some_views = candidate_views(store, who, day, known=known, upto=upto)
                    assert [each.to_json() for each in find(some_views, who, day)] == [
                        each.to_json() for each in find(every, who, day)
                    ]
        assert verify(store).findings == ()
