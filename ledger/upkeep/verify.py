"""Verify a ledger: compute everything derived from its stored bytes again, and compare.

    stored bytes ──▶ leaf hashes ──▶ leaves, tiles, peaks and root of the Merkle tree
          └────────▶ entries ──────▶ ids · the digest of every announcement
                        └──────────▶ the rows of all other projections

The log is read once, in order, and is never in memory as a whole. A fault becomes a finding with
its position, and the check continues after it. No derived table is trusted: the root is computed
from the stored bytes. Replacing the log *and* everything derived from it leaves nothing to find
here; a checkpoint kept elsewhere shows that (`expected`).
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import bindparam, func, select

from events.errors import StoreError
from ledger.log import Ledger
from ledger.merkle.tree import TreeHead
from ledger.process_pool import Opener, work_pool
from ledger.progress import Progress, no_progress
from ledger.storage import log_queries
from ledger.storage.schema import entry, leaf, log, projection
from ledger.storage.transaction import Transaction
from ledger.storage.tree_nodes import MerkleTree, past_end
from ledger.upkeep.announcement_check import AnnouncementCheck, Flaw
from ledger.upkeep.block import (
    Block,
    BlockReport,
    BlockSource,
    check_block,
    check_block_quickly,
    others,
)
from ledger.upkeep.derived_tables import DerivedTables
from ledger.upkeep.findings import LedgerFinding, LedgerFindings
from ledger.upkeep.tolerant_read import UNREADABLE, reading, reason_of, reraise_unavailable
from ledger.upkeep.tree_check import TreeCheck

BLOCK_SIZE = 2048
"""How many entries are read and compared at a time."""
SHARED_OUT = 50_000
"""The least number of entries for which starting other processes pays."""

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

_TREE_POSITION = select(projection.c.position).where(projection.c.name == MerkleTree.name)
_BYTES = select(log.c.bytes).where(log.c.position == bindparam("position"))
_OUTSIDE = {"outside": log, "tree": leaf, "index": entry}
_BEFORE = {
    code: select(func.count()).select_from(table).where(table.c.position < 1)
    for code, table in _OUTSIDE.items()
}


class VerifiableLedger(Ledger, BlockSource, Protocol):
    """A ledger whose derived tables can be read as stored."""

    @property
    def opener(self) -> Opener | None:
        """Opens the ledger in another process, to read; None where that is not possible."""
        ...

    def position_after(self, position: int) -> int | None:
        """Return the position of the next entry present after a position; None if there is none."""
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
    listed, and `unchecked` the announcements, among all notes, that could not be checked. One that
    is `quick` is of the bytes, the ids and the tree alone.
    """

    size: int
    root: bytes | None
    findings: tuple[LedgerFinding, ...]
    more: int = 0
    notes: tuple[LedgerFinding, ...] = ()
    more_notes: int = 0
    unchecked: int = 0
    quick: bool = False

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
    quick: bool = False,
) -> Verification:
    """Check a ledger up to the current end of its log; others may append meanwhile.

    `expected` is the tree head of a checkpoint: the log must still begin with its entries.
    `progress` reports the entries checked. With `share_out`, a long log is distributed to other
    processes (`ledger.process_pool`). A `quick` verification checks positions, ids and the Merkle
    tree, but neither what the entries say, nor what else is derived from them, nor the database.
    Raises StoreError where the ledger cannot be read at all.
    """
    end = ledger.position()
    check = check_block_quickly if quick else check_block
    with (
        closing(_VerificationRun(ledger, end, expected, quick=quick)) as verification,
        work_pool(ledger, ledger.opener if share_out and end >= SHARED_OUT else None) as work,
    ):
        for report in work.map(check, _blocks(ledger, 0, end)):
            # This process may be able to read what another one cannot.
            again = work.uses_processes and report.unreadable
            verification.take(check(ledger, report.block) if again else report)
            _, upto = report.block
            progress(upto, end)
        return verification.finished()


def _blocks(ledger: VerifiableLedger, begin: int, end: int) -> Iterator[Block]:
    """Yield the blocks of the log that hold any entries."""
    after: int | None = begin
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


class _VerificationRun:
    """The state of a verification: what was read so far, and the findings."""

    def __init__(
        self, ledger: VerifiableLedger, end: int, expected: TreeHead | None, *, quick: bool
    ) -> None:
        self._ledger = ledger
        self._end = end
        self._expected = expected
        self._quick = quick
        self._findings = LedgerFindings()
        self._notes = LedgerFindings()
        self.add_finding = self._findings.add
        self._last = 0
        self._covered = end
        self._beside = ThreadPoolExecutor(1)
        self._faults = self._beside.submit(lambda: [] if quick else list(ledger.faults()))
        with self.reading("the positions of projections"), ledger.reading() as reader:
            self._covered = _covered(reader, end)
        sizes = [expected.size] if expected else []
        self._tree = TreeCheck(self.add_finding, self._covered, sizes)
        self._tables = None if quick else DerivedTables(others(ledger.projections), self._bytes)
        self._announcements = None if quick else AnnouncementCheck(self._report_flaw)

    def close(self) -> None:
        """Delete what is temporary."""
        self._beside.shutdown(cancel_futures=True)
        if self._tables:
            self._tables.close()

    def _bytes(self, position: int) -> bytes | None:
        with self._ledger.reading() as reader:
            found: bytes | None = reader.scalar(_BYTES, position=position)
            return found

    def take(self, report: BlockReport) -> None:
        """Add the report of the next block."""
        self._findings.add_all(report.findings)
        self._findings.add_all(report.row_findings)
        self._tree.mark(report.changed)
        if lacking := [each for each in report.bare if each <= self._covered]:
            message = f"the Merkle tree lacks {len(lacking)} leaves from position {lacking[0]} on"
            self.add_finding("tree", message, None)
            self._tree.mark(lacking)
        self._grow(report)
        for run in report.runs:
            if self._announcements:
                self._announcements.take(run)

    def _grow(self, report: BlockReport) -> None:
        """Add the entries of a block to the tree and to the derived tables, up to any gap."""
        count = self._consecutive(report.positions)
        with self.reading("the Merkle tree"), self._ledger.reading() as reader:
            self._tree.add(reader, report.leaves[:count])
        self._derive(report, count)
        self._last += count
        for position in report.positions[count:]:
            if position != self._last + 1:
                self._miss(self._last + 1, position - 1)
            self._last = position

    def _consecutive(self, positions: Sequence[int]) -> int:
        """Return how many positions follow the last one without a gap."""
        if not positions or positions[-1] == self._last + len(positions):
            return len(positions)
        return next(n for n, each in enumerate(positions) if each != self._last + n + 1)

    def _derive(self, report: BlockReport, count: int) -> None:
        """Apply the first entries of a block to the derived tables, up to any damaged one."""
        if self._tables is None or self._tables.limit is not None:
            return
        damaged, positions = report.damaged, report.positions[:count]
        if damaged in positions:
            positions = positions[: positions.index(damaged)]
        if positions:
            self._tables.add(positions, report.parts[: len(positions)], self.add_finding)
        if damaged:
            self._tables.stop(damaged)

    def _miss(self, first: int, last: int) -> None:
        """Report missing positions; what later entries give is unknown."""
        self._tree.stop()
        if self._tables:
            self._tables.stop(first)
        if first not in self._findings.bad:
            what = f"position {first} is" if first == last else f"positions {first} to {last} are"
            self.add_finding("missing", f"{what} missing from the log", first)

    def finished(self) -> Verification:
        """Compare what remains, and return the result."""
        end = self._end
        with self.reading("the database"):
            for fault in self._faults.result():
                self.add_finding("database", fault)
        if self._last < end:
            self._miss(self._last + 1, end)
        with self.reading("the derived tables"), self._ledger.reading() as reader:
            self._compare_rows(reader)
        self._check_positions()
        if self._announcements:
            # A truncated log is reported already, so its last announcement is not.
            log_end = end + 1 if self._findings.counts["cut"] else end
            self._announcements.finish(log_end, self._ledger.stored(upto=end))
        if self._expected:
            self._compare_with(self._expected)
        findings, more = _by_position(self._findings)
        notes, more_notes = _by_position(self._notes)
        unchecked = self._notes.counts["unchecked"]
        return Verification(
            *(end, self._tree.root, findings, more, notes, more_notes, unchecked, self._quick)
        )

    def _compare_rows(self, reader: Transaction) -> None:
        """Compare the derived tables as they are now, with what was appended meanwhile."""
        last = log_queries.last_position(reader)
        new: list[bytes] = []
        for block in _blocks(self._ledger, self._end, last):
            report = (check_block_quickly if self._quick else check_block)(self._ledger, block)
            new += report.leaves
            self._derive(report, len(report.positions))
        if table := past_end(reader, last):
            message = f"the log ends at position {last}, but {table} goes further"
            self.add_finding("cut", f"{message}: entries were removed from the end", last + 1)
            if self._tables:
                self._tables.stop(last + 1)
        else:
            covered = _covered(reader, last)
            self._tree.finish(reader, covered, new[: covered - self._end])
        for code, of in _OUTSIDE.items():
            count = reader.scalar(_BEFORE[code])
            # Rows of the index are all compared below.
            if count and (code != "index" or self._quick):
                message = f"the table {of.name} has rows before position 1: {count}"
                self.add_finding(code, message)
        if self._tables:
            self._tables.compare(reader, last, self.add_finding, frozenset(self._findings.bad))

    def _report_flaw(self, flaw: Flaw) -> None:
        """Add a flaw of an announcement to the notes or the findings."""
        if flaw.is_note:
            self._notes.add(flaw.kind, flaw.message(), flaw.position)
        else:
            self.add_finding("announcement", flaw.message(), flaw.position)

    def reading(self, what: str) -> AbstractContextManager[None]:
        """Turn an error in reading a derived table into a finding, and continue."""
        return reading(what, self._ledger.place, self.add_finding)

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

    def _compare_with(self, checkpoint: TreeHead) -> None:
        root = self._tree.root_at(checkpoint.size)
        if checkpoint.size > self._end:
            self.add_finding(
                "shorter",
                f"the log has {self._end} entries and the checkpoint {checkpoint.size}: entries"
                " were removed from the end, or this is another log",
                self._end + 1,
            )
        elif root is None:
            self.add_finding(
                "checkpoint",
                "whether the log matches the checkpoint cannot be told: entries are missing",
            )
        elif root != checkpoint.root:
            self.add_finding(
                "checkpoint",
                f"the first {checkpoint.size} entries are not those of the checkpoint: at least one"
                " was changed, or this is another log",
            )


def _covered(reader: Transaction, end: int) -> int:
    """Return the last position of the log, up to `end`, that the stored tree should include."""
    found = reader.scalar(_TREE_POSITION)
    return end if found is None else max(min(found, end), 0)


def _by_position(found: LedgerFindings) -> tuple[tuple[LedgerFinding, ...], int]:
    """Return the listed findings in order of position, and how many more there are."""
    listed = sorted(found.listed, key=lambda each: (each.position is None, each.position or 0))
    return tuple(listed), found.counts.total() - len(listed)
