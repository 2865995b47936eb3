"""Entries from elsewhere into a ledger: a log continued, or merged into another.

    the ledger's log is the beginning of what comes    continued: the rest is appended as it is
    anything else                                      merged: what is new is appended as new

A log that is continued keeps positions, record times and recorders, byte for byte, and so has the
Merkle root of the log it was exported from. What is merged keeps its ids (they are its content's)
and gets positions, times and a recorder of this ledger.

All that comes is put aside first (`ledger.incoming`) and checked against the ledger. Nothing is
appended unless all of it can be, and then announcement by announcement, each whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal, cast

from events.codec import Entry, write_instant
from events.errors import EventError, LookupFailure, SourceConflictError
from events.faults import AnnouncementError, Fault, fault_at
from events.record import ClaimCorrected, ReadingPreferred, RecordEvent
from events.source import Source
from events.visible import visible
from ledger.appending import announcement_id, bears_on, check_mission, resolved
from ledger.clock import utc_now
from ledger.incoming import Incoming
from ledger.interchange import MOST_FAULTS, data_of, too_many
from ledger.planning import plan, source_named
from ledger.progress import Progress, no_progress
from ledger.store import Batch, Ledger, Store

TOGETHER = 1000
"""Entries that are continued with in one transaction; an announcement is never split."""

AHEAD = timedelta(days=1)
"""How far another ledger's clock may be ahead of this one's."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What bringing entries in does, or would do.

    `announcements` counts those with something new in them, `entries` what was new, `already`
    what was there. `position` is where the log ends then.
    """

    way: Literal["continued", "merged"]
    announcements: int
    entries: int
    already: int
    position: int


def bring_in(
    ledger: Ledger,
    incoming: Incoming,
    *,
    by: str,
    dry_run: bool = False,
    clock: Callable[[], datetime] = utc_now,
    checking: Progress = no_progress,
    appending: Progress = no_progress,
) -> Brought:
    """Append what came that is not in the ledger; `by` records what is merged.

    `checking` and `appending` are told how many of how many entries are done.

    Raises AnnouncementError, and appends nothing, where an entry refers to what is neither in the
    ledger nor before it, describes a source otherwise, or cannot follow where a log is continued.
    A StoreError on the way leaves what was appended before: whole announcements.
    """
    end = ledger.position()
    if _continues(ledger, incoming, end):
        announcements = _check_continued(ledger, incoming, end, clock() + AHEAD, checking)
        new = incoming.count - end
        if not dry_run:
            for chunk in _whole_announcements(incoming, end):
                appending(ledger.continue_with(chunk), incoming.count)
        return Brought("continued", announcements, new, end, incoming.count)
    planned = _check_merged(ledger, incoming, end, checking)
    return planned if dry_run else _merged(ledger, incoming, by, appending)


def _continues(ledger: Ledger, incoming: Incoming, end: int) -> bool:
    """Whether what comes is a whole log, of which the ledger's is the beginning."""
    if not incoming.is_a_log or incoming.count < end:
        return False
    both = zip(ledger.stored(upto=end), incoming.stored(), strict=False)
    return all(there == given for there, given in both)


def _check_continued(
    ledger: Ledger, incoming: Incoming, end: int, latest: datetime, checking: Progress
) -> int:
    """Return how many announcements are new. Raises AnnouncementError."""
    check = _Check(ledger, incoming)
    announcements, last = 0, ""
    earliest = _last_recorded(ledger, end)
    for number, entry in incoming.entries(after=end):
        checking(number, incoming.count)
        announcements += entry.announcement != last
        last = entry.announcement
        if incoming.with_id(entry.id, before=number):
            check.fault("duplicate", "the same entry is in this log already", "", number)
        elif entry.recorded_at > latest:
            said = f"it was recorded at {write_instant(entry.recorded_at)}, which is still to come"
            check.fault("time", said, "see which of the two clocks is wrong", number)
        elif earliest and entry.recorded_at < earliest:
            # Everything here would seem to have been on record at that time.
            said = f"it was recorded at {write_instant(entry.recorded_at)}, before what is here"
            check.fault("time", said, "see which of the two clocks is wrong", number)
        else:
            check.entry(number, entry)
    check.refuse()
    return announcements


def _last_recorded(ledger: Ledger, end: int) -> datetime | None:
    """Return the moment that nothing which continues a log can have been recorded before."""
    last = next(iter(ledger.entries(after=end - 1, upto=end)), None) if end else None
    return last.recorded_at - AHEAD if last else None


def _whole_announcements(incoming: Incoming, end: int) -> Iterator[list[Entry]]:
    chunk: list[Entry] = []
    for _, entry in incoming.entries(after=end):
        if len(chunk) >= TOGETHER and chunk[-1].announcement != entry.announcement:
            yield chunk
            chunk = []
        chunk.append(entry)
    if chunk:
        yield chunk


def _check_merged(ledger: Ledger, incoming: Incoming, end: int, checking: Progress) -> Brought:
    """Return what merging would come to. Raises AnnouncementError."""
    check = _Check(ledger, incoming)
    announcements = new = 0
    for _, group in groupby(incoming.entries(), key=lambda each: each[1].announcement):
        before, announced = new, list(group)
        checking(announced[-1][0], incoming.count)
        known = ledger.known([entry.id for _, entry in announced])
        for number, entry in announced:
            if entry.id in known or incoming.with_id(entry.id, before=number):
                continue
            new += 1
            check.entry(number, entry)
            if isinstance(entry.content, ReadingPreferred):
                check.preference(number, entry.content)
        announcements += new > before
    check.refuse()
    return Brought("merged", announcements, new, incoming.count - new, end + new)


def _merged(ledger: Ledger, incoming: Incoming, by: str, appending: Progress) -> Brought:
    announcements = new = done = 0
    for _, group in groupby(
        (entry for _, entry in incoming.entries()), key=lambda entry: entry.announcement
    ):
        written = tuple(data_of(entry) for entry in group)
        # An id is that of what is appended under it, whatever the file says.
        own = announcement_id(each.id for each in written)
        batch = Batch(own, tuple(each.content for each in written), written)
        receipt = ledger.append(batch, by=by)
        new += len(receipt.appended)
        announcements += bool(receipt.appended)
        done += len(written)
        appending(done, incoming.count)
    return Brought("merged", announcements, new, incoming.count - new, ledger.position())


class _Check:
    """What entries refer to, looked up in the log as it will be when the turn of each comes.

    Faults are kept, each with its file and line; there are at most MOST_FAULTS.
    """

    def __init__(self, ledger: Ledger, incoming: Incoming) -> None:
        self._ledger = ledger
        self._incoming = incoming
        self._number = 0
        self._found: dict[str, Fault] = {}
        self._last_source = ""
        self._missions: set[str] = set()

    def entry(self, number: int, entry: Entry) -> None:
        """Note what an entry refers to that is not there, or describes otherwise."""
        self._number = number
        content = entry.content
        if entry.mission and entry.mission not in self._missions:
            try:
                check_mission(self._ledger, entry.mission)
                self._missions.add(entry.mission)
            except EventError as error:
                self.fault("mission", error.message, "one of the two has to go by another", number)
                return
        if isinstance(content, Source):
            try:
                new = {entry.id: data_of(entry)}
                plan(new, frozenset(), self.source, position=0, expected=None)
            except SourceConflictError as error:
                self.fault(error.code, error.message, error.hint, number)
            return
        corrected = content.claim.source if isinstance(content, ClaimCorrected) else None
        for name in (content.source, corrected):
            if name and not self._described(name):
                said = f"the source {name} is described neither before this nor in the ledger"
                self.fault("source", said, "import what describes it, or the whole log", number)
                return
        if isinstance(content, RecordEvent):
            try:
                # Looking ids up is all that it asks of a store.
                if resolved(cast("Store", self), content) != content:
                    raise LookupFailure("it does not say in full what it refers to")
            except (LookupFailure, EventError) as error:
                hint = "import the log it refers to first, or the whole log"
                self.fault("reference", error.message, hint, number)

    def preference(self, number: int, event: ReadingPreferred) -> None:
        """Note a preference whose maker had not seen every reading that is here."""
        for entry in self._ledger.of_mission(event.mission):
            if bears_on(entry.content, event) and not self._incoming.with_id(
                entry.id, before=number
            ):
                about = f"the {event.role.value} of {event.facet} {event.key}"
                said = f"it settles {about} without {entry.id[:12]}, which only this ledger has"
                hint = "take this line out, and settle it here: `mission prefer`"
                self.fault("preference", said, hint, number)
                return

    def starting_with(self, prefix: str, *, limit: int) -> list[Entry]:
        """Return the entry that has an id; entries of a log refer to no less than a whole one."""
        if len(prefix) < 64:
            return []
        found = self._incoming.with_id(prefix, before=self._number)
        return [found] if found else list(self._ledger.starting_with(prefix, limit=limit))

    def source(self, name: str) -> Source | None:
        """Return the source that goes by a name."""
        if found := self._incoming.source(name, before=self._number):
            return found
        return source_named(self._ledger, name)

    def _described(self, name: str) -> bool:
        if name != self._last_source and self.source(name):
            self._last_source = name
        return name == self._last_source

    def fault(self, code: str, message: str, hint: str, number: int) -> None:
        """Note a fault, unless the same was said of an earlier line."""
        file, line = self._incoming.place(number)
        if len(self._found) == MOST_FAULTS:
            self._found[""] = too_many(visible(file), line)
            self.refuse()
        made = fault_at(code, message, hint, file=file, line=line, column=0, whole_line="")
        self._found.setdefault(message, made)

    def refuse(self) -> None:
        """Raise AnnouncementError if there are faults."""
        if self._found:
            raise AnnouncementError(self._found.values())
