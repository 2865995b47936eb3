"""Continue the ledger's log byte for byte, and tell where, and why, a file does not continue it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from events.encoding.codec import write_instant
from ledger.announcements import DigestRun, announcement_entry, runs
from ledger.clock import EPOCH, MICROSECOND, microseconds
from ledger.exchange.cloudevents import ReadBlock, lines_of
from ledger.exchange.import_faults import ImportFaults
from ledger.exchange.incoming import Imported, Incoming
from ledger.exchange.reference_check import NewEntry
from ledger.log import Ledger
from ledger.storage.open_append import OpenAppend
from ledger.upkeep.announcement_check import AnnouncementCheck, Flaw

LOOKED_BACK = 500
"""Entries that are read at a time to find where a log's last announcement begins."""

TOGETHER = 8000
"""Entries that are appended together: the tables are updated faster that way."""

AHEAD = timedelta(days=1)
"""How far another ledger's clock may be ahead of this one's."""


class Continuation(Incoming):
    """A log that the ledger's own one begins. Lines that are its next entries are passed over."""

    def __init__(self, log: OpenAppend, by: str, now: datetime) -> None:
        super().__init__(log, by, now)
        self.passed = 0
        self._stored: Iterator[tuple[int, bytes]] | None = log.ledger.stored(upto=log.end)
        last = next(iter(log.ledger.entries(after=log.end - 1)), None) if log.end else None
        self._earliest = microseconds(last.recorded_at - AHEAD) if last else None
        self._latest = microseconds(now + AHEAD)
        self._check: AnnouncementCheck | None = None
        self._last_announcement = ""
        self._waiting: list[NewEntry] = []

    def pass_over(self, piece: bytes) -> tuple[int, bytes]:
        """Pass over the lines that are the next entries of the ledger's log."""
        lines = lines_of(piece) if self._stored else []
        for number, line in enumerate(lines):
            if next(self._stored or iter(()), (0, None))[1] != line:
                self._stored = None
                self.passed += number
                return number, b"\n".join([*lines[number:], b""])
        self.passed += len(lines)
        return len(lines), b"" if lines else piece

    def take(self, read: ReadBlock) -> None:
        """Check the entries of a block, and append them unless there are faults."""
        summaries = self.summaries(read)
        stored = self.references.positions([each.id for each in summaries])
        new: list[NewEntry] = []
        seen: dict[bytes, int] = {}
        about_record = frozenset(read.about_record)
        for number, (entry, summary) in enumerate(
            zip(read.entries, summaries, strict=True), read.number
        ):
            before = seen.setdefault(summary.id, number)
            if number != entry.position or number <= self.log.end:
                at = stored.get(summary.id)
                if before == number and at and (at <= self.passed or at > self.log.end):
                    before = at
                found = Discontinuity(number, entry.position, at, before)
                self.faults.misfit(why_not(found, self.faults), number)
                return
            if summary.id in stored or before != number:
                self.faults.add("duplicate", "the same entry is in this log already", "", number)
                continue
            self._check_time(summary.recorded, number)
            new.append(NewEntry(number, number, entry, summary, number in about_record))
        for run in read.runs:
            self._announcement_check().take(run)
        if read.runs:
            continued = read.runs[0].announcement == self._last_announcement
            self.announcements += read.announcements - continued
            self._last_announcement = read.runs[-1].announcement
        if not self.faults.are_found:
            self.references.check(new)
            self._waiting += new
            if len(self._waiting) >= TOGETHER:
                self._append()

    def finish(self) -> Imported:
        """Check the last announcement, and return what was appended."""
        self._append()
        if self._check and not self.faults.end_checks:
            self._check.finish(self.count, self.log.ledger.stored())
        self.faults.refuse()
        return Imported(self.announcements, self.count - self.passed)

    def _append(self) -> None:
        if not self.faults.are_found:
            self.log.add([each.prepared for each in self._waiting])
            self.references.forget(self._waiting)
            self._waiting = []

    def concerns(self, flaw: Flaw) -> bool:
        """Whether a flaw is of new entries, or of an announcement that the ledger ends in."""
        return flaw.last > self.passed or not flaw.is_note

    def _check_time(self, recorded: int, number: int) -> None:
        """Report an entry that would make all the ledger's entries seem recorded by its time."""
        if recorded > self._latest:
            when = "which is in the future"
        elif self._earliest is not None and recorded < self._earliest:
            when = "before the ledger's last entry"
        else:
            return
        message = f"it was recorded at {write_instant(EPOCH + recorded * MICROSECOND)}, {when}"
        self.faults.add("time", message, "check which of the two clocks is wrong", number)

    def _announcement_check(self) -> AnnouncementCheck:
        """Return the check of announcements, which begins with the one that the ledger ends in."""
        if self._check is None:
            begun = last_run(self.log.ledger, self.passed)
            self._check = AnnouncementCheck(self.report_flaw, after=begun.first - 1 if begun else 0)
            if begun:
                self._check.take(begun)
        return self._check


class Discontinuity(NamedTuple):
    """An entry that does not continue the log: its number, and the position that it states.

    `stored` is the position of the entry with its id in the log, `before` the number of the first
    line with it.
    """

    number: int
    position: int
    stored: int | None
    before: int


def why_not(found: Discontinuity, faults: ImportFaults) -> str:
    """Return why an entry does not continue the log."""
    number, position, stored, before = found
    if before != number:
        (file, _), (other, line) = faults.place(number), faults.place(before)
        return f"line {line}{'' if file == other else f' of {other}'} has the same entry"
    if stored == number == position:
        return f"the ledger recorded position {number} differently, so this is another log"
    if position == number:
        return f"the ledger has another entry at position {number}, so this is another log"
    if number == 1:
        return f"it begins at position {position}, without the entries before that"
    if position > number:
        many = f"{number} is" if position == number + 1 else f"{number} to {position - 1} are"
        return f"this is position {position}, and {many} missing"
    return f"this is position {position}, where {number} is expected"


def last_run(ledger: Ledger, end: int) -> DigestRun | None:
    """Return the last run of the log up to position `end`; None for an empty log."""
    run: DigestRun | None = None
    while end:
        found = list(
            runs(map(announcement_entry, ledger.entries(after=max(end - LOOKED_BACK, 0), upto=end)))
        )
        if not found or (run and not found[-1].continues_in(run)):
            return run
        if run:
            found[-1].join(run)
        run, end = found[-1], found[-1].first - 1
        if len(found) > 1:
            return run
    return run
