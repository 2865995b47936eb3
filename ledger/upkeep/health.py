"""One line of doctor's report: what was checked, what was found, what to do about it.

    Check("space", "note", "540 MB free beside a ledger of 400 MB", "make room: …")

`fine` needs no action. A `note` is worth knowing, and may be intended. A `problem` endangers the
record, or prevents its use. The checks are functions from facts to such lines; the facts are
collected separately, without changing anything.
"""

from typing import Literal, NamedTuple

Level = Literal["fine", "note", "problem"]


class Check(NamedTuple):
    """The result of one check; `do` is empty where no action is needed."""

    check: str
    level: Level
    found: str
    do: str = ""


def size_in_words(number: int) -> str:
    """Format a number of bytes in decimal units: 540 MB."""
    size = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
