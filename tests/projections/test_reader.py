"""An answer from the tables of claims is the answer of the plain reading of everything.

Set MISSION_LEDGER_EXAMPLES=2000 for a long run.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from events.dates.days import BEGINNING, FOREVER
from events.encoding.codec import Content
from events.publication import close_of_day
from ledger.upkeep.verify import verify
from projections import record
from projections.find import FindFilter, candidate_views, find
from projections.plans.listing import plans
from projections.question import DayQuestion, PlansQuestion, Question, SpanQuestion
from projections.record import Record, open_record
from projections.state import state
from projections.timeline import timeline
from projections.view import view
from tests.plain_store import PlainStore
from tests.postgres import Server
from tests.projections.drawing import DAYS, FIRST, MISSIONS, append_drawn, draw
from tests.ready import empty_ledger

EXAMPLES = int(os.environ.get("MISSION_LEDGER_EXAMPLES", "20"))


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Callable[[int, int], Record]]:
    """Give a function that makes a ledger with a record drawn by a seed."""
    stores: list[Record] = []

    def make(seed: int, size: int) -> Record:
        path = empty_ledger(tmp_path / f"{seed}.sqlite")
        stores.append(open_record(path, write=True))
        fill(stores[-1], draw(seed, size), Random(seed))
        return stores[-1]

    yield make
    for store in stores:
        store.close()


def fill(store: Record, contents: list[Content], random: Random) -> None:
    """Append a record in batches of all sizes."""
    start = 0
    while start < len(contents):
        size = random.choice((1, 1, 2, 5, 40))
        append_drawn(store, contents[start : start + size])
        start += size


def same(store: Record, random: Random, times: int) -> None:
    """Ask questions at random points of all three clocks, of the tables and of the whole log."""
    end, whole = store.position(), PlainStore(store.entries())
    for _ in range(times):
        mission = random.choice(MISSIONS)
        day = FIRST + random.randrange(-400, DAYS + 800)
        at = FIRST + random.randrange(-400, DAYS + 800)
        known = random.choice((None, close_of_day(at), close_of_day(at) - 5000))
        upto = random.choice((None, end, random.randint(0, end)))
        every = {each: view(whole, each, known=known, upto=upto) for each in MISSIONS}
        plain = every[mission]
        where = f"{mission} on {day} known {known} upto {upto}"
        seen = view(store, mission, known=known, upto=upto, question=DayQuestion(day))
        assert state(seen, day).to_json() == state(plain, day).to_json(), where
        seen = view(store, mission, known=known, upto=upto, question=PlansQuestion())
        assert [each.to_json() for each in plans(seen, day)] == [
            each.to_json() for each in plans(plain, day)
        ], where
        first, last = sorted((day, at))
        first, last = random.choice(((first, last), (BEGINNING, last), (first, FOREVER)))
        seen = view(store, mission, known=known, upto=upto, question=SpanQuestion(first, last))
        rows, wanted = (
            [
                row.to_json()
                for row in timeline(each)
                if row.days.last >= first and row.days.first <= last
            ]
            for each in (seen, plain)
        )
        assert rows == wanted, where
        party = random.choice(("DNK", "ITA", "NATO"))
        who = FindFilter(who=party)
        some = candidate_views(store, who, day, known=known, upto=upto)
        assert [each.to_json() for each in find(some, who, day)] == [
            each.to_json() for each in find(every.values(), who, day)
        ], where
        assert store.possibly_public(known, upto=upto) == frozenset(
            name for each in every.values() for name in each.visible.possibly_public
        ), where


def test_missions_are_selected_from_a_few_at_a_time(
    filled: Callable[[int, int], Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many are asked for together, each is selected from as it is alone, in their order."""
    store = filled(1, 150)
    questions: dict[str, Question] = {
        each: DayQuestion(FIRST + DAYS // 2) for each in reversed(MISSIONS)
    }
    together = list(store.select_each(questions))
    assert together == [
        (each, store.select(each, question)) for each, question in questions.items()
    ]
    monkeypatch.setattr(record, "MISSIONS_AT_ONCE", 1)
    assert list(store.select_each(questions)) == together


@pytest.mark.parametrize("day", [-(10**30), -(10**9) - 1, 10**9 - 1, 10**9, 10**9 + 1, 10**30])
def test_days_too_far_off_for_a_database_are_answered(
    filled: Callable[[int, int], Record], day: int
) -> None:
    """Whatever year is asked about, on any clock, the answer is that of the plain reading."""
    store = filled(3, 150)
    for known in (None, close_of_day(day), day):
        for mission in MISSIONS:
            plain = view(store, mission, known=known)
            seen = view(store, mission, known=known, question=DayQuestion(day))
            assert state(seen, day).to_json() == state(plain, day).to_json()
            seen = view(
                store, mission, known=known, question=SpanQuestion(min(day, FIRST), max(day, FIRST))
            )
            assert {row.days for row in timeline(plain)} >= {row.days for row in timeline(seen)}
        who = FindFilter(who="DNK")
        every = [view(store, mission, known=known) for mission in MISSIONS]
        found = find(candidate_views(store, who, day, known=known), who, day)
        assert [each.to_json() for each in found] == [
            each.to_json() for each in find(every, who, day)
        ]


@pytest.mark.parametrize("size", [12, 60])
def test_a_trial_answers_the_same(filled: Callable[[int, int], Record], size: int) -> None:
    """With some of the record only tried on the ledger."""
    for seed in range(max(EXAMPLES // 10, 4)):
        with closing(filled(seed, size // 2)) as store, store.trial() as tried:
            fill(tried, draw(seed, size)[size // 2 :], Random(seed))
            same(tried, Random(seed), 10)


@pytest.mark.parametrize("size", [12, 40, 150])
def test_answers_are_the_same_whatever_came_first(tmp_path: Path, size: int) -> None:
    """Sources described late, and events about the record before those they are about."""
    for seed in range(EXAMPLES if size < 100 else EXAMPLES // 8):
        contents = draw(seed, size)
        Random(seed).shuffle(contents)
        path = empty_ledger(tmp_path / f"{seed}.sqlite")
        with closing(open_record(path, write=True)) as store:
            fill(store, contents, Random(seed))
            same(store, Random(seed), 15)
            assert verify(store).findings == ()


@pytest.mark.parametrize("size", [30, 120])
def test_answers_are_the_same_in_postgresql(postgres: Server, size: int) -> None:
    """The index is the same there, and so is what comes out of it."""
    for seed in range(3):
        place = postgres.empty_ledger()
        with open_record(place, write=True) as store:
            fill(store, draw(seed, size), Random(seed))
            same(store, Random(seed), 15)


@pytest.mark.parametrize("size", [12, 40, 150])
def test_answers_are_those_of_the_plain_reading(
    filled: Callable[[int, int], Record], size: int
) -> None:
    """State, plans, timeline and find are the same, key for key, on every clock.

    And what was added to the index append by append is what comes of the whole log at once.
    """
    for seed in range(EXAMPLES if size < 100 else EXAMPLES // 4):
        with closing(filled(seed, size)) as store:
            same(store, Random(seed), 25)
            assert verify(store).findings == ()
