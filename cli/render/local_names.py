"""Names in the reader's language: of nations and bodies, and of what a count's key counts.

strength   DEU/police/female   Germany, police, female      Tyskland, politi, kvinder
command    UN                  United Nations               FN

What sources name stays as they name it.
"""

from cli.render.languages.translation import ENGLISH, language, terms
from events import nations
from events.facets import COUNT_PARTS, FACETS, key_parts
from projections.key_label import in_words


def party(code: str) -> str:
    """Return the name of a nation or body; the code if it is unknown."""
    return nations.label(code, language())


def label(facet: str, key: str, given: str) -> str:
    """Return the label of a key as it is shown; `given` is the one that answers have."""
    if language() == ENGLISH.tag or not FACETS[facet].names_party:
        return given
    counts = FACETS[facet].key_parts == COUNT_PARTS
    code, *slugs = key_parts(facet, key).values() if counts else (key,)
    name = given.removesuffix(in_words("", *slugs))
    words = terms("category", (each.replace("-", " ") for each in slugs))
    return ", ".join((party(code) if name == nations.label(code) else name, *words))
