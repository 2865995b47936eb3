"""Verify a ledger: compute everything derived from its stored bytes again, and compare.

    stored bytes ──▶ entries, ids ──▶ the rows of `entries` and `aliases`, the projections
          │                └────────▶ the digest of every announcement
          └────────▶ leaf hashes ───▶ every node of the Merkle tree, and the root

The log is read once, in order, and is never in memory as a whole. A fault becomes a finding with
its position, and the check continues after it. No derived table is trusted: the root is computed
from the stored bytes. Replacing the log *and* everything derived from it leaves nothing to find
here; a checkpoint kept elsewhere shows that (`expected`).
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from events.errors import StoreError
from ledger.log import Ledger
from ledger.merkle.tree import TreeHead, count_of
from ledger.process_pool import Opener, WorkPool, work_pool
from ledger.progress import Progress, no_progress
from ledger.upkeep.announcement_check import AnnouncementCheck, Flaw
from ledger.upkeep.block import (
    Block,
    BlockReport,
    BlockSource,
    ProjectionReport,
    check_block,
    check_part,
)
from ledger.upkeep.findings import LedgerFinding, LedgerFindings
from ledger.upkeep.projection_check import Part, check_of, parts_of
from ledger.upkeep.tolerant_read import UNREADABLE, reading, reason_of, reraise_unavailable
from ledger.upkeep.tree_check import TreeCheck

BLOCK_SIZE = 2048
"""How many entries are read and compared at a time."""
SHARED_OUT = 50_000
"""The least number of entries for which starting other processes pays."""
PARTS = 64
"""How many parts a projection is checked in."""

EVIDENCE = frozenset(
    {
        *("changed", "cut", "missing", "outside", "id", "misplaced", "unreadable"),
        *("too-large", "form", "index-id", "checkpoint", "announcement"),
    }
)
"""Codes of findings that the log itself may have been changed, not only derived tables.

A forger of a log rebuilds the tree and the index to match it; announcements that do not match their
digests may then be the only trace left.
"""


class VerifiableLedger(Ledger, BlockSource, Protocol):
    """A ledger whose derived tables can be read as stored."""

    def alias_rows(self) -> set[tuple[str, str, int]]:
        """Return the rows of `aliases`: name, mission, position."""
        ...

    def row_counts(self) -> tuple[int, int, int, int]:
        """Return the last position, and the number of rows in `log`, `entries` and `tree`."""
        ...

    @property
    def opener(self) -> Opener | None:
        """Opens the ledger in another process, to read; None where that is not possible."""
        ...

    def position_after(self, position: int) -> int | None:
        """Return the position of the next entry present after a position; None if there is none."""
        ...

    def setback_positions(self) -> list[int]:
        """Return the rows of `setbacks`: positions, in order."""
        ...

    def tree_rows(self, first: int, end: int) -> Sequence[tuple[int, bytes]]:
        """Return the rows of `tree` at places `first` to `end` - 1, in order."""
        ...

    def table_past(self, end: int) -> str:
        """Return the name of a derived table with rows past position `end`; "" if none has."""
        ...

    def check_positions(self) -> None:
        """Check that the projections include all of the log. Raises StoreError."""
        ...

    def faults(self) -> Iterator[str]:
        """Yield what the database's own check finds wrong, and what its schema lacks."""
        ...


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of a verification.

    `size` is the last position; `root` the Merkle root (32 bytes) of the stored bytes, None
    where positions are missing. `findings` are in order of position, those about no one entry
    last; `more` counts those not listed. `notes` are not faults; `more_notes` counts those not
    listed, and `unchecked` the announcements, among all notes, that could not be checked.
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
        """The position of the first finding; None if that is not about one entry."""
        return next((each.position for each in self.findings), None)


def verify(
    ledger: VerifiableLedger,
    *,
    expected: TreeHead | None = None,
    progress: Progress = no_progress,
    share_out: bool = False,
) -> Verification:
    """Check a ledger up to the current end of its log; others may append meanwhile.

    `expected` is the tree head of a checkpoint: the log must still begin with its entries.
    `progress` reports the entries checked. With `share_out`, a long log is distributed to other
    processes (`ledger.process_pool`). Raises StoreError where the ledger cannot be read at all.
    """
    end = ledger.position()
    verification = _VerificationRun(ledger, expected)
    with verification.reading("the database"):
        for fault in ledger.faults():
            verification.add_finding("database", fault)
    with work_pool(ledger, ledger.opener if share_out and end >= SHARED_OUT else None) as work:
        for report in work.map(check_block, _blocks(ledger, end)):
            # This process may be able to read what another one cannot.
            again = work.uses_processes and report.unreadable
            verification.take(check_block(ledger, report.block) if again else report)
            _, upto = report.block
            progress(upto, end)
        return verification.finished(end, work)


def _blocks(ledger: VerifiableLedger, end: int) -> Iterator[Block]:
    """Yield the blocks of the log that hold any entries."""
    after: int | None = 0
    while after is not None and after < end:
        upto = min(after + BLOCK_SIZE, end)
        yield after, upto
        # A forged entry may be at a position far beyond the others.
        try:
            following = ledger.position_after(upto)
            after = None if following is None else following - 1
        except UNREADABLE as error:
            reraise_unavailable(error)
            after = upto


def _by_position(found: LedgerFindings) -> tuple[tuple[LedgerFinding, ...], int]:
    """Return the listed findings in order of position, and how many more there are."""
    listed = sorted(found.listed, key=lambda each: (each.position is None, each.position or 0))
    return tuple(listed), found.counts.total() - len(listed)


class _VerificationRun:
    """The state of a verification: what was read so far, and the findings."""

    def __init__(self, ledger: VerifiableLedger, expected: TreeHead | None) -> None:
        self._ledger = ledger
        self._expected = expected
        self._findings = LedgerFindings()
        self.add_finding = self._findings.add
        self._missing: set[int] = set()
        self._last = 0
        self._tree = TreeCheck(
            ledger, self.add_finding, root_at=expected.size if expected else None
        )
        self._aliases: dict[tuple[str, str], int] = {}
        self._setbacks: list[int] = []
        self._recorded: int | None = None
        self._derived = ProjectionReport()
        self._notes = LedgerFindings()
        self._announcements = AnnouncementCheck(self._report_flaw)
        self._all_read = True

    def take(self, report: BlockReport) -> None:
        """Add the report of the next block."""
        self._findings.add_all(report.findings)
        start = 0
        for index, position in enumerate(report.positions):
            if position != self._last + 1:
                self._add(report.leaves[start:index])
                self._skip_to(position)
                start = index
            self._last = position
        self._add(report.leaves[start:])
        # A missing entry is reported once.
        report.row_findings.remove("index", self._missing)
        self._findings.add_all(report.row_findings)
        # Rows of later entries may depend on an entry that cannot be read.
        self._all_read = self._all_read and report.all_read
        if self._all_read:
            self._take_derived(report.derived)
        for run in report.runs:
            self._announcements.take(run)
        for name, position in report.aliases.items():
            self._aliases.setdefault(name, position)
        if report.recorded:
            first, last = report.recorded
            if self._recorded is not None and first < self._recorded:
                self._setbacks.append(report.positions[0])
            self._setbacks += report.setbacks
            self._recorded = last

    def _take_derived(self, report: ProjectionReport) -> None:
        self._findings.add_all(report.findings)
        self._derived.counts.update(report.counts)

    def finished(self, end: int, work: WorkPool) -> Verification:
        """Compare what remains, and return the result."""
        if self._last < end:
            self._skip_to(end + 1)
        with self.reading("the Merkle tree"):
            self._tree.compare()
        with self.reading("the names of missions"):
            self._compare_aliases(end)
        with self.reading("the setbacks of record times"):
            self._compare_setbacks(end)
        parts: list[Part] = []
        with self.reading("the projections"), self._ledger.reading() as reader:
            parts = parts_of(self._ledger.projections, reader, PARTS)
        for part, report in zip(parts, work.map(check_part, parts), strict=True):
            again = work.uses_processes and report.findings.counts["unreadable-index"]
            self._take_derived(check_part(self._ledger, part) if again else report)
        if self._all_read:
            # The rows of missing or damaged entries are unknown.
            with self.reading("the projections"), self._ledger.reading() as reader:
                for projection in self._ledger.projections:
                    if check := check_of(projection, self.add_finding):
                        check.counts = self._derived.counts
                        check.compare_counts(reader, end)
        with self.reading("the derived tables"):
            self._check_truncated(end)
        self._compare_counts(end)
        self._check_positions()
        # A truncated log is reported already, so its last announcement is not.
        log_end = end + 1 if self._findings.counts["cut"] else end
        self._announcements.finish(log_end, self._ledger.stored(upto=end))
        if self._expected:
            self._compare_with(self._expected, end)
        findings, more = _by_position(self._findings)
        notes, more_notes = _by_position(self._notes)
        unchecked = self._notes.counts["unchecked"]
        return Verification(end, self._tree.root, findings, more, notes, more_notes, unchecked)

    def _report_flaw(self, flaw: Flaw) -> None:
        """Add a flaw of an announcement to the notes or the findings."""
        if flaw.is_note:
            self._notes.add(flaw.kind, flaw.message(), flaw.position)
        else:
            self.add_finding("announcement", flaw.message(), flaw.position)

    def _skip_to(self, position: int) -> None:
        self._all_read = False
        first, last = self._last + 1, position - 1
        what = f"position {first} is" if first == last else f"positions {first} to {last} are"
        if first not in self._findings.bad:
            self.add_finding("missing", f"{what} missing from the log", first)
            self._missing.add(first)
        with self.reading("the Merkle tree"):
            self._tree.skip_to(last)

    def _add(self, leaves: list[bytes]) -> None:
        with self.reading("the Merkle tree"):
            self._tree.add(leaves)

    def reading(self, what: str) -> AbstractContextManager[None]:
        """Turn an error in reading a derived table into a finding, and continue."""
        return reading(what, self._ledger.place, self.add_finding)

    def _compare_aliases(self, end: int) -> None:
        rows = self._ledger.alias_rows()
        grew = self._ledger.position() > end
        stored = {(name, mission): at for name, mission, at in rows if not (grew and at > end)}
        for name, mission in sorted(stored.keys() | self._aliases.keys()):
            given, at = self._aliases.get((name, mission)), stored.get((name, mission))
            # The aliases that an unreadable entry gave are unknown.
            if given != at and at not in self._findings.bad:
                message = (
                    f"the alias {name} of {mission} is stored with position {at or 'none'}, but was"
                    f" given at position {given or 'none'}"
                )
                self.add_finding("alias", message, given or at)

    def _compare_setbacks(self, end: int) -> None:
        stored = [position for position in self._ledger.setback_positions() if position <= end]
        # The record time of an unreadable entry is unknown.
        if self._all_read and stored != self._setbacks:
            for position in sorted(set(stored) ^ set(self._setbacks)):
                message = (
                    f"the index is wrong about whether position {position} was recorded earlier"
                    " than the one before it"
                )
                self.add_finding("index", message, position)

    def _check_truncated(self, end: int) -> None:
        """Check that no derived table has rows of entries past the end of the log."""
        if (table := self._ledger.table_past(end)) and self._ledger.position() == end:
            message = f"the log ends at position {end}, but {table} goes further"
            self.add_finding("cut", f"{message}: entries were removed from the end", end + 1)

    def _check_positions(self) -> None:
        """Check the versions and positions stored with the projections.

        Rows of the index that are missing or too many are reported already.
        """
        if self._findings.counts["cut"] or self._findings.counts["index"]:
            return
        try:
            self._ledger.check_positions()
        except StoreError as error:
            reraise_unavailable(error)
            self.add_finding("projection", reason_of(error, self._ledger.place), None)

    def _compare_counts(self, end: int) -> None:
        """Check that the tables have no more rows than those compared."""
        last, logged, indexed, nodes = self._ledger.row_counts()
        if last != end:
            return  # entries were appended meanwhile
        if logged != end and not self._findings.counts["missing"]:
            message = f"the log has {logged} rows and ends at position {end}"
            self.add_finding("outside", f"{message}: some rows have no valid position")
        # An entry that could not be read when it was put into the log has no row.
        least = end - self._findings.counts["unreadable"]
        if not least <= indexed <= end and not self._findings.counts["index"]:
            self.add_finding("index", f"the index has {indexed} rows for {end} entries")
        if nodes != (expected := count_of(end)) and not self._findings.counts["tree"]:
            self.add_finding("tree", f"the Merkle tree has {nodes} nodes instead of {expected}")

    def _compare_with(self, checkpoint: TreeHead, end: int) -> None:
        if checkpoint.size > end:
            self.add_finding(
                "shorter",
                f"the log has {end} entries and the checkpoint {checkpoint.size}: entries were"
                " removed from the end, or this is another log",
                end + 1,
            )
        elif self._tree.root_then is None:
            self.add_finding(
                "checkpoint",
                "whether the log matches the checkpoint cannot be told: entries are missing",
            )
        elif self._tree.root_then != checkpoint.root:
            self.add_finding(
                "checkpoint",
                f"the first {checkpoint.size} entries are not those of the checkpoint: at least one"
                " was changed, or this is another log",
            )
