"""Entries on their way into a ledger, in one of two ways: `Continuation` and `Merge`."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from ledger.exchange.cloudevents import MOST_FAULTS, Block, ReadBlock
from ledger.exchange.import_faults import ImportFaults
from ledger.exchange.reference_check import ReferenceCheck
from ledger.storage.entry_index import EntryIndex
from ledger.storage.entry_summary import EntrySummary
from ledger.storage.open_append import OpenAppend
from ledger.upkeep.announcement_check import Flaw

Files = Iterable[tuple[str, Iterable[bytes]]]
"""Names of files, with the text of each in pieces that end with a line."""


class Imported(NamedTuple):
    """How many announcements have new entries, and how many entries are new."""

    announcements: int
    entries: int


class Incoming:
    """Entries of files, checked and appended a block at a time in one transaction.

    They are numbered from 1 over all files.
    """

    merged = False

    def __init__(self, log: OpenAppend, by: str, now: datetime) -> None:
        self.log = log
        self.by = by
        self.now = now
        self.faults = ImportFaults()
        self.references = ReferenceCheck(log, self.faults)
        self.announcements = 0
        self.count = 0
        """How many lines the files have, as far as they are read."""
        self._broken_up = 0

    def blocks(self, files: Files) -> Iterator[Block]:
        """Yield the lines to read."""
        for name, pieces in files:
            line = 1
            self.faults.begin(name, self.count)
            for piece in pieces:
                passed, rest = self.pass_over(piece)
                many = rest.count(b"\n") + (rest[-1:] not in (b"\n", b""))
                if rest:
                    yield Block(name, line + passed, self.count + passed + 1, rest, self.merged)
                line, self.count = line + passed + many, self.count + passed + many

    def pass_over(self, piece: bytes) -> tuple[int, bytes]:
        """Return how many of the next lines need not be read, and the lines after them."""
        return 0, piece

    def take(self, read: ReadBlock) -> None:
        """Check the entries of the next block, and append them unless there are faults."""
        raise NotImplementedError

    def finish(self) -> Imported:
        """Check what only the last line shows, and return what was appended.

        Raises AnnouncementError where there are faults.
        """
        raise NotImplementedError

    def concerns(self, flaw: Flaw) -> bool:
        """Whether a flaw has to do with what is new."""
        raise NotImplementedError

    def summaries(self, read: ReadBlock) -> list[EntrySummary]:
        """Return the summaries of the entries of a block."""
        at = 0
        if not self.merged:
            kinds = [type(each) for each in self.log.projections]
            at = kinds.index(EntryIndex)
        return [entry.parts[at] for entry in read.entries]

    def report_flaw(self, flaw: Flaw) -> None:
        """Report a flaw of an announcement, if it has to do with what is new."""
        if not self.concerns(flaw):
            return
        message = flaw.message(self.faults.lines(flaw.first, flaw.last))
        if flaw.is_note:
            self.faults.note(flaw.kind, message, flaw.first)
            return
        self._broken_up += 1
        if self._broken_up <= MOST_FAULTS + 1 and not self.faults.any_in(flaw.first, flaw.last):
            hint = "import the whole log as it was exported"
            self.faults.add("announcement", message, hint, flaw.position)
