"""`mission add`: append announcements to the log, each whole or not at all."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

import click

from cli.call import complete_files
from cli.failures import printable_text
from cli.ledger import MOST_TRIED, trying, writing
from cli.options.clocks import ValidDay
from cli.recording import drafts
from cli.recording.append import (
    Report,
    acknowledged,
    recorder,
    recording_options,
    report,
)
from cli.recording.dry_run import FilesDryRun, strict_option, without_repeated_hints
from cli.recording.files import read_all
from cli.render.counting import count
from cli.render.entry_text import short
from cli.render.messages import say, say_fault
from cli.render.wording import runs
from events.errors import BusyLedgerError, MissionLedgerError
from events.files.announcement import Announcement
from events.files.announcement_text import template
from events.files.diagnostics import AnnouncementError, Diagnostic
from ledger.append import append_announcement
from ledger.log import Receipt
from projections.question import ClaimStore
from projections.view import view


@dataclass(frozen=True, slots=True)
class _Call:
    """The options `add` was called with."""

    by: str
    expected: int | None
    on: ValidDay | None
    form: str
    dry_run: bool
    strict: bool


@click.command(name="add")
@click.argument("files", metavar="[FILE…]", nargs=-1, shell_complete=complete_files)
@click.option("--dry-run", is_flag=True, help="Append nothing; show how answers would change.")
@strict_option
@recording_options
def command(
    *,
    files: tuple[str, ...],
    dry_run: bool,
    strict: bool,
    on: ValidDay | None,
    by: str | None,
    expect: int | None,
    form: str,
    ledger: str | None,
) -> None:
    """Append the announcements in FILEs (`-` is standard input), each whole or not at all.

    All files are validated and applied in a dry run first: an error in one file rejects all, and
    unintended effects are reported as warnings. Without FILE, opens an editor on a template, and
    keeps the draft until it is in the log.

    Prints how the state of each mission changed on the dates that the announcements mention.

    \b
    Examples:
      mission add announcement.yaml
      mission add announcement.yaml --dry-run
      mission add --strict *.yaml
      mission add
    """  # noqa: D301
    call = _Call(recorder(by), expect, on, form, dry_run, strict)

    def append(announcements: Sequence[Announcement]) -> None:
        if dry_run:
            _try(ledger, announcements, call)
        else:
            _add(ledger, announcements, call, ask=not files)

    if files:
        append(_read(files))
        return

    def finish(_: bytes, path: str) -> None:
        append(_read((path,)))

    if not dry_run:
        with writing(ledger) as store, suppress(BusyLedgerError), store.trial():
            pass  # fail before the editor opens if the ledger cannot be written
    drafts.edit_draft(template(), "announcement", finish, keep=dry_run)


def _read(files: tuple[str, ...]) -> list[Announcement]:
    announcements, faults = read_all(files)
    if faults:
        raise AnnouncementError(tuple(faults))
    return announcements


def _events(announcements: Sequence[Announcement]) -> int:
    return sum(len(each.events) for each in announcements)


def _try(ledger: str | None, announcements: Sequence[Announcement], call: _Call) -> None:
    """Apply announcements in a dry run, and print what appending them would say."""
    with trying(ledger, events=_events(announcements)) as log:
        rehearsal = FilesDryRun(log, by=call.by)
        receipts = rehearsal.add(announcements, call.expected)
        warnings = rehearsal.warnings()
        answer = _answer(log, receipts, call, warnings)
    _warn(warnings, call)
    answer.print()


def _add(
    ledger: str | None, announcements: Sequence[Announcement], call: _Call, *, ask: bool
) -> None:
    """Apply announcements in a dry run, print warnings, and append.

    The dry run is over, and the write lock released, before anything is printed or asked.
    """
    with writing(ledger) as store:
        small = _events(announcements) <= MOST_TRIED
        with store.trial() if small else store.temporary_copy() as log:
            rehearsal = FilesDryRun(log, by=call.by)
            tried = rehearsal.add(announcements, call.expected)
            warnings = rehearsal.warnings()
        _warn(warnings, call)
        if warnings and ask and sys.stdin.isatty():
            many = count(len(warnings), "warning", "warnings")
            click.confirm(f"{many}: append anyway?", abort=True, err=True)
        receipts = _append(store, announcements, call, tried)
        with acknowledged(receipts):
            _answer(store, receipts, call, warnings).print()


def _warn(warnings: Sequence[Diagnostic], call: _Call) -> None:
    """Print warnings. Raises MissionLedgerError where they are treated as errors."""
    for warning in without_repeated_hints(warnings):
        say_fault(warning)
    if warnings and call.strict:
        many = count(len(warnings), "warning", "warnings")
        raise MissionLedgerError(
            f"{many}, which --strict treats as errors", hint="nothing was appended"
        )


def _append(
    store: ClaimStore, announcements: Sequence[Announcement], call: _Call, tried: Sequence[Receipt]
) -> list[Receipt]:
    """Append announcements one by one; if interrupted, print which entries are in the log.

    `tried` holds the receipts of the dry run. The log is queried for their entries, since an
    interruption may come between an append and its receipt.
    """
    receipts: list[Receipt] = []
    expected = call.expected
    try:
        for announcement in announcements:
            receipt = append_announcement(store, announcement, by=call.by, expected=expected)
            receipts.append(receipt)
            expected = None if expected is None else receipt.position
    except BaseException:
        with suppress(MissionLedgerError):
            ids = [entry.id for each in tried for entry in each.appended]
            found = [each for id_ in ids for each in store.starting_with(id_, limit=1)]
            if found:
                positions = runs([entry.position for entry in found])
                say(f"appended before the interruption: positions {positions}")
        raise
    return receipts


class _Answer(NamedTuple):
    """What `add` prints at the end: a report, and notes about what was in the log already."""

    report: Report
    notes: tuple[str, ...]

    def print(self) -> None:
        """Print the report, then the notes."""
        self.report.print()
        for line in self.notes:
            say(line)


def _answer(
    store: ClaimStore, receipts: Sequence[Receipt], call: _Call, warnings: Sequence[Diagnostic]
) -> _Answer:
    if any(receipt.appended for receipt in receipts):
        title = "Would be added (dry run, nothing appended)" if call.dry_run else "Added"
    else:
        title = f"Nothing new: {_where(store, receipts)}"
    found = report(call.form, store, receipts, title, on=call.on, warnings=warnings)
    return _Answer(found, tuple(_there_already(receipts, store)))


def _where(store: ClaimStore, receipts: Sequence[Receipt]) -> str:
    """Return how many entries were in the log already, and their positions."""
    positions = {
        entry.position
        for receipt in receipts
        for id_ in receipt.already
        for entry in store.starting_with(id_, limit=1)
    }
    return f"all {len(positions)} entries are in the log already (positions {runs(positions)})"


def _there_already(receipts: Sequence[Receipt], store: ClaimStore) -> Iterator[str]:
    already = [id_ for receipt in receipts for id_ in receipt.already]
    if already and any(receipt.appended for receipt in receipts):
        yield f"note: {len(already)} of the entries were in the log already"
    entries = [entry for id_ in already for entry in store.starting_with(id_, limit=1)]
    for mission in dict.fromkeys(entry.mission for entry in entries if entry.mission):
        cancelled = view(store, mission).visible.cancelled
        for id_ in already:
            if undone := cancelled.get(id_):
                what = "corrected" if undone.corrected else "retracted"
                yield (
                    f"note: {short(id_)} is in the log, and was {what} by {short(undone.by)}:"
                    f" {printable_text(undone.reason)}; retracting that makes it count again"
                )
