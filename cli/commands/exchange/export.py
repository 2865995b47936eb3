"""`mission export`: the log in formats of others, for keeping and for publishing."""

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from cli.call import complete_files
from cli.evidence.signing import checkpoint_for, signing_key_option
from cli.failures import CallError, shown
from cli.groups import Group
from cli.ledger import opened
from cli.options.common import ledger_option
from cli.output_file import whole_file
from cli.render.counting import count
from cli.render.messages import say
from cli.standard_streams import DASH, standard_output
from events.errors import DamagedLedgerError

if TYPE_CHECKING:
    from ledger.log import Ledger


@click.group(cls=Group, name="export")
def command() -> None:
    """Write the log in formats of others.

    \b
    Examples:
      mission export cloudevents log.jsonl
      mission export tlog public/log
    """  # noqa: D301


@command.command(name="cloudevents", short_help="Write the log as CloudEvents JSON Lines.")
@click.argument("file", metavar="[FILE]", required=False, shell_complete=complete_files)
@ledger_option
def cloudevents(*, file: str | None, ledger: str | None) -> None:
    """Write the whole log as CloudEvents 1.0 JSON Lines: the stored bytes, a line each.

    To standard output (also as `-`), or to a FILE that must not be there: it appears when it is
    whole.

    \b
    Example:
      mission export cloudevents log.jsonl
    """  # noqa: D301
    with opened(ledger) as store:
        if file is None or file == DASH:
            target = standard_output()
            written = _write_lines(store, target)
            target.flush()
        else:
            with whole_file(Path(file)) as target:
                written = _write_lines(store, target)
    entries = count(written, "entry", "entries")
    say(f"wrote {entries}; not checked: `mission verify` does that")


@command.command(name="tlog", short_help="Write the log as tiles, for any web server.")
@click.argument("directory", metavar="DIR", shell_complete=complete_files)
@click.option(
    "--checkpoint",
    metavar="FILE",
    shell_complete=complete_files,
    help="Publish up to this checkpoint, and sign none.",
)
@signing_key_option
@ledger_option
def tlog(*, directory: str, checkpoint: str | None, key: str | None, ledger: str | None) -> None:
    """Write the log as C2SP tlog-tiles: plain files that any web server can publish.

    In a DIR of the same log, what is new is added, once every file that is there was compared.
    A DIR of another log is refused, and one in which a file was changed.

    \b
    Examples:
      mission export tlog public/log
      mission export tlog public/log --checkpoint january
    """  # noqa: D301
    from ledger.transparency.tiles import export_tiles  # noqa: PLC0415 (start-up)

    if directory == DASH:
        raise CallError(
            "a folder of files does not go to standard output",
            "name a DIR, or write lines: mission export cloudevents -",
        )
    with opened(ledger) as store:
        under, signed = checkpoint_for(store, checkpoint, key)
        export_tiles(store, Path(directory), signed, under.size)
    unseen = "; who signed the checkpoint was not looked at" if checkpoint else ""
    entries = count(under.size, "entry", "entries")
    say(f"{shown(directory)}: the log of {entries}{unseen}")


def _write_lines(ledger: "Ledger", target: BinaryIO) -> int:
    """Write stored bytes, a line each, and return how many. Raises DamagedLedgerError."""
    position = 0
    for at, raw in ledger.stored(upto=ledger.position()):
        if at != position + 1 or b"\n" in raw:
            raise DamagedLedgerError(
                f"position {position + 1} is missing from the log, or not one line",
                position=position + 1,
                hint="`mission verify` says what is wrong",
            )
        target.write(raw + b"\n")
        position = at
    return position
