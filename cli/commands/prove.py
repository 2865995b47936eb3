"""`mission prove`: proofs that stand without the ledger."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.failures import shown
from cli.naming import entry_named
from cli.options import ledger_option
from cli.signing import (
    check_begins_with,
    checkpoint_for,
    node_of,
    opened,
    read_small,
    signing_key_option,
)
from cli.whole import write_whole
from events.errors import DamagedLedgerError, MissionLedgerError, ProofError

if TYPE_CHECKING:
    from events.codec import Entry
    from ledger.checkpoints import Checkpoint
    from ledger.prooffiles import ConsistencyProof, InclusionProof
    from ledger.store import Ledger


@click.command(name="prove", short_help="Prove that an entry is in the log, or an old log in it.")
@click.argument("entry", metavar="[ENTRY]", required=False)
@click.option(
    "--since", metavar="FILE", help="Prove that the log of this earlier checkpoint is a prefix."
)
@click.option("--checkpoint", metavar="FILE", help="Prove it under this checkpoint, and sign none.")
@signing_key_option
@click.option("--out", metavar="FILE", help="Write the proof to FILE, which must not be there.")
@ledger_option
def command(
    *,
    entry: str | None,
    since: str | None,
    checkpoint: str | None,
    key: str | None,
    out: str | None,
    ledger: str | None,
) -> None:
    """Prove that ENTRY (an id, the beginning of one, or a position) is in the log.

    With --since, prove instead that nothing the earlier checkpoint covers was changed or
    dropped. The proof carries a checkpoint, signed now or given; `mission verify --proof` checks
    it anywhere, with the public key and without this ledger.

    \b
    Examples:
      mission prove 17 --out entry-17.proof
      mission prove --since 2026-01.checkpoint --out since-january.proof
    """  # noqa: D301
    if (entry is None) == (since is None):
        raise click.UsageError("name an ENTRY, or an earlier checkpoint with --since, and not both")
    from ledger.prooffiles import write_proof  # noqa: PLC0415 (start-up)

    with opened(ledger) as store:
        under, signed = checkpoint_for(store, checkpoint, key)
        if entry is not None:
            found = entry_named(store, entry)
            what = f"the entry at position {found.position}"
            proof: InclusionProof | ConsistencyProof = _inclusion(store, found, under, signed)
        else:
            what = f"the log of {since}"
            proof = _consistency(store, str(since), under, signed)
    data = write_proof(proof)
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        write_whole(Path(out), data)
    click.echo(
        f"proved that {shown(what)} is in the log of {under.size} entries"
        + ("; who signed the checkpoint was not looked at" if checkpoint else ""),
        err=True,
    )


def _inclusion(
    ledger: "Ledger", entry: "Entry", under: "Checkpoint", signed: bytes
) -> "InclusionProof":
    from ledger.merkle import leaf_hash  # noqa: PLC0415 (start-up)
    from ledger.prooffiles import InclusionProof  # noqa: PLC0415 (start-up)
    from ledger.proofs import inclusion_proof, verify_inclusion  # noqa: PLC0415 (start-up)

    index = entry.position - 1
    if entry.position > under.size:
        raise MissionLedgerError(
            f"the checkpoint is of {under.size} entries, and this one is at {entry.position}",
            hint="leave --checkpoint out to sign the log as it is now",
        )
    hashes = inclusion_proof(index, under.size, node_of(ledger))
    try:
        verify_inclusion(leaf_hash(entry.raw), index, under.size, hashes, under.root)
    except ProofError:
        raise DamagedLedgerError(
            f"the entry at position {entry.position} does not belong to the Merkle tree of"
            f" {ledger.place}",
            position=entry.position,
            hint="nothing was proved; `mission verify` says what is wrong",
        ) from None
    return InclusionProof(index, entry.raw, tuple(hashes), signed)


def _consistency(
    ledger: "Ledger", since: str, under: "Checkpoint", signed: bytes
) -> "ConsistencyProof":
    from ledger.checkpoints import peek  # noqa: PLC0415 (start-up)
    from ledger.prooffiles import ConsistencyProof  # noqa: PLC0415 (start-up)
    from ledger.proofs import consistency_proof  # noqa: PLC0415 (start-up)

    old = peek(read_small(since))
    if old.origin != under.origin:
        raise ProofError(f"{since} is of the log {old.origin}, not of {under.origin}")
    check_begins_with(ledger, old, ledger.tree(under.size), since)
    hashes = consistency_proof(old.size, under.size, node_of(ledger)) if old.size else []
    return ConsistencyProof(old.size, tuple(hashes), signed)
