"""`mission import`: a log from elsewhere, continued here or merged into this one."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.call import complete_files
from cli.options.common import format_option, ledger_option
from cli.recording.append import by_option, recorder
from cli.render.counting import count
from cli.render.messages import say
from cli.render.output import put
from cli.render.page import Page
from cli.render.progress import progress
from cli.standard_streams import named_input, opened_input
from events.errors import StoreError
from events.files.diagnostics import AnnouncementError, Diagnostic
from ledger.backends import open_store
from ledger.location import default_path
from ledger.transparency.signed_notes import to_base64

if TYPE_CHECKING:
    from ledger.exchange.staging import StagedEntries
    from ledger.log import Ledger
    from ledger.storage.sql_store import SqlStore

SHARED_OUT = 32 << 20
"""In bytes of files: from there on it is worth their start that other processes read lines."""

COLUMNS = ("way", "dry_run", "announcements", "entries", "already", "position", "root")


@click.command(name="import")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, shell_complete=complete_files)
@click.option(
    "--merge",
    is_flag=True,
    help="Append what is new in the files as recorded now, by you, whatever log it is of.",
)
@click.option("--dry-run", is_flag=True, help="Append nothing; say what would be.")
@by_option
@format_option()
@ledger_option
def command(
    *,
    files: tuple[str, ...],
    merge: bool,
    dry_run: bool,
    by: str | None,
    form: str,
    ledger: str | None,
) -> None:
    """Take in entries from FILEs (`-` is standard input), as `mission export cloudevents` writes.

    The ledger is empty, or its log is the beginning of what is in the files: that log is
    continued, byte for byte, with its positions, times and recorders. Anything else is refused,
    and the line named at which it stops being a continuation. With --merge, what is new in the
    files is appended instead, and what is there already is counted.

    All of it is read and checked first: a fault in one line leaves out everything.

    \b
    Examples:
      mission import log.jsonl
      mission import part-1.jsonl part-2.jsonl --dry-run
      mission import --merge colleague.jsonl
    """  # noqa: D301
    from ledger.exchange.merge import import_entries  # noqa: PLC0415 (start-up)
    from ledger.exchange.staging import StagedEntries  # noqa: PLC0415

    who = recorder(by)
    place = ledger or default_path()
    with closing(open_store(place, write=not dry_run)) as store, StagedEntries() as incoming:
        _read(files, incoming, store, merge=merge)
        with _told_how_far(store):
            brought = import_entries(
                store,
                incoming,
                by=who,
                merge=merge,
                dry_run=dry_run,
                checking=progress("checked"),
                appending=progress("appended"),
            )
        root = None if dry_run else to_base64(store.tree(brought.position).root)
    record: dict[str, Any] = {
        "way": brought.way,
        "dry_run": dry_run,
        "announcements": brought.announcements,
        "entries": brought.entries,
        "already": brought.already,
        "position": brought.position,
        "root": root,
        "notes": [_note(fault) for fault in brought.notes],
        "more_notes": brought.more_notes,
    }
    for note in record["notes"]:
        say(f"note: {note['file']}:{note['line']}: {note['message']}")
    if brought.more_notes:
        say(f"note: and {brought.more_notes} more like these")
    put(form, data=record, records=[record], columns=COLUMNS, page=lambda: _page(record))


def _note(fault: Diagnostic) -> dict[str, Any]:
    return {name: getattr(fault, name) for name in ("file", "line", "code", "message")}


def _read(
    files: tuple[str, ...], incoming: "StagedEntries", ledger: "SqlStore", *, merge: bool
) -> None:
    """Put aside what is in the files. Raises AnnouncementError with the faults of all of them."""
    from ledger.exchange.cloudevents import ExistingLog, read_summaries  # noqa: PLC0415
    from ledger.exchange.continuation import not_continued  # noqa: PLC0415 (start-up)
    from ledger.process_pool import work_pool  # noqa: PLC0415

    faults: list[Diagnostic] = []
    told = progress("read")
    there = ExistingLog(ledger.stored())
    large = sum(_size(file) for file in files) >= SHARED_OUT
    with work_pool(ledger, ledger.opener if large else None) as work:
        for file in files:
            name = named_input(file)
            try:
                with opened_input(file) as stream:
                    if merge:
                        incoming.take(read_summaries(work, stream, name), name, told)
                    else:
                        there.put_rest_aside(incoming, work, stream, name, told)
            except AnnouncementError as error:
                faults.extend(error.faults)
    if faults:
        broken = None if merge else not_continued(ledger, incoming)
        raise AnnouncementError([broken, *faults] if broken else faults)


def _size(file: str) -> int:
    """Return how large a file is, as far as one can tell before it is read."""
    try:
        return Path(file).stat().st_size
    except OSError:
        return 0


@contextmanager
def _told_how_far(ledger: "Ledger") -> Iterator[None]:
    """Where appending is cut short, say how much of it was done: importing again does the rest."""
    before = ledger.position()
    try:
        yield
    except BaseException:
        with suppress(StoreError):
            if (end := ledger.position()) > before:
                say(
                    f"cut short: the log ended at position {before}, and ends at {end} now;"
                    " import the same again to take in the rest"
                )
        raise


def _page(record: dict[str, Any]) -> Page:
    new = count(record["entries"], "entry", "entries")
    announced = count(record["announcements"], "announcement", "announcements")
    if not record["entries"]:
        title = "Nothing new"
    elif record["dry_run"]:
        title = f"Would be {record['way']}; nothing was: {new} in {announced}"
    else:
        title = f"{record['way'].capitalize()}: {new} in {announced}"
    how = {
        "continued": "positions, times and recorders are those of the log it comes from",
        "merged": "positions, times and the recorder are this ledger's",
    }
    under = [how[record["way"]]] if record["entries"] else []
    if record["already"]:
        there = count(record["already"], "entry was", "entries were")
        under.append(f"{there} in the log already")
    would = "would end" if record["dry_run"] else "ends"
    under.append(f"the log {would} at position {record['position']}")
    if record["root"]:
        under.append(f"root {record['root']}")
    return Page(title, tuple(under), ())
