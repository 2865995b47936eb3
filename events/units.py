"""The units of quantities: which words count the same kind of thing.

`units.csv` in this folder has one row per word: the kind it counts, the wider kind that it is
`among`, and the language. A unit that is in no row is a kind of its own.

Advisers are among the people of a mission, so that a count of them says nothing of how many people
there are. In a count of one category, all words for people count those in the category.
"""

import csv
from functools import cache, lru_cache
from pathlib import Path

PEOPLE = "people"


@cache
def _kinds() -> dict[str, tuple[str, str]]:
    with Path(__file__).with_name("units.csv").open(encoding="utf-8", newline="") as file:
        return {row["word"]: (row["kind"], row["among"]) for row in csv.DictReader(file)}


@lru_cache(maxsize=4096)
def kind_of(unit: str | None, *, in_category: bool = False) -> str:
    """Return the kind of thing that a unit counts; an empty string where none is stated.

    What is counted in a category is people, if nothing else is said.
    """
    if unit is None:
        return PEOPLE if in_category else ""
    word = " ".join(unit.casefold().split())
    kind, among = _kinds().get(word, (word, ""))
    return among if in_category and among else kind
