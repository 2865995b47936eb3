"""What an event bears on, and what a preference can choose among."""

import pytest

from events.bearings import bearings_of, can_be_preferred, period_keys_of, reads
from events.catalogue import (
    CommandHandedOver,
    ContributionAttested,
    ContributionDeployed,
    ContributionWithdrawn,
)
from events.claim_event import ClaimEvent
from events.facets import Role
from events.record_events import ClaimCorrected, ReadingPreferred

HELICOPTERS = ("contribution", "dnk-h", 1)
FIELDS = {"mission": "nmi", "contribution": "dnk-h", "on": "2021-05"}
HANDED = CommandHandedOver.model_validate(
    {"mission": "nmi", "from": "DNK", "to": "ITA", "on": "2022-05"}
)


def deployed(**more: object) -> ContributionDeployed:
    """Make the start of a contribution."""
    return ContributionDeployed.model_validate({**FIELDS, "contributor": "DNK", **more})


def test_a_claim_bears_on_each_of_its_periods_in_a_role() -> None:
    """A handover ends one period and starts another; a correction does what its claim does."""
    giver, taker = ("command", "DNK", 1), ("command", "ITA", 1)
    assert list(bearings_of(HANDED)) == [(giver, Role.END), (taker, Role.START)]
    corrected = ClaimCorrected(mission="nmi", target="a" * 64, claim=HANDED, reason="misread")
    assert list(period_keys_of(corrected)) == [giver, taker]
    assert not can_be_preferred(corrected, giver, Role.START)
    assert can_be_preferred(corrected, taker, Role.START)


def test_a_preference_bears_on_its_period() -> None:
    """A preference bears on the period that it settles, and cannot be preferred itself."""
    preference = ReadingPreferred(
        mission="nmi",
        facet="contribution",
        key="dnk-h",
        role=Role.START,
        claims=("a" * 64,),
        reason="the minutes say so",
    )
    assert list(period_keys_of(preference)) == [HELICOPTERS]
    assert not can_be_preferred(preference, HELICOPTERS, Role.START)


@pytest.mark.parametrize(
    ("claim", "reading"),
    [
        (deployed(), False),
        (deployed(quantity="3"), True),
        (deployed(reserve="1"), True),
        (ContributionAttested.model_validate({**FIELDS, "quantity": "3"}), True),
        (ContributionAttested.model_validate({**FIELDS, "period": 2, "quantity": "3"}), False),
        (ContributionWithdrawn.model_validate(FIELDS), False),
    ],
)
def test_every_claim_that_states_a_quantity_is_a_reading(
    claim: ClaimEvent, *, reading: bool
) -> None:
    """A preference among readings can choose whatever states a quantity, in whichever field."""
    assert can_be_preferred(claim, HELICOPTERS, Role.READING) is reading


def test_an_end_is_no_reading() -> None:
    """What an end says of a number holds no more."""
    assert reads(deployed(quantity="3"), Role.START, ("quantity",))
    assert not reads(deployed(quantity="3"), Role.START, ("reserve",))
    assert not reads(deployed(quantity="3"), Role.END)
