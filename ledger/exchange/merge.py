"""Merge another log into the ledger's: append what is new, as recorded now and by whoever asks.

An announcement is appended once all of its entries are read, since its digest is that of those
that are new.
"""

from array import array
from collections import deque
from collections.abc import Iterator
from datetime import datetime

from events.bearings import can_be_preferred
from events.encoding.codec import decode, encode
from events.record_events import ReadingPreferred
from ledger.announcements import DigestRun, announcement_id
from ledger.exchange.cloudevents import ReadBlock, data_of
from ledger.exchange.incoming import Imported, Incoming
from ledger.exchange.reference_check import NewEntry
from ledger.storage.log_queries import CHUNK
from ledger.storage.open_append import OpenAppend
from ledger.upkeep.announcement_check import AnnouncementCheck, Flaw


class Merge(Incoming):
    """Entries of any log. Those that the ledger has are counted."""

    merged = True

    def __init__(self, log: OpenAppend, by: str, now: datetime) -> None:
        super().__init__(log, by, now)
        self._positions = array("q")
        """The position in the ledger of each line's entry; negative for a repeated line."""
        self._end = log.end
        self._run: DigestRun | None = None
        self._waiting: deque[NewEntry] = deque()
        self._in_parts = False
        self._parts: list[DigestRun] = []
        self._flaws: list[Flaw] = []
        self._check = AnnouncementCheck(self._flaws.append)

    def take(self, read: ReadBlock) -> None:
        """Check the entries of a block, and append the announcements that end in it."""
        summaries = self.summaries(read)
        stored = self.references.positions([each.id for each in summaries])
        about_record = frozenset(read.about_record)
        new: list[NewEntry] = []
        for number, (entry, summary) in enumerate(
            zip(read.entries, summaries, strict=True), read.number
        ):
            self._in_parts = self._in_parts or entry.position != number
            if at := stored.get(summary.id):
                self._positions.append(at if at <= self.log.end else -at)
                continue
            self._end += 1
            self._positions.append(self._end)
            stored[summary.id] = self._end
            new.append(NewEntry(number, self._end, entry, summary, number in about_record))
        if not self.faults.are_found:
            for each in new:
                if each.about_record:
                    self._check_preference(each)
            self.references.check(new)
        self._waiting += new
        complete: list[tuple[NewEntry, str]] = []
        for run in read.runs:
            if self._run and self._run.continues_in(run):
                self._run.join(run)
            else:
                complete += self._close()
                self._run = run
        self._append(complete)

    def finish(self) -> Imported:
        """Append the last announcement, and return what was appended."""
        self._append(self._close())
        if self._in_parts:
            for run in self._parts:
                message = (
                    f"the announcement {run.announcement[:12]} is incomplete or was changed: its"
                    " new entries become an announcement of their own"
                )
                self.faults.note("part", message, run.first)
        elif not self.faults.end_checks:
            self._check.finish(self.count, self._stored())
            for flaw in self._flaws:
                self.report_flaw(flaw)
        self.faults.refuse()
        return Imported(self.announcements, self._end - self.log.end)

    def concerns(self, flaw: Flaw) -> bool:
        """Whether an announcement with a flaw has new entries."""
        return any(at > self.log.end for at in self._positions[flaw.first - 1 : flaw.last])

    def _close(self) -> list[tuple[NewEntry, str]]:
        """Return the new entries of the announcement that has ended, with their digest."""
        run, self._run = self._run, None
        if run is None:
            return []
        new = []
        while self._waiting and self._waiting[0].number <= run.last:
            new.append(self._waiting.popleft())
        if not self._in_parts:
            self._check.take(run)
        if new:
            self.announcements += 1
            if announcement_id(dict.fromkeys(run.ids)) != run.announcement:
                self._parts.append(DigestRun(run.announcement, run.first, run.last))
        digest = announcement_id([each.summary.id.hex() for each in new])
        return [(each, digest) for each in new]

    def _append(self, complete: list[tuple[NewEntry, str]]) -> None:
        if complete and not self.faults.are_found:
            self.log.add_all(
                encode(
                    data_of(decode(each.prepared.raw)),
                    each.position,
                    self.now,
                    self.by,
                    digest,
                )
                for each, digest in complete
            )
            self.references.forget(each for each, _ in complete)

    def _check_preference(self, each: NewEntry) -> None:
        """Report a preference made without a reading that only this ledger has."""
        event = decode(each.prepared.raw).content
        if not isinstance(event, ReadingPreferred):
            return
        place = (event.facet, event.key, event.period)
        for entry in self.log.ledger.of_mission(event.mission, upto=self.log.end):
            if (
                can_be_preferred(entry.content, place, event.role)
                and entry.position not in self._positions[: each.number - 1]
            ):
                about = f"the {event.role.value} of {event.facet} {event.key}"
                message = f"it settles {about} without {entry.id[:12]}, which only this ledger has"
                hint = "remove this line, and settle it in this ledger: `mission prefer`"
                self.faults.add("preference", message, hint, each.number)
                return

    def _stored(self) -> Iterator[tuple[int, bytes]]:
        """Yield the number of each line, and its entry as this ledger has it."""
        for first in range(0, len(self._positions), CHUNK):
            some = [abs(at) for at in self._positions[first : first + CHUNK]]
            found = self.log.ledger.at(some)
            yield from (
                (number, found[at].raw) for number, at in enumerate(some, first + 1) if at in found
            )
