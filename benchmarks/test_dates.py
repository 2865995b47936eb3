"""Speed of date parsing, compared with the minimum that Python needs to parse a plain day.

Run with `python -m pytest benchmarks/test_dates.py -s`. The figure to watch is parses per second
over the mix; its target is 200,000. It depends on the load of the machine, so the test asserts
its ratio to a lower bound measured in the same run on as many plain days: one regular expression
and one `datetime.date`. `date.fromisoformat`, written in C, is printed for scale only.
"""

import re
import time
from collections.abc import Callable
from datetime import date

from pytest_benchmark.fixture import BenchmarkFixture

from events.dates.edtf import parse, parse_uncached

MIX = [
    "2021-05-11",
    "2020-11-24",
    "2020-12-01",
    "2021-05",
    "2022-05",
    "2018-10",
    "2018",
    "2021",
    "2020-33",
    "2022-38",
    "2021-05?",
    "[..2024-02]",
    "[2020-11,2020-12]",
    "2021-05/2022-05",
    "2020-36/2022-38",
] * 200
DAYS = ["2021-05-11"] * len(MIX)

MOST_TIMES_SLOWER = 8
"""About twice the measured ratio, so that noise does not fail the test but a real change does."""

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})").fullmatch


def bare_day(text: str) -> date | None:
    """Parse a plain day and nothing else: the lower bound."""
    found = _DAY(text)
    return date(int(found[1]), int(found[2]), int(found[3])) if found else None


def read_all(read: Callable[[str], object], texts: list[str]) -> None:
    """Parse every text and discard the results."""
    for text in texts:
        read(text)


def a_second(read: Callable[[str], object], texts: list[str]) -> float:
    """Return how many texts are parsed per second, in the best of seven runs."""
    best = float("inf")
    for _ in range(7):
        begun = time.perf_counter()
        read_all(read, texts)
        best = min(best, time.perf_counter() - begun)
    return len(texts) / best


def test_dates_are_read_fast_enough(benchmark: BenchmarkFixture) -> None:
    """An uncached date of the mix costs no more than a fixed multiple of a bare day."""
    benchmark(read_all, parse_uncached, MIX)
    ours, bare = a_second(parse_uncached, MIX), a_second(bare_day, DAYS)
    print(f"\n{ours:,.0f} uncached parses/s; {bare:,.0f} bare days/s; ratio {bare / ours:.1f}")
    print(f"{a_second(date.fromisoformat, DAYS):,.0f} days/s in C")
    assert bare / ours < MOST_TIMES_SLOWER


def test_a_remembered_date_costs_next_to_nothing(benchmark: BenchmarkFixture) -> None:
    """A cached date is at least five times as fast as one that has to be parsed."""
    benchmark(read_all, parse, MIX)
    remembered, anew = a_second(parse, MIX), a_second(parse_uncached, MIX)
    print(f"\n{remembered:,.0f} remembered parses/s; {remembered / anew:.1f} times as fast")
    assert remembered > 5 * anew
