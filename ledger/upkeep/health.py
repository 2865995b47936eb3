"""One line of a doctor's report: what was looked at, what was found, what to do about it.

    Check("space", "note", "540 MB free beside a ledger of 400 MB", "make room: …")

`fine` needs nothing done. A `note` is worth knowing, and may be as it should be. A `problem`
endangers the record, or keeps it from being used. The checks are functions from facts to such
lines; the facts are collected apart, and nothing is changed to learn them.
"""

from typing import Literal, NamedTuple

Level = Literal["fine", "note", "problem"]


class Check(NamedTuple):
    """What was looked at, and what came of it; `do` is empty where nothing needs to be done."""

    check: str
    level: Level
    found: str
    do: str = ""


def size_in_words(number: int) -> str:
    """Write a number of bytes as people do: 540 MB, in powers of a thousand."""
    size = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
