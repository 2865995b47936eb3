"""`mission checkpoint`: the log's size and root, signed, to be kept where the ledger is not."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.call import complete_files
from cli.evidence.files import certificates_in, checkpoint_in, named, read_small, timestamp_of
from cli.evidence.signing import compared, signing_key, signing_key_option
from cli.failures import CallError, shown
from cli.ledger import opened
from cli.options.common import ledger_option
from cli.output_file import write_whole
from cli.render.counting import count
from cli.render.messages import say
from cli.standard_streams import DASH, named_input, standard_output
from events.errors import MissionLedgerError

if TYPE_CHECKING:
    from ledger.log import Ledger
    from ledger.merkle.tree import Tree
    from ledger.transparency.checkpoints import Checkpoint
    from ledger.transparency.keys import SigningKey


@click.command(name="checkpoint")
@click.argument("checkpoint", metavar="[CHECKPOINT]", required=False, shell_complete=complete_files)
@signing_key_option
@click.option(
    "--out",
    metavar="FILE",
    shell_complete=complete_files,
    help="Write to FILE; a checkpoint of the same log there is replaced.",
)
@click.option(
    "--since",
    metavar="FILE",
    shell_complete=complete_files,
    help="Sign only if the log still begins as this checkpoint says.",
)
@click.option("--size", metavar="N", type=click.IntRange(min=0), help="Sign the first N entries.")
@click.option(
    "--timestamp",
    metavar="FILE",
    shell_complete=complete_files,
    help="Sign nothing: keep this RFC 3161 reply beside CHECKPOINT, if it is about it.",
)
@click.option(
    "--roots",
    metavar="FILE",
    shell_complete=complete_files,
    help="With --timestamp: the authority's certificates (PEM), to check its signature.",
)
@ledger_option
def command(
    *,
    checkpoint: str | None,
    key: str | None,
    out: str | None,
    since: str | None,
    size: int | None,
    timestamp: str | None,
    roots: str | None,
    ledger: str | None,
) -> None:
    """Sign the log as it stands now, and print the checkpoint, or write it to a file.

    Give it to others, or keep it where nobody who can write to the ledger can reach it: `mission
    verify --checkpoint` then shows whether the log still begins with the same entries.

    A timestamp authority confirms when CHECKPOINT was there. Ask one with a query made by
    `openssl ts -query -data CHECKPOINT -sha256 -cert`, and hand in its reply with --timestamp.

    \b
    Examples:
      mission checkpoint --out january
      mission checkpoint january --timestamp reply.tsr
    """  # noqa: D301
    if timestamp is not None:
        if checkpoint is None or out or since or size is not None:
            raise click.UsageError(
                "--timestamp goes with an existing CHECKPOINT, and signs nothing"
            )
        if checkpoint == DASH:
            raise CallError(
                "the timestamp is kept beside CHECKPOINT, which is standard input here",
                "name the checkpoint's file",
            )
        _keep_timestamp(Path(checkpoint), timestamp, roots)
        return
    if checkpoint is not None or roots is not None:
        raise click.UsageError(
            "CHECKPOINT and --roots go with --timestamp; --out FILE writes a new checkpoint"
        )
    from ledger.transparency.checkpoints import Checkpoint, write_checkpoint  # noqa: PLC0415 (start-up)
    from ledger.transparency.prove import signable  # noqa: PLC0415 (start-up)

    own, out = signing_key(key), None if out == DASH else out
    with opened(ledger) as store:
        tree = signable(store, size)
        earlier, replaces = 0, None
        if since:
            earlier = _check_since(store, since, tree, own)[0].size
        if out and Path(out).exists():
            there, replaces = _check_since(store, out, tree, own)
            earlier = max(earlier, there.size)
    signed = write_checkpoint(Checkpoint(own.name, tree.size, tree.root), own)
    if out is None:
        standard_output().write(signed)
    elif signed == replaces:
        say(f"nothing new: {shown(out)} is this checkpoint already")
    else:
        _write(Path(out), signed, replace=replaces is not None)
    entries = count(tree.size, "entry", "entries")
    said = compared(tree.size, old=earlier)
    say(f"signed {entries} as {shown(own.name)}; {said}")


def _check_since(
    ledger: "Ledger", name: str, tree: "Tree", key: "SigningKey"
) -> "tuple[Checkpoint, bytes]":
    """Make sure that log and tree begin as an earlier checkpoint of ours says.

    Returns that, and its file's bytes. Raises ProofError.
    """
    from ledger.transparency.prove import check_begins_with, check_stored  # noqa: PLC0415 (start-up)

    earlier, data = checkpoint_in(name, key.verifier)
    name = named_input(name)
    if tree.size < earlier.size <= ledger.position():
        raise MissionLedgerError(
            f"{name} is of {count(earlier.size, 'entry', 'entries')} already, and --size"
            f" {tree.size} of fewer",
            hint="write the smaller one to a file of its own, without --since",
        )
    check_begins_with(ledger, earlier, tree, name)
    check_stored(ledger, earlier, name)
    return earlier, data


def _write(path: Path, signed: bytes, *, replace: bool) -> None:
    stamp = timestamp_of(path)
    if replace and stamp.exists():
        raise MissionLedgerError(
            f"{path} has a timestamp, {stamp.name}, which is about no other checkpoint",
            hint="keep both, and write the new checkpoint to another file",
        )
    write_whole(path, signed, replace=replace)
    said = "replaced, whose entries the log still begins with" if replace else "written"
    say(f"{shown(path)}: {said}")


def _keep_timestamp(checkpoint: Path, reply: str, roots: str | None) -> None:
    from ledger.transparency.timestamps import check_timestamp  # noqa: PLC0415 (start-up)

    _, data = checkpoint_in(checkpoint)
    stamp, certificates = read_small(reply), certificates_in(roots)
    with named(reply):
        found = check_timestamp(stamp, data, certificates)
    path = timestamp_of(checkpoint)
    if not (path.exists() and read_small(path) == stamp):
        write_whole(path, stamp)
    say(
        f"{shown(path)}: about {shown(checkpoint)}, and says {found.time:%Y-%m-%d %H:%M:%S} UTC",
        err=False,
    )
    if not roots:
        say("not checked: who says so (the authority's signature); --roots FILE checks it")
