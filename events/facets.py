"""The facets of a mission's state, and the roles in which an event bears on one.

Projections depend on facets and roles, never on event types; an event type declares its bearings
(`events.catalogue`). To add a facet, add a row to `FACETS`, which is in display order.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an event says of a facet key.

    `START` and `END` are the two occurrences that bound a period; an `ATTESTATION` says that
    the period was under way on a date; a `READING` gives a quantity that holds from its date
    until the next reading of the same key. A `HAPPENING` begins and ends nothing.
    """

    START = "start"
    END = "end"
    ATTESTATION = "attestation"
    READING = "reading"
    HAPPENING = "happening"


class Basis(StrEnum):
    """Whether the source reports a thing, or says that it is decided or planned.

    `UNLESS_AHEAD` is that of the end of an interval for which none is written: planned where it
    may lie after the day the source came out, reported otherwise. So it changes with the date of
    the source.
    """

    REPORTED = "reported"
    DECIDED = "decided"
    PLANNED = "planned"
    UNLESS_AHEAD = "unless-ahead"


@dataclass(frozen=True, slots=True)
class Facet:
    """One part of a mission's state.

    `label` is its heading, `key_is` describes its keys. A facet that is `lasting` has periods that
    begin and end; one that is not has readings, or happenings, only. In an `exclusive` facet one
    holder at a time holds each post, unless several hold it jointly. Where it `ends_with_mission`,
    the reported end of the mission ends its periods. The ends of a facet with `ends_as_decided` are
    decided, as stated, however early they lie. What is not `in_state` is in the timeline alone.
    `names_party` is set where a key can be a nation or body. `key_parts` are the fields that a key
    is put together from, where that is more than one. `read_as` says what its readings are,
    `limits` of which facet they limit the readings. The periods of the facet that `is_mission` are
    the mission's own; the keys of the one that `is_place` are where other parts are; the keys of
    one that `names_mission` are other missions. What `is_contributed` is somebody's.
    """

    name: str
    label: str
    key_is: str
    lasting: bool = True
    exclusive: bool = False
    ends_with_mission: bool = False
    ends_as_decided: bool = False
    in_state: bool = True
    names_party: bool = False
    key_parts: tuple[str, ...] = ()
    read_as: str = "counted"
    limits: str | None = None
    is_mission: bool = False
    is_place: bool = False
    names_mission: bool = False
    is_contributed: bool = False


COUNT_PARTS = ("counted", "category", "sex")
COMMANDER_PARTS = ("post", "commander")

FACETS: dict[str, Facet] = {
    facet.name: facet
    for facet in (
        Facet("mission", "Mission", "the mission", is_mission=True),
        Facet("phase", "Phase", "what the mission is in", ends_with_mission=True),
        Facet(
            "command",
            "Command",
            "the nation or body that leads",
            exclusive=True,
            ends_with_mission=True,
            names_party=True,
        ),
        Facet(
            "commander",
            "Commander",
            "a person, in a post",
            exclusive=True,
            ends_with_mission=True,
            key_parts=COMMANDER_PARTS,
        ),
        Facet(
            "strength",
            "Strength",
            "who or what is counted, in one category",
            lasting=False,
            ends_with_mission=True,
            names_party=True,
            key_parts=COUNT_PARTS,
        ),
        Facet(
            "ceiling",
            "Ceiling",
            "for whom or what a number is authorised, in one category",
            lasting=False,
            read_as="authorised",
            limits="strength",
            names_party=True,
            key_parts=COUNT_PARTS,
        ),
        Facet(
            "contribution",
            "Contribution",
            "one contingent or capability",
            ends_with_mission=True,
            is_contributed=True,
        ),
        Facet(
            "participation",
            "Participation",
            "a nation or body",
            ends_with_mission=True,
            names_party=True,
        ),
        Facet("mandate", "Mandate", "a legal basis", ends_as_decided=True),
        Facet("budget", "Budget", "what money is set aside for"),
        Facet("place", "Place", "where it works", ends_with_mission=True, is_place=True),
        Facet("relation", "Relation", "another mission", names_mission=True),
        Facet(
            "happening",
            "Happening",
            "something that begins and ends nothing",
            lasting=False,
            in_state=False,
        ),
    )
}

STATE_FACETS = tuple(name for name, facet in FACETS.items() if facet.in_state)
"""The facets of the state object, in order."""

MISSION = next(name for name, facet in FACETS.items() if facet.is_mission)
"""The facet of the mission itself."""

PLACE = next(name for name, facet in FACETS.items() if facet.is_place)
"""The facet of places; a field of this name says at which one of them something is."""

DEFAULT_POST = "commander"
"""The post of a commander for whom none is stated."""

EVERYONE = "all"
"""The category of a count of all, where the key has a sex after it."""


@dataclass(frozen=True, slots=True)
class Bearing:
    """One way an event type bears on the state: on which facet and in which role.

    `key` and `period` name the event's fields that hold the facet key and the period number;
    `key` may be a property that puts the key together from several fields. The fields `not_about`
    it are about another bearing of the event.
    """

    facet: str
    role: Role
    key: str
    period: str = "period"
    not_about: tuple[str, ...] = ()


PeriodKey = tuple[str, str, int]
"""Facet, key and number of a period of one mission."""

MEASURES = ("quantity", "reserve", "personnel")
"""The fields of events that hold a quantity."""

PARTY_FIELDS = ("contributor", "nation", "nations", "organisation", "jointly_with")
"""The fields of events other than keys that name nations or bodies: one, or a list."""


COUNTRY_FIELDS = ("country", "host")
"""The fields of events that name the country where something is: one, or a list."""


def post_of(key: str) -> str:
    """Return the post that a key of an exclusive facet holds: what stands before its last `/`."""
    return key.rpartition("/")[0]


def commander_key(person: str, post: str | None) -> str:
    """Return the key of a person in a post."""
    return person if post in (None, DEFAULT_POST) else f"{post}/{person}"


def count_key(counted: str, category: str | None, sex: str | None) -> str:
    """Return the key of a count: `DEU`, `DEU/police`, `DEU/police/female`, `DEU/all/female`."""
    parts = [counted, category or (EVERYONE if sex else None), sex]
    if category == EVERYONE and not sex:
        parts = [counted]
    return "/".join(part for part in parts if part)


def key_parts(facet: str, key: str) -> dict[str, str]:
    """Return the fields that a key is put together from, by name; none where it is one field.

    A post that is not stated is `commander`; a category that is not, all of them, is left out.
    """
    parts = FACETS[facet].key_parts
    if parts == COMMANDER_PARTS:
        post, _, person = key.rpartition("/")
        return dict(zip(parts, (post or DEFAULT_POST, person), strict=True))
    named = zip(parts, key.split("/"), strict=False)
    return {name: part for name, part in named if (name, part) != ("category", EVERYONE)}


def counted_in(key: str) -> str:
    """Return who or what a count's key counts."""
    return key.partition("/")[0]


def parties_named(value: object) -> tuple[str, ...]:
    """Return the nations and bodies that a party field holds: one, a list of them, or none."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list | tuple) else ()
