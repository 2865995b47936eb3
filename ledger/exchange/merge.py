"""Entries from elsewhere into a ledger: a log continued, or merged into another.

    continued    the ledger's log is the beginning of what comes: the rest is appended as it is
    merged       where that is asked for: what is new is appended as new

A log that is continued keeps positions, record times and recorders, byte for byte, and so has the
Merkle root of the log it was exported from. What is merged keeps its ids (they are its content's)
and gets positions, times and a recorder of this ledger.

All that comes, but what a continued log begins with (`interchange.LogThere`), is put aside first
(`ledger.exchange.staging`) and checked against the ledger. Nothing is appended unless all of it can
be, and then announcement by announcement, each whole.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import merge as in_order
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Literal, TypeVar, cast

from events.encoding.codec import Entry, write_instant
from events.errors import EventError, LookupFailure
from events.files.diagnostics import AnnouncementError, Diagnostic, diagnostic_at
from events.printable import printable
from events.record_events import ReadingPreferred, RecordEvent
from events.source import Source
from ledger.announcements import announcement_id, runs
from ledger.append import bears_on, check_mission, resolved
from ledger.clock import utc_now
from ledger.decide import conflict, source_named
from ledger.exchange.cloudevents import MOST_FAULTS, data_of, too_many
from ledger.exchange.continuation import last_run, not_continued
from ledger.exchange.staging import StagedEntries
from ledger.log import Batch, Ledger, Store
from ledger.progress import Progress, no_progress
from ledger.upkeep.announcement_check import AnnouncementCheck, Flaw

ENTRIES_AT_ONCE = 10_000
"""Entries that are continued with in one transaction; an announcement is never split."""

AHEAD = timedelta(days=1)
"""How far another ledger's clock may be ahead of this one's."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What bringing entries in does, or would do.

    `announcements` counts those with something new in them, `entries` what was new, `already`
    what was there. `position` is where the log ends then. `notes` are to be told and stop
    nothing; `more_notes` are not listed.
    """

    way: Literal["continued", "merged"]
    announcements: int
    entries: int
    already: int
    position: int
    notes: tuple[Diagnostic, ...] = ()
    more_notes: int = 0


def import_entries(
    ledger: Ledger,
    incoming: StagedEntries,
    *,
    by: str,
    merge: bool = False,
    dry_run: bool = False,
    clock: Callable[[], datetime] = utc_now,
    checking: Progress = no_progress,
    appending: Progress = no_progress,
) -> ImportReport:
    """Continue the ledger's log with what came; or `merge` it, and `by` records what is new.

    `checking` and `appending` are told how many of how many entries are done, checking only when
    it begins and ends: what has come is asked a few questions as a whole.

    Raises AnnouncementError, and appends nothing, where what is to be continued is no continuation
    of the log, an announcement is not whole, or an entry refers to what is neither in the ledger
    nor before it, describes a source otherwise, or cannot follow. A StoreError on the way leaves
    what was appended before: whole announcements.
    """
    end = ledger.position()
    check = _NewEntryCheck(ledger, incoming)
    checking(0, incoming.count)
    if merge:
        _choose_new(ledger, incoming)
        check.merged()
    else:
        if fault := not_continued(ledger, incoming):
            raise AnnouncementError([fault])
        incoming.all_is_new(after=end)
        check.continued(_last_recorded(ledger, end), clock() + AHEAD)
    check.all()
    checking(incoming.count, incoming.count)
    new, announcements = incoming.new()
    planned = ImportReport(
        "merged" if merge else "continued",
        announcements,
        new,
        incoming.count - new,
        end + new,
        *check.noted(),
    )
    if dry_run:
        return planned
    if merge:
        return _merged(ledger, incoming, by, planned, appending)
    for chunk in _whole_announcements(incoming, end):
        appending(ledger.continue_with(chunk), incoming.count)
    return planned


def _last_recorded(ledger: Ledger, end: int) -> datetime | None:
    """Return the moment that nothing which continues a log can have been recorded before."""
    last = next(iter(ledger.entries(after=end - 1, upto=end)), None) if end else None
    return last.recorded_at - AHEAD if last else None


def _choose_new(ledger: Ledger, incoming: StagedEntries) -> None:
    """Take for new what the ledger does not have, each entry once."""
    ids = incoming.ids()
    while some := list(islice(ids, ENTRIES_AT_ONCE)):
        known = ledger.known([id_ for _, id_ in some])
        incoming.are_new([number for number, id_ in some if id_ not in known])


def _whole_announcements(incoming: StagedEntries, end: int) -> Iterator[list[Entry]]:
    chunk: list[Entry] = []
    for entry in incoming.entries(after=end):
        if len(chunk) >= ENTRIES_AT_ONCE and chunk[-1].announcement != entry.announcement:
            yield chunk
            chunk = []
        chunk.append(entry)
    if chunk:
        yield chunk


def _merged(
    ledger: Ledger, incoming: StagedEntries, by: str, planned: ImportReport, appending: Progress
) -> ImportReport:
    announcements = new = done = 0
    for _, group in groupby(incoming.entries(), key=lambda entry: entry.announcement):
        written = tuple(data_of(entry) for entry in group)
        # It is appended under its own digest, whatever the file says.
        batch = Batch(tuple(each.content for each in written), written)
        receipt = ledger.append(batch, by=by)
        new += len(receipt.appended)
        announcements += bool(receipt.appended)
        done += len(written)
        appending(done, incoming.count)
    return replace(
        planned,
        announcements=announcements,
        entries=new,
        already=incoming.count - new,
        position=ledger.position(),
    )


class _NewEntryCheck:
    """What is new, looked up in the log as it will be when the turn of each comes."""

    def __init__(self, ledger: Ledger, incoming: StagedEntries) -> None:
        self._ledger = ledger
        self._incoming = incoming
        self._number = 0
        self._found: dict[str, tuple[int, Diagnostic]] = {}
        self._faulty = bytearray(incoming.count + 1)
        self._notes: list[tuple[int, Diagnostic]] = []
        self._noted = 0
        self._broken_up = 0

    def continued(self, earliest: datetime | None, latest: datetime) -> None:
        """Note what cannot follow where it stands."""
        for number in self._some(in_order(self._incoming.twice(), self._among_passed())):
            self._fault("duplicate", "the same entry is in this log already", "", number)
            self._faulty[number] = True  # there is nothing more to say of it
        outside = self._incoming.recorded_outside(earliest, latest)
        for number, at in self._some(outside):
            # Before what is here: all of that would seem to have been on record at that time.
            when = "which is still to come" if at > latest else "before what is here"
            said = f"it was recorded at {write_instant(at)}, {when}"
            self._fault("time", said, "see which of the two clocks is wrong", number)
        self._judge()

    def merged(self) -> None:
        """Note what cannot be merged."""
        self.preferences()
        if self._incoming.broken is None:
            self._judge()
            return
        # Part of a log may have parts of announcements; of a line that is there twice, one is new.
        for run in runs(self._incoming.announced()):
            whole = announcement_id(dict.fromkeys(run.ids)) == run.announcement
            if not whole and self._incoming.has_new(run.first, run.last):
                said = (
                    f"this is not all of the announcement {run.announcement[:12]}, or it was"
                    " changed: what is new of it becomes an announcement of its own"
                )
                self._note("part", said, run.first)

    def _judge(self) -> None:
        """Note what is wrong with the announcements of a log, also of one that began before."""
        passed, end = self._incoming.passed, self._incoming.count
        if end == passed:
            return
        begun = last_run(self._ledger, passed)
        judge = AnnouncementCheck(self._announcement, after=begun.first - 1 if begun else 0)
        for run in chain((begun,) if begun else (), runs(self._incoming.announced())):
            judge.take(run)
        judge.finish(end, chain(self._ledger.stored(upto=passed), self._incoming.stored()))

    def _announcement(self, flaw: Flaw) -> None:
        """Note something of an announcement, where any of it is new or it is to be continued."""
        new = self._incoming.has_new(flaw.first, flaw.last)
        said = flaw.said(self._lines(flaw.first, flaw.last))
        if flaw.is_note and new:
            self._note(flaw.kind, said, flaw.first)
        elif not flaw.is_note and (new or self._incoming.passed):
            self._broken_up += 1
            if self._broken_up <= MOST_FAULTS + 1 and not any(
                self._faulty[flaw.first : flaw.last + 1]
            ):
                hint = "take the whole log as it was exported"
                self._fault("announcement", said, hint, flaw.position)

    def _lines(self, first: int, last: int) -> str:
        """Say on which lines entries are."""
        (file, begin), (other, end) = self._incoming.place(first), self._incoming.place(last)
        if file != other:
            return f"line {begin} of {file} to line {end} of {other}"
        return f"line {begin}" if first == last else f"lines {begin} to {end}"

    def _among_passed(self) -> Iterator[int]:
        """Yield the numbers of new entries that are among those which were passed over."""
        ids = self._incoming.new_ids() if self._incoming.passed else iter(())
        while some := list(islice(ids, ENTRIES_AT_ONCE)):
            known = self._ledger.known([id_ for _, id_ in some])
            yield from (number for number, id_ in some if id_ in known)

    def noted(self) -> tuple[tuple[Diagnostic, ...], int]:
        """Return what is to be told and stops nothing, and how much more of it there is."""
        listed = [fault for _, fault in sorted(self._notes, key=itemgetter(0))]
        return tuple(listed), self._noted - len(listed)

    def all(self) -> None:
        """Note what is referred to and not there, or described otherwise, and refuse what is noted.

        Raises AnnouncementError, with MOST_FAULTS of them at most and a last word on the rest.
        """
        for number, mission in self._some(self._incoming.missions()):
            try:
                check_mission(self._ledger, mission)
            except EventError as error:
                hint = "one of the two has to go by another"
                self._fault("mission", error.message, hint, number)
        self._described()
        for number, name in self._some(self._incoming.sources_named()):
            self._number = number
            if not self._source(name):
                said = f"the source {name} is described neither before this nor in the ledger"
                self._fault("source", said, "import what describes it, or the whole log", number)
        for number, entry in self._some(self._incoming.about_the_record()):
            self._number = number
            try:
                # Looking ids up is all that it asks of a store.
                content = cast("RecordEvent", entry.content)
                if resolved(cast("Store", self), content) != content:
                    raise LookupFailure("it does not say in full what it refers to")
            except (LookupFailure, EventError) as error:
                hint = "import the log it refers to first, or the whole log"
                self._fault("reference", error.message, hint, number)
        self._refuse()

    def _described(self) -> None:
        """Note sources that the ledger, or an entry before, describes otherwise."""
        twice = self._incoming.described_twice()
        describing = self._some(self._incoming.describing())
        while some := list(islice(describing, ENTRIES_AT_ONCE)):
            contents = [cast("Source", entry.content) for _, entry in some]
            found = (each.content for each in self._ledger.of_sources(each.id for each in contents))
            there = {each.id: each for each in found if isinstance(each, Source)}
            for (number, _), source in zip(some, contents, strict=True):
                before = there.get(source.id)
                if source.id in twice:
                    before = self._incoming.source(source.id, before=number) or before
                if before:
                    error = conflict(before, source)
                    self._fault(error.code, error.message, error.hint, number)

    def preferences(self) -> None:
        """Note preferences whose makers had not seen every reading that is here."""
        for number, entry in self._some(self._incoming.about_the_record()):
            if isinstance(entry.content, ReadingPreferred):
                self._preference(number, entry.content)

    def _preference(self, number: int, event: ReadingPreferred) -> None:
        for entry in self._ledger.of_mission(event.mission):
            if (
                entry.position > self._incoming.passed
                and bears_on(entry.content, event)
                and not self._incoming.with_id(entry.id, before=number)
            ):
                about = f"the {event.role.value} of {event.facet} {event.key}"
                said = f"it settles {about} without {entry.id[:12]}, which only this ledger has"
                hint = "take this line out, and settle it here: `mission prefer`"
                self._fault("preference", said, hint, number)
                return

    def _some(self, found: Iterable[Found]) -> Iterator[Found]:
        """Yield what a question finds, until more was found wrong than is ever told."""
        before = len(self._found)
        for each in found:
            yield each
            if len(self._found) - before > MOST_FAULTS:
                return

    def starting_with(self, prefix: str, *, limit: int) -> list[Entry]:
        """Return the entry that has an id; entries of a log refer to no less than a whole one."""
        if len(prefix) < 64:
            return []
        found = self._incoming.with_id(prefix, before=self._number)
        return [found] if found else list(self._ledger.starting_with(prefix, limit=limit))

    def _source(self, name: str) -> Source | None:
        if found := self._incoming.source(name, before=self._number):
            return found
        return source_named(self._ledger, name)

    def _fault(self, code: str, message: str, hint: str, number: int) -> None:
        """Note what is wrong with a line, if it is the first, and the same is said of no other."""
        if not self._faulty[number] and message not in self._found:
            file, line = self._incoming.place(number)
            made = diagnostic_at(code, message, hint, file=file, line=line, column=0, whole_line="")
            self._found[message] = number, made
            self._faulty[number] = True

    def _note(self, code: str, message: str, number: int) -> None:
        """Note what is to be told of a line and stops nothing."""
        self._noted += 1
        if len(self._notes) < MOST_FAULTS:
            file, line = self._incoming.place(number)
            made = diagnostic_at(code, message, "", file=file, line=line, column=0, whole_line="")
            self._notes.append((number, made))

    def _refuse(self) -> None:
        in_order = [fault for _, fault in sorted(self._found.values(), key=itemgetter(0))]
        if len(in_order) > MOST_FAULTS:
            next_ = in_order[MOST_FAULTS]
            in_order[MOST_FAULTS:] = [too_many(printable(next_.file), next_.line)]
        if in_order:
            raise AnnouncementError(in_order)
