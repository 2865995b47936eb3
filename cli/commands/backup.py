"""`mission backup`: a copy of the ledger, made while others append."""

import click

from cli.counting import count
from cli.failures import shown
from cli.ledger import opened
from cli.messages import say
from cli.options import ledger_option
from cli.progress import progress
from ledger.notes import to_base64


@click.command(name="backup", short_help="Make a verified copy of the ledger.")
@click.argument("file", metavar="FILE")
@ledger_option
def command(*, file: str, ledger: str | None) -> None:
    """Copy the ledger as it now stands to FILE, a SQLite ledger, whatever it is copied from.

    Others may read and append meanwhile. The copy is verified before it gets its name, and
    nothing is ever overwritten. To go back to it, point --ledger at it.

    \b
    Examples:
      mission backup /mnt/usb/2026-01-05.sqlite
      mission verify --ledger /mnt/usb/2026-01-05.sqlite
    """  # noqa: D301
    from ledger.backup import back_up  # noqa: PLC0415 (start-up)

    with opened(ledger) as store:
        tree = back_up(store, file, progress=progress("copied"), verifying=progress("verified"))
    entries = count(tree.size, "entry", "entries")
    say(f"{shown(file)}: {entries}, verified; root {to_base64(tree.root)}", err=False)
