"""What a key of a mission's state is called.

strength       DEU/police/female         Germany, police, female
commander      force-commander/kazura    Andrzej Kazura, force commander
contribution   dnk-helicopters           transport helicopters
"""

from collections.abc import Mapping

from events import nations
from events.facets import DEFAULT_POST, FACETS, key_parts

NAMES = ("name", "capability")
"""The fields that name a key; the first one stated goes before the others."""


def stated_name(value: Mapping[str, object]) -> str | None:
    """Return the name that a key's fields state, if any does."""
    return next((name for each in NAMES if isinstance(name := value.get(each), str)), None)


def label(facet: str, key: str, name: str | None) -> str:
    """Return the label of a key, by its name if it has one.

    The name of a count's key is that of who is counted: of a mission, for one.
    """
    parts = key_parts(facet, key)
    if "counted" in parts:
        counted, *rest = parts.values()
        return in_words(name or nations.label(counted), *rest)
    if "post" in parts:
        post = () if parts["post"] == DEFAULT_POST else (parts["post"],)
        return in_words(name or parts["commander"], *post)
    return name or (nations.label(key) if FACETS[facet].names_party else key)


def in_words(name: str, *slugs: str) -> str:
    """Return a name and what qualifies it, with spaces for hyphens."""
    return ", ".join((name, *(each.replace("-", " ") for each in slugs)))
