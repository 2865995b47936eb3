"""The fields of claims and state entries in words.

jointly_with: (NLD,)             jointly with Netherlands
vote: {for: 102, against: 0}     102 for, 0 against
under: b-108                     under b-108
"""

from collections.abc import Callable, Mapping, Sequence

from events import nations
from events.facets import EVERYONE

LEADS = {
    **{"jointly_with": "jointly with", "host": "host", "task": "task:", "under": "under"},
    **{"location": "location", "kind": "kind", "rotation": "rotation", "place": "place"},
    **{"number": "number", "rests_on": "rests on", "coordinates": "at", "reason": "reason:"},
    **{"country": "in", "until": "until", "aliases": "also called", "nations": "of"},
}
"""What stands before the value of a field; others say by themselves what they are."""

PARTIES = (
    *("contributor", "nation", "nations", "organisation"),
    *("jointly_with", "host", "country"),
)
"""The fields that hold codes of nations and bodies."""

FIRST = ("contributor", "jointly_with", "rank")
"""The fields that come first; the others follow by name."""

IN_KEY = ("post", "commander", "counted", "category", "sex")
"""The fields that a key is put together from, which its label says."""


def ordered(names: Sequence[str]) -> list[str]:
    """Return field names in the order in which they are shown."""
    return sorted(names, key=lambda name: (name not in FIRST, name))


def phrase(name: str, value: object) -> str:
    """Return a field's value in words that say what it is."""
    lead = LEADS.get(name)
    return f"{lead} {words(name, value)}" if lead else words(name, value)


def words(name: str, value: object) -> str:
    """Return a field's value in words."""
    if isinstance(value, Mapping):
        return vote(value)
    show: Callable[[str], str] = nations.label if name in PARTIES else str
    if isinstance(value, list | tuple):
        return ", ".join(show(str(each)) for each in value)
    return show(str(value))


def vote(given: Mapping[str, object]) -> str:
    """Return a vote in words: `102 for, 0 against, 3 abstained`."""
    return ", ".join(f"{number} {side}" for side, number in given.items() if number is not None)


def category(key: str) -> str:
    """Return what a count's key says besides who is counted: `police, female`; or nothing."""
    _, *rest = key.split("/")
    return ", ".join(each.replace("-", " ") for each in rest if each != EVERYONE)
