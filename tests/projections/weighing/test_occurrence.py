"""Windows of starts and ends: which of several plans stands."""

from random import Random

import pytest

from events.catalogue import CommandTakenOver
from projections.weighing.claims import Claim
from projections.weighing.occurrence import last_published
from tests.projections.build import Record


@pytest.mark.parametrize("seed", range(40))
def test_the_plans_that_stand_are_those_none_is_surely_later_than(seed: int) -> None:
    """A plan is replaced where both bounds of another's publication are later than its own."""
    random = Random(seed)
    record = Record()
    for number in range(random.randrange(1, 12)):
        first, last = (f"2021-05-{random.randrange(1, 10):02}" for _ in range(2))
        first, last = sorted((first, last))
        published = random.choice((f"[{first}..{last}]", f"[..{last}]", f"[{first}..]", first))
        record.source(f"s-{number}", published)
        record.say(CommandTakenOver, by="DNK", on="2022-05-01", basis="planned")
    claims = record.view().visible.claims

    def bounds(claim: Claim) -> tuple[float, float]:
        window = claim.published
        return (
            -(10**15) if window.first is None else window.first,
            10**15 if window.last is None else window.last,
        )

    standing = [
        claim
        for claim in claims
        if not any(
            bounds(other)[0] > bounds(claim)[0] and bounds(other)[1] > bounds(claim)[1]
            for other in claims
        )
    ]
    assert list(last_published(claims)) == standing
