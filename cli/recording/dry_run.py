"""A dry run of announcement files against a ledger, shared by `add` and `check`.

An error in what an announcement refers to is reported with its file and line; a file given before
the one it corrects, with both names; and effects that may be unintended, as warnings.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import click

from cli.options.clocks import today
from events.ahead import is_published_in_future
from events.encoding.codec import event_id
from events.errors import (
    CircularSourceError,
    EventError,
    LookupFailure,
    MissionLedgerError,
    PublishedInFutureError,
    RetrievedInFutureError,
    SourceConflictError,
)
from events.files.announcement import Announcement, FileLine
from events.files.diagnostics import AnnouncementError, Diagnostic, diagnostic_at
from events.publication import publication
from events.record_events import SourceCorrected, targets_of
from events.source import Source
from ledger.append import References, check_mission
from ledger.log import Receipt
from projections.dry_run import DryRun
from projections.question import ClaimStore

strict_option = click.option("--strict", is_flag=True, help="Treat warnings as errors.")


class FilesDryRun:
    """Announcements appended in order to a log that discards them (`Record.trial`)."""

    def __init__(self, log: ClaimStore, by: str) -> None:
        self._log = log
        self._trial = DryRun(log, by=by, today=today().day)

    def add(
        self, announcements: Sequence[Announcement], expected: int | None = None
    ) -> list[Receipt]:
        """Append announcements in order; return what each would append.

        Raises AnnouncementError with the place in the file of what the log rejects, and
        PositionConflictError.
        """
        receipts: list[Receipt] = []
        for number, announcement in enumerate(announcements):
            try:
                receipt = self._trial.add(announcement, expected=expected)
            except (SourceConflictError, LookupFailure, EventError) as error:
                later = announcements[number + 1 :]
                raise AnnouncementError([_fault(self._log, announcement, error, later)]) from None
            receipts.append(receipt)
            expected = None if expected is None else receipt.position
        return receipts

    def warnings(self) -> list[Diagnostic]:
        """Return the effects of the announcements that may be unintended."""
        return self._trial.warnings()


def without_repeated_hints(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield faults and warnings to print; a warning's hint is not repeated."""
    seen: set[tuple[str, str]] = set()
    for each in found:
        repeated = each.severity == "warning" and (each.code, each.hint) in seen
        seen.add((each.code, each.hint))
        yield replace(each, hint="") if repeated else each


def _fault(
    log: ClaimStore,
    announcement: Announcement,
    error: MissionLedgerError,
    later: Sequence[Announcement],
) -> Diagnostic:
    """Return an error as a diagnostic with its place in the file."""
    place = announcement.source_place
    if isinstance(error, PublishedInFutureError):
        place = _corrected_source_place(announcement, "published") or place
    elif isinstance(error, RetrievedInFutureError):
        place = _corrected_source_place(announcement, "retrieved") or place
    elif isinstance(error, CircularSourceError):
        places = zip(announcement.events, announcement.places, strict=True)
        place = next((at for event, at in places if event_id(event) == error.event), place)
    # A conflict is about the source, whose place this is.
    elif not isinstance(error, SourceConflictError):
        references = References(log, announcement.source)
        for event, at in zip(announcement.events, announcement.places, strict=True):
            try:
                check_mission(log, event.mission)
                references.resolve(event)
            except MissionLedgerError as found:
                error, place = found, at
                if other := _given_later(event, later):
                    error = MissionLedgerError(
                        f"this refers to an event in {other}, which is given after this file",
                        hint=f"give {other} before this file",
                    )
                    error.code = found.code
                break
    file, line = (place.file, place.line) if place else ("", 0)
    return diagnostic_at(error.code, error.message, error.hint, file=file, line=line)


def _corrected_source_place(announcement: Announcement, field: str) -> FileLine | None:
    """Return the place of the event that corrects a date of a source to one in the future.

    `field` is the name of the date. None where the announcement's own source has such a date.
    """
    if _is_in_future(announcement.source, field):
        return None
    for event, at in zip(announcement.events, announcement.places, strict=True):
        if isinstance(event, SourceCorrected) and _is_in_future(event, field):
            return at
    return None


def _is_in_future(stated: Source | SourceCorrected | None, field: str) -> bool:
    date = getattr(stated, field, None)
    return date is not None and is_published_in_future(publication(date), today().day)


def _given_later(event: object, later: Sequence[Announcement]) -> str:
    """Return the later file that states what an event refers to; empty if none does."""
    targets = targets_of(event)
    for announcement in later:
        ids = [event_id(each) for each in announcement.events]
        if any(id_.startswith(target) for id_ in ids for target in targets):
            return announcement.places[0].file
    return ""
