"""Events about the record itself: a change is a new event, never an edit of an old one.

    {"type": "claim-retracted", "mission": "...", "target": "<event id>", "reason": "..."}

An event with a source takes effect on the publication clock when that source was published; one
without a source corrects our own misreading and takes effect from the beginning.
"""

from collections.abc import Collection, Mapping
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from events.catalogue import CLAIM_TYPES
from events.claim_event import ClaimEvent, Event
from events.facets import Role
from events.fields import (
    Digest,
    EventId,
    FacetName,
    Language,
    Line,
    Note,
    PublicationDate,
    Slug,
    WebAddress,
)
from events.source_description import SourceDescription

if TYPE_CHECKING:
    AnyClaim = ClaimEvent
else:
    AnyClaim = Annotated[reduce(or_, CLAIM_TYPES.values()), Field(discriminator="type")]


class RecordEvent(Event):
    """An event about an earlier event; `reason` is the record-keeper's."""

    reason: Note
    at: Line | None = None


class ClaimRetracted(RecordEvent):
    """An event no longer counts. A retraction is an event, and can itself be retracted."""

    type: Literal["claim-retracted"] = "claim-retracted"
    target: EventId


class ClaimCorrected(RecordEvent):
    """An event no longer counts, and `claim` stands in its place.

    Where `claim` names no source of its own it keeps that of the event it corrects.
    """

    type: Literal["claim-corrected"] = "claim-corrected"
    target: EventId
    claim: AnyClaim


class ReadingPreferred(RecordEvent):
    """Of an occurrence whose sources disagree, the claims to go by.

    It settles the readings that were in the record when it was made: a later claim that
    disagrees opens the question again.
    """

    type: Literal["reading-preferred"] = "reading-preferred"
    facet: FacetName
    key: Line
    period: int = Field(default=1, ge=1, le=1000)
    role: Literal[Role.START, Role.END, Role.READING]
    claims: Annotated[tuple[EventId, ...], Field(min_length=1)]


class SourceEvent(RecordEvent):
    """An event about a source: `about` is its id."""

    about: Slug


class SourceCorrected(SourceEvent):
    """A source was described wrongly; each field given here stands in place of the first one."""

    type: Literal["source-corrected"] = "source-corrected"
    publisher: Line | None = None
    title: Line | None = None
    language: Language | None = None
    published: PublicationDate | None = None
    url: WebAddress | None = None
    digest: Digest | None = None
    note: Note | None = None
    archived: WebAddress | None = None
    retrieved: PublicationDate | None = None
    reprints: Slug | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.corrections():
            raise ValueError("a correction of a source states at least one field of it")
        if self.reprints == self.about:
            raise ValueError(f"{self.about} cannot reprint itself: reprints names another source")
        return self

    def corrections(self) -> dict[str, str]:
        """Return the fields of the source that change, by name."""
        stated = vars(self)
        return {name: stated[name] for name in DESCRIPTION if stated.get(name) is not None}


class SourceWithdrawn(SourceEvent):
    """A source is withdrawn: nothing that it states counts, about the record neither."""

    type: Literal["source-withdrawn"] = "source-withdrawn"


DESCRIPTION = SourceDescription._fields[1:]
"""The fields of a source that can be corrected."""

RECORD_TYPES: dict[str, type[RecordEvent]] = {
    kind.model_fields["type"].default: kind
    for kind in (
        *(ClaimRetracted, ClaimCorrected, ReadingPreferred),
        *(SourceCorrected, SourceWithdrawn),
    )
}

ALL_TYPES: dict[str, type[Event]] = {**CLAIM_TYPES, **RECORD_TYPES}


def statement_of(content: object) -> ClaimEvent | None:
    """Return the claim an event makes: the event itself, or the new claim of a correction."""
    if isinstance(content, ClaimCorrected):
        return content.claim
    return content if isinstance(content, ClaimEvent) else None


def targets_of(content: object) -> tuple[str, ...]:
    """Return the ids of the events that an event about the record refers to."""
    if isinstance(content, ReadingPreferred):
        return content.claims
    return (content.target,) if isinstance(content, ClaimRetracted | ClaimCorrected) else ()


def source_about(content: object, earlier: Mapping[str, str]) -> str | None:
    """Return the source that an event is about; None if it is about none.

    `earlier` has that of earlier events, by the id of each: a retraction of an event about a source
    is about that source, too.
    """
    if isinstance(content, SourceEvent):
        return content.about
    return earlier.get(content.target) if isinstance(content, ClaimRetracted) else None


def aliases_of(content: object) -> tuple[str, ...]:
    """Return the aliases an event gives its mission, a correction's new claim included."""
    statement = statement_of(content)
    return tuple(vars(statement).get("aliases") or ()) if statement else ()


def sources_of(content: BaseModel) -> tuple[str, ...]:
    """Return the sources that must be public for an event to count; none for a source itself."""
    source = vars(content).get("source")
    if isinstance(content, ClaimCorrected):
        return tuple({name: None for name in (source, content.claim.source) if name})
    return (source,) if source else ()


def sources_among(contents: Collection[BaseModel]) -> set[str]:
    """Return the sources that must be public for all of the events to count."""
    sources = {vars(content).get("source") for content in contents}
    sources.update(each.claim.source for each in contents if isinstance(each, ClaimCorrected))
    return {name for name in sources if name}
