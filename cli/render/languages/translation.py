"""Tell answers in the reader's language: English, unless another is asked for.

This is the idea of GNU gettext, without its files. The English text is the key of its translation;
what varies in it has a name, so that another language can put it in another place. Words of which
the program keeps a list (standings, facets, units) are translated as terms of their kind.

    with in_language("da"):
        tr("by {day}", day="2024-02-29")        # senest 2024-02-29
        term("standing", "certain")             # sikker

The language is a context variable: it holds in the block that asks for it, for no other thread and
no other task. What has no translation is told in English.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, NamedTuple

TermKind = Literal[
    "amendment",
    "basis",
    "category",
    "change",
    "column",
    "facet",
    "field",
    "heading",
    "language",
    "lead",
    "month",
    "outcome",
    "part",
    "role",
    "standing",
    "topic",
    "unit",
    "vote",
]
"""The lists that terms are in."""


class Language(NamedTuple):
    """A language: its BCP 47 tag, the translations of texts, and those of terms by kind."""

    tag: str
    texts: Mapping[str, str]
    terms: Mapping[str, Mapping[str, str]]


ENGLISH = Language("en", {}, {})

_current: ContextVar[Language] = ContextVar("language", default=ENGLISH)


@contextmanager
def in_language(tag: str) -> Iterator[None]:
    """Tell answers in a language inside the block: `en` or `da`. Raises LookupError for others."""
    before = _current.set(_language(tag))
    try:
        yield
    finally:
        _current.reset(before)


def _language(tag: str) -> Language:
    if tag == ENGLISH.tag:
        return ENGLISH
    if tag == "da":
        from cli.render.languages.danish import TEXTS  # noqa: PLC0415 (start-up)
        from cli.render.languages.danish_terms import TERMS  # noqa: PLC0415 (start-up)

        return Language(tag, TEXTS, TERMS)
    raise LookupError(f"answers are told in en and da, not in {tag}")


def language() -> str:
    """Return the tag of the language in which answers are told here."""
    return _current.get().tag


def tr(text: str, /, **values: object) -> str:
    """Return a text in the reader's language, with values in place of the names in braces."""
    return _current.get().texts.get(text, text).format_map(values)


def term(kind: TermKind, word: str) -> str:
    """Return a word of a list in the reader's language; a word that is in no list as it is."""
    return _current.get().terms.get(kind, {}).get(word, word)


def terms(kind: TermKind, words: Iterable[str]) -> tuple[str, ...]:
    """Return words of a list in the reader's language."""
    return tuple(term(kind, each) for each in words)
