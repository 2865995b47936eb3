"""Check one block of the log on its own: its entries, their leaves, and their ids in the index.

`ledger.upkeep.verify` combines the reports of all blocks in order, so that any process can check
any block. A report also has what the inline projections need of the entries, so that they are
decoded once.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import bindparam, select

from events.entry import Entry
from events.errors import DamagedLedgerError
from ledger.announcements import DigestRun, announcement_entry, merge_whole, runs
from ledger.merkle.tree import leaf_hash
from ledger.storage.inline_projection import InlineProjection, StoredEntry
from ledger.storage.log_queries import checked_bytes, decoded_entry
from ledger.storage.schema import entry, leaf
from ledger.storage.transaction import Transaction
from ledger.storage.tree_nodes import LOGGED, MerkleTree
from ledger.upkeep.entry_check import checked_entry, stated_id
from ledger.upkeep.findings import AddFinding, LedgerFindings
from ledger.upkeep.tolerant_read import UNREADABLE, reading, reason_of, reraise_unavailable

Block = tuple[int, int]
"""The positions after the first number, up to the second."""

Stored = tuple[int, bytes]
"""A position, and the bytes stored there."""

Parts = tuple[Any, ...]
"""What each of the projections needs of an entry."""


def _in_block(table: sa.Table, column: sa.Column[Any]) -> sa.Select[Any]:
    position = table.c.position
    query = select(position, column).where(position > bindparam("after"))
    return query.where(position <= bindparam("upto")).order_by(position)


_LEAVES = _in_block(leaf, leaf.c.hash)
_IDS = _in_block(entry, entry.c.id)


class BlockSource(Protocol):
    """A ledger whose tables can be read as stored."""

    @property
    def place(self) -> str:
        """The place of the ledger, for messages."""
        ...

    def reading(self) -> AbstractContextManager[Transaction]:
        """Begin a read transaction."""
        ...

    @property
    def projections(self) -> Sequence[InlineProjection]:
        """Its inline projections."""
        ...


@dataclass(slots=True)
class BlockReport:
    """The result of checking a block.

    `positions` are those present, `leaves` their leaf hashes, `parts` what the projections need of
    each. `findings` are about the stored bytes, `row_findings` about leaves and ids. `bare` are
    positions without a leaf, `changed` those with another leaf. `runs` are the announcements of
    the entries. `damaged` is the first position whose entry was indexed and cannot be read.
    """

    block: Block
    positions: Sequence[int] = ()
    leaves: Sequence[bytes] = ()
    parts: list[Parts] = field(default_factory=list)
    findings: LedgerFindings = field(default_factory=LedgerFindings)
    row_findings: LedgerFindings = field(default_factory=LedgerFindings)
    bare: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    runs: list[DigestRun] = field(default_factory=list)
    damaged: int | None = None

    @property
    def unreadable(self) -> bool:
        """Whether anything could not be read."""
        counts = self.findings.counts + self.row_findings.counts
        return bool(counts["unreadable"] or counts["unreadable-index"])


def others(projections: Sequence[InlineProjection]) -> list[InlineProjection]:
    """Return the projections that are not the tree, which is compared on its own."""
    return [each for each in projections if not isinstance(each, MerkleTree)]


def check_block(ledger: BlockSource, block: Block) -> BlockReport:
    """Check a block. Raises StoreError where the ledger cannot be reached."""
    report, run = _hashed(ledger, block)
    valid: list[Entry] = []
    readable: list[Entry | None] = []
    projections = others(ledger.projections)
    for position, raw in run:
        found = checked_entry(position, raw, report.findings.add)
        if found:
            valid.append(found)
        else:
            found = _as_indexed(position, raw)
        readable.append(found)
        stored = StoredEntry(position, raw, found)
        report.parts.append(tuple([each.prepare(stored) for each in projections]))
    report.runs = merge_whole(list(runs(map(announcement_entry, valid))))
    ids = [bytes.fromhex(each.id) if each else None for each in readable]
    _compare_ids(ledger, report, ids)
    return report


def check_block_quickly(ledger: BlockSource, block: Block) -> BlockReport:
    """Check the positions, ids and leaves of a block; decode only entries where these are wrong."""
    report, run = _hashed(ledger, block)
    ids = [stated_id(position, raw) for position, raw in run]
    for (position, raw), id_ in zip(run, ids, strict=True):
        if id_ is None and not checked_entry(position, raw, report.findings.add):
            report.damaged = report.damaged or position
    _compare_ids(ledger, report, ids)
    return report


def _hashed(ledger: BlockSource, block: Block) -> tuple[BlockReport, Sequence[Stored]]:
    """Read a block, and compare its leaf hashes with those stored."""
    report = BlockReport(block)
    run = [*_read(ledger, *block, report.findings.add)]
    if run:
        report.positions, raws = zip(*run, strict=True)
        report.leaves = [*map(leaf_hash, raws)]
        _compare_leaves(ledger, report)
    return report, run


def _as_indexed(position: int, raw: bytes) -> Entry | None:
    """Return an entry that is not valid as the projections read it; None where they cannot."""
    try:
        return decoded_entry(position, raw)
    except DamagedLedgerError:
        return None


def _read(ledger: BlockSource, after: int, upto: int, add: AddFinding) -> Iterator[Stored]:
    """Read a range of positions; where that fails, each half of it on its own."""
    try:
        with ledger.reading() as reader:
            rows: list[Any] = [*map(tuple, reader.rows(LOGGED, after=after, upto=upto))]
        for position, raw in rows:
            checked_bytes(raw, position)
        yield from rows
    except UNREADABLE as error:
        reraise_unavailable(error)
        if upto - after == 1:
            reason = reason_of(error, ledger.place)
            add("unreadable", f"the entry at position {upto} cannot be read: {reason}", upto)
        else:
            middle = (after + upto) // 2
            yield from _read(ledger, after, middle, add)
            yield from _read(ledger, middle, upto, add)


def _otherwise(
    ledger: BlockSource, report: BlockReport, query: sa.Select[Any], wanted: Sequence[bytes | None]
) -> dict[int, bytes] | None:
    """Return a column of a derived table by position; None where it is as wanted, or unreadable."""
    after, upto = report.block
    what = f"the index from position {after + 1} to {upto}"
    with reading(what, ledger.place, report.row_findings.add), ledger.reading() as reader:
        rows: list[Any] = [*map(tuple, reader.rows(query, after=after, upto=upto))]
        if rows != [*zip(report.positions, wanted, strict=True)]:
            return {position: checked_bytes(value) for position, value in rows}
    return None


def _compare_leaves(ledger: BlockSource, report: BlockReport) -> None:
    """Compare the leaf hashes of a block with those stored."""
    stored = _otherwise(ledger, report, _LEAVES, report.leaves)
    if stored is None:
        return
    for position, hash_ in zip(report.positions, report.leaves, strict=True):
        if position not in stored:
            report.bare.append(position)
        elif stored[position] != hash_:
            report.changed.append(position)
            report.row_findings.add(
                "changed",
                f"the entry at position {position} does not match its leaf in the Merkle tree: one"
                " of them was changed",
                position,
            )


def _compare_ids(ledger: BlockSource, report: BlockReport, ids: Sequence[bytes | None]) -> None:
    """Compare ids with those in the index; None is that of an entry that cannot be read."""
    stored = _otherwise(ledger, report, _IDS, ids)
    if stored is None:
        return
    add = report.row_findings.add
    for position, id_ in zip(report.positions, ids, strict=True):
        if id_ is None:
            if position in stored and report.damaged is None:
                report.damaged = position
        elif position not in stored:
            add("index", f"the index lacks position {position}", position)
        elif stored[position] != id_:
            message = f"the index has another id for position {position} than the entry"
            add("index-id", message, position)
