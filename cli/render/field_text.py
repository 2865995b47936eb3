"""The fields of claims and state entries in words.

jointly_with: (NLD,)             jointly with Netherlands
vote: {for: 102, against: 0}     voted 102 for, 0 against
under: b-108                     under b-108
"""

from collections.abc import Callable, Mapping, Sequence

from cli.render.languages.translation import term, terms, tr
from cli.render.local_names import party
from events.facets import (
    COMMANDER_PARTS,
    COUNT_PARTS,
    COUNTRY_FIELDS,
    EVERYONE,
    PARTY_FIELDS,
)

LEADS = {
    "jointly_with": "jointly with",
    "rotation": "rotation",
    "number": "number",
    "vote": "voted",
    "rests_on": "rests on",
    "under": "under",
    "kind": "kind",
    "nations": "of",
    "place": "place",
    "location": "location",
    "country": "in",
    "coordinates": "at",
    "host": "host",
    "task": "task:",
    "reason": "reason:",
    "aliases": "also called",
}
"""What stands before the value of a field; others say by themselves what they are."""

PARTIES = (*PARTY_FIELDS, *COUNTRY_FIELDS)
"""The fields that hold codes of nations and bodies."""

ORDER = (
    *("contributor", "rank", "nation", "organisation", "formation", "issuer", "facility"),
    *LEADS,
)
"""The order in which fields are shown; others come before them."""

IN_KEY = (*COMMANDER_PARTS, *COUNT_PARTS)
"""The fields that a key is put together from, which its label says."""


def ordered(names: Sequence[str]) -> list[str]:
    """Return field names in the order in which they are shown."""
    return sorted(names, key=lambda name: (ORDER.index(name) if name in ORDER else -1, name))


def phrase(name: str, value: object) -> str:
    """Return a field's value in words that say what it is."""
    lead = LEADS.get(name)
    return f"{term('lead', lead)} {words(name, value)}" if lead else words(name, value)


def words(name: str, value: object) -> str:
    """Return a field's value in words."""
    if isinstance(value, Mapping):
        return vote(value)
    show: Callable[[str], str] = party if name in PARTIES else str
    if isinstance(value, list | tuple):
        return listed([show(str(each)) for each in value])
    return show(str(value))


def listed(names: Sequence[str]) -> str:
    """Return names as a list in words: `Belgium, Norway and Portugal`."""
    *first, last = names
    return tr("{first} and {last}", first=", ".join(first), last=last) if first else last


def also_given(name: str, values: Sequence[object]) -> str:
    """Return the other values that sources give of a field in words."""
    others = "; ".join(words(name, each) for each in values)
    return tr("{field} also given as {others}", field=named(name), others=others)


def named(name: str) -> str:
    """Return the name of a field in words."""
    return term("field", name.replace("_", " "))


def vote(given: Mapping[str, object]) -> str:
    """Return a vote in words: `102 for, 0 against, 3 abstained`."""
    sides = ((number, term("vote", side)) for side, number in given.items() if number is not None)
    return ", ".join(f"{number} {side}" for number, side in sides)


def category(key: str) -> str:
    """Return what a count's key says besides who is counted: `police, female`; or nothing."""
    _, *rest = key.split("/")
    words = (each.replace("-", " ") for each in rest if each != EVERYONE)
    return ", ".join(terms("category", words))
