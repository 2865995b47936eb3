"""Check for keys whose names look like those of others: likely the same, misspelt."""

from collections.abc import Iterator

from projections.checks.finding import RecordFinding, of_claims
from projections.lookalikes import KeyNames
from projections.view import View
from projections.weighing.claims import Claim


def near_twins(view: View, _: int) -> Iterator[RecordFinding]:
    """Find keys with a name that looks like one that was in the record before."""
    first: dict[tuple[str, str], Claim] = {}
    for claim in view.visible.claims:  # in the order of positions
        first.setdefault((claim.facet, claim.key), claim)
    names = KeyNames()
    for (facet, key), claim in first.items():
        if twin := names.add(facet, key):
            message = f"the {twin.what} {twin.name} looks like {twin.other}"
            yield of_claims(view, "near-twin", message, claim)
