"""Latency of answers, in a ledger of many events.

Days and publication limits are drawn from the lifetime of the mission asked about, so that the
answers are not empty.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random

from benchmarks.bare_rows import BareRows
from benchmarks.figures import Figure, a_bare_query, p50, p99, seconds, timed
from benchmarks.missions import FIRST_DAY, LAST_DAY, large_ledger
from events.publication import close_of_day
from projections.diff import diff
from projections.find import FindFilter, FoundEntry, candidate_views, find
from projections.question import DayQuestion
from projections.record import Record, open_record
from projections.state import state
from projections.state_object import State
from projections.view import view

SMALL, TIMES, SEARCHES, DIFFS = 400, 150, 40, 60
HOT_DAYS = (LAST_DAY - 40 * 365, LAST_DAY)

Span = tuple[int, int]
Taken = list[tuple[float, float]]
"""The seconds of each answer, and of a bare query and decode of its rows."""


def states(events: int, folder: Path) -> Iterator[Figure]:
    """Measure the state of missions of 200 events, and of the largest one."""
    path = large_ledger(events, folder)
    spans, random = small_missions(path), Random(1)
    with open_record(path) as store, BareRows(path) as bare:
        small = [
            _state(store, bare, mission, random.randint(*span)) for mission, span in spans.items()
        ]
        yield _latency("state of 200 events, another mission each time", small, 4)
        hot: tuple[Taken, Taken] = ([], [])
        for _ in range(TIMES):
            day, known = random.randint(*HOT_DAYS), close_of_day(random.randint(*HOT_DAYS))
            hot[0].append(_state(store, bare, "hot", day))
            hot[1].append(_state(store, bare, "hot", day, known=known))
        name = f"state of {_events_of(store, 'hot'):,} events, any day"
        yield _latency(name, hot[0], 30)
        yield _latency(f"{name}, any --known", hot[1], 60)


def small_missions(path: Path) -> dict[str, Span]:
    """Return missions of 200 events, each with the first and last day of its dated claims.

    They are read on a connection of their own, which leaves nothing in the caches of another.
    """
    with open_record(path) as store:
        small = [each for each in store.names() if each.startswith("small-")]
        spans = {}
        for mission in Random(0).sample(small, min(SMALL, len(small))):
            days = [claim.last for claim in store.select(mission).claims]
            spans[mission] = (min(days), max(days))
    return spans


def finding(events: int, folder: Path) -> Iterator[Figure]:
    """Measure a search over all missions for what one nation contributed on a day."""
    path = large_ledger(events, folder)
    random, found = Random(3), 0
    taken: Taken = []
    with open_record(path) as store, BareRows(path) as bare:
        for _ in range(SEARCHES):
            day = random.randint(FIRST_DAY + 3650, LAST_DAY)
            wanted = FindFilter(who=(who := random.choice(("DNK", "ITA", "USA", "NOR"))))
            took, entries = timed(_search, store, wanted, day)
            found += len(entries)
            missions = store.missions_of(who, day)
            questions = {each: DayQuestion(day, places) for each, places in missions.items()}
            taken.append((took, bare.seconds(store.select_each(questions))))
    ours, bares = (sum(each) for each in zip(*taken, strict=True))
    said = f"{found / SEARCHES:.0f} found in {ours / SEARCHES * 1e3:.0f} ms each time"
    yield Figure(
        "find one contributor over all missions, per entry found", ours / found * 1e3, "ms", 0.25,
        beside=f"{said}; {a_bare_query(bares / found, 4)}",
    )  # fmt: skip


def differing(events: int, folder: Path) -> Iterator[Figure]:
    """Measure the diff of answers across 1,000 entries at a random position of the log."""
    path = large_ledger(events, folder)
    random = Random(4)
    taken: Taken = []
    with open_record(path) as store, BareRows(path) as bare:
        end = store.position()
        for _ in range(DIFFS):
            upto, day = random.randint(1, end - 1000), random.randint(*HOT_DAYS)
            both = (upto, upto + 1000)
            took, question = seconds(_compare, store, day, both), DayQuestion(day)
            selections = [("hot", store.select("hot", question, upto=each)) for each in both]
            taken.append((took, bare.seconds(selections)))
    yield _latency("diff over 1,000 entries, of the largest mission", taken, 60)


def answer(
    store: Record, mission: str, day: int, *, known: int | None = None, upto: int | None = None
) -> State:
    """Return a mission's state, read from a ledger."""
    return state(view(store, mission, known=known, upto=upto, question=DayQuestion(day)), day)


def _search(store: Record, wanted: FindFilter, day: int) -> list[FoundEntry]:
    return list(find(candidate_views(store, wanted, day), wanted, day))


def _compare(store: Record, day: int, both: tuple[int, int]) -> None:
    before, after = (answer(store, "hot", day, upto=each) for each in both)
    diff(before, after)


def _state(
    store: Record, bare: BareRows, mission: str, day: int, *, known: int | None = None
) -> tuple[float, float]:
    took = seconds(answer, store, mission, day, known=known)
    selection = store.select(mission, DayQuestion(day), known=known)
    return took, bare.seconds([(mission, selection)])


def _events_of(store: Record, mission: str) -> int:
    return next(each.events for each in store.missions() if each.mission == mission)


def _latency(name: str, taken: Taken, bar: float) -> Figure:
    ours, bares = zip(*taken, strict=True)
    said = f"p99 {p99(ours) * 1e3:.1f} ms; {a_bare_query(p50(bares))}"
    return Figure(f"{name}, p50", p50(ours) * 1e3, "ms", bar, beside=said)
