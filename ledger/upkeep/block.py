"""Check one block of the log on its own: its entries, and their rows in the derived tables.

`ledger.upkeep.verify` combines the reports of all blocks in order, so that any process can check
any block.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from ledger.announcements import DigestRun, announcement_entry, merge_whole, runs
from ledger.storage.entry_index import EntryRow, setback_positions
from ledger.storage.inline_projection import InlineProjection
from ledger.storage.transaction import Transaction
from ledger.upkeep.entry_check import check_entries
from ledger.upkeep.findings import AddFinding, LedgerFindings
from ledger.upkeep.projection_check import Part, ProjectionCheck, check_of
from ledger.upkeep.tolerant_read import UNREADABLE, reading, reason_of, reraise_unavailable

Block = tuple[int, int]
"""The positions after the first number, up to the second."""


class BlockSource(Protocol):
    """A ledger whose log and derived tables can be read as stored."""

    @property
    def place(self) -> str:
        """The place of the ledger, for messages."""
        ...

    def stored(self, *, after: int = 0, upto: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield positions and stored bytes in order."""
        ...

    def entry_rows(self, *, after: int = 0, upto: int | None = None) -> Iterator[EntryRow]:
        """Yield the rows of `entries` in order of position."""
        ...

    def reading(self) -> AbstractContextManager[Transaction]:
        """Begin a read transaction."""
        ...

    @property
    def projections(self) -> Sequence[InlineProjection]:
        """Its inline projections."""
        ...


@dataclass(slots=True)
class ProjectionReport:
    """The result of checking part of a projection: findings, and rows expected by table."""

    findings: LedgerFindings = field(default_factory=LedgerFindings)
    counts: Counter[str] = field(default_factory=Counter)

    def take(self, other: "ProjectionReport") -> None:
        """Add the report on another part."""
        self.findings.add_all(other.findings)
        self.counts.update(other.counts)


@dataclass(slots=True)
class BlockReport:
    """The result of checking a block.

    `positions` are those present, `leaves` their leaf hashes. Of the entries that could be read:
    the announcements they are part of (`runs`), the aliases they give, the first and the last
    record time (`recorded`), and the positions recorded earlier than the one before (`setbacks`).
    `findings` are about the stored bytes, `row_findings` about the rows of `entries`. `derived` is
    meaningful only where all earlier entries could be read.
    """

    block: Block
    positions: list[int] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    all_read: bool = True
    runs: list[DigestRun] = field(default_factory=list)
    aliases: dict[tuple[str, str], int] = field(default_factory=dict)
    recorded: tuple[int, int] | None = None
    setbacks: list[int] = field(default_factory=list)
    findings: LedgerFindings = field(default_factory=LedgerFindings)
    row_findings: LedgerFindings = field(default_factory=LedgerFindings)
    derived: ProjectionReport = field(default_factory=ProjectionReport)

    @property
    def unreadable(self) -> bool:
        """Whether anything could not be read."""
        counts = self.findings.counts + self.row_findings.counts + self.derived.findings.counts
        return bool(counts["unreadable"] or counts["unreadable-index"])


def check_block(ledger: BlockSource, block: Block) -> BlockReport:
    """Check a block. Raises StoreError where the ledger cannot be reached."""
    report = BlockReport(block)
    run = list(_read(ledger, *block, report.findings.add))
    if not run:
        return report
    checked = check_entries(run)
    report.positions = [position for position, _ in run]
    report.leaves = checked.leaves
    for each in checked.findings:
        report.findings.add(each.code, each.message, each.position)
    report.all_read = len(checked.entries) == len(run)
    report.runs = merge_whole(list(runs(map(announcement_entry, checked.entries))))
    report.aliases = checked.aliases
    if rows := checked.rows:
        report.recorded = rows[0].recorded_at, rows[-1].recorded_at
        report.setbacks = list(setback_positions(rows, None))
    what = f"the index from position {report.positions[0]} to {report.positions[-1]}"
    with reading(what, ledger.place, report.row_findings.add):
        _compare_rows(ledger, checked.rows, report)
    if report.all_read:
        entries = checked.entries
        for number in range(len(ledger.projections)):
            found = _check_projection(
                ledger, number, lambda check, reader: check.compare_entries(reader, entries)
            )
            report.derived.take(found)
    return report


def check_part(ledger: BlockSource, part: Part) -> ProjectionReport:
    """Check a part of the rows of a projection that are derived from its own rows."""
    return _check_projection(
        ledger, part.projection, lambda check, reader: check.compare_part(reader, part)
    )


def _check_projection(
    ledger: BlockSource, number: int, compare: Callable[[ProjectionCheck, Transaction], None]
) -> ProjectionReport:
    """Run a comparison of a projection with what it should be, in a read transaction."""
    report = ProjectionReport()
    projection, add = ledger.projections[number], report.findings.add
    if check := check_of(projection, add):
        with (
            reading(f"the table of {projection.name}", ledger.place, add),
            ledger.reading() as reader,
        ):
            compare(check, reader)
        report.counts = check.counts
    return report


def _read(
    ledger: BlockSource, after: int, upto: int, add: AddFinding
) -> Iterator[tuple[int, bytes]]:
    """Read a range of positions; where that fails, each half of it on its own."""
    try:
        yield from list(ledger.stored(after=after, upto=upto))
    except UNREADABLE as error:
        reraise_unavailable(error)
        if upto - after == 1:
            reason = reason_of(error, ledger.place)
            add("unreadable", f"the entry at position {upto} cannot be read: {reason}", upto)
        else:
            middle = (after + upto) // 2
            yield from _read(ledger, after, middle, add)
            yield from _read(ledger, middle, upto, add)


def _compare_rows(ledger: BlockSource, expected: list[EntryRow], report: BlockReport) -> None:
    """Compare the rows of `entries` with those that the entries of a block give."""
    add, positions = report.row_findings.add, report.positions
    stored = list(ledger.entry_rows(after=positions[0] - 1, upto=positions[-1]))
    if stored == expected:
        return
    wanted, present = (
        {position: (id_, others) for position, id_, *others in rows} for rows in (expected, stored)
    )
    for position in positions:
        if position not in present:
            add("index", f"the index lacks position {position}", position)
        elif position in wanted and present[position] != wanted[position]:
            (id_, _), (stored_id, _) = wanted[position], present[position]
            code, what = (
                ("index", "other values") if stored_id == id_ else ("index-id", "another id")
            )
            add(code, f"the index has {what} for position {position} than the entry", position)
    for position in sorted(present.keys() - set(positions) - report.findings.bad):
        add("index", f"the index has position {position}, the log does not", position)
