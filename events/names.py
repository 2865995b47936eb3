"""Names as people type them: which of some things is meant, and which come nearest.

    "turkiye" is Türkiye        "Ostrig", "Oestrig" and "østrig" are Østrig        "congo" is two

Capitals, accents, hyphens and a leading article make no difference. A name that fits several
things is asked back, and one that fits none is told with the nearest: nothing is guessed.
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
"""How many of the things a name may mean are listed."""

_ONE_LETTER = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "ð": "d", "ł": "l"}
)
_TWO_LETTERS = str.maketrans({"ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue"})
_LEFT_OUT = str.maketrans("", "", "'’.")
_ARTICLE = re.compile(r"(the|den|det|de) (?=\S)")


@dataclass(frozen=True, slots=True)
class NamedThing:
    """Something with a name: its `key` in the record, and what else it is called.

    The first of `names` is the one it is shown by.
    """

    key: str
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        name = self.names[0] if self.names else self.key
        return self.key if name == self.key else f"{printable(name)} ({self.key})"


@lru_cache(maxsize=8192)
def foldings(text: str) -> frozenset[str]:
    """Return the ways to write a name in plain small letters; names meet where they share one."""
    small = unicodedata.normalize("NFC", text).casefold()
    return frozenset(_plain(small.translate(table)) for table in (_ONE_LETTER, _TWO_LETTERS))


def _plain(text: str) -> str:
    bare = "".join(
        each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each)
    )
    words = re.sub(r"[^\w]+|_", " ", bare.translate(_LEFT_OUT).translate(_ONE_LETTER))
    return _ARTICLE.sub("", words.strip(), count=1)


def meets(one: str, other: str) -> bool:
    """Whether two names are the same but for capitals, accents and the like."""
    return not foldings(one).isdisjoint(foldings(other))


def contains(whole: str, part: str) -> bool:
    """Whether a text holds another, capitals and accents apart; one without letters is nowhere."""
    return any(each and each in one for one in foldings(whole) for each in foldings(part))


def called(
    text: str, things: Iterable[NamedThing], *, beginnings: bool = False
) -> list[NamedThing]:
    """Return the things that go by a name; with `beginnings`, else those that begin with it.

    One that is called so goes before one that only begins so, and that before one of whose
    later words does.
    """
    asked = foldings(text)
    if not any(asked):
        return []
    fits = [each for each in things if any(meets(text, name) for name in (each.key, *each.names))]
    if fits or not beginnings:
        return fits
    for later, least in ((False, 2), (True, 3)):
        if max(map(len, asked)) >= least:
            fits = [each for each in things if _begins(asked, each, later=later)]
            if fits:
                return fits
    return []


def _begins(asked: Iterable[str], thing: NamedThing, *, later: bool) -> bool:
    """Whether a name of a thing, or a later word of one, begins so."""
    names = {folded for name in (thing.key, *thing.names) for folded in foldings(name)}
    if later:
        return any(f" {each}" in name for each in asked for name in names)
    return any(name.startswith(each) for each in asked for name in names)


def pick(
    text: str,
    things: Sequence[NamedThing],
    *,
    kind: str,
    beginnings: bool = False,
    otherwise: str = "",
) -> NamedThing:
    """Return the one thing that goes by a name; `kind` is what to call such things.

    Raises LookupFailure where several do, or none; `otherwise` is what to do where none is near.
    """
    found = called(text, things, beginnings=beginnings)
    if len(found) == 1:
        return found[0]
    if found:
        raise ambiguous(text, found)
    raise unknown(text, things, kind=kind, otherwise=otherwise)


def ambiguous(text: str, found: Sequence[NamedThing]) -> LookupFailure:
    """Return the error that a name fits several things."""
    listed = [str(each) for each in found[:MOST_LISTED]]
    if len(found) > MOST_LISTED:
        listed.append(f"{len(found) - MOST_LISTED} more")
    said = [_own_name(each, text, found) for each in found[:MOST_LISTED]]
    return LookupFailure(
        f"{printable(text)} may be {', '.join(listed[:-1])} or {listed[-1]}",
        hint=f"say which: {', '.join(said)}" if said != listed[:MOST_LISTED] else "",
    )


def _own_name(thing: NamedThing, text: str, found: Sequence[NamedThing]) -> str:
    """Return what to type for one of the things a text may mean: the key, unless that is the text.

    Then it is the first of its names that only it has, in quotes where it is of several words.
    """
    for name in (thing.key, *thing.names):
        if not meets(name, text) and len(called(name, found)) == 1:
            return f'"{printable(name)}"' if " " in name else printable(name)
    return thing.key


def unknown(
    text: str, things: Sequence[NamedThing], *, kind: str, otherwise: str = ""
) -> LookupFailure:
    """Return the error that a name fits nothing, with the nearest; `otherwise` is its hint else."""
    hint = nearest_or(otherwise, text, things)
    return LookupFailure(f"no {kind} is called {printable(text)}", hint=hint)


def nearest_or(otherwise: str, text: str, things: Iterable[NamedThing]) -> str:
    """Ask whether the things nearest to a name that none has are meant; `otherwise` if none is."""
    found = nearest(text, things)
    return f"did you mean {' or '.join(map(str, found))}?" if found else otherwise


_AS_GOOD = 0.85
"""How close a name comes, as a share of how close the best does, to be told beside it."""


def nearest(text: str, things: Iterable[NamedThing]) -> list[NamedThing]:
    """Return up to three things with names close to one that none has, best first.

    A name that holds the whole of the text is as close as can be. Those much further off than
    the best are left out, and those much shorter, as most codes are.
    """
    by_name: dict[str, NamedThing] = {}
    for thing in things:
        for name in (thing.key, *thing.names):
            for folded in foldings(name):
                by_name.setdefault(folded, thing)
    close: dict[str, float] = {}
    for asked in sorted(foldings(text)):
        as_long = [name for name in by_name if 3 * len(name) >= 2 * len(asked)]
        for name in get_close_matches(asked, as_long, n=6, cutoff=0.6):
            close[name] = max(SequenceMatcher(None, name, asked).ratio(), close.get(name, 0))
        close |= {name: 1 for name in by_name if len(asked) > 2 and asked in name}
    least = max(close.values(), default=0) * _AS_GOOD
    best = sorted((name for name in close if close[name] >= least), key=close.__getitem__)
    return list({by_name[name].key: by_name[name] for name in reversed(best)}.values())[:3]


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """Return a question that offers the nearest of these names; empty where none is near."""
    return _asked_back(text[:100], tuple(known))


@lru_cache(maxsize=256)
def _asked_back(text: str, known: tuple[str, ...]) -> str:
    # Remembered, since one slip is often made on every line of a file.
    found = nearest(text, map(NamedThing, known))
    return f"did you mean {' or '.join(each.key for each in found)}?" if found else ""
