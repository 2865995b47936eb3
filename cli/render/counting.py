"""Counts in words, apart from `wording`, whose imports are slow."""

from cli.render.languages.translation import tr


def count(number: int, one: str, many: str) -> str:
    """Return a count with its noun: `1 entry`, `0 entries`, `93 entries`."""
    return f"{number} {tr(one if number == 1 else many)}"
