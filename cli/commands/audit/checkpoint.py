"""`mission checkpoint`: sign the size and root of the log, to be stored away from the ledger."""

from pathlib import Path

import click

from cli.call import complete_files
from cli.evidence.files import certificates_in, checkpoint_in, named, read_small, timestamp_of
from cli.evidence.signing import comparison_text, signing_key, signing_key_option
from cli.failures import CallError
from cli.ledger import existing_ledger
from cli.options.common import file_option, ledger_option
from cli.output_file import write_whole
from cli.render.counting import count
from cli.render.messages import say
from cli.standard_streams import DASH, named_input, standard_output
from events.errors import MissionLedgerError
from ledger.log import Ledger
from ledger.merkle.tree import Tree
from ledger.transparency.checkpoints import Checkpoint, write_checkpoint
from ledger.transparency.keys import SigningKey
from ledger.transparency.prove import check_begins_with, check_stored, signable_tree
from ledger.transparency.timestamps import check_timestamp


@click.command(name="checkpoint")
@click.argument("checkpoint", metavar="[CHECKPOINT]", required=False, shell_complete=complete_files)
@signing_key_option
@file_option("--out", "Write to FILE; replace an earlier checkpoint of the same log.")
@file_option("--since", "Sign only if the log extends the log of this checkpoint.")
@click.option(
    "--size", metavar="N", type=click.IntRange(min=0), help="Sign only the first N entries."
)
@file_option(
    "--timestamp", "Sign nothing: store this RFC 3161 reply next to CHECKPOINT if it matches."
)
@file_option(
    "--roots", "With --timestamp: check the signature by the authority's certificates (PEM)."
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
    """Sign the current log and write the checkpoint to standard output or a file.

    Give it to others, or store it where nobody who can write to the ledger can reach it. `mission
    verify --checkpoint` then shows whether the log still begins with the same entries.

    A timestamp authority confirms that CHECKPOINT existed at a given time. Create the query with
    `openssl ts -query -data CHECKPOINT -sha256 -cert`, and add the reply with --timestamp.

    \b
    Examples:
      mission checkpoint --out january
      mission checkpoint january --timestamp reply.tsr
    """  # noqa: D301
    if timestamp is not None:
        if checkpoint is None or out or since or size is not None:
            raise click.UsageError(
                "--timestamp requires a CHECKPOINT, and excludes --out, --since and --size"
            )
        if checkpoint == DASH:
            raise CallError(
                "a timestamp is stored next to CHECKPOINT, which cannot be standard input",
                "name the file of the checkpoint",
            )
        _store_timestamp(Path(checkpoint), timestamp, roots)
        return
    if checkpoint is not None or roots is not None:
        raise click.UsageError(
            "CHECKPOINT and --roots require --timestamp; --out FILE writes a new checkpoint"
        )
    own, out = signing_key(key), None if out == DASH else out
    with existing_ledger(ledger, check=False) as store:
        tree = signable_tree(store, size)
        earlier, replaces = 0, None
        if since:
            earlier = _check_since(store, since, tree, own)[0].size
        if out and Path(out).exists():
            existing, replaces = _check_since(store, out, tree, own)
            earlier = max(earlier, existing.size)
    signed = write_checkpoint(Checkpoint(own.name, tree.size, tree.root), own)
    if out is None:
        standard_output().write(signed)
    elif signed == replaces:
        say(f"nothing new: {out} already holds this checkpoint")
    else:
        _write(Path(out), signed, replace=replaces is not None)
    entries = count(tree.size, "entry", "entries")
    extent = comparison_text(tree.size, old=earlier)
    say(f"signed {entries} as {own.name}; {extent}")


def _check_since(
    ledger: Ledger, name: str, tree: Tree, key: SigningKey
) -> tuple[Checkpoint, bytes]:
    """Check that log and tree extend the log of an earlier checkpoint signed with this key.

    Returns that checkpoint and the bytes of its file. Raises ProofError if they do not extend it,
    and MissionLedgerError if the checkpoint covers more entries than `tree`.
    """
    earlier, data = checkpoint_in(name, key.verifier)
    name = named_input(name)
    if tree.size < earlier.size <= ledger.position():
        raise MissionLedgerError(
            f"{name} covers {count(earlier.size, 'entry', 'entries')}, more than --size"
            f" {tree.size}",
            hint="write the smaller checkpoint to another file, without --since",
        )
    check_begins_with(ledger, earlier, tree, name)
    check_stored(ledger, earlier, name)
    return earlier, data


def _write(path: Path, signed: bytes, *, replace: bool) -> None:
    stamp = timestamp_of(path)
    if replace and stamp.exists():
        raise MissionLedgerError(
            f"{path} has a timestamp ({stamp.name}), which would not match a new checkpoint",
            hint="keep both files, and write the new checkpoint to another file",
        )
    write_whole(path, signed, replace=replace)
    outcome = "replaced; the log extends the earlier checkpoint" if replace else "written"
    say(f"{path}: {outcome}")


def _store_timestamp(checkpoint: Path, reply: str, roots: str | None) -> None:
    """Check a timestamp against a checkpoint, and store it next to the checkpoint's file."""
    _, data = checkpoint_in(checkpoint)
    stamp, certificates = read_small(reply), certificates_in(roots)
    with named(reply):
        found = check_timestamp(stamp, data, certificates)
    path = timestamp_of(checkpoint)
    if not (path.exists() and read_small(path) == stamp):
        write_whole(path, stamp)
    say(f"{path}: is for {checkpoint}, and states {found.time:%Y-%m-%d %H:%M:%S} UTC", err=False)
    if not roots:
        say("the signature of the authority was not checked; --roots FILE checks it")
