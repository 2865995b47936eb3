"""`mission backup`: write a verified copy of the ledger while others append."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from cli.call import complete_files
from cli.failures import drop_output
from cli.ledger import existing_ledger
from cli.options.common import ledger_option
from cli.render.counting import count
from cli.render.messages import say
from cli.render.progress import progress
from cli.standard_streams import DASH, standard_output
from events.errors import StoreError
from ledger.exchange.backup import back_up
from ledger.transparency.signed_notes import to_base64


@click.command(name="backup")
@click.argument("file", metavar="FILE", shell_complete=complete_files)
@ledger_option
def command(*, file: str, ledger: str | None) -> None:
    """Write a verified copy of the ledger to FILE.

    The copy is always a SQLite ledger, also of a PostgreSQL one. Others can read and append
    meanwhile. The copy is verified before it gets its name; FILE must not exist. `mission restore`
    puts it in the place of a ledger; or use it with --ledger. Never copy it over a ledger by hand:
    what lies beside the ledger would be mixed into it. If FILE is `-`, the copy is made and
    verified in the folder for temporary files, and then written to standard output.

    \b
    Examples:
      mission backup /mnt/usb/2026-01-05.sqlite
      mission verify --ledger /mnt/usb/2026-01-05.sqlite
    """  # noqa: D301
    if file == DASH:
        target = standard_output(binary=True)
        with TemporaryDirectory() as folder:
            path = Path(folder, "backup.sqlite")
            result = _back_up(ledger, str(path))
            try:
                with path.open("rb") as copy:
                    shutil.copyfileobj(copy, target)
                target.flush()
            except BrokenPipeError:
                drop_output()
                raise StoreError(
                    "standard output was closed before the backup was complete"
                ) from None
        say(f"standard output: {result}")
    else:
        say(f"{file}: {_back_up(ledger, file)}", err=False)


def _back_up(ledger: str | None, file: str) -> str:
    """Write the copy; return a summary of what it holds."""
    with existing_ledger(ledger, check=False) as store:
        tree = back_up(store, file, progress=progress("copied"), verifying=progress("verified"))
    entries = count(tree.size, "entry", "entries")
    return f"{entries}, verified; root {to_base64(tree.root)}"
