"""What the tables of the claims hold of an event."""

from events.catalogue import CommandHandedOver
from projections.claims_table.claim_rows import stated_claims


def test_who_leads_with_the_taker_is_nothing_of_the_giver() -> None:
    """A handover says two things, and only one of them is who leads jointly."""
    handed_over = CommandHandedOver.model_validate(
        {"mission": "nmi", "on": "2021", "from": "NOR", "to": "DEU", "jointly_with": ["NLD"]}
    )
    giver, taker = stated_claims(handed_over)
    assert giver.parties == ("NOR",)
    assert "NLD" not in giver.data
    assert taker.parties == ("DEU", "NLD")
