"""Resolve names as people type them, and suggest the nearest ones.

    "turkiye" is Türkiye        "Ostrig", "Oestrig" and "østrig" are Østrig        "congo" is two

Case, accents, hyphens and a leading article are ignored. A name that matches several things is an
error that lists them; a name that matches none is an error with suggestions. Nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache

from events.errors import LookupFailure
from events.printable import printable

MOST_LISTED = 6
"""The maximum number of matches that an error lists."""

_ONE_LETTER = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "ð": "d", "ł": "l"}
)
_TWO_LETTERS = str.maketrans({"ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue"})
_REMOVED = str.maketrans("", "", "'’.")
_ARTICLE = re.compile(r"(the|den|det|de) (?=\S)")


@dataclass(frozen=True, slots=True)
class NamedThing:
    """Something with a name: its `key` in the record, and its other names.

    The first of `names` is its display name.
    """

    key: str
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        name = self.names[0] if self.names else self.key
        return self.key if name == self.key else f"{printable(name)} ({self.key})"


@lru_cache(maxsize=8192)
def foldings(text: str) -> frozenset[str]:
    """Return the forms of a name in plain lower case; names match if they share one."""
    small = unicodedata.normalize("NFC", text).casefold()
    return frozenset(_plain(small.translate(table)) for table in (_ONE_LETTER, _TWO_LETTERS))


def _plain(text: str) -> str:
    bare = "".join(
        each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each)
    )
    words = re.sub(r"[^\w]+|_", " ", bare.translate(_REMOVED).translate(_ONE_LETTER))
    return _ARTICLE.sub("", words.strip(), count=1)


def same_name(one: str, other: str) -> bool:
    """Whether two names are equal, ignoring case, accents and punctuation."""
    return not foldings(one).isdisjoint(foldings(other))


def contains(whole: str, part: str) -> bool:
    """Whether a text contains another, ignoring case and accents; False for one without letters."""
    return any(each and each in one for one in foldings(whole) for each in foldings(part))


def matching(
    text: str, things: Iterable[NamedThing], *, beginnings: bool = False
) -> list[NamedThing]:
    """Return the things with this name; with `beginnings`, otherwise those it is a prefix of.

    Exact matches win over prefixes of a whole name, and those over prefixes of a later word.
    """
    forms = foldings(text)
    if not any(forms):
        return []
    matches = [
        each for each in things if any(same_name(text, name) for name in (each.key, *each.names))
    ]
    if matches or not beginnings:
        return matches
    for later_word, shortest in ((False, 2), (True, 3)):
        if max(map(len, forms)) >= shortest:
            matches = [each for each in things if _has_prefix(forms, each, later=later_word)]
            if matches:
                return matches
    return []


def _has_prefix(prefixes: Iterable[str], thing: NamedThing, *, later: bool) -> bool:
    """Whether a name of a thing, or with `later` a later word of one, has one of the prefixes."""
    names = {folded for name in (thing.key, *thing.names) for folded in foldings(name)}
    if later:
        return any(f" {each}" in name for each in prefixes for name in names)
    return any(name.startswith(each) for each in prefixes for name in names)


def pick(
    text: str,
    things: Sequence[NamedThing],
    *,
    kind: str,
    beginnings: bool = False,
    otherwise: str = "",
) -> NamedThing:
    """Return the one thing with this name; `kind` is the noun for such things in messages.

    Raises LookupFailure if several match, or none; `otherwise` is the hint without suggestions.
    """
    found = matching(text, things, beginnings=beginnings)
    if len(found) == 1:
        return found[0]
    if found:
        raise ambiguous(text, found)
    raise unknown(text, things, kind=kind, otherwise=otherwise)


def ambiguous(text: str, found: Sequence[NamedThing]) -> LookupFailure:
    """Return the error for a name that matches several things."""
    listed = [str(each) for each in found[:MOST_LISTED]]
    if len(found) > MOST_LISTED:
        listed.append(f"{len(found) - MOST_LISTED} more")
    names = [_unambiguous_name(each, text, found) for each in found[:MOST_LISTED]]
    return LookupFailure(
        f"{printable(text)} may be {', '.join(listed[:-1])} or {listed[-1]}",
        hint=f"use one of: {', '.join(names)}" if names != listed[:MOST_LISTED] else "",
    )


def _unambiguous_name(thing: NamedThing, text: str, found: Sequence[NamedThing]) -> str:
    """Return what to type for one of several matches: its key, unless that matches the text.

    Otherwise its first name that no other match has, in quotes if it has several words.
    """
    for name in (thing.key, *thing.names):
        if not same_name(name, text) and len(matching(name, found)) == 1:
            return f'"{printable(name)}"' if " " in name else printable(name)
    return thing.key


def unknown(
    text: str, things: Sequence[NamedThing], *, kind: str, otherwise: str = ""
) -> LookupFailure:
    """Return the error for a name that matches nothing, with suggestions or else `otherwise`."""
    hint = suggestion_or(otherwise, text, things)
    return LookupFailure(f"no {kind} is called {printable(text)}", hint=hint)


def suggestion_or(otherwise: str, text: str, things: Iterable[NamedThing]) -> str:
    """Return a hint with the things nearest to an unknown name; `otherwise` if there are none."""
    found = nearest(text, things)
    return f"did you mean {' or '.join(map(str, found))}?" if found else otherwise


_SIMILAR_SHARE = 0.85
"""The minimum similarity of a suggestion, as a share of the best one's."""


def nearest(
    text: str, things: Iterable[NamedThing], *, similarity: float = 0.6
) -> list[NamedThing]:
    """Return up to three things whose names are similar to an unknown one, best first.

    A name that contains the text, or begins with it, counts as most similar. Names less than
    `similarity` or much less similar than the best, and names much shorter than the text (as most
    codes are), are left out.
    """
    by_name: dict[str, NamedThing] = {}
    for thing in things:
        for name in (thing.key, *thing.names):
            for folded in foldings(name):
                by_name.setdefault(folded, thing)
    close: dict[str, float] = {}
    for form in sorted(foldings(text)):
        long_enough = [name for name in by_name if 3 * len(name) >= 2 * len(form)]
        for name in get_close_matches(form, long_enough, n=6, cutoff=similarity):
            close[name] = max(SequenceMatcher(None, name, form).ratio(), close.get(name, 0))
        close |= {
            name: 1
            for name in by_name
            if (len(form) > 3 and form in name)
            or (len(form) > 2 and f" {form}" in name)
            or (len(form) > 1 and name.startswith(form))
        }
    least = max(close.values(), default=0) * _SIMILAR_SHARE
    best = sorted((name for name in close if close[name] >= least), key=lambda name: -close[name])
    return list({by_name[name].key: by_name[name] for name in best}.values())[:3]


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """Return a question that suggests the nearest of these names; empty if there are none."""
    return _suggestion(text[:100], tuple(known))


@lru_cache(maxsize=256)
def _suggestion(text: str, known: tuple[str, ...]) -> str:
    # Cached, since the same mistake is often made on every line of a file.
    found = nearest(text, map(NamedThing, known))
    return f"did you mean {' or '.join(each.key for each in found)}?" if found else ""
