"""`mission backup`: a copy of the ledger, made while others append."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from cli.call import complete_files
from cli.failures import drop_output, shown
from cli.ledger import opened
from cli.options.common import ledger_option
from cli.render.counting import count
from cli.render.messages import say
from cli.render.progress import progress
from cli.standard_streams import DASH, standard_output
from events.errors import StoreError
from ledger.transparency.signed_notes import to_base64


@click.command(name="backup")
@click.argument("file", metavar="FILE", shell_complete=complete_files)
@ledger_option
def command(*, file: str, ledger: str | None) -> None:
    """Copy the ledger as it now stands to FILE, a SQLite ledger, whatever it is copied from.

    Others may read and append meanwhile. The copy is verified before it gets its name, and
    nothing is ever overwritten. To go back to it, point --ledger at it. `-` is standard output:
    the copy is made and verified in the folder for temporary files, and then written there.

    \b
    Examples:
      mission backup /mnt/usb/2026-01-05.sqlite
      mission verify --ledger /mnt/usb/2026-01-05.sqlite
    """  # noqa: D301
    if file == DASH:
        target = standard_output(binary=True)
        with TemporaryDirectory() as folder:
            made = Path(folder, "backup.sqlite")
            said = _backed_up(ledger, str(made))
            try:
                with made.open("rb") as copy:
                    shutil.copyfileobj(copy, target)
                target.flush()
            except BrokenPipeError:
                drop_output()
                raise StoreError("whoever reads the backup ended before it was whole") from None
        say(f"standard output: {said}")
    else:
        say(f"{shown(file)}: {_backed_up(ledger, file)}", err=False)


def _backed_up(ledger: str | None, file: str) -> str:
    """Make the copy, and say what is in it."""
    from ledger.exchange.backup import back_up  # noqa: PLC0415 (start-up)

    with opened(ledger) as store:
        tree = back_up(store, file, progress=progress("copied"), verifying=progress("verified"))
    entries = count(tree.size, "entry", "entries")
    return f"{entries}, verified; root {to_base64(tree.root)}"
