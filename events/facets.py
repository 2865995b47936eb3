"""The facets of a mission's state, and the four roles in which an event bears on one.

Projections depend on facets and roles, never on event types; an event type declares its bearings
(`events.catalogue`). To add a facet, add a row to `FACETS`, which is in display order.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an event says of a facet key.

    `START` and `END` are the two occurrences that bound a period; an `ATTESTATION` says that
    the period was under way on a date; a `READING` gives a quantity that holds from its date
    until the next reading of the same key.
    """

    START = "start"
    END = "end"
    ATTESTATION = "attestation"
    READING = "reading"


class Basis(StrEnum):
    """Whether the source reports a thing, or says that it is decided or planned."""

    REPORTED = "reported"
    DECIDED = "decided"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Facet:
    """One part of a mission's state.

    In an `exclusive` facet a new holder displaces the previous one in the same post. A facet that
    is not `lasting` has readings only, without periods that begin and end. `key_is` describes its
    keys. The reported end of the mission ends what `ends_with_mission`. Decided ends of a facet
    that `ends_as_decided` hold as stated, whenever their source came out.
    """

    name: str
    key_is: str
    exclusive: bool = False
    lasting: bool = True
    ends_with_mission: bool = False
    ends_as_decided: bool = False


FACETS: dict[str, Facet] = {
    facet.name: facet
    for facet in (
        Facet("mission", "the mission"),
        Facet("command", "the nation or body that leads", exclusive=True, ends_with_mission=True),
        Facet("commander", "a person", exclusive=True, ends_with_mission=True),
        Facet("strength", "who or what is counted", lasting=False, ends_with_mission=True),
        Facet("contribution", "one contingent or capability", ends_with_mission=True),
        Facet("participation", "a nation or body", ends_with_mission=True),
        Facet("mandate", "a legal basis", ends_as_decided=True),
        Facet("place", "where it works", ends_with_mission=True),
        Facet("relation", "another mission"),
    )
}


def post_of(key: str) -> str:
    """Return the post that a key of an exclusive facet names: what stands before the last `/`."""
    return key.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Bearing:
    """One way an event type bears on the state: on which facet and in which role.

    `key` and `period` name the event's fields that hold the facet key and the period number.
    """

    facet: str
    role: Role
    key: str
    period: str = "period"


PeriodKey = tuple[str, str, int]
"""Facet, key and number of a period of one mission."""

MEASURES = ("quantity", "reserve")
"""The fields of events that hold a quantity."""

PARTY_FIELDS = ("contributor", "nation", "organisation")
"""The fields of events other than keys that name a nation or body."""
