"""What a log took in after a position, and how each announcement changed the answers."""

from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.claim_event import Event
from events.entry import Entry
from events.files.announcement import read_announcement
from events.record_events import (
    ClaimCorrected,
    ClaimRetracted,
    ReadingPreferred,
    SourceCorrected,
    SourceWithdrawn,
    statement_of,
)
from ledger.append import RecordKeeperEvents, append_announcement
from projections.changes.announcements import RecordedAnnouncement, recorded_announcements
from projections.changes.answers import AnswerChange, AnswerComparison
from projections.changes.touched import Touched
from projections.diff import diff
from projections.question import DayQuestion
from projections.record import Record, record_in_memory
from projections.state import state
from projections.state_object import State
from projections.view import view
from tests.projections.build import day
from tests.projections.test_state_property import examples

FIRST = """
source: {id: first, publisher: P, title: First, language: en, published: 2021-01-10}
events:
  - {type: mission-established, mission: one, on: 2018-07}
  - {type: command-taken-over, mission: one, by: CAN, on: 2018-10}
  - {type: command-taken-over, mission: one, by: DNK, on: 2020-11}
  - {type: strength-reported, mission: one, counted: one, on: 2021-01, quantity: {min: 500, max: 500, unit: people}}
  - {type: contribution-deployed, mission: one, contribution: ship, contributor: DNK, on: 2020-02}
  - {type: mission-established, mission: two, on: 2019-01}
  - {type: place-opened, mission: two, place: base, on: 2019-03}
"""  # noqa: E501

SECOND = """
mission: one
source: {id: second, publisher: P, title: Second, language: en, published: 2022-08}
events:
  - {type: command-taken-over, by: DNK, on: 2020-12}
  - {type: command-relinquished, by: DNK, on: 2022-05}
  - {type: command-taken-over, by: ITA, on: 2022-05}
  - {type: contribution-withdrawn, contribution: ship, on: 2021-06}
  - {type: strength-reported, counted: one, on: 2022-06, quantity: {min: 450, max: 450, unit: people}}
"""  # noqa: E501

THIRD = """
mission: two
source: {id: third, publisher: P, title: Third, language: en, published: 2023-02}
events:
  - {type: place-closed, place: base, on: 2023-01}
"""

ENTRIES = 23
DAYS = ("2021-03-01", "2022-09-01", "2024-01-01")


def _append(store: Record, *said: str | Event) -> None:
    for each in said:
        what = (
            read_announcement(each.encode(), "news.yaml")
            if isinstance(each, str)
            else RecordKeeperEvents((each,))
        )
        append_announcement(store, what, by="anna")


def event(store: Record, kind: str, mission: str = "one", number: int = 0) -> Entry:
    """Return an event of a type, by its number among those of a mission."""
    found = [each for each in store.of_mission(mission) if each.content.type == kind]
    return found[number]


@pytest.fixture(scope="module")
def store() -> Record:
    """Make a log of two missions, with every kind of event about the record."""
    made = record_in_memory()
    _append(made, FIRST, SECOND)
    start = event(made, "command-taken-over", number=2)
    _append(
        made,
        ReadingPreferred(
            mission="one",
            facet="command",
            key="DNK",
            role="start",
            claims=(start.id,),
            reason="the minutes say so",
        ),
    )
    withdrawn = event(made, "contribution-withdrawn")
    claim = statement_of(withdrawn.content)
    assert claim is not None
    later = claim.model_copy(update={"on": "2021-07"})
    _append(
        made,
        ClaimCorrected(mission="one", target=withdrawn.id, claim=later, reason="misread"),
        ClaimRetracted(mission="one", target=event(made, "command-relinquished").id, reason="no"),
        THIRD,
        SourceWithdrawn(mission="one", about="first", reason="a forgery"),
    )
    withdrawal = event(made, "source-withdrawn")
    _append(
        made,
        ClaimRetracted(mission="one", target=withdrawal.id, reason="it is none"),
        SourceCorrected(mission="two", about="third", published="2022-12", reason="another date"),
        ClaimRetracted(mission="one", target=event(made, "claim-retracted").id, reason="it is so"),
    )
    assert made.position() == ENTRIES
    return made


def announced(
    store: Record, after: int = 0, upto: int | None = None, *missions: str
) -> list[RecordedAnnouncement]:
    """Return the announcements after a position."""
    end = store.position() if upto is None else upto
    touched = Touched(store)
    found = recorded_announcements(
        store, after=after, upto=end, touched=touched, missions={*missions}
    )
    return list(found)


def positions(found: list[RecordedAnnouncement]) -> list[int]:
    """Return the positions of all entries, in the order in which they are told."""
    return [entry.position for each in found for entry in each.entries]


@examples(40)
@given(
    st.lists(st.integers(0, ENTRIES), min_size=3, max_size=3).map(sorted),
    st.sampled_from([(), ("one",), ("two",), ("one", "two")]),
)
def test_what_changed_is_the_sum_of_its_parts(
    store: Record, points: list[int], missions: tuple[str, ...]
) -> None:
    """From a to b and from b to c, the entries are those from a to c, each once and in order."""
    a, b, c = points
    parts = [announced(store, a, b, *missions), announced(store, b, c, *missions)]
    assert [at for part in parts for at in positions(part)] == positions(
        announced(store, a, c, *missions)
    )
    if not missions:
        assert positions(announced(store, a, c)) == list(range(a + 1, c + 1))


def test_an_announcement_that_is_not_all_there_says_so(store: Record) -> None:
    """Where a position divides an announcement, both parts are marked; whole ones are not."""
    first, *others = announced(store)
    assert not any(each.cut for each in (first, *others))
    (part, *rest), (before,) = announced(store, 3), announced(store, 0, 3)
    assert (part.first, part.cut, before.last, before.cut) == (4, True, 3, True)
    assert part.digest == before.digest == first.digest
    assert not any(each.cut for each in rest)


def _state(store: Record, mission: str, on: int, upto: int) -> State:
    return state(view(store, mission, upto=upto, question=DayQuestion(on)), on)


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("missions", [(), ("one",), ("two",)])
def test_every_difference_in_the_state_is_told(
    store: Record, on: str, missions: tuple[str, ...]
) -> None:
    """What an announcement changes on a day is what the states before and after it differ in."""
    comparison = AnswerComparison(store, day(on), Touched(store), {*missions})
    for each in announced(store, 0, None, *missions):
        told = {
            change.mission: [
                (a.facet, a.key, a.before, a.after) for a in change.answers if a.before or a.after
            ]
            for change in comparison.changes(each)
        }
        for mission in missions or ("one", "two"):
            before, after = (
                _state(store, mission, day(on), at) for at in (each.first - 1, each.last)
            )
            differences = [(d.facet, d.key, d.before, d.after) for d in diff(before, after)]
            assert told.get(mission, []) == differences, each.first


def changed(store: Record, on: str, kind: type[Event], number: int = 0) -> list[AnswerChange]:
    """Return what the announcement of a kind of event about the record changed."""
    comparison = AnswerComparison(store, day(on), Touched(store))
    found = [e for e in announced(store) if isinstance(e.entries[0].content, kind)][number]
    return [answer for each in comparison.changes(found) for answer in each.answers]


def test_what_is_over_by_the_day_is_not_passed_over(store: Record) -> None:
    """A correction of an end long past changes no state of today, and is told all the same."""
    (change,) = changed(store, "2024-01-01", ClaimCorrected)
    assert (change.change, change.key, change.label) == ("other-days", "ship", "ship")
    assert change.fields == ("end",)
    assert change.was is not None
    assert change.now is not None
    ends = [side.to_json()["end"] for side in (change.was, change.now)]
    assert [end["latest"] for end in ends if isinstance(end, dict)] == ["2021-06-30", "2021-07-31"]
    assert "standing" not in change.was.to_json()


def test_a_withdrawal_changes_every_mission_that_cites_the_source(store: Record) -> None:
    """Recorded under one mission, it and its retraction are told to who asks about another."""
    comparison = AnswerComparison(store, day("2022-09-01"), Touched(store))
    of_withdrawal, of_retraction = (
        each
        for each in announced(store, 0, None, "two")
        if each.missions == ("one",) and each.first > 14
    )
    for each in (of_withdrawal, of_retraction):
        assert [c.mission for c in comparison.changes(each)] == ["one", "two"]
    (place,) = (a for a in changed(store, "2022-09-01", SourceWithdrawn) if a.facet == "place")
    assert place.change == "changed"
    assert place.before is not None
    assert place.after is not None
    assert (place.before.start is not None, place.after.start) == (True, None)


def test_what_becomes_of_a_source_changes_what_rests_on_its_word() -> None:
    """If the source of a withdrawal is withdrawn, what had been withdrawn counts again."""
    withdrawn = {"mission": "two", "about": "second", "source": "third", "reason": "a forgery"}
    back = SourceWithdrawn(mission="two", source=None, about="third", reason="a hoax")
    with closing(record_in_memory()) as made:
        _append(made, FIRST, SECOND, THIRD, SourceWithdrawn.model_validate(withdrawn), back)
        comparison = AnswerComparison(made, day("2022-09-01"), Touched(made))
        *_, last = announced(made)
        told = {each.mission: {a.key for a in each.answers} for each in comparison.changes(last)}
    assert "ITA" in told["one"]


def test_a_retraction_of_a_retraction_is_on_the_first_claim(store: Record) -> None:
    """What is retracted twice counts again, and the period that it is on is compared."""
    again = changed(store, "2024-01-01", ClaimRetracted, 2)
    assert {(each.facet, each.key) for each in again} == {("command", "DNK")}
