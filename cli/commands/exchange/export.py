"""`mission export`: write answers and sources for other programs, or the log to archive it."""

from pathlib import Path
from typing import BinaryIO

import click

from cli.call import complete_files
from cli.evidence.signing import checkpoint_for, signing_key_option
from cli.export_command import export_command
from cli.failures import CallError
from cli.groups import Group
from cli.ledger import existing_ledger
from cli.options.common import file_option, ledger_option
from cli.output_file import whole_file
from cli.render.counting import count
from cli.render.messages import say
from cli.standard_streams import DASH, standard_output
from events.errors import DamagedLedgerError
from ledger.log import Ledger
from ledger.transparency.tiles import export_tiles
from projections.exports.registry import FORMATS


@click.group(cls=Group, name="export")
def command() -> None:
    """Export answers and sources for other programs, or the log.

    A file of answers repeats the clocks and the log's position, and says what its format cannot
    hold.

    \b
    Examples:
      mission export csv nmi-tables nmi --on 2021-06-15
      mission export cloudevents log.jsonl
    """  # noqa: D301


for _each in FORMATS:
    command.add_command(export_command(_each))


@command.command(name="cloudevents", short_help="Write the log as CloudEvents JSON Lines.")
@click.argument("file", metavar="[FILE]", required=False, shell_complete=complete_files)
@ledger_option
def cloudevents(*, file: str | None, ledger: str | None) -> None:
    """Write the whole log as CloudEvents 1.0 JSON Lines: the stored bytes, one entry per line.

    Writes to FILE, which must not exist and appears only when complete, or to standard output
    (the default, or `-`).

    \b
    Example:
      mission export cloudevents log.jsonl
    """  # noqa: D301
    with existing_ledger(ledger) as store:
        if file is None or file == DASH:
            target = standard_output()
            written = _write_lines(store, target)
            target.flush()
        else:
            with whole_file(Path(file)) as target:
                written = _write_lines(store, target)
    entries = count(written, "entry", "entries")
    say(f"wrote {entries} without checking them; `mission verify` checks the ledger")


@command.command(name="tlog", short_help="Write the log as tiles for a web server.")
@click.argument("directory", metavar="DIR", shell_complete=complete_files)
@file_option("--checkpoint", "Publish up to this checkpoint instead of signing a new one.")
@signing_key_option
@ledger_option
def tlog(*, directory: str, checkpoint: str | None, key: str | None, ledger: str | None) -> None:
    """Write the log as C2SP tlog-tiles: plain files that any web server can publish.

    If DIR already holds this log, compares the existing files and adds what is new. Refuses a
    DIR of another log, or one in which a file was changed.

    \b
    Examples:
      mission export tlog public/log
      mission export tlog public/log --checkpoint january
    """  # noqa: D301
    if directory == DASH:
        raise CallError(
            "tiles are a folder of files, and cannot be written to standard output",
            "name a DIR, or write lines: mission export cloudevents -",
        )
    with existing_ledger(ledger, check=False) as store:
        under, signed = checkpoint_for(store, checkpoint, key)
        export_tiles(store, Path(directory), signed, under.size)
    unchecked = "; not checked: who signed the checkpoint" if checkpoint else ""
    entries = count(under.size, "entry", "entries")
    say(f"{directory}: the log of {entries}{unchecked}")


def _write_lines(ledger: Ledger, target: BinaryIO) -> int:
    """Write stored bytes, one entry per line; return the count. Raises DamagedLedgerError."""
    position = 0
    for at, raw in ledger.stored(upto=ledger.position()):
        if at != position + 1 or b"\n" in raw:
            raise DamagedLedgerError(
                f"the entry at position {position + 1} is missing, or is not one line",
                position=position + 1,
                hint="run `mission verify`",
            )
        target.write(raw + b"\n")
        position = at
    return position
