"""Findings: the faults that a verification of a ledger reports."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

LISTED = 100
"""How many findings of one code are listed; the rest are only counted."""

AddFinding = Callable[[str, str, int | None], None]
"""Called with a finding's code, message and position (None if it is not about one entry)."""


@dataclass(frozen=True, slots=True)
class LedgerFinding:
    """A fault: a code for scripts, a message, and the position if it is about one entry."""

    code: str
    message: str
    position: int | None = None


@dataclass(slots=True)
class LedgerFindings:
    """The first LISTED findings of each code, the count of each code, and all bad positions."""

    listed: list[LedgerFinding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    bad: set[int] = field(default_factory=set)

    def add(self, code: str, message: str, position: int | None = None) -> None:
        """Add a finding."""
        self.counts[code] += 1
        if position is not None:
            self.bad.add(position)
        if self.counts[code] <= LISTED:
            self.listed.append(LedgerFinding(code, message, position))

    def add_all(self, others: "LedgerFindings") -> None:
        """Add the findings of another collection."""
        listed = Counter(each.code for each in others.listed)
        for each in others.listed:
            self.add(each.code, each.message, each.position)
        self.counts.update(others.counts - listed)
        self.bad |= others.bad
