"""A lifespan is never shorter than what the claims on a period make of it, once all are heard."""

from random import Random

import pytest
from sqlalchemy import select

from events.dates.days import BEGINNING
from events.facets import FACETS, Role
from projections.claims_table.period_row import PeriodRow
from projections.claims_table.tables import period
from projections.record import record_in_memory
from projections.view import view
from projections.weighing.claims import Claim
from projections.weighing.period import standing
from projections.weighing.weigh import weigh
from tests.projections.drawing import DAYS, FIRST, MISSIONS, append_drawn, draw

_ROWS = select(period)


@pytest.mark.parametrize("seed", range(60))
def test_outside_its_lifespan_a_period_is_in_no_state(seed: int) -> None:
    """Before it begins and from its end on, with all of its claims heard, it is in no state.

    Whenever its mission began.
    """
    random = Random(seed)
    bounding: dict[tuple[str, object], list[Claim]] = {}
    with record_in_memory() as store:
        contents = draw(seed, 200, periods=(1,))
        while contents:
            size = random.choice((1, 2, 40))
            append_drawn(store, contents[:size])
            contents = contents[size:]
        with store.reading() as reader:
            rows = [PeriodRow._make(row) for row in reader.rows(_ROWS)]
        for mission in MISSIONS:
            for claim in view(store, mission).visible.claims:
                if claim.role is not Role.READING:
                    bounding.setdefault((mission, claim.place), []).append(claim)
    told = 0
    for row in rows:
        for mission in MISSIONS:
            claims = bounding.get((mission, row.place))
            if claims is None or not FACETS[row.facet].lasting or not row.can_be_told:
                continue
            if row.settled_position != max(claim.position for claim in claims):
                continue  # the same period of the other mission
            told += 1
            days = {FIRST + random.randrange(-3500, DAYS + 3500) for _ in range(40)}
            days |= {row.begins - 1, row.begins, row.ends - 1, row.ends}
            for start in (BEGINNING, *(day for c in claims for day in (c.first, c.last))):
                (weighed,) = weigh([claims], {}, start)
                for day in days:
                    if not row.begins <= day < row.ends:
                        assert standing(weighed, day) is None
    assert told > 1
