"""`mission import`: continue the log of another ledger, or merge its new entries."""

from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import click

from cli.call import complete_files
from cli.ledger import trial_of
from cli.options.common import format_option, ledger_option
from cli.recording.options import by_option
from cli.render.counting import count
from cli.render.messages import say
from cli.render.output import put
from cli.render.page import Page
from cli.render.progress import progress
from cli.standard_streams import named_input, opened_input
from events.files.diagnostics import Diagnostic
from ledger.location import default_path
from ledger.transparency.signed_notes import to_base64
from projections.record import open_record

SHARED_OUT = 16 << 20
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
    from ledger.exchange.cloudevents import whole_lines  # noqa: PLC0415 (start-up)
    from ledger.exchange.log_import import import_entries  # noqa: PLC0415

    def read(file: str) -> Iterator[bytes]:
        with opened_input(file) as stream:
            yield from whole_lines(stream)

    place = ledger or default_path()
    size = sum(_size(file) for file in files)
    with closing(open_record(place, write=not dry_run, verifying=progress("verifying"))) as store:
        with trial_of(store, place, events=size // 500) if dry_run else nullcontext(store) as open_:
            result = import_entries(
                open_,
                ((named_input(file), read(file)) for file in files),
                by=by,
                merge=merge,
                share_out=size >= SHARED_OUT,
                progress=progress("imported"),
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


def _size(file: str) -> int:
    """Return the size of a file in bytes, or 0 if it is not known before reading."""
    try:
        return Path(file).stat().st_size
    except OSError:
        return 0


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
