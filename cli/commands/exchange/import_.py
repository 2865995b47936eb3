"""`mission import`: continue the log of another ledger, or merge its new entries."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.call import complete_files
from cli.options.common import format_option, ledger_option
from cli.recording.options import by_option
from cli.render.counting import count
from cli.render.messages import say
from cli.render.output import put
from cli.render.page import Page
from cli.render.progress import progress
from cli.standard_streams import named_input, opened_input
from events.errors import StoreError
from events.files.diagnostics import AnnouncementError, Diagnostic
from ledger.location import default_path
from ledger.transparency.signed_notes import to_base64
from projections.record import open_record

if TYPE_CHECKING:
    from ledger.exchange.staging import StagedEntries
    from ledger.log import Ledger
    from projections.record import Record

SHARED_OUT = 32 << 20
"""Total size of files, in bytes, from which a process pool is worth its start-up time."""

COLUMNS = ("way", "dry_run", "announcements", "entries", "already", "position", "root")


@click.command(name="import")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, shell_complete=complete_files)
@click.option(
    "--merge", is_flag=True, help="Append new entries from any log, as recorded now by you."
)
@click.option("--dry-run", is_flag=True, help="Append nothing; show what would be appended.")
@by_option
@format_option()
@ledger_option
def command(
    *, files: tuple[str, ...], merge: bool, dry_run: bool, by: str, form: str, ledger: str | None
) -> None:
    """Import entries from FILEs that `mission export cloudevents` wrote (`-` is standard input).

    Without --merge, the files must continue the log of this ledger, which may be empty: the new
    entries are appended byte for byte, with their positions, times and recorders. Anything else
    is refused, with the first line that does not fit.

    With --merge, entries that the ledger lacks are appended at new positions, and those it has
    are counted. All input is validated first: a fault in one line rejects everything.

    \b
    Examples:
      mission import log.jsonl
      mission import part-1.jsonl part-2.jsonl --dry-run
      mission import --merge colleague.jsonl
    """  # noqa: D301
    from ledger.exchange.merge import import_entries  # noqa: PLC0415 (start-up)
    from ledger.exchange.staging import StagedEntries  # noqa: PLC0415

    place = ledger or default_path()
    store = open_record(place, write=not dry_run, verifying=progress("verifying"))
    with closing(store), StagedEntries() as incoming:
        _read(files, incoming, store, merge=merge)
        with _report_partial(store):
            result = import_entries(
                store,
                incoming,
                by=by,
                merge=merge,
                dry_run=dry_run,
                checking=progress("checked"),
                appending=progress("appended"),
            )
        root = None if dry_run else to_base64(store.tree(result.position).root)
    record: dict[str, Any] = {
        "way": result.way,
        "dry_run": dry_run,
        "announcements": result.announcements,
        "entries": result.entries,
        "already": result.already,
        "position": result.position,
        "root": root,
        "notes": [_note(fault) for fault in result.notes],
        "more_notes": result.more_notes,
    }
    for note in record["notes"]:
        say(f"note: {note['file']}:{note['line']}: {note['message']}")
    if result.more_notes:
        say(f"note: {result.more_notes} more notes are not listed")
    put(form, data=record, records=[record], columns=COLUMNS, page=lambda: _page(record))


def _note(fault: Diagnostic) -> dict[str, Any]:
    return {name: getattr(fault, name) for name in ("file", "line", "code", "message")}


def _read(
    files: tuple[str, ...], incoming: "StagedEntries", ledger: "Record", *, merge: bool
) -> None:
    """Stage the entries of the files. Raises AnnouncementError with the faults of all files."""
    from ledger.exchange.cloudevents import ExistingLog, read_summaries  # noqa: PLC0415
    from ledger.exchange.continuation import discontinuity  # noqa: PLC0415 (start-up)
    from ledger.process_pool import work_pool  # noqa: PLC0415

    faults: list[Diagnostic] = []
    report = progress("read")
    existing = ExistingLog(ledger.stored())
    large = sum(_size(file) for file in files) >= SHARED_OUT
    with work_pool(ledger, ledger.opener if large else None) as work:
        for file in files:
            name = named_input(file)
            try:
                with opened_input(file) as stream:
                    if merge:
                        incoming.take(read_summaries(work, stream, name), name, report)
                    else:
                        existing.put_rest_aside(incoming, work, stream, name, report)
            except AnnouncementError as error:
                faults.extend(error.faults)
    if faults:
        misfit = None if merge else discontinuity(ledger, incoming)
        raise AnnouncementError([misfit, *faults] if misfit else faults)


def _size(file: str) -> int:
    """Return the size of a file in bytes, or 0 if it is not known before reading."""
    try:
        return Path(file).stat().st_size
    except OSError:
        return 0


@contextmanager
def _report_partial(ledger: "Ledger") -> Iterator[None]:
    """If appending is interrupted, print how far it got; a second import appends the rest."""
    before = ledger.position()
    try:
        yield
    except BaseException:
        with suppress(StoreError):
            if (end := ledger.position()) > before:
                say(
                    f"interrupted: the log ended at position {before}, and now ends at {end};"
                    " import the same files again to append the rest"
                )
        raise


def _page(record: dict[str, Any]) -> Page:
    new = count(record["entries"], "entry", "entries")
    announced = count(record["announcements"], "announcement", "announcements")
    if not record["entries"]:
        title = "Nothing new"
    elif record["dry_run"]:
        title = f"Would be {record['way']} (dry run, nothing appended): {new} in {announced}"
    else:
        title = f"{record['way'].capitalize()}: {new} in {announced}"
    how = {
        "continued": "positions, times and recorders are those of the imported log",
        "merged": "positions, times and the recorder are this ledger's",
    }
    under = [how[record["way"]]] if record["entries"] else []
    if record["already"]:
        existing = count(record["already"], "entry was", "entries were")
        under.append(f"{existing} in the log already")
    ends = "would end" if record["dry_run"] else "ends"
    under.append(f"the log {ends} at position {record['position']}")
    if record["root"]:
        under.append(f"root {record['root']}")
    return Page(title, tuple(under), ())
