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
from typing import Literal, Self

from pydantic import Field, model_validator

from events.claim_event import ClaimEvent
from events.claim_fields import (
    BudgetFields,
    CommanderFields,
    ContributionFields,
    CountFields,
    EndEvent,
    MandateFields,
    MissionFields,
    PlaceFields,
    ReadingFields,
)
from events.facets import Basis, Bearing, Role
from events.fields import (
    Line,
    NationOrBody,
    NationsOrBodies,
    OneOrMore,
    Quantity,
    Slug,
)

START, END, ATTESTATION, READING = Role.START, Role.END, Role.ATTESTATION, Role.READING


class MissionEstablished(MissionFields):
    """The mission comes into being."""

    type: Literal["mission-established"] = "mission-established"
    bears = (Bearing("mission", START, "mission"),)


class MissionEnded(EndEvent):
    """The mission ceases to be."""

    type: Literal["mission-ended"] = "mission-ended"
    bears = (Bearing("mission", END, "mission"),)


class MissionAttested(MissionFields):
    """The mission is spoken of as existing on a date."""

    type: Literal["mission-attested"] = "mission-attested"
    bears = (Bearing("mission", ATTESTATION, "mission"),)


class PhaseBegun(ClaimEvent):
    """The mission enters a phase: a transition, a suspension."""

    type: Literal["phase-begun"] = "phase-begun"
    bears = (Bearing("phase", START, "phase"),)
    phase: Slug
    name: Line | None = None
    reason: Line | None = None


class PhaseEnded(EndEvent):
    """The mission leaves a phase."""

    type: Literal["phase-ended"] = "phase-ended"
    bears = (Bearing("phase", END, "phase"),)
    phase: Slug


class PhaseAttested(ClaimEvent):
    """The mission is in a phase on a date."""

    type: Literal["phase-attested"] = "phase-attested"
    bears = (Bearing("phase", ATTESTATION, "phase"),)
    phase: Slug
    name: Line | None = None
    reason: Line | None = None


class MandateAdopted(MandateFields):
    """A legal basis is adopted."""

    type: Literal["mandate-adopted"] = "mandate-adopted"
    bears = (Bearing("mandate", START, "mandate"),)


class MandateExpired(EndEvent):
    """A legal basis lapses or is repealed."""

    type: Literal["mandate-expired"] = "mandate-expired"
    bears = (Bearing("mandate", END, "mandate"),)
    mandate: Slug


class MandateExtended(MandateFields):
    """A legal basis is given a new end, which is the date."""

    type: Literal["mandate-extended"] = "mandate-extended"
    bears = (Bearing("mandate", END, "mandate"),)
    basis: Basis = Basis.DECIDED

    @model_validator(mode="after")
    def _is_no_report(self) -> Self:
        if self.basis not in (Basis.DECIDED, Basis.PLANNED):
            raise ValueError(
                "the new end of a mandate is decided: leave out the basis; an end that has come is"
                " a mandate-expired"
            )
        return self


class MandateAttested(MandateFields):
    """A legal basis is in force on a date."""

    type: Literal["mandate-attested"] = "mandate-attested"
    bears = (Bearing("mandate", ATTESTATION, "mandate"),)


class CommandTakenOver(ClaimEvent):
    """A nation or body begins to lead; who led before is not said."""

    type: Literal["command-taken-over"] = "command-taken-over"
    bears = (Bearing("command", START, "by"),)
    by: NationOrBody
    jointly_with: NationsOrBodies | None = None

    @model_validator(mode="after")
    def _with_others(self) -> Self:
        if self.jointly_with and self.by in self.jointly_with:
            raise ValueError(f"{self.by} cannot lead jointly with itself")
        return self


class CommandHandedOver(ClaimEvent):
    """Command passes on. `period` is the taker's period, `from_period` the giver's."""

    type: Literal["command-handed-over"] = "command-handed-over"
    bears = (
        Bearing("command", END, "from_", "from_period", not_about=("jointly_with",)),
        Bearing("command", START, "to"),
    )
    from_: NationOrBody = Field(alias="from")
    to: NationOrBody
    from_period: int = Field(default=1, ge=1, le=1000)
    jointly_with: NationsOrBodies | None = None

    @model_validator(mode="after")
    def _two_parties(self) -> Self:
        if self.from_ == self.to:
            raise ValueError(f"{self.to} cannot hand over command to itself")
        if self.jointly_with and self.to in self.jointly_with:
            raise ValueError(f"{self.to} cannot lead jointly with itself")
        return self


class CommandRelinquished(EndEvent):
    """A nation or body ceases to lead; who leads after is not said."""

    type: Literal["command-relinquished"] = "command-relinquished"
    bears = (Bearing("command", END, "by"),)
    by: NationOrBody


class CommandAttested(ClaimEvent):
    """A nation or body leads on a date."""

    type: Literal["command-attested"] = "command-attested"
    bears = (Bearing("command", ATTESTATION, "by"),)
    by: NationOrBody


class CommanderAppointed(CommanderFields):
    """A person begins to command, or to hold another post."""

    type: Literal["commander-appointed"] = "commander-appointed"
    bears = (Bearing("commander", START, "commander_key"),)
    name: Line | None = None
    rank: Line | None = None
    nation: NationOrBody | None = None


class CommanderRelieved(CommanderFields, EndEvent):
    """A person ceases to command, or to hold another post."""

    type: Literal["commander-relieved"] = "commander-relieved"
    bears = (Bearing("commander", END, "commander_key"),)


class CommanderAttested(CommanderFields):
    """A person commands, or holds another post, on a date."""

    type: Literal["commander-attested"] = "commander-attested"
    bears = (Bearing("commander", ATTESTATION, "commander_key"),)
    name: Line | None = None
    rank: Line | None = None
    nation: NationOrBody | None = None


class ParticipationJoined(ClaimEvent):
    """A nation or body begins to take part."""

    type: Literal["participation-joined"] = "participation-joined"
    bears = (Bearing("participation", START, "participant"),)
    participant: NationOrBody


class ParticipationLeft(EndEvent):
    """A nation or body ceases to take part."""

    type: Literal["participation-left"] = "participation-left"
    bears = (Bearing("participation", END, "participant"),)
    participant: NationOrBody


class ParticipationAttested(ClaimEvent):
    """A nation or body takes part on a date."""

    type: Literal["participation-attested"] = "participation-attested"
    bears = (Bearing("participation", ATTESTATION, "participant"),)
    participant: NationOrBody


class ContributionDeployed(ContributionFields):
    """A contingent or capability is sent."""

    type: Literal["contribution-deployed"] = "contribution-deployed"
    bears = (Bearing("contribution", START, "contribution"),)
    contributor: OneOrMore


class ContributionWithdrawn(EndEvent):
    """A contingent or capability is taken home."""

    type: Literal["contribution-withdrawn"] = "contribution-withdrawn"
    bears = (Bearing("contribution", END, "contribution"),)
    contribution: Slug


class ContributionAttested(ContributionFields):
    """A contingent or capability is there on a date."""

    type: Literal["contribution-attested"] = "contribution-attested"
    bears = (Bearing("contribution", ATTESTATION, "contribution"),)


class ContributionStrengthReported(ReadingFields):
    """How many a contribution counts from a date on, until told otherwise."""

    type: Literal["contribution-strength-reported"] = "contribution-strength-reported"
    bears = (Bearing("contribution", READING, "contribution"),)
    contribution: Slug
    quantity: Quantity | None = None
    reserve: Quantity | None = None
    personnel: Quantity | None = None

    @model_validator(mode="after")
    def _states_a_number(self) -> Self:
        if not (self.quantity or self.reserve or self.personnel):
            raise ValueError("a strength needs a quantity, a reserve or personnel")
        return self


class PlaceOpened(PlaceFields):
    """The mission begins to work somewhere."""

    type: Literal["place-opened"] = "place-opened"
    bears = (Bearing("place", START, "place"),)


class PlaceClosed(EndEvent):
    """The mission ceases to work somewhere."""

    type: Literal["place-closed"] = "place-closed"
    bears = (Bearing("place", END, "place"),)
    place: Slug


class PlaceAttested(PlaceFields):
    """The mission works somewhere on a date."""

    type: Literal["place-attested"] = "place-attested"
    bears = (Bearing("place", ATTESTATION, "place"),)


class RelationDeclared(ClaimEvent):
    """The mission begins to stand in a relation to another."""

    type: Literal["relation-declared"] = "relation-declared"
    bears = (Bearing("relation", START, "other"),)
    other: Slug
    kind: Line | None = None


class RelationEnded(EndEvent):
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


class StrengthReported(CountFields, ReadingFields):
    """How many people or things are counted from a date on, until told otherwise."""

    type: Literal["strength-reported"] = "strength-reported"
    bears = (Bearing("strength", READING, "count_key"),)
    quantity: Quantity


class CeilingAuthorised(CountFields, ReadingFields):
    """How many are authorised at most from a date on, until told otherwise."""

    type: Literal["ceiling-authorised"] = "ceiling-authorised"
    bears = (Bearing("ceiling", READING, "count_key"),)
    quantity: Quantity
    under: Slug | None = None


class BudgetAllocated(BudgetFields):
    """Money is set aside."""

    type: Literal["budget-allocated"] = "budget-allocated"
    bears = (Bearing("budget", START, "budget"),)


class BudgetEnded(EndEvent):
    """Money is set aside no more."""

    type: Literal["budget-ended"] = "budget-ended"
    bears = (Bearing("budget", END, "budget"),)
    budget: Slug


class BudgetAttested(BudgetFields):
    """Money is set aside on a date."""

    type: Literal["budget-attested"] = "budget-attested"
    bears = (Bearing("budget", ATTESTATION, "budget"),)


class HappeningReported(ClaimEvent):
    """Something that begins and ends nothing: a visit, an attack, losses, a ceremony."""

    type: Literal["happening-reported"] = "happening-reported"
    bears = (Bearing("happening", Role.HAPPENING, "happening"),)
    happening: Slug
    kind: Line | None = None
    name: Line | None = None
    nations: NationsOrBodies | None = None
    place: Slug | None = None
    location: Line | None = None
    quantity: Quantity | None = None


CLAIM_TYPES: dict[str, type[ClaimEvent]] = {
    kind.model_fields["type"].default: kind
    for kind in tuple(globals().values())
    if isinstance(kind, type) and issubclass(kind, ClaimEvent) and "bears" in vars(kind)
}


@cache
def type_bearing(facet: str, role: Role) -> type[ClaimEvent] | None:
    """Return the first type whose only bearing is on this facet in this role."""
    for kind in CLAIM_TYPES.values():
        if len(kind.bears) == 1 and (kind.bears[0].facet, kind.bears[0].role) == (facet, role):
            return kind
    return None
