"""Latency of answers, in a ledger of many events and in one of few.

Days and publication limits are drawn from the lifetime of the mission asked about, so that the
answers are not empty. Figures named `another each time` never ask about a mission twice; those
named `again` ask about the same few.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

from benchmarks.figures import Figure, p50, p99, seconds
from benchmarks.missions import FIRST_DAY, LAST_DAY
from events.publication import close_of_day
from projections.diff import diff
from projections.find import FindFilter, candidate_views, find
from projections.question import DayQuestion
from projections.record import Record, open_record
from projections.state import state
from projections.state_object import State
from projections.view import view

TIMES = 300
FEW = 30

Span = tuple[int, int]


def answer(
    store: Record, mission: str, day: int, known: int | None = None, upto: int | None = None
) -> State:
    """Return a mission's state, read from a ledger."""
    return state(view(store, mission, known=known, upto=upto, question=DayQuestion(day)), day)


def small_missions(path: Path) -> dict[str, Span]:
    """Return the missions of 200 events, each with the first and last day of its dated claims."""
    query = (
        "SELECT mission, min(last), max(last) FROM claims WHERE row_class = 0 AND mission IN"
        " (SELECT mission FROM periods WHERE facet = 'mission' AND key = mission"
        " AND mission GLOB 'small-*' AND period = 1 ORDER BY first_position % 997 LIMIT 400)"
        " GROUP BY mission"
    )
    with closing(sqlite3.connect(path)) as connection:
        return {mission: (first, last) for mission, first, last in connection.execute(query)}


def small_states(few: Path, many: Path) -> Iterator[Figure]:
    """Measure the state of missions of 200 events, in a small ledger and in a large one."""
    spans = {path: small_missions(path) for path in (few, many)}
    with open_record(few) as one, open_record(many) as other:

        def taken(store: Record, mission: str, span: Span, random: Random) -> float:
            day = random.randint(*span)
            return seconds(lambda: answer(store, mission, day))

        random = Random(1)
        fresh = [taken(other, each, span, random) for each, span in spans[many].items()]
        again: dict[Path, list[float]] = {few: [], many: []}
        chosen = {path: list(found.items())[:FEW] for path, found in spans.items()}
        for number in range(TIMES * 2):
            for path, store in ((few, one), (many, other)):
                mission, span = chosen[path][number % len(chosen[path])]
                again[path].append(taken(store, mission, span, random))
    warm = {path: found[TIMES:] for path, found in again.items()}
    ratio = p50(warm[many]) / p50(warm[few])
    yield Figure("state of 200 events, among many against among few", ratio, "times", 1.5)
    yield Figure("state of 200 events, again, p50", p50(warm[many]) * 1e3, "ms", 3)
    yield Figure("state of 200 events, again, p99", p99(warm[many]) * 1e3, "ms", 10)
    yield Figure("state of 200 events, another each time, p50", p50(fresh) * 1e3, "ms", 3)
    yield Figure("state of 200 events, another each time, p99", p99(fresh) * 1e3, "ms", 10)


def hot_states(path: Path) -> Iterator[Figure]:
    """Measure the state of the largest mission on random days, with and without `--known`."""
    random, span = Random(2), (LAST_DAY - 40 * 365, LAST_DAY)
    with open_record(path) as store:
        events = next(each.events for each in store.missions() if each.mission == "hot")
        taken: dict[str, list[float]] = {"any day": [], "any day, any --known": []}
        for _ in range(TIMES // 2):
            day, known = random.randint(*span), close_of_day(random.randint(*span))
            taken["any day"].append(seconds(lambda day=day: answer(store, "hot", day)))  # type: ignore[misc]
            taken["any day, any --known"].append(
                seconds(lambda day=day, known=known: answer(store, "hot", day, known))  # type: ignore[misc]
            )
    for what, found in taken.items():
        yield Figure(
            f"state of {events:,} events, {what}, p50", p50(found) * 1e3, "ms", 20,
            beside=f"p99 {p99(found) * 1e3:.0f} ms",
        )  # fmt: skip


def finding(path: Path) -> Iterator[Figure]:
    """Measure a search over all missions for what one nation contributed on a day."""
    random, counts, taken = Random(3), [], []
    with open_record(path) as store:
        for _ in range(40):
            day = random.randint(FIRST_DAY + 3650, LAST_DAY)
            wanted = FindFilter(who=random.choice(("DNK", "ITA", "USA", "NOR")))

            def act(day: int = day, wanted: FindFilter = wanted) -> None:
                counts.append(len(list(find(candidate_views(store, wanted, day), wanted, day))))

            taken.append(seconds(act))
    said = f"{p50(counts):.0f} found"
    yield Figure(
        "find one contributor over all missions, p50", p50(taken) * 1e3, "ms", 50, beside=said
    )


def differing(path: Path) -> Iterator[Figure]:
    """Measure the diff of answers across 1,000 entries at a random position of the log."""
    random, span = Random(4), (LAST_DAY - 40 * 365, LAST_DAY)
    small = list(small_missions(path).items())
    with open_record(path) as store:
        end = store.position()

        def between(mission: str, day: int, upto: int) -> None:
            before = answer(store, mission, day, upto=upto)
            diff(before, answer(store, mission, day, upto=upto + 1000))

        hot, others = [], []
        for _ in range(60):
            upto, day = random.randint(1, end - 1000), random.randint(*span)
            hot.append(seconds(lambda u=upto, d=day: between("hot", d, u)))  # type: ignore[misc]
            mission, days = random.choice(small)
            day = random.randint(*days)
            others.append(seconds(lambda m=mission, u=upto, d=day: between(m, d, u)))  # type: ignore[misc]
    name = "diff over 1,000 entries, p50"
    yield Figure(f"{name}, of the largest mission", p50(hot) * 1e3, "ms", 200)
    yield Figure(f"{name}, of one of 200 events", p50(others) * 1e3, "ms", 200)


def figures(few: Path, many: Path) -> Iterator[Figure]:
    """Yield all figures of this module."""
    yield from small_states(few, many)
    yield from hot_states(many)
    yield from finding(many)
    yield from differing(many)
    yield on_disk(many)


def on_disk(path: Path) -> Figure:
    """Measure the size of the ledger file as a multiple of the bytes of its entries."""
    with closing(sqlite3.connect(path)) as connection:
        size = path.stat().st_size
        (payload,) = connection.execute("SELECT sum(length(bytes)) FROM log").fetchone()
    return Figure("bytes on disk, log and index, of the payload", size / payload, "times", 3)
