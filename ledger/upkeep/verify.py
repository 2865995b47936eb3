"""Everything a ledger holds, worked out again from its stored bytes and compared.

    stored bytes ──▶ entries, ids ──▶ the rows of `entries` and `aliases`, the claims index
          │                └────────▶ the digest of every announcement
          └────────▶ leaf hashes ───▶ every node of the Merkle tree, and the root

The log is read once, in order, and never held whole. A fault is a finding with its place, and
what follows it is looked at all the same. Nothing stored beside the log is trusted: the root is
that of the bytes. Somebody who replaced the log *and* all that is derived from it leaves nothing
to find here; a checkpoint kept elsewhere shows that (`expected`).
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from ledger.log import Ledger
from ledger.merkle.tree import TreeHead, count_of
from ledger.process_pool import Opener, WorkPool, work_pool
from ledger.progress import Progress, no_progress
from ledger.upkeep.announcement_check import AnnouncementCheck, Flaw
from ledger.upkeep.block import (
    Block,
    BlockReport,
    BlockSource,
    IndexReport,
    check_block,
    check_missions,
)
from ledger.upkeep.findings import LedgerFinding, LedgerFindings
from ledger.upkeep.index_check import IndexCheck, Missions, parted
from ledger.upkeep.tolerant_read import UNREADABLE, reading, reraise_unavailable
from ledger.upkeep.tree_check import TreeCheck

RUN = 2048
"""How many entries are read and compared together."""
SHARED_OUT = 50_000
"""How many entries a log has at least for other processes to be worth their start."""
PARTS = 64
"""How many parts the missions are looked at in."""

EVIDENCE = frozenset(
    {
        *("changed", "cut", "missing", "outside", "id", "misplaced", "unreadable"),
        *("too-large", "form", "index-id", "checkpoint", "announcement"),
    }
)
"""Codes of findings that the log itself may have been changed, and not only what is beside it.

Whoever forges a log makes tree and index anew to fit it, and announcements that are not whole may
be all that is left to see.
"""


class VerifiableLedger(Ledger, BlockSource, Protocol):
    """A ledger whose derived tables can be looked at as they are."""

    def aliased(self) -> set[tuple[str, str, int]]:
        """Return the rows of `aliases`: name, mission, position."""
        ...

    def counted(self) -> tuple[int, int, int, int]:
        """Return the last position, and how many rows the log, its index and its tree have."""
        ...

    @property
    def opener(self) -> Opener | None:
        """What opens the ledger in another process, to read; None where nothing does."""
        ...

    def position_after(self, position: int) -> int | None:
        """Return the position of the next entry that is there; None where there is none."""
        ...

    def setbacks(self) -> list[int]:
        """Return the rows of `setbacks`: positions, in order."""
        ...

    def hashes(self, first: int, end: int) -> Sequence[tuple[int, bytes]]:
        """Return rows of `tree`, of places from `first` to `end` - 1, in order."""
        ...

    def goes_on(self, end: int) -> str:
        """Name what beside the log goes on after a position; empty where nothing does."""
        ...

    def faults(self) -> Iterator[str]:
        """Say what the database itself finds wrong, and what its schema lacks."""
        ...


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification came to.

    `size` is the last position; `root` the Merkle root (32 bytes) of the stored bytes, None
    where positions are missing and there is no telling. `findings` go by position, those about
    no entry last; `more` counts those that are not listed. `notes` are to be told and no fault,
    of which `more_notes` are not listed; `unchecked` counts the announcements among all of them
    that could not be checked.
    """

    size: int
    root: bytes | None
    findings: tuple[LedgerFinding, ...]
    more: int = 0
    notes: tuple[LedgerFinding, ...] = ()
    more_notes: int = 0
    unchecked: int = 0

    @property
    def evidence(self) -> tuple[LedgerFinding, ...]:
        """The findings that show that the log itself may have been changed."""
        return tuple(each for each in self.findings if each.code in EVIDENCE)

    @property
    def first_bad(self) -> int | None:
        """The first position that something is wrong with, if it is about any."""
        return next((each.position for each in self.findings), None)


def verify(
    ledger: VerifiableLedger,
    *,
    expected: TreeHead | None = None,
    progress: Progress = no_progress,
    share_out: bool = False,
) -> Verification:
    """Check all that a ledger holds, up to where its log ends now; others may append meanwhile.

    `expected` is the tree head of a checkpoint: the log must still begin with its entries.
    `progress` is told how many of how many entries are done. A long log is shared out to other
    processes where `share_out` allows it (`ledger.process_pool`). Raises StoreError where nothing
    can be read.
    """
    end = ledger.position()
    checking = _VerificationRun(ledger, expected)
    with checking.reading("the database"):
        for fault in ledger.faults():
            checking.found("database", fault)
    with work_pool(ledger, ledger.opener if share_out and end >= SHARED_OUT else None) as work:
        for looked in work.map(check_block, _blocks(ledger, end)):
            # What another process cannot read this one perhaps can.
            again = work.uses_processes and looked.unreadable
            checking.take(check_block(ledger, looked.block) if again else looked)
            progress(looked.block[1], end)
        return checking.finished(end, work)


def _blocks(ledger: VerifiableLedger, end: int) -> Iterator[Block]:
    """Yield the blocks of the log that there is anything in."""
    after: int | None = 0
    while after is not None and after < end:
        upto = min(after + RUN, end)
        yield after, upto
        # Somebody may have put an entry at a position far away.
        try:
            following = ledger.position_after(upto)
            after = None if following is None else following - 1
        except UNREADABLE as error:
            reraise_unavailable(error)
            after = upto


def _by_position(found: LedgerFindings) -> tuple[tuple[LedgerFinding, ...], int]:
    """Return what is listed by position, and how much more there is."""
    listed = sorted(found.listed, key=lambda each: (each.position is None, each.position or 0))
    return tuple(listed), found.counts.total() - len(listed)


class _VerificationRun:
    """What has been seen of a ledger so far, and what was found."""

    def __init__(self, ledger: VerifiableLedger, expected: TreeHead | None) -> None:
        self._ledger = ledger
        self._expected = expected
        self._findings = LedgerFindings()
        self.found = self._findings.found
        self._missing: set[int] = set()
        self._last = 0
        self._tree = TreeCheck(ledger, self.found, root_at=expected.size if expected else None)
        self._aliases: dict[tuple[str, str], int] = {}
        self._setbacks: list[int] = []
        self._recorded: int | None = None
        self._index = IndexCheck(self.found)
        self._notes = LedgerFindings()
        self._announcements = AnnouncementCheck(self._announced)
        self._all_read = True

    def take(self, looked: BlockReport) -> None:
        """Take in what a block of entries came to."""
        self._findings.take(looked.findings)
        start = 0
        for index, position in enumerate(looked.positions):
            if position != self._last + 1:
                self._add(looked.leaves[start:index])
                self._skip_to(position)
                start = index
            self._last = position
        self._add(looked.leaves[start:])
        # That an entry is missing is not said twice.
        looked.beside.leave_out("index", self._missing)
        self._findings.take(looked.beside)
        # What an entry that cannot be read says, others may lean on.
        self._all_read = self._all_read and looked.all_read
        if self._all_read:
            self._take_index(looked.index)
        for run in looked.runs:
            self._announcements.take(run)
        for name, position in looked.aliases.items():
            self._aliases.setdefault(name, position)
        if looked.recorded:
            first, last = looked.recorded
            if self._recorded is not None and first < self._recorded:
                self._setbacks.append(looked.positions[0])
            self._setbacks += looked.setbacks
            self._recorded = last

    def _take_index(self, followed: IndexReport) -> None:
        self._findings.take(followed.findings)
        self._index.counts.update(followed.counts)

    def finished(self, end: int, work: WorkPool) -> Verification:
        """Compare what is left, and say what all came to."""
        if self._last < end:
            self._skip_to(end + 1)
        with self.reading("the Merkle tree"):
            self._tree.compare()
        with self.reading("the names of missions"):
            self._compare_aliases(end)
        with self.reading("the setbacks of the clock"):
            self._compare_setbacks(end)
        parts: list[Missions] = []
        with self.reading("the claims index"), self._ledger.reading() as reader:
            parts = parted(reader, PARTS)
        for missions, followed in zip(parts, work.map(check_missions, parts), strict=True):
            if work.uses_processes and followed.findings.counts["unreadable-index"]:
                followed = check_missions(self._ledger, missions)  # noqa: PLW2901 (perhaps only there)
            self._take_index(followed)
        if self._all_read:
            # What missing or damaged entries bring nobody can tell.
            with self.reading("the claims index"), self._ledger.reading() as reader:
                self._index.finish(reader, end)
        with self.reading("what is kept beside the log"):
            self._beyond(end)
        self._count(end)
        # Of a log that was longer it is told already that it ends too early.
        ends = end + 1 if self._findings.counts["cut"] else end
        self._announcements.finish(ends, self._ledger.stored(upto=end))
        if self._expected:
            self._compare_with(self._expected, end)
        findings, more = _by_position(self._findings)
        notes, more_notes = _by_position(self._notes)
        unchecked = self._notes.counts["unchecked"]
        return Verification(end, self._tree.root, findings, more, notes, more_notes, unchecked)

    def _announced(self, flaw: Flaw) -> None:
        """Take note of what is wrong with an announcement, or to be told of it."""
        if flaw.is_note:
            self._notes.found(flaw.kind, flaw.said(), flaw.position)
        else:
            self.found("announcement", flaw.said(), flaw.position)

    def _skip_to(self, position: int) -> None:
        self._all_read = False
        first, last = self._last + 1, position - 1
        what = f"position {first} is" if first == last else f"positions {first} to {last} are"
        if first not in self._findings.bad:
            self.found("missing", f"{what} missing from the log", first)
            self._missing.add(first)
        with self.reading("the Merkle tree"):
            self._tree.skip_to(last)

    def _add(self, leaves: list[bytes]) -> None:
        with self.reading("the Merkle tree"):
            self._tree.add(leaves)

    def reading(self, what: str) -> AbstractContextManager[None]:
        """Take it for a finding, and go on, where a derived table cannot be read."""
        return reading(what, self._ledger.place, self.found)

    def _compare_aliases(self, end: int) -> None:
        rows = self._ledger.aliased()
        grew = self._ledger.position() > end
        there = {(name, mission): at for name, mission, at in rows if not (grew and at > end)}
        for name, mission in sorted(there.keys() | self._aliases.keys()):
            wanted, stored = self._aliases.get((name, mission)), there.get((name, mission))
            # What an entry that cannot be read gave as names, nobody can tell.
            if wanted != stored and stored not in self._findings.bad:
                said = f"{name} as a name of {mission}: given at position {wanted or 'none'}"
                self.found("alias", f"{said}, kept as of {stored or 'none'}", wanted or stored)

    def _compare_setbacks(self, end: int) -> None:
        there = [position for position in self._ledger.setbacks() if position <= end]
        # When an entry that cannot be read was recorded, nobody can tell.
        if self._all_read and there != self._setbacks:
            for position in sorted(set(there) ^ set(self._setbacks)):
                said = f"the index does not have rightly whether position {position} was recorded"
                self.found("index", f"{said} before the one before it", position)

    def _beyond(self, end: int) -> None:
        """Look for what is derived from entries that are not there."""
        if (kept := self._ledger.goes_on(end)) and self._ledger.position() == end:
            said = f"the log ends at position {end}, and {kept} beside it goes on"
            self.found("cut", f"{said}: entries were removed from the end", end + 1)

    def _count(self, end: int) -> None:
        """Count the rows: there must be none but those that were looked at."""
        last, logged, indexed, nodes = self._ledger.counted()
        if last != end:
            return  # somebody appends meanwhile
        if logged != end and not self._findings.counts["missing"]:
            said = f"the log has {logged} rows and ends at position {end}"
            self.found("outside", f"{said}: some stand where no position is")
        if indexed != end and not self._findings.counts["index"]:
            self.found("index", f"the index has {indexed} rows for {end} entries")
        if nodes != (wanted := count_of(end)) and not self._findings.counts["tree"]:
            self.found("tree", f"the Merkle tree has {nodes} nodes where {wanted} belong to it")

    def _compare_with(self, checkpoint: TreeHead, end: int) -> None:
        if checkpoint.size > end:
            self.found(
                "shorter",
                f"the log has {end} entries and the checkpoint {checkpoint.size}: entries were"
                " removed from the end, or this is another log",
                end + 1,
            )
        elif self._tree.root_then is None:
            self.found(
                "checkpoint",
                "whether the log fits the checkpoint cannot be told: entries are missing",
            )
        elif self._tree.root_then != checkpoint.root:
            self.found(
                "checkpoint",
                f"the first {checkpoint.size} entries are not those that the checkpoint was made"
                " of: at least one was changed, or this is another log",
            )
