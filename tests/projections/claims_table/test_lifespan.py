"""A life is never shorter than what the claims on a period make of it, once all are heard."""

from random import Random

import pytest

from events.dates.days import BEGINNING
from events.record_events import statement_of
from events.source import Source
from projections.claims_table.claim_rows import claim_rows, known_from
from projections.claims_table.lifespan import BOUNDS, ClaimRow, length_class_of, lifespan_of
from projections.weighing.claims import Claim
from projections.weighing.period import standing, weigh
from tests.projections.build import Record
from tests.projections.drawing import DAYS, FIRST, draw


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 255, 256, 10**9])
def test_a_run_that_holds_a_point_begins_within_reach_of_it(length: int) -> None:
    """A run of class w is shorter than 2**w, and at least half as long."""
    length_class = length_class_of(length)
    assert length < 1 << length_class
    assert length == 0 or length >= 1 << (length_class - 1)


@pytest.mark.parametrize("seed", range(60))
def test_outside_its_life_a_period_is_in_no_state(seed: int) -> None:
    """Before it begins and from its end on, with all of its claims heard, it is in no state.

    Whenever its mission began.
    """
    random = Random(seed)
    published = {c.id: c.publication for c in draw(seed, 200) if isinstance(c, Source)}
    periods: dict[tuple[object, ...], list[tuple[ClaimRow, Claim]]] = {}
    for position, content in enumerate(draw(seed, 200), 1):
        statement = statement_of(content)
        if statement is None:
            continue
        known = known_from([statement.source] if statement.source else [], published.get)
        record = Record()
        record._position = position - 1
        record.add(statement)
        found = record.view().visible.claims
        rows = claim_rows("nmi", statement, published.get, position=position, known=known)
        for row, claim in zip(rows, found, strict=False):
            if row.row_class == BOUNDS:
                said = published.get(statement.source or "")
                told = Claim(**{**_fields(claim), **({"published": said} if said else {})})
                periods.setdefault(row.place, []).append((row, told))
    for said in periods.values():
        rows = [row for row, _ in said]
        whole = lifespan_of(rows)
        days = {FIRST + random.randrange(-3500, DAYS + 3500) for _ in range(40)}
        days |= {whole.begins - 1, whole.begins, whole.ends - 1, whole.ends}
        edges = {edge for row in rows for edge in (row.first, row.last)}
        for mission_start in (BEGINNING, *edges):
            period = weigh([claim for _, claim in said], {}, mission_start)
            for day in days:
                if not whole.begins <= day < whole.ends:
                    assert standing(period, day) is None


def _fields(claim: Claim) -> dict[str, object]:
    return {name: getattr(claim, name) for name in Claim.__slots__}
