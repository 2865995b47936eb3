"""`mission restore`: put a backup in the place of the ledger."""

from contextlib import closing

import click

from cli.call import complete_files
from cli.options.common import ledger_option
from cli.render.counting import count
from cli.render.messages import say
from cli.render.progress import progress
from events.errors import NoLedgerError
from ledger.exchange.restore import Replaced, restore
from ledger.location import default_path, display_place, path_of
from ledger.transparency.signed_notes import to_base64
from projections.record import open_record


@click.command(name="restore")
@click.argument("backup", metavar="BACKUP", shell_complete=complete_files)
@click.option(
    "--without-newer-entries",
    is_flag=True,
    help="Restore even if the ledger there has entries that BACKUP lacks.",
)
@ledger_option
def command(*, backup: str, without_newer_entries: bool, ledger: str | None) -> None:
    """Put a verified copy of BACKUP in the place of the ledger.

    The ledger that is there, if any, is kept beside it under another name. If it has entries that
    BACKUP lacks, nothing is changed unless --without-newer-entries is given. Programs that have it
    open are told that it was replaced. Never copy a backup over a ledger by hand: what a crash left
    in the write-ahead log beside the ledger would be mixed into it.

    \b
    Examples:
      mission restore /mnt/usb/2026-01-05.sqlite
      mission restore copy.sqlite --ledger missions.sqlite
    """  # noqa: D301
    place, bar = ledger or str(default_path()), progress("verified")
    try:
        opened = open_record(path_of(backup), verifying=bar)
    except NoLedgerError:
        raise NoLedgerError(
            f"there is no backup at {backup}", hint="name the file that `mission backup` wrote"
        ) from None
    with closing(opened) as source:
        done = restore(source, place, without_newer=without_newer_entries, progress=bar)
    entries = count(done.tree.size, "entry", "entries")
    say(
        f"{display_place(place)}: restored {entries} from {backup},"
        f" verified; root {to_base64(done.tree.root)}",
        err=False,
    )
    if done.replaced:
        say(_replaced(done.replaced), err=False)


def _replaced(old: Replaced) -> str:
    """Say where the ledger is that was there, and what it has that the backup lacks."""
    kept = f"the ledger that was there is kept as {old.path}"
    entries = count(old.entries, "entry", "entries")
    if not old.complete:
        read = f"{entries} could be read, of which the backup lacks {old.lacking}"
        return f"{kept}; its log cannot be read to the end: {read}"
    if old.lacking:
        return f"{kept}: {entries}, of which the backup lacks {old.lacking}"
    return f"{kept}: {entries}, all of them in the backup"
