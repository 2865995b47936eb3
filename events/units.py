"""The units of quantities: which words count the same kind of thing.

`units.csv` in this folder has one row per word: the kind it counts and the language. A unit that
is in no row is a kind of its own.
"""

import csv
from functools import cache, lru_cache
from pathlib import Path

PEOPLE = "people"


@cache
def _kinds() -> dict[str, str]:
    with Path(__file__).with_name("units.csv").open(encoding="utf-8", newline="") as file:
        return {row["word"]: row["kind"] for row in csv.DictReader(file)}


@lru_cache(maxsize=4096)
def kind_of(unit: str | None) -> str:
    """Return the kind of thing that a unit counts; an empty string where none is stated."""
    if unit is None:
        return ""
    word = " ".join(unit.casefold().split())
    return _kinds().get(word, word)
