"""Append events about the record, and report what an append changed."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from cli.failures import drop_output
from cli.inquiry import legend
from cli.recording.compared_days import StateChange, days_to_compare
from cli.recording.options import RecordingOptions
from cli.render import diff_table, entry_text, wording
from cli.render.counting import count
from cli.render.messages import say
from cli.render.output import put
from cli.render.page import Block, Mark, Page, Row, Table
from events.claim_event import Event
from events.dates.days import iso_day
from events.errors import MissionLedgerError
from events.files.diagnostics import Diagnostic
from events.source import Source
from ledger.append import RecordKeeperEvents, append_announcement
from ledger.log import Receipt
from projections.diff import Difference
from projections.labels import labels as labels_of
from projections.question import ClaimStore

MOST_LISTED = 100
"""The most entries or changed answers that are listed one by one."""

COLUMNS = ("position", "id", "type", "mission", "source")
PAGES = ("table", "markdown")
"""The formats that show a page."""


def check_source_exists(store: ClaimStore, name: str | None) -> None:
    """Check that a source is in the ledger. Raises MissionLedgerError."""
    if name is not None and not list(store.of_sources([name])):
        raise MissionLedgerError(
            f"there is no source {name or 'with an empty id'} in the ledger",
            hint="`mission sources` lists them; `mission add` adds one with the events it states",
        )


def append_own(store: ClaimStore, events: Sequence[Event], options: RecordingOptions) -> None:
    """Append events about the record, all or none, and report what they changed."""
    receipt = append_announcement(
        store, RecordKeeperEvents(tuple(events)), by=options.by, expected=options.expect
    )
    title = "Recorded" if receipt.appended else "Nothing new: the same event is in the log already"
    with acknowledged([receipt]):
        report(options, store, [receipt], title).print()


@contextmanager
def acknowledged(receipts: Sequence[Receipt]) -> Iterator[None]:
    """Ensure that a successful append is never reported as failed.

    An error raised inside, while computing or printing the answer, is reported as such, with the
    positions that were appended.
    """
    try:
        yield
        sys.stdout.flush()
    except BaseException as error:
        positions = [entry.position for each in receipts for entry in each.appended]
        if not positions:
            raise
        say(
            f"recorded at positions {wording.runs(positions)}, but the answer could not be printed"
            f" in full: {error or type(error).__name__}"
        )
        if not isinstance(error, Exception):
            raise
        drop_output()


class Report(NamedTuple):
    """What was appended and how it changed answers, worked out completely: no store is needed.

    The `notes` are printed after it on standard error.
    """

    form: str
    data: dict[str, object]
    records: Sequence[dict[str, object]]
    page: Page
    notes: tuple[str, ...] = ()

    def print(self) -> None:
        """Print the report and the notes."""
        page = self.page
        put(self.form, data=self.data, records=self.records, columns=COLUMNS, page=lambda: page)
        for line in self.notes:
            say(line)


def report(
    options: RecordingOptions,
    store: ClaimStore,
    receipts: Sequence[Receipt],
    title: str,
    *,
    warnings: Sequence[Diagnostic] = (),
) -> Report:
    """Report what was appended to a store, and how it changed answers on the days compared."""
    entries = [entry for receipt in receipts for entry in receipt.appended]
    records: list[dict[str, object]] = [
        {
            "position": entry.position,
            "id": entry.id,
            "type": entry.content.type,
            "mission": entry.mission,
            "source": entry.source,
        }
        for entry in entries
    ]
    days = days_to_compare(store, entries, options.on)
    changes: list[StateChange] = []
    if entries:
        changes = days.changes(store, entries[0].position - 1, entries[-1].position)
    compared = [each.to_json() for each in changes]
    data = {
        "appended": records,
        "already": [id_ for receipt in receipts for id_ in receipt.already],
        "position": receipts[-1].position if receipts else None,
        "changes": {each["mission"]: each["differences"] for each in compared},
        "compared": compared,
        "days_not_compared": days.left_out,
        "warnings": [warning.to_json() for warning in warnings],
    }
    blocks: list[Block] = []
    if entries and options.form in PAGES:
        blocks = [_appended(store, receipts), *_changes(store, changes, entries[0].position - 1)]
    if days.left_out:
        blocks.append(f"{count(days.left_out, 'day', 'days')} more that it speaks of: --on DATE")
    return Report(options.form, data, records, Page(title, (), blocks))


def _appended(store: ClaimStore, receipts: Sequence[Receipt]) -> Table:
    """List what was appended, by entry or, for more than MOST_LISTED, by announcement."""
    entries = [entry for receipt in receipts for entry in receipt.appended]
    if len(entries) > MOST_LISTED:
        rows = [
            Row((wording.runs(e.position for e in each.appended), "", _event_count(each)))
            for each in receipts
            if each.appended
        ]
        return Table(("", "", "events"), rows)
    labels = labels_of(store, entries)
    rows = [
        Row((str(e.position), Mark(entry_text.short(e.id)), entry_text.summary(e, labels)))
        for e in entries
    ]
    return Table(("", "id", "event"), rows)


def _event_count(receipt: Receipt) -> str:
    source = receipt.appended[-1].source or "no source"
    events = sum(not isinstance(entry.content, Source) for entry in receipt.appended)
    return f"{source}: {count(events, 'event', 'events')}"


def _changes(store: ClaimStore, changes: Sequence[StateChange], since: int) -> Iterator[Block]:
    """Lay out the changes after a position; one shown for an earlier day is not repeated."""
    shown: set[object] = set()
    nothing_new: dict[str, list[StateChange]] = {}
    cited = diff_table.entries_of(one for each in changes for one in each.differences)
    key = legend(store, entries=cited)
    for each in changes:
        new = [one for one in each.differences if (each.mission, _identity(one)) not in shown]
        shown.update((each.mission, _identity(one)) for one in new)
        if not new:
            nothing_new.setdefault(each.mission, []).append(each)
            continue
        yield Mark(f"What changes in {each.mission}, {each.on}")
        if len(new) > MOST_LISTED:
            call = f"mission diff {each.mission} --on {iso_day(each.on.day)} --recorded {since}.."
            yield f"{len(new)} answers: `{call}` shows them"
        else:
            yield diff_table.table(new, key)
    for mission, same in nothing_new.items():
        if any(each.differences for each in changes if each.mission == mission):
            days = (f"{'the same' if e.differences else 'nothing'} {e.on}" for e in same)
            yield f"Else in {mission}: {'; '.join(days)}."
        else:
            yield f"No answer changes in {mission}, {'; '.join(str(e.on) for e in same)}."
    yield from key.notes()


def _identity(difference: Difference) -> object:
    """Return what identifies a difference apart from its day."""
    sides = (difference.before, difference.after)
    return (
        *(difference.change, difference.facet, difference.key, difference.period),
        *((each.standing, repr(each.value), each.start, each.end) for each in sides if each),
    )
