"""Which sets of reports can be true together, and that many reports take no longer than few."""

from collections.abc import Sequence
from itertools import chain, combinations
from random import Random

import pytest

from events.dates.days import FOREVER
from events.facets import Role
from projections.weighing.consistency import Report, evidence, windows
from projections.weighing.contradictions import (
    MOST_SETS,
    Alternative,
    verdicts,
)
from projections.weighing.occurrence import Days
from tests.processor_time import processor_time

START, END, ATTESTED = Role.START, Role.END, Role.ATTESTATION


def drawn(random: Random, periods: int) -> list[list[Report]]:
    """Draw up to eight reports on some periods, within a few days."""
    reports: list[list[Report]] = [[] for _ in range(periods)]
    for _ in range(random.randint(1, 8)):
        at = random.randrange(periods)
        first = random.randint(1, 8)
        last = random.choice((first, first, first + random.randint(0, 4)))
        report = Report(at, random.choice((START, END, ATTESTED)), first, last)
        if report not in reports[at]:
            reports[at].append(report)
    return reports


def by_trying_all(reports: Sequence[Sequence[Report]]) -> list[set[Alternative]]:
    """Return what each period is by each set that can be true and is part of no other."""
    every = list(chain.from_iterable(reports))
    sets = chain.from_iterable(combinations(every, size) for size in range(len(every), 0, -1))
    maximal: list[set[Report]] = []
    for some in map(set, sets):
        if not any(some <= larger for larger in maximal) and of_set(some, len(reports)):
            maximal.append(some)
    weighed = [of_set(some, len(reports)) or [] for some in maximal]
    return [set(found) for found in zip(*weighed, strict=True)]


def of_set(some: set[Report], periods: int) -> list[Alternative] | None:
    """Return what each period is by one set; None if it cannot be true."""
    of_periods = [evidence([each for each in some if each.at == at]) for at in range(periods)]
    found = windows(of_periods)
    return None if found is None else [*map(Alternative, of_periods, found)]


@pytest.mark.parametrize("periods", [1, 2, 3])
def test_they_are_the_largest_of_all_sets(periods: int) -> None:
    """What is found without trying every set is what trying every set finds."""
    random = Random(periods)
    contradicting = 0
    for _ in range(250):
        reports = drawn(random, periods)
        found = verdicts(reports)
        wanted = by_trying_all(reports)
        for verdict, alternatives in zip(found, wanted, strict=True):
            assert set(verdict.alternatives) == alternatives
        contradicting += any(verdict.disputed for verdict in found)
    assert contradicting > 50


def test_reports_that_agree_are_one_set() -> None:
    """Each narrows the windows of the others."""
    (verdict,) = verdicts(
        [[Report(0, START, 1, 9), Report(0, ATTESTED, 3, 5), Report(0, END, 2, 20)]]
    )
    ((_, found),) = verdict.alternatives
    assert (found.begun, found.ended) == (Days(1, 5), Days(4, 20))
    assert not verdict.disputed


def test_a_dispute_on_one_occurrence_is_not_at_odds_with_others() -> None:
    """Two starts exclude each other, and all else fits both."""
    (verdict,) = verdicts([[Report(0, START, 1, 1), Report(0, START, 3, 3), Report(0, END, 9, 9)]])
    assert (len(verdict.alternatives), verdict.disputed, verdict.at_odds) == (2, True, False)


def test_periods_that_no_contradiction_joins_are_looked_at_apart() -> None:
    """A dispute in each of fifty periods makes two stays of each, not two to the fiftieth."""
    found = verdicts(
        [
            [Report(at, START, 1000 * at + day, 1000 * at + day) for day in (1, 5)]
            + [Report(at, END, 1000 * at + 500, 1000 * at + 500)]
            for at in range(50)
        ]
    )
    assert [len(each.alternatives) for each in found] == [2] * 50


def test_what_has_no_end_lasts_until_the_next_period() -> None:
    """Also where sources dispute when that began."""
    first, second = verdicts(
        [[Report(0, START, 1, 1)], [Report(1, START, 100, 100), Report(1, START, 200, 200)]]
    )
    assert {each.windows.ended.last for each in first.alternatives} == {100, 200}
    assert (first.disputed, second.disputed) == (False, True)


def cost(reports: list[list[Report]]) -> float:
    """Return how many seconds of the processor's time the verdicts take."""
    return processor_time(lambda: verdicts(reports))


def attested_after_an_end(days: int) -> list[list[Report]]:
    """Return reports of one period that ended, and is attested on each of some later days."""
    attested = [Report(0, ATTESTED, day, day) for day in range(1000, 1000 + days)]
    return [[Report(0, START, 1, 1), Report(0, END, 500, 500), *attested]]


def test_attestations_after_an_end() -> None:
    """They contradict it alike, so there are two sets, and each costs no more if there are many."""
    few, many = attested_after_an_end(500), attested_after_an_end(5000)
    (verdict,) = verdicts(many)
    assert len(verdict.alternatives) == 2
    assert cost(many) < 40 * cost(few)


@pytest.mark.parametrize("role", [START, END])
def test_too_many_sets_are_not_told_apart(role: Role) -> None:
    """Where each of very many reports excludes the others, nothing is told of the period."""
    few, many = (
        [[Report(0, role, 2 * day, 2 * day) for day in range(MOST_SETS * times)]]
        for times in (4, 40)
    )
    (verdict,) = verdicts(many)
    assert (verdict.alternatives, verdict.disputed) == ((), True)
    assert cost(many) < 40 * cost(few)


def test_too_many_sets_tell_nothing_of_neighbours_either() -> None:
    """The period before may have ended by any of the starts, or by none."""
    starts = [Report(1, START, 10 * day, 10 * day) for day in range(10, MOST_SETS + 20)]
    first, second = verdicts([[Report(0, START, 1, 1)], starts])
    assert {each.windows.ended.last for each in first.alternatives} == {100, FOREVER}
    assert second.alternatives == ()


def contradicting_themselves(periods: int) -> list[list[Report]]:
    """Return periods of a key that each end before they start."""
    return [
        [Report(at, START, 20 * at, 20 * at), Report(at, END, 20 * at - 3, 20 * at - 3)]
        for at in range(periods)
    ]


def test_many_periods_that_contradict_themselves() -> None:
    """Each is weighed alone, since the days between them are enough for all."""
    few, many = contradicting_themselves(150), contradicting_themselves(1200)
    found = verdicts(many)
    # The start or the end of each, with the start or the end of its neighbours.
    assert {len(each.alternatives) for each in found} <= {2, 3, 4}
    assert all(each.disputed for each in found)
    assert cost(many) < 30 * cost(few)


def contradicted_by_the_last(periods: int) -> list[list[Report]]:
    """Return periods of a key, the first of them attested once the last has begun."""
    reports = [[Report(at, START, 20 * at, 20 * at)] for at in range(periods)]
    reports[0].append(Report(0, ATTESTED, 20 * (periods - 1), 20 * (periods - 1)))
    return reports


def test_one_contradiction_over_many_periods() -> None:
    """A run is longer than calls may be nested, and there are two sets of reports on it."""
    few, many = contradicted_by_the_last(150), contradicted_by_the_last(600)
    found = verdicts(many)
    assert found[0].disputed
    assert len(found[-1].alternatives) == 2
    assert cost(many) < 40 * cost(few)
