"""A block of the log, looked at by itself: its entries, and what is kept beside it of them.

What it comes to is put together with the others', in order, by `ledger.upkeep.verify`. So it does
not matter which process looks at it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from ledger.announcements import DigestRun, announcement_entry, merge_whole, runs
from ledger.storage.entry_rows import EntryRow, setback_rows
from ledger.storage.transaction import Transaction
from ledger.upkeep.entry_check import check_entries
from ledger.upkeep.findings import Found, LedgerFindings
from ledger.upkeep.index_check import IndexCheck, Missions
from ledger.upkeep.tolerant_read import UNREADABLE, reading, reason_of, reraise_unavailable

Block = tuple[int, int]
"""The positions after the one and up to the other."""


class BlockSource(Protocol):
    """A ledger whose log, and what is kept beside it, can be read as they are."""

    @property
    def place(self) -> str:
        """Where the ledger is, as messages name it."""
        ...

    def stored(self, *, after: int = 0, upto: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield positions and stored bytes in order."""
        ...

    def indexed(self, *, after: int = 0, upto: int | None = None) -> Iterator[EntryRow]:
        """Yield the rows of `entries` in order of position."""
        ...

    def reading(self) -> AbstractContextManager[Transaction]:
        """Begin a transaction that reads."""
        ...


@dataclass(slots=True)
class IndexReport:
    """What of the claims index was looked at: how many rows of each table, and what was found."""

    findings: LedgerFindings = field(default_factory=LedgerFindings)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class BlockReport:
    """What a block came to.

    Of each position there is, its leaf hash; of the entries that could be read, the announcements
    they are part of, the names they give, when the first and the last were recorded, and which
    earlier than the one before it.
    `findings` are about the bytes, those `beside` them about the index of entries. What `index`
    has is worth something where all entries before could be read.
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
    beside: LedgerFindings = field(default_factory=LedgerFindings)
    index: IndexReport = field(default_factory=IndexReport)

    @property
    def unreadable(self) -> bool:
        """Whether anything could not be read."""
        found = self.findings.counts + self.beside.counts + self.index.findings.counts
        return bool(found["unreadable"] or found["unreadable-index"])


def check_block(ledger: BlockSource, block: Block) -> BlockReport:
    """Look at a block. Raises StoreError where the ledger is out of reach."""
    looked = BlockReport(block)
    run = list(_read(ledger, *block, looked.findings.found))
    if not run:
        return looked
    examined = check_entries(run)
    looked.positions = [position for position, _ in run]
    looked.leaves = examined.leaves
    for each in examined.findings:
        looked.findings.found(each.code, each.message, each.position)
    looked.all_read = len(examined.entries) == len(run)
    looked.runs = merge_whole(list(runs(map(announcement_entry, examined.entries))))
    looked.aliases = examined.aliases
    if rows := examined.rows:
        looked.recorded = rows[0][-1], rows[-1][-1]
        looked.setbacks = [position for (position,) in setback_rows(rows, None)]
    said = f"the index from position {run[0][0]} to {run[-1][0]}"
    with reading(said, ledger.place, looked.beside.found):
        _compare_rows(ledger, run, examined.rows, looked)
    if looked.all_read:
        entries = examined.entries
        looked.index = _reindexed(ledger, lambda index, reader: index.add(reader, entries))
    return looked


def check_missions(ledger: BlockSource, missions: Missions) -> IndexReport:
    """Look at what follows from the claims of some missions."""
    return _reindexed(ledger, lambda index, reader: index.follow(reader, missions))


def _reindexed(
    ledger: BlockSource, compare: Callable[[IndexCheck, Transaction], None]
) -> IndexReport:
    """Compare something of the claims index with what it should be."""
    followed = IndexReport()
    found = followed.findings.found
    index = IndexCheck(found)
    with reading("the claims index", ledger.place, found), ledger.reading() as reader:
        compare(index, reader)
    followed.counts = index.counts
    return followed


def _read(ledger: BlockSource, after: int, upto: int, found: Found) -> Iterator[tuple[int, bytes]]:
    """Read some positions; where that fails, half of them at a time."""
    try:
        yield from list(ledger.stored(after=after, upto=upto))
    except UNREADABLE as error:
        reraise_unavailable(error)
        if upto - after == 1:
            said = f"the entry at position {upto} cannot be read: {reason_of(error, ledger.place)}"
            found("unreadable", said, upto)
        else:
            middle = (after + upto) // 2
            yield from _read(ledger, after, middle, found)
            yield from _read(ledger, middle, upto, found)


def _compare_rows(
    ledger: BlockSource, run: Sequence[tuple[int, bytes]], rows: list[EntryRow], looked: BlockReport
) -> None:
    stored = list(ledger.indexed(after=run[0][0] - 1, upto=run[-1][0]))
    if stored == rows:
        return
    wanted, there = ({row[0]: row for row in some} for some in (rows, stored))
    for position, _ in run:
        if position not in there:
            looked.beside.found("index", f"the index lacks position {position}", position)
        elif position in wanted and there[position] != wanted[position]:
            other_id = there[position][1] != wanted[position][1]
            said = "another id" if other_id else "something else than the entry does"
            code = "index-id" if other_id else "index"
            looked.beside.found(code, f"the index says of position {position} {said}", position)
    bad = looked.findings.bad
    for position in sorted(there.keys() - dict(run).keys() - bad):
        looked.beside.found(
            "index", f"the index has position {position}, the log has not", position
        )
