"""The catalogue: every type of claim a source can make, and what each bears on.

To add a type, add a class here. The announcement reader, the JSON Schemas, `mission types` and the
projections find it in `CLAIM_TYPES`; nothing else lists types.

A claim in an announcement file, and the same as data:

    type: command-handed-over
    from: DNK
    to: ITA
    on: 2022-05
    at: paragraph 1
"""

from functools import cache
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from events.facets import MEASURES, Basis, Bearing, Role
from events.fields import (
    Counted,
    EventDate,
    Line,
    NationOrBody,
    Note,
    Quantity,
    ShortPhrase,
    Slug,
)

START, END, ATTESTATION, READING = Role.START, Role.END, Role.ATTESTATION, Role.READING


class Event(BaseModel):
    """An entry's content: small, frozen, complete. `version` is that of the type's schema."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)
    version: ClassVar[int] = 1

    type: str
    mission: Slug
    source: Slug | None = None


class ClaimEvent(Event):
    """One claim by one source: something happened, or is meant to happen, on a date.

    `on` is in valid time, as EDTF; `as_stated` keeps the source's words for it and `at` the
    place in the source. `period` tells a key that comes back from its first stay.
    """

    bears: ClassVar[tuple[Bearing, ...]]

    on: EventDate
    basis: Basis = Basis.REPORTED
    period: int = Field(default=1, ge=1, le=1000)
    as_stated: ShortPhrase | None = None
    at: Line | None = None
    note: Note | None = None

    @model_validator(mode="after")
    def _attestations_are_reported(self) -> Self:
        reported = self.basis is Basis.REPORTED
        if not reported and any(bearing.role is Role.ATTESTATION for bearing in self.bears):
            raise ValueError("the basis of an attestation must be reported")
        return self

    def value(self) -> dict[str, object]:
        """Return the values the claim states, by field name, without absent fields."""
        measures = {
            name: quantity.model_dump(mode="json")
            for name in MEASURES
            if (quantity := getattr(self, name, None)) is not None
        }
        return self.particulars() | measures

    def particulars(self) -> dict[str, object]:
        """Return the values the claim states other than quantities."""
        return {
            name: value
            for name in value_fields(type(self))
            if name not in MEASURES and (value := getattr(self, name)) is not None
        }


@cache
def value_fields(kind: type[ClaimEvent]) -> tuple[str, ...]:
    """Return the names of the fields a type adds to those of every claim, except its keys."""
    used = {name for bearing in kind.bears for name in (bearing.key, bearing.period)}
    return tuple(
        name for name in kind.model_fields if name not in {*ClaimEvent.model_fields, *used}
    )


class MissionEstablished(ClaimEvent):
    """The mission comes into being."""

    type: Literal["mission-established"] = "mission-established"
    bears = (Bearing("mission", START, "mission"),)
    name: Line | None = None
    aliases: tuple[Slug, ...] | None = None
    organisation: NationOrBody | None = None


class MissionEnded(ClaimEvent):
    """The mission ceases to be."""

    type: Literal["mission-ended"] = "mission-ended"
    bears = (Bearing("mission", END, "mission"),)


class MissionAttested(ClaimEvent):
    """The mission is spoken of as existing on a date."""

    type: Literal["mission-attested"] = "mission-attested"
    bears = (Bearing("mission", ATTESTATION, "mission"),)
    name: Line | None = None
    aliases: tuple[Slug, ...] | None = None
    organisation: NationOrBody | None = None


class MandateAdopted(ClaimEvent):
    """A legal basis is adopted."""

    type: Literal["mandate-adopted"] = "mandate-adopted"
    bears = (Bearing("mandate", START, "mandate"),)
    mandate: Slug
    name: Line | None = None
    issuer: Line | None = None


class MandateExpired(ClaimEvent):
    """A legal basis lapses or is repealed."""

    type: Literal["mandate-expired"] = "mandate-expired"
    bears = (Bearing("mandate", END, "mandate"),)
    mandate: Slug


class MandateAttested(ClaimEvent):
    """A legal basis is in force on a date."""

    type: Literal["mandate-attested"] = "mandate-attested"
    bears = (Bearing("mandate", ATTESTATION, "mandate"),)
    mandate: Slug
    name: Line | None = None
    issuer: Line | None = None


class CommandTakenOver(ClaimEvent):
    """A nation or body begins to lead; who led before is not said."""

    type: Literal["command-taken-over"] = "command-taken-over"
    bears = (Bearing("command", START, "by"),)
    by: NationOrBody


class CommandHandedOver(ClaimEvent):
    """Command passes on. `period` is the taker's period, `from_period` the giver's."""

    type: Literal["command-handed-over"] = "command-handed-over"
    bears = (Bearing("command", END, "from_", "from_period"), Bearing("command", START, "to"))
    from_: NationOrBody = Field(alias="from")
    to: NationOrBody
    from_period: int = Field(default=1, ge=1, le=1000)

    @model_validator(mode="after")
    def _two_parties(self) -> Self:
        if self.from_ == self.to:
            raise ValueError(f"{self.to} cannot hand over command to itself")
        return self


class CommandRelinquished(ClaimEvent):
    """A nation or body ceases to lead; who leads after is not said."""

    type: Literal["command-relinquished"] = "command-relinquished"
    bears = (Bearing("command", END, "by"),)
    by: NationOrBody


class CommandAttested(ClaimEvent):
    """A nation or body leads on a date."""

    type: Literal["command-attested"] = "command-attested"
    bears = (Bearing("command", ATTESTATION, "by"),)
    by: NationOrBody


class CommanderAppointed(ClaimEvent):
    """A person begins to command."""

    type: Literal["commander-appointed"] = "commander-appointed"
    bears = (Bearing("commander", START, "commander"),)
    commander: Slug
    name: Line | None = None
    rank: Line | None = None
    nation: NationOrBody | None = None


class CommanderRelieved(ClaimEvent):
    """A person ceases to command."""

    type: Literal["commander-relieved"] = "commander-relieved"
    bears = (Bearing("commander", END, "commander"),)
    commander: Slug


class CommanderAttested(ClaimEvent):
    """A person commands on a date."""

    type: Literal["commander-attested"] = "commander-attested"
    bears = (Bearing("commander", ATTESTATION, "commander"),)
    commander: Slug
    name: Line | None = None
    rank: Line | None = None
    nation: NationOrBody | None = None


class ParticipationJoined(ClaimEvent):
    """A nation or body begins to take part."""

    type: Literal["participation-joined"] = "participation-joined"
    bears = (Bearing("participation", START, "participant"),)
    participant: NationOrBody


class ParticipationLeft(ClaimEvent):
    """A nation or body ceases to take part."""

    type: Literal["participation-left"] = "participation-left"
    bears = (Bearing("participation", END, "participant"),)
    participant: NationOrBody


class ParticipationAttested(ClaimEvent):
    """A nation or body takes part on a date."""

    type: Literal["participation-attested"] = "participation-attested"
    bears = (Bearing("participation", ATTESTATION, "participant"),)
    participant: NationOrBody


class ContributionDeployed(ClaimEvent):
    """A contingent or capability is sent."""

    type: Literal["contribution-deployed"] = "contribution-deployed"
    bears = (Bearing("contribution", START, "contribution"),)
    contribution: Slug
    contributor: NationOrBody
    capability: Line | None = None
    quantity: Quantity | None = None
    reserve: Quantity | None = None
    location: Line | None = None


class ContributionWithdrawn(ClaimEvent):
    """A contingent or capability is taken home."""

    type: Literal["contribution-withdrawn"] = "contribution-withdrawn"
    bears = (Bearing("contribution", END, "contribution"),)
    contribution: Slug


class ContributionAttested(ClaimEvent):
    """A contingent or capability is there on a date."""

    type: Literal["contribution-attested"] = "contribution-attested"
    bears = (Bearing("contribution", ATTESTATION, "contribution"),)
    contribution: Slug
    contributor: NationOrBody | None = None
    capability: Line | None = None
    quantity: Quantity | None = None
    reserve: Quantity | None = None
    location: Line | None = None


class ContributionStrengthReported(ClaimEvent):
    """How many a contribution counts from a date on, until told otherwise."""

    type: Literal["contribution-strength-reported"] = "contribution-strength-reported"
    bears = (Bearing("contribution", READING, "contribution"),)
    contribution: Slug
    quantity: Quantity
    reserve: Quantity | None = None


class PlaceOpened(ClaimEvent):
    """The mission begins to work somewhere."""

    type: Literal["place-opened"] = "place-opened"
    bears = (Bearing("place", START, "place"),)
    place: Slug
    name: Line | None = None
    nation: NationOrBody | None = None


class PlaceClosed(ClaimEvent):
    """The mission ceases to work somewhere."""

    type: Literal["place-closed"] = "place-closed"
    bears = (Bearing("place", END, "place"),)
    place: Slug


class PlaceAttested(ClaimEvent):
    """The mission works somewhere on a date."""

    type: Literal["place-attested"] = "place-attested"
    bears = (Bearing("place", ATTESTATION, "place"),)
    place: Slug
    name: Line | None = None
    nation: NationOrBody | None = None


class RelationDeclared(ClaimEvent):
    """The mission begins to stand in a relation to another."""

    type: Literal["relation-declared"] = "relation-declared"
    bears = (Bearing("relation", START, "other"),)
    other: Slug
    kind: Line | None = None


class RelationEnded(ClaimEvent):
    """A relation to another mission ceases."""

    type: Literal["relation-ended"] = "relation-ended"
    bears = (Bearing("relation", END, "other"),)
    other: Slug


class RelationAttested(ClaimEvent):
    """The mission stands in a relation to another on a date."""

    type: Literal["relation-attested"] = "relation-attested"
    bears = (Bearing("relation", ATTESTATION, "other"),)
    other: Slug
    kind: Line | None = None


class StrengthReported(ClaimEvent):
    """How many people or things are counted from a date on, until told otherwise."""

    type: Literal["strength-reported"] = "strength-reported"
    bears = (Bearing("strength", READING, "counted"),)
    counted: Counted
    quantity: Quantity


CLAIM_TYPES: dict[str, type[ClaimEvent]] = {
    kind.model_fields["type"].default: kind for kind in ClaimEvent.__subclasses__()
}


@cache
def type_bearing(facet: str, role: Role) -> type[ClaimEvent] | None:
    """Return the type whose only bearing is on this facet in this role."""
    for kind in CLAIM_TYPES.values():
        if len(kind.bears) == 1 and (kind.bears[0].facet, kind.bears[0].role) == (facet, role):
            return kind
    return None
