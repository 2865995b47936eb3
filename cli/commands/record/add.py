"""`mission add`: append announcements to the log, each whole or not at all."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial

import click
from click.shell_completion import CompletionItem

from cli.call import complete_files
from cli.ledger import MOST_TRIED, trying, writing
from cli.options import completion
from cli.recording import drafts
from cli.recording.append import Report, acknowledged, report
from cli.recording.dry_run import FilesDryRun, strict_option, without_repeated_hints
from cli.recording.files import read_all
from cli.recording.options import RecordingOptions, records
from cli.render.counting import count
from cli.render.entry_text import short
from cli.render.messages import say, say_fault
from cli.render.wording import runs
from events.errors import BusyLedgerError, MissionLedgerError
from events.files.announcement import Announcement
from events.files.diagnostics import AnnouncementError, Diagnostic
from events.files.json_schema import type_named
from events.files.template import template
from events.record_events import ALL_TYPES
from ledger.append import append_announcement
from ledger.log import Receipt
from projections.question import ClaimStore
from projections.view import view


def _complete(ctx: click.Context, param: click.Parameter, text: str) -> list[CompletionItem]:
    """Complete types after --template, and else files."""
    return (completion.types if ctx.params.get("for_types") else complete_files)(ctx, param, text)


@click.command(name="add")
@click.argument("files", metavar="[FILE…]", nargs=-1, shell_complete=_complete)
@click.option("--dry-run", is_flag=True, help="Append nothing; show how answers would change.")
@click.option(
    "--template",
    "for_types",
    is_flag=True,
    help="Append nothing; print a file to fill in, with events of the types named.",
)
@strict_option
@records
def command(
    options: RecordingOptions,
    *,
    files: tuple[str, ...],
    dry_run: bool,
    for_types: bool,
    strict: bool,
) -> None:
    """Append the announcements in FILEs (`-` is standard input), each whole or not at all.

    All files are validated and applied in a dry run first: an error in one file rejects all, and
    unintended effects are reported as warnings. Without FILE, opens an editor on a template, and
    keeps the draft until it is in the log.

    Prints how the state of each mission changed on the dates that the announcements mention.

    With --template, prints a file to fill in instead, with an event of each type named in place of
    FILE (`mission types` lists them). This needs no ledger.

    \b
    Examples:
      mission add --template command-taken-over > new.yaml
      mission add announcement.yaml
      mission add announcement.yaml --dry-run
      mission add --strict *.yaml
      mission add
    """  # noqa: D301
    if for_types:
        if dry_run or strict:
            raise click.UsageError("--template appends nothing: leave out --dry-run and --strict")
        kinds = [ALL_TYPES[type_named(name, ALL_TYPES)] for name in files]
        sys.stdout.buffer.write(template(kinds).encode())
        return
    append = partial(_try, options) if dry_run else partial(_add, options, ask=not files)
    if files:
        append(_read(files), strict=strict)
        return
    if not dry_run:
        with writing(options.ledger) as store, suppress(BusyLedgerError), store.trial():
            pass  # fail before the editor opens if the ledger cannot be written

    def finish(_: bytes, path: str) -> None:
        append(_read((path,)), strict=strict)

    drafts.edit_draft(template(), "announcement", finish, keep=dry_run)


def _read(files: tuple[str, ...]) -> list[Announcement]:
    announcements, faults = read_all(files)
    if faults:
        raise AnnouncementError(faults)
    return announcements


def _events(announcements: Sequence[Announcement]) -> int:
    return sum(len(each.events) for each in announcements)


def _try(options: RecordingOptions, announcements: Sequence[Announcement], *, strict: bool) -> None:
    """Apply announcements in a dry run, and print what appending them would say."""
    with trying(options.ledger, events=_events(announcements)) as log:
        receipts, warnings = _rehearse(log, announcements, options)
        title = "Would be added (dry run, nothing appended)"
        answer = _answer(log, receipts, options, title, warnings)
    _warn(warnings, strict=strict)
    answer.print()


def _add(
    options: RecordingOptions, announcements: Sequence[Announcement], *, strict: bool, ask: bool
) -> None:
    """Apply announcements in a dry run, print warnings, and append.

    The dry run is over, and the write lock released, before anything is printed or asked.
    """
    with writing(options.ledger) as store:
        small = _events(announcements) <= MOST_TRIED
        with store.trial() if small else store.temporary_copy() as log:
            tried, warnings = _rehearse(log, announcements, options)
        _warn(warnings, strict=strict)
        if warnings and ask and sys.stdin.isatty():
            many = count(len(warnings), "warning", "warnings")
            click.confirm(f"{many}: append anyway?", abort=True, err=True)
        receipts = _append(store, announcements, options, tried)
        with acknowledged(receipts):
            _answer(store, receipts, options, "Added", warnings).print()


def _rehearse(
    log: ClaimStore, announcements: Sequence[Announcement], options: RecordingOptions
) -> tuple[list[Receipt], list[Diagnostic]]:
    """Append announcements to a log that discards them; return the receipts and the warnings."""
    rehearsal = FilesDryRun(log, by=options.by)
    return rehearsal.add(announcements, options.expect), rehearsal.warnings()


def _warn(warnings: Sequence[Diagnostic], *, strict: bool) -> None:
    """Print warnings. Raises MissionLedgerError where they are treated as errors."""
    for warning in without_repeated_hints(warnings):
        say_fault(warning)
    if warnings and strict:
        many = count(len(warnings), "warning", "warnings")
        raise MissionLedgerError(
            f"{many}, which --strict treats as errors", hint="nothing was appended"
        )


def _append(
    store: ClaimStore,
    announcements: Sequence[Announcement],
    options: RecordingOptions,
    tried: Sequence[Receipt],
) -> list[Receipt]:
    """Append announcements one by one; if interrupted, print which entries are in the log.

    `tried` holds the receipts of the dry run. The log is queried for their entries, since an
    interruption may come between an append and its receipt.
    """
    receipts: list[Receipt] = []
    by, expected = options.by, options.expect
    try:
        for announcement in announcements:
            receipt = append_announcement(store, announcement, by=by, expected=expected)
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


def _answer(
    store: ClaimStore,
    receipts: Sequence[Receipt],
    options: RecordingOptions,
    title: str,
    warnings: Sequence[Diagnostic],
) -> Report:
    """Report what was appended, with notes about what was in the log already."""
    if not any(receipt.appended for receipt in receipts):
        title = f"Nothing new: {_where(store, receipts)}"
    found = report(options, store, receipts, title, warnings=warnings)
    return found._replace(notes=tuple(_there_already(receipts, store)))


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
                    f" {undone.reason}; retracting that makes it count again"
                )
