"""Suggestions for a name that was mistyped."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three known names close to one that is not known, best first."""
    by_folded = {each.casefold(): each for each in known}
    folded = name.casefold()
    close = get_close_matches(folded, by_folded, n=3, cutoff=0.6)
    within = [each for each in by_folded if len(folded) > 2 and folded in each]
    return [by_folded[each] for each in dict.fromkeys([*close, *within])][:3]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a question that offers the nearest names; empty where nothing is near."""
    found = nearest(name, known)
    return f"Did you mean {' or '.join(found)}?" if found else ""
