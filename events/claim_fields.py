"""The fields that several types of claims share.

A start and an attestation of one facet say the same things of what they are about.
"""

from typing import Self

from pydantic import model_validator

from events.claim_event import ClaimEvent
from events.dates.edtf import parse
from events.facets import COUNT_PARTS, commander_key, count_key
from events.fields import (
    Coordinates,
    Counted,
    EventDate,
    Line,
    NationOrBody,
    NationsOrBodies,
    OneOrMore,
    Quantity,
    Sex,
    Slug,
    Vote,
)


class EndEvent(ClaimEvent):
    """A claim that a period ends. It may say why, and what had ended."""

    name: Line | None = None
    reason: Line | None = None


class MissionFields(ClaimEvent):
    """What a claim may say of a mission."""

    name: Line | None = None
    aliases: tuple[Slug, ...] | None = None
    organisation: NationOrBody | None = None
    host: NationsOrBodies | None = None
    task: Line | None = None


class MandateFields(ClaimEvent):
    """What a claim may say of a legal basis: `issuer` is who voted it, `rests_on` another one."""

    mandate: Slug
    name: Line | None = None
    issuer: Line | None = None
    number: Line | None = None
    vote: Vote | None = None
    rests_on: Slug | None = None


class CommanderFields(ClaimEvent):
    """A person in a post."""

    key_fields = ("commander", "post")
    commander: Slug
    post: Slug | None = None

    @property
    def commander_key(self) -> str:
        """The key of the person in the post."""
        return commander_key(self.commander, self.post)


class ContributionFields(ClaimEvent):
    """What a claim may say of a contribution: a `place` of the mission, `under` which mandate."""

    contribution: Slug
    contributor: OneOrMore | None = None
    capability: Line | None = None
    quantity: Quantity | None = None
    reserve: Quantity | None = None
    personnel: Quantity | None = None
    location: Line | None = None
    formation: Line | None = None
    rotation: Line | None = None
    place: Slug | None = None
    under: Slug | None = None


class PlaceFields(ClaimEvent):
    """What a claim may say of a place: the `facility` is what is there."""

    place: Slug
    name: Line | None = None
    nation: NationOrBody | None = None
    country: NationOrBody | None = None
    coordinates: Coordinates | None = None
    facility: Line | None = None


class CountFields(ClaimEvent):
    """Who is counted: `category` and `sex` make a series of its own, none is all of them."""

    key_fields = COUNT_PARTS
    counted: Counted
    category: Slug | None = None
    sex: Sex | None = None

    @property
    def count_key(self) -> str:
        """The key of who is counted, in the category."""
        return count_key(self.counted, self.category, self.sex)


class ReadingFields(ClaimEvent):
    """How long a quantity holds: from its date to `until`, from which on it holds no more."""

    until: EventDate | None = None

    @model_validator(mode="after")
    def _holds_on_some_day(self) -> Self:
        if self.until and parse(self.until).window.bounds[1] <= parse(self.on).window.bounds[0]:
            raise ValueError(
                f"until {self.until} leaves no day on which it holds: write the first day on which"
                " it holds no more"
            )
        return self


class BudgetFields(ClaimEvent):
    """What a claim may say of money that is set aside: `quantity` is how much, in a currency."""

    budget: Slug
    name: Line | None = None
    contributor: OneOrMore | None = None
    quantity: Quantity | None = None
    under: Slug | None = None
