"""What was in the state on some day of a span is what the state says of each of its days."""

from collections import defaultdict

from hypothesis import example, given

from cli.render import disputes
from cli.render.legend import Legend
from events.catalogue import (
    CommandHandedOver,
    CommandTakenOver,
    ContributionAttested,
    ContributionDeployed,
    ContributionWithdrawn,
    StrengthReported,
)
from events.dates.days import BEGINNING, FOREVER
from events.facets import FACETS, MEASURES, Role
from projections.spans import DayRun, Presence, hull, presences_during
from projections.state import state
from projections.weighing.occurrence import Days
from projections.weighing.readings import answers, answers_over_time, by_kind, readings
from tests.projections.build import Record, day
from tests.projections.oracle import CALENDAR
from tests.projections.small_records import Line, records, write
from tests.projections.test_state_property import examples

Place = tuple[str, str, int, str]

SOURCES = [
    Line("source", 0, on="2021-05-06"),
    *(Line("source", number, on="2021-05-02") for number in (1, 2, 3)),
]

BESIDE_A_PLAN = [
    Line("say", 0, ContributionDeployed, "helicopters", on="[..2021-05-06]", number=1),
    Line("say", 0, ContributionAttested, "helicopters", on="2021-05-07"),
    Line("say", 0, ContributionDeployed, "helicopters", on="2021-05-02", basis="planned", number=1),
]
"""A report that stands beside a plan on some days, and not on the last of a span."""


def place(each: Presence) -> Place:
    """Tell entries of a span apart; a count by its claim."""
    entry = each.entry
    count = "" if FACETS[entry.facet].lasting else entry.claims[0].event
    return entry.facet, entry.key, entry.period, count


@given(records())
@examples(150)
def test_a_span_has_what_its_days_have(lines: list[Line]) -> None:
    """On each day of a span, what is in it and how surely is what `state` says of that day."""
    view = write(lines).view()
    span = Days(CALENDAR.start, CALENDAR.stop - 1)
    told: dict[int, dict[Place, str]] = defaultdict(dict)
    for each in (each for some in presences_during(view, span).values() for each in some):
        for run in each.runs:
            for on in range(run.first, run.last + 1):
                assert place(each) not in told[on]
                told[on][place(each)] = run.standing.value
    for on in CALENDAR:
        stated = {
            place(Presence(entry, ())): entry.standing.value
            for some in state(view, on).facets.values()
            for entry in some
        }
        assert told[on] == stated, on


@given(records())
@example([*SOURCES, *BESIDE_A_PLAN])
@examples(150)
def test_a_span_hides_no_dispute_and_no_count_of_its_days(lines: list[Line]) -> None:
    """An entry is disputed where it is on one of its days, and has every number of each."""
    view = write(lines).view()
    span = Days(CALENDAR.start + 2, CALENDAR.stop - 3)
    over = {place(each): each for some in presences_during(view, span).values() for each in some}
    disputed = dict.fromkeys(over, False)
    for on in range(span.first, span.last + 1):
        for entry in (each for some in state(view, on).facets.values() for each in some):
            there = place(Presence(entry, ()))
            disputed[there] |= entry.disputed
            for measure in MEASURES:
                said = counts(entry.value.get(measure))
                assert said <= counts(over[there].entry.value.get(measure)), on
                assert {source for *_, source in said} <= {*over[there].entry.sources}, on
    assert {there: each.entry.disputed for there, each in over.items()} == disputed


@given(records())
@examples(150)
def test_answers_over_time_are_those_of_each_day(lines: list[Line]) -> None:
    """What is asked of a part of a series is what would be asked of all of it."""
    view = write(lines).view()
    for place, claims in view.series.items():
        preference = view.visible.preferences.get((*place, Role.READING))
        for measure in MEASURES:
            for found in by_kind(readings(claims, measure)):
                parts = list(answers_over_time(found, preference))
                assert (parts[0][0].first, parts[-1][0].last) == (BEGINNING, FOREVER)
                for days, some in parts:
                    for on in range(max(days.first, CALENDAR[0]), min(days.last, CALENDAR[-1]) + 1):
                        assert some == answers(found, on, preference), on


def counts(said: object) -> set[tuple[object, ...]]:
    """Collect each number that an entry gives, with its date, basis and source."""
    if isinstance(said, list):
        return {one for each in said for one in counts(each)}
    if not isinstance(said, dict):
        return set()
    own = tuple(said[name] for name in ("min", "max", "unit", "on", "basis", "source"))
    beside = ("rivals", "last_reported", "others", "before", "also")
    return {own, *(one for name in beside for one in counts(said.get(name)))}


def test_an_entry_of_a_span_stands_as_on_its_last_day() -> None:
    """Runs are clipped to the span, and the entry is that of the last day in it."""
    record = Record().source("a", "2021-06-30")
    record.say(CommandTakenOver, by="DNK", on="2021-05")
    record.say(CommandHandedOver, **{"from": "DNK", "to": "ITA", "on": "2021-06-10"})
    found = presences_during(record.view(), Days(day("2021-05-20"), day("2021-06-30")))["command"]
    assert [each.entry.key for each in found] == ["DNK", "ITA"]
    runs = [(run.first, run.last, run.standing.value) for run in found[0].runs]
    assert runs == [
        (day("2021-05-20"), day("2021-05-30"), "possible"),
        (day("2021-05-31"), day("2021-06-09"), "certain"),
    ]
    assert found[0].entry.standing.value == "certain"
    assert hull(found[0].runs) == Days(day("2021-05-20"), day("2021-06-09"))


def test_each_count_is_an_entry_of_its_own() -> None:
    """A strength over time has every number, each with the days on which it answers."""
    record = Record().source("a", "2021-06-30")
    record.say(StrengthReported, counted="DNK", quantity=100, on="2021-01-01")
    record.say(StrengthReported, counted="DNK", quantity=200, on="2021-03-01")
    found = presences_during(record.view(), Days(BEGINNING, FOREVER))["strength"]
    assert [each.runs for each in found] == [
        (
            DayRun(day("2021-01-01"), day("2021-01-01"), found[0].runs[0].standing),
            DayRun(day("2021-01-02"), day("2021-02-28"), found[0].runs[1].standing),
        ),
        (
            DayRun(day("2021-03-01"), day("2021-03-01"), found[1].runs[0].standing),
            DayRun(day("2021-03-02"), FOREVER, found[1].runs[1].standing),
        ),
    ]
    assert [run.standing.value for each in found for run in each.runs] == ["certain", "assumed"] * 2


def test_a_number_and_a_dispute_of_earlier_days_are_told() -> None:
    """The last number does not stand for a whole span, nor its being agreed on."""
    record = Record().source("a", "2021-06-30").source("b", "2021-06-30")
    for source, many in (("a", 3), ("b", 7)):
        record.say(
            ContributionAttested, source=source, contribution="ships", quantity=many, on="2019-05"
        )
    record.say(ContributionAttested, source="a", contribution="ships", quantity=1, on="2020-12-05")
    (found,) = presences_during(record.view(), Days(day("2019-05-31"), day("2020-12-31")))[
        "contribution"
    ]
    assert found.entry.disputed
    at_odds = found.at_odds
    assert (at_odds[0].first, at_odds[-1].last) == (day("2019-05-31"), day("2020-12-04"))
    assert {many for many, *_ in counts(found.entry.value["quantity"])} == {3, 7, 1}
    (later,) = presences_during(record.view(), Days(day("2020-12-05"), FOREVER))["contribution"]
    assert not later.entry.disputed
    assert {many for many, *_ in counts(later.entry.value["quantity"])} == {1}


def test_each_reason_of_a_dispute_is_told() -> None:
    """A count's dispute does not hide that what is attested does not fit a reported end."""
    record = Record().source("a", "2021-06-30").source("b", "2021-06-30")
    record.say(ContributionDeployed, contribution="c1", contributor="DNK", on="2020-01")
    record.say(ContributionWithdrawn, contribution="c1", on="2020-06")
    for source, many in (("a", 5), ("b", 7)):
        record.say(
            ContributionAttested, source=source, contribution="c1", quantity=many, on="2020-09-01"
        )
    (found,) = presences_during(record.view(), Days(day("2020-01-01"), day("2020-12-31")))[
        "contribution"
    ]
    (notes,) = disputes.notes([found.entry], Legend([], {}))
    assert [said for _, said in notes.lines] == [
        "sources give quantities of one date that exclude each other",
        "what sources attest or plan does not fit what they report of its start or end",
    ]
