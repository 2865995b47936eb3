"""`mission add`: append announcements to the log, each whole or not at all."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import click

from cli.call import complete_files
from cli.failures import printable_text
from cli.ledger import reading, writing
from cli.options.clocks import ValidDay
from cli.recording import drafts
from cli.recording.append import (
    ComparedDays,
    acknowledged,
    days_to_compare,
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
from events.errors import MissionLedgerError
from events.files.announcement import Announcement
from events.files.announcement_text import template
from events.files.diagnostics import AnnouncementError, Diagnostic
from ledger.append import append_announcement
from ledger.log import Receipt
from projections.question import ClaimStore
from projections.state_object import State
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
        with (reading if dry_run else writing)(ledger) as store:
            _add(store, announcements, call, ask=not files)

    if files:
        append(_read(files))
        return

    def finish(_: bytes, path: str) -> None:
        append(_read((path,)))

    if not dry_run:
        with writing(ledger):
            pass  # fail before the editor opens if the ledger cannot be written
    drafts.edit_draft(template(), "announcement", finish, keep=dry_run)


def _read(files: tuple[str, ...]) -> list[Announcement]:
    announcements, faults = read_all(files)
    if faults:
        raise AnnouncementError(tuple(faults))
    return announcements


def _add(
    store: ClaimStore, announcements: Sequence[Announcement], call: _Call, *, ask: bool
) -> None:
    """Apply announcements in a dry run, print warnings, and append unless `call` is a dry run."""
    rehearsal = FilesDryRun(store, by=call.by)
    receipts = rehearsal.add(announcements, call.expected)
    warnings = rehearsal.warnings()
    for warning in without_repeated_hints(warnings):
        say_fault(warning)
    many = count(len(warnings), "warning", "warnings")
    if warnings and call.strict:
        raise MissionLedgerError(
            f"{many}, which --strict treats as errors", hint="nothing was appended"
        )
    if warnings and ask and not call.dry_run and sys.stdin.isatty():
        click.confirm(f"{many}: append anyway?", abort=True, err=True)
    new = [entry for receipt in receipts for entry in receipt.appended]
    days = days_to_compare(rehearsal.log, new, call.on)
    before = days.states(store)
    log = rehearsal.log
    if not call.dry_run:
        log, receipts = store, _append(store, announcements, call, receipts)
    with acknowledged(() if call.dry_run else receipts):
        _tell(log, receipts, call, days=days, before=before, warnings=warnings)


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


def _tell(
    store: ClaimStore,
    receipts: Sequence[Receipt],
    call: _Call,
    *,
    days: ComparedDays,
    before: Sequence[State],
    warnings: Sequence[Diagnostic],
) -> None:
    if any(receipt.appended for receipt in receipts):
        title = "Would be added (dry run, nothing appended)" if call.dry_run else "Added"
    else:
        title = f"Nothing new: {_where(store, receipts)}"
    report(call.form, receipts, title, days=days, before=before, store=store, warnings=warnings)
    for line in _there_already(receipts, store):
        say(line)


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
