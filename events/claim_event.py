"""What every event has, and what every claim by a source has."""

from functools import cache
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from events.facets import Basis, Bearing, Role
from events.fields import EventDate, Line, Note, ShortPhrase, Slug


class Event(BaseModel):
    """An entry's content: small, frozen, complete.

    `version` is the newest version of the type's schema; `events.encoding.schema_versions` tells
    which one an event is written in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)
    version: ClassVar[int] = 2

    type: str
    mission: Slug
    source: Slug | None = None


class ClaimEvent(Event):
    """One claim by one source: something happened, or is meant to happen, on a date.

    `on` is in valid time, as EDTF; `as_stated` keeps the source's words for it and `at` the
    place in the source. `period` tells a key that comes back from its first stay. A claim that is
    `dated_by_source` states no date of its own: `on` is the date of its source, and moves with it.
    """

    bears: ClassVar[tuple[Bearing, ...]]
    key_fields: ClassVar[tuple[str, ...]] = ()
    """The fields that a key is put together from, where it is not one field."""

    on: EventDate
    basis: Basis = Basis.REPORTED
    period: int = Field(default=1, ge=1, le=1000)
    as_stated: ShortPhrase | None = None
    at: Line | None = None
    note: Note | None = None
    dated_by_source: Literal[True] | None = None

    @model_validator(mode="after")
    def _basis_fits_the_roles(self) -> Self:
        roles = {bearing.role for bearing in self.bears}
        if self.basis is not Basis.REPORTED and Role.ATTESTATION in roles:
            raise ValueError("the basis of an attestation must be reported")
        if self.basis is Basis.UNLESS_AHEAD and roles != {Role.END}:
            raise ValueError("only the end of a period can be reported unless it lies ahead")
        return self


@cache
def value_fields(kind: type[ClaimEvent]) -> tuple[str, ...]:
    """Return the names of the fields a type adds to those of every claim, except its keys."""
    used = {name for bearing in kind.bears for name in (bearing.key, bearing.period)}
    used.update(kind.key_fields)
    return tuple(
        name for name in kind.model_fields if name not in {*ClaimEvent.model_fields, *used}
    )
