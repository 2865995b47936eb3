"""What somebody who looks a ledger over finds wrong."""

from collections import Counter
from collections.abc import Callable, Container
from dataclasses import dataclass, field

LISTED = 100
"""How many findings of one kind are listed; the rest are counted."""

Found = Callable[[str, str, int | None], None]
"""Told of something wrong: a code, a sentence, the position if it is about an entry."""


@dataclass(frozen=True, slots=True)
class LedgerFinding:
    """Something wrong: a code for scripts, a sentence, and the position if it is about an entry."""

    code: str
    message: str
    position: int | None = None


@dataclass(slots=True)
class LedgerFindings:
    """What was found: the first LISTED of each code, how many there are, and which are bad."""

    listed: list[LedgerFinding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    bad: set[int] = field(default_factory=set)

    def found(self, code: str, message: str, position: int | None = None) -> None:
        """Take note of something wrong."""
        self.counts[code] += 1
        if position is not None:
            self.bad.add(position)
        if self.counts[code] <= LISTED:
            self.listed.append(LedgerFinding(code, message, position))

    def take(self, others: "LedgerFindings") -> None:
        """Take note of what somebody else found."""
        listed = Counter(each.code for each in others.listed)
        for each in others.listed:
            self.found(each.code, each.message, each.position)
        self.counts.update(others.counts - listed)
        self.bad |= others.bad

    def leave_out(self, code: str, positions: Container[int | None]) -> None:
        """Leave out what is listed of some positions."""
        left = [e for e in self.listed if e.code != code or e.position not in positions]
        self.counts[code] -= len(self.listed) - len(left)
        self.listed = left
