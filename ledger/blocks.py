"""A block of the log, looked at by itself: its entries, and what is kept beside it of them.

What it comes to is put together with the others', in order, by `ledger.verifying`. So it does not
matter which process looks at it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from events.errors import BusyLedgerError, StoreError, UnreachableError
from ledger.direct import Statements
from ledger.examining import Finding, examine
from ledger.reindexing import Missions, Reindexed
from ledger.rows import EntryRow, setback_rows

Block = tuple[int, int]
"""The positions after the one and up to the other."""

Run = Sequence[tuple[int, bytes]]
Found = Callable[[str, str, int | None], None]


class Readable(Protocol):
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

    def reading(self) -> AbstractContextManager[Statements]:
        """Begin a transaction that reads."""
        ...


@dataclass(slots=True)
class Looked:
    """What a block came to.

    Of each position there is, its leaf hash; of the entries that could be read, the names they
    give, when the first and the last were recorded, and which earlier than the one before it.
    `findings` are about the bytes, those `beside` them about the index of entries.
    `of_the_index` are findings about the claims index, and `counts` says how many rows of it were
    looked at: they are worth something where all entries before could be read.
    """

    upto: int
    positions: list[int] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    beside: list[Finding] = field(default_factory=list)
    all_read: bool = True
    aliases: dict[tuple[str, str], int] = field(default_factory=dict)
    recorded: tuple[int, int] | None = None
    setbacks: list[int] = field(default_factory=list)
    of_the_index: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def found(self, code: str, message: str, position: int | None = None) -> None:
        """Take note of something wrong."""
        self.findings.append(Finding(code, message, position))

    def found_beside(self, code: str, message: str, position: int | None = None) -> None:
        """Take note of something wrong with the index of entries."""
        self.beside.append(Finding(code, message, position))

    def found_in_the_index(self, code: str, message: str, position: int | None = None) -> None:
        """Take note of something wrong with the claims index."""
        self.of_the_index.append(Finding(code, message, position))


def look(ledger: Readable, block: Block) -> Looked:
    """Look at a block. Raises StoreError where the ledger is out of reach."""
    looked = Looked(block[1])
    run = list(_read(ledger, *block, looked.found))
    if not run:
        return looked
    examined = examine(run)
    looked.positions = [position for position, _ in run]
    looked.leaves = examined.leaves
    looked.findings += examined.findings
    looked.all_read = len(examined.entries) == len(run)
    looked.aliases = examined.aliases
    if rows := examined.rows:
        looked.recorded = rows[0][-1], rows[-1][-1]
        looked.setbacks = [position for (position,) in setback_rows(rows, None)]
    said = f"the index from position {run[0][0]} to {run[-1][0]}"
    with reading(said, ledger.place, looked.found_beside):
        _compare_rows(ledger, run, examined.rows, looked)
    if looked.all_read:
        index = Reindexed(looked.found_in_the_index)
        with (
            reading("the claims index", ledger.place, looked.found_in_the_index),
            ledger.reading() as reader,
        ):
            index.add(reader, examined.entries)
        looked.counts = index.counts
    return looked


def follow(ledger: Readable, missions: Missions) -> Looked:
    """Look at what follows from the claims of some missions."""
    looked = Looked(0)
    index = Reindexed(looked.found_in_the_index)
    with (
        reading("the claims index", ledger.place, looked.found_in_the_index),
        ledger.reading() as reader,
    ):
        index.follow(reader, missions)
    looked.counts = index.counts
    return looked


def _read(ledger: Readable, after: int, upto: int, found: Found) -> Iterator[tuple[int, bytes]]:
    """Read some positions; where that fails, half of them at a time."""
    try:
        yield from list(ledger.stored(after=after, upto=upto))
    except UNREADABLE as error:
        may_go_on(error)
        if upto - after == 1:
            said = f"the entry at position {upto} cannot be read: {_said(error, ledger.place)}"
            found("unreadable", said, upto)
        else:
            middle = (after + upto) // 2
            yield from _read(ledger, after, middle, found)
            yield from _read(ledger, middle, upto, found)


def _compare_rows(ledger: Readable, run: Run, rows: list[EntryRow], looked: Looked) -> None:
    stored = list(ledger.indexed(after=run[0][0] - 1, upto=run[-1][0]))
    if stored == rows:
        return
    wanted, there = ({row[0]: row for row in some} for some in (rows, stored))
    for position, _ in run:
        if position not in there:
            looked.found_beside("index", f"the index lacks position {position}", position)
        elif position in wanted and there[position] != wanted[position]:
            other_id = there[position][1] != wanted[position][1]
            said = "another id" if other_id else "something else than the entry does"
            code = "index-id" if other_id else "index"
            looked.found_beside(code, f"the index says of position {position} {said}", position)
    bad = {finding.position for finding in looked.findings}
    for position in sorted(there.keys() - dict(run).keys() - bad):
        looked.found_beside(
            "index", f"the index has position {position}, the log has not", position
        )


# SQLite's columns take any type of value: text in place of bytes is no bytes.
UNREADABLE = (
    *(StoreError, TypeError, ValueError, ArithmeticError, MemoryError, LookupError),
    AttributeError,
)


def may_go_on(error: Exception) -> None:
    """Raise an error that has nothing to do with what is read."""
    if isinstance(error, BusyLedgerError | UnreachableError):
        raise error


@contextmanager
def reading(what: str, place: str, found: Found) -> Iterator[None]:
    """Take it for a finding, and go on, where a derived table cannot be read."""
    try:
        yield
    except UNREADABLE as error:
        may_go_on(error)
        found("unreadable-index", f"{what} cannot be read: {_said(error, place)}", None)


def _said(error: Exception, place: str) -> str:
    if isinstance(error, StoreError):
        return error.message.removeprefix(f"{place}: ")
    return f"not bytes ({error})"
