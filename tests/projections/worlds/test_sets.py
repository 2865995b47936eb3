"""The oracle finds the sets of reports that can be true together."""

from itertools import combinations, combinations_with_replacement

from hypothesis import given, settings
from hypothesis import strategies as st

from events.catalogue import (
    PlaceAttested,
    PlaceClosed,
    PlaceOpened,
)
from events.facets import Role
from tests.projections.build import Record
from tests.projections.oracle import FIRST, LAST
from tests.projections.small_records import windows
from tests.projections.worlds.sets import maximal_sets
from tests.projections.worlds.statements import EVER, NEVER, Statement
from tests.projections.worlds.told import world


@given(st.lists(st.tuples(st.sampled_from((1, 1, 2)), st.integers(0, 2), windows()), max_size=5))
@settings(max_examples=40, deadline=None)
def test_the_sets_are_those_of_every_world(drawn: list[tuple[int, int, str]]) -> None:
    """Trying every day, and every subset of the reports, finds the same sets."""
    kinds = (PlaceOpened, PlaceClosed, PlaceAttested)
    record = Record().source("s1", "2021-06-01")
    for period, which, on in drawn:
        record.say(kinds[which], place="x", period=period, on=on)
    reports = list(dict.fromkeys(world(record).statements))
    found = {each.reports for each in maximal_sets(reports)} if reports else {frozenset()}
    days = [EVER, EVER + 1, EVER + 2, *range(FIRST, LAST), NEVER - 2, NEVER - 1, NEVER]
    stays = list(combinations_with_replacement(days, 2))
    possible = [
        frozenset(some)
        for size in range(len(reports) + 1)
        for some in combinations(reports, size)
        if _can_be_true(some, stays)
    ]
    assert found == {one for one in possible if not any(one < other for other in possible)}


def _can_be_true(reports: tuple[Statement, ...], stays: list[tuple[int, int]]) -> bool:
    """Whether there is a world in which all of these are true."""
    first, second = (
        [stay for stay in stays if all(_holds(r, stay, own) for r in own)]
        for number in (1, 2)
        for own in ([r for r in reports if r.period == number],)
    )
    return any(end <= start for _, end in first for start, _ in second)


def _holds(report: Statement, stay: tuple[int, int], own: list[Statement]) -> bool:
    start, end = stay
    days = report.days
    if report.role is Role.END:
        return days.first <= end <= days.last
    if report.role is Role.ATTESTATION:
        return any(
            start <= on < end for on in (start, end - 1, days.first, days.last) if days.holds(on)
        )
    ends = [r for r in own if r.role is Role.END and r.days.holds(start)]
    return days.first <= start <= days.last and (start < end or bool(ends))
