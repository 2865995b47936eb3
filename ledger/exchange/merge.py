"""Import entries into a ledger: continue its log, or merge another log into it.

    continued    the ledger's log is a prefix of the imported one: the rest is appended unchanged
    merged       on request: entries that are new here are appended as new

A continued log keeps positions, record times and recorders, byte for byte, and so has the Merkle
root of the log it was exported from. Merged entries keep their ids, which are hashes of their
content, and get positions, record times and a recorder of this ledger.

All imported entries, except those that a continued log starts with
(`ledger.exchange.cloudevents.ExistingLog`), are staged first (`ledger.exchange.staging`) and
checked against the ledger. Nothing is appended unless everything can be, and then announcement by
announcement, each whole.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import merge as in_order
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Literal, TypeVar, cast

from events.bearings import can_be_preferred
from events.encoding.codec import Entry, write_instant
from events.errors import EventError, LookupFailure
from events.files.diagnostics import AnnouncementError, Diagnostic, diagnostic_at
from events.printable import printable
from events.record_events import ReadingPreferred, RecordEvent
from events.source import Source
from ledger.announcements import announcement_id, runs
from ledger.append import check_mission, resolve
from ledger.clock import utc_now
from ledger.decide import source_conflict, source_named
from ledger.exchange.cloudevents import MOST_FAULTS, data_of, too_many
from ledger.exchange.continuation import discontinuity, last_run
from ledger.exchange.staging import StagedEntries
from ledger.log import Batch, MissionLedger, Store
from ledger.progress import Progress, no_progress
from ledger.upkeep.announcement_check import AnnouncementCheck, Flaw

ENTRIES_AT_ONCE = 10_000
"""Entries appended in one transaction, or a few more; an announcement is never split."""

AHEAD = timedelta(days=1)
"""How far another ledger's clock may be ahead of this one's."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do in a dry run.

    `announcements` counts those with new entries, `entries` the new entries, `already` those that
    were in the log before. `position` is the last position afterwards. `notes` do not stop the
    import; `more_notes` counts those not listed.
    """

    way: Literal["continued", "merged"]
    announcements: int
    entries: int
    already: int
    position: int
    notes: tuple[Diagnostic, ...] = ()
    more_notes: int = 0


def import_entries(
    ledger: MissionLedger,
    incoming: StagedEntries,
    *,
    by: str,
    merge: bool = False,
    dry_run: bool = False,
    clock: Callable[[], datetime] = utc_now,
    checking: Progress = no_progress,
    appending: Progress = no_progress,
) -> ImportReport:
    """Continue the ledger's log with the staged entries; with `merge`, `by` records the new ones.

    `checking` and `appending` report progress in entries; checking only at its start and end, since
    the checks are a few queries over all staged entries.

    Raises AnnouncementError, and appends nothing, where the entries do not continue the log (unless
    `merge`), an announcement is incomplete, or an entry refers to something that is neither in the
    ledger nor before it, describes a source differently, or cannot follow. After a StoreError what
    was appended before it remains: whole announcements.
    """
    end = ledger.position()
    check = _NewEntryCheck(ledger, incoming)
    checking(0, incoming.count)
    if merge:
        _choose_new(ledger, incoming)
        check.merged()
    else:
        if fault := discontinuity(ledger, incoming):
            raise AnnouncementError([fault])
        incoming.mark_all_new(after=end)
        check.continued(_last_recorded(ledger, end), clock() + AHEAD)
    check.references()
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


def _last_recorded(ledger: MissionLedger, end: int) -> datetime | None:
    """Return the earliest record time that an entry after position `end` can have."""
    last = next(iter(ledger.entries(after=end - 1, upto=end)), None) if end else None
    return last.recorded_at - AHEAD if last else None


def _choose_new(ledger: MissionLedger, incoming: StagedEntries) -> None:
    """Mark the staged entries that the ledger does not have as new, each id once."""
    ids = incoming.ids()
    while batch := list(islice(ids, ENTRIES_AT_ONCE)):
        known = ledger.known([id_ for _, id_ in batch])
        incoming.mark_new([number for number, id_ in batch if id_ not in known])


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
    ledger: MissionLedger,
    incoming: StagedEntries,
    by: str,
    planned: ImportReport,
    appending: Progress,
) -> ImportReport:
    announcements = new = done = 0
    for _, group in groupby(incoming.entries(), key=lambda entry: entry.announcement):
        written = tuple(data_of(entry) for entry in group)
        # The append computes the announcement's digest again, whatever the file has.
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
    """Checks each new entry against the log as it will be when that entry is appended."""

    def __init__(self, ledger: MissionLedger, incoming: StagedEntries) -> None:
        self._ledger = ledger
        self._incoming = incoming
        self._number = 0
        self._faults: dict[str, tuple[int, Diagnostic]] = {}
        self._faulty = bytearray(incoming.count + 1)
        self._notes: list[tuple[int, Diagnostic]] = []
        self._note_count = 0
        self._broken_up = 0

    def continued(self, earliest: datetime | None, latest: datetime) -> None:
        """Report duplicates, implausible record times and broken announcements."""
        for number in self._limited(in_order(self._incoming.duplicates(), self._among_skipped())):
            self._fault("duplicate", "the same entry is in this log already", "", number)
            self._faulty[number] = True  # report nothing else about it
        outside = self._incoming.recorded_outside(earliest, latest)
        for number, at in self._limited(outside):
            # An earlier time would make all the ledger's entries seem recorded by that time.
            when = "which is in the future" if at > latest else "before the ledger's last entry"
            message = f"it was recorded at {write_instant(at)}, {when}"
            self._fault("time", message, "check which of the two clocks is wrong", number)
        self._check_announcements()

    def merged(self) -> None:
        """Report what cannot be merged, and note announcements that are incomplete."""
        self.preferences()
        if self._incoming.broken is None:
            self._check_announcements()
            return
        # Part of a log may hold parts of announcements; of a repeated line only one is new.
        for run in runs(self._incoming.announcement_entries()):
            whole = announcement_id(dict.fromkeys(run.ids)) == run.announcement
            if not whole and self._incoming.has_new(run.first, run.last):
                message = (
                    f"the announcement {run.announcement[:12]} is incomplete or was changed: its"
                    " new entries become an announcement of their own"
                )
                self._note("part", message, run.first)

    def _check_announcements(self) -> None:
        """Check all staged announcements, and the one in which the skipped entries end."""
        skipped, end = self._incoming.skipped, self._incoming.count
        if end == skipped:
            return
        begun = last_run(self._ledger, skipped)
        check = AnnouncementCheck(self._report_flaw, after=begun.first - 1 if begun else 0)
        for run in chain((begun,) if begun else (), runs(self._incoming.announcement_entries())):
            check.take(run)
        check.finish(end, chain(self._ledger.stored(upto=skipped), self._incoming.stored()))

    def _report_flaw(self, flaw: Flaw) -> None:
        """Report a flaw of an announcement that has new entries, or of a log being continued."""
        new = self._incoming.has_new(flaw.first, flaw.last)
        message = flaw.message(self._lines(flaw.first, flaw.last))
        if flaw.is_note and new:
            self._note(flaw.kind, message, flaw.first)
        elif not flaw.is_note and (new or self._incoming.skipped):
            self._broken_up += 1
            if self._broken_up <= MOST_FAULTS + 1 and not any(
                self._faulty[flaw.first : flaw.last + 1]
            ):
                hint = "import the whole log as it was exported"
                self._fault("announcement", message, hint, flaw.position)

    def _lines(self, first: int, last: int) -> str:
        """Return the lines of a range of entries, as text."""
        (file, begin), (other, end) = self._incoming.place(first), self._incoming.place(last)
        if file != other:
            return f"line {begin} of {file} to line {end} of {other}"
        return f"line {begin}" if first == last else f"lines {begin} to {end}"

    def _among_skipped(self) -> Iterator[int]:
        """Yield the numbers of new entries that are also among the skipped ones."""
        ids = self._incoming.new_ids() if self._incoming.skipped else iter(())
        while batch := list(islice(ids, ENTRIES_AT_ONCE)):
            known = self._ledger.known([id_ for _, id_ in batch])
            yield from (number for number, id_ in batch if id_ in known)

    def noted(self) -> tuple[tuple[Diagnostic, ...], int]:
        """Return the notes to show, and how many more there are."""
        listed = [fault for _, fault in sorted(self._notes, key=itemgetter(0))]
        return tuple(listed), self._note_count - len(listed)

    def references(self) -> None:
        """Check references and source descriptions, and refuse the import if there are faults.

        Raises AnnouncementError with at most MOST_FAULTS faults, and one more for the rest.
        """
        for number, mission in self._limited(self._incoming.missions()):
            try:
                check_mission(self._ledger, mission)
            except EventError as error:
                hint = "give one of the two another name"
                self._fault("mission", error.message, hint, number)
        self._check_descriptions()
        for number, name in self._limited(self._incoming.sources_named()):
            self._number = number
            if not self._source(name):
                message = f"the source {name} is described neither before this nor in the ledger"
                self._fault("source", message, "import what describes it, or the whole log", number)
        for number, entry in self._limited(self._incoming.record_events()):
            self._number = number
            try:
                # `resolve` only looks up ids, with `starting_with`.
                content = cast("RecordEvent", entry.content)
                if resolve(cast("Store", self), content) != content:
                    raise LookupFailure("its reference is incomplete")
            except (LookupFailure, EventError) as error:
                hint = "import the log it refers to first, or the whole log"
                self._fault("reference", error.message, hint, number)
        self._refuse()

    def _check_descriptions(self) -> None:
        """Report sources that the ledger, or an earlier entry, describes differently."""
        repeated = self._incoming.described_twice()
        descriptions = self._limited(self._incoming.source_entries())
        while batch := list(islice(descriptions, ENTRIES_AT_ONCE)):
            contents = [cast("Source", entry.content) for _, entry in batch]
            found = (each.content for each in self._ledger.of_sources(each.id for each in contents))
            in_ledger = {each.id: each for each in found if isinstance(each, Source)}
            for (number, _), source in zip(batch, contents, strict=True):
                before = in_ledger.get(source.id)
                if source.id in repeated:
                    before = self._incoming.source(source.id, before=number) or before
                if before:
                    error = source_conflict(before, source)
                    self._fault(error.code, error.message, error.hint, number)

    def preferences(self) -> None:
        """Report preferences made without a reading that only this ledger has."""
        for number, entry in self._limited(self._incoming.record_events()):
            if isinstance(entry.content, ReadingPreferred):
                self._preference(number, entry.content)

    def _preference(self, number: int, event: ReadingPreferred) -> None:
        place = (event.facet, event.key, event.period)
        for entry in self._ledger.of_mission(event.mission):
            if (
                entry.position > self._incoming.skipped
                and can_be_preferred(entry.content, place, event.role)
                and not self._incoming.with_id(entry.id, before=number)
            ):
                about = f"the {event.role.value} of {event.facet} {event.key}"
                message = f"it settles {about} without {entry.id[:12]}, which only this ledger has"
                hint = "remove this line, and settle it in this ledger: `mission prefer`"
                self._fault("preference", message, hint, number)
                return

    def _limited(self, found: Iterable[Found]) -> Iterator[Found]:
        """Yield results of a query until it has led to more faults than are ever reported."""
        before = len(self._faults)
        for each in found:
            yield each
            if len(self._faults) - before > MOST_FAULTS:
                return

    def starting_with(self, prefix: str, *, limit: int) -> list[Entry]:
        """Return the entry with an id, as `Store` does; entries of a log refer by full ids only."""
        if len(prefix) < 64:
            return []
        found = self._incoming.with_id(prefix, before=self._number)
        return [found] if found else list(self._ledger.starting_with(prefix, limit=limit))

    def _source(self, name: str) -> Source | None:
        if found := self._incoming.source(name, before=self._number):
            return found
        return source_named(self._ledger, name)

    def _fault(self, code: str, message: str, hint: str, number: int) -> None:
        """Record a fault of a line, unless the line or another with this message has one."""
        if not self._faulty[number] and message not in self._faults:
            file, line = self._incoming.place(number)
            made = diagnostic_at(code, message, hint, file=file, line=line, column=0, whole_line="")
            self._faults[message] = number, made
            self._faulty[number] = True

    def _note(self, code: str, message: str, number: int) -> None:
        """Record a note on a line; it does not stop the import."""
        self._note_count += 1
        if len(self._notes) < MOST_FAULTS:
            file, line = self._incoming.place(number)
            made = diagnostic_at(code, message, "", file=file, line=line, column=0, whole_line="")
            self._notes.append((number, made))

    def _refuse(self) -> None:
        in_order = [fault for _, fault in sorted(self._faults.values(), key=itemgetter(0))]
        if len(in_order) > MOST_FAULTS:
            next_ = in_order[MOST_FAULTS]
            in_order[MOST_FAULTS:] = [too_many(printable(next_.file), next_.line)]
        if in_order:
            raise AnnouncementError(in_order)
