"""`mission prove`: write proofs that are checked without the ledger."""

from pathlib import Path

import click

from cli.entry_lookup import entry_named
from cli.evidence.files import checkpoint_in
from cli.evidence.signing import checkpoint_for, comparison_text, signing_key_option
from cli.ledger import existing_ledger
from cli.options import completion
from cli.options.common import file_option, ledger_option
from cli.output_file import write_whole
from cli.render.counting import count
from cli.render.messages import say
from cli.standard_streams import DASH, named_input, standard_output
from events.errors import MissionLedgerError
from ledger.transparency.proof_files import Proof, write_proof
from ledger.transparency.prove import prove_consistency, prove_inclusion


@click.command(name="prove")
@click.argument("entry", metavar="[ENTRY]", required=False, shell_complete=completion.entries)
@file_option("--since", "Prove that the log of this earlier checkpoint is a prefix of the log.")
@file_option("--checkpoint", "Prove under this checkpoint instead of signing a new one.")
@signing_key_option
@file_option("--out", "Write the proof to FILE, which must not exist.")
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
    """Write a proof that ENTRY is in the log (an inclusion proof).

    ENTRY is an id, the beginning of one, or a position. With --since, write a consistency proof
    instead: that no entry the earlier checkpoint covers was changed or removed.

    The proof contains a checkpoint, either given or signed now. `mission verify --proof` checks
    it with the public key, without this ledger.

    \b
    Examples:
      mission prove 17 --out entry.proof
      mission prove --since january --out since.proof
    """  # noqa: D301
    if (entry is None) == (since is None):
        raise click.UsageError("name either an ENTRY, or an earlier checkpoint with --since")
    with existing_ledger(ledger, check=False) as store:
        under, signed = checkpoint_for(store, checkpoint, key)
        entries = count(under.size, "entry", "entries")
        if entry is not None:
            found = entry_named(store, entry)
            if found.position > under.size:
                name = named_input(checkpoint or "the checkpoint")
                raise MissionLedgerError(
                    f"{name} covers {entries}; the entry is at position {found.position}",
                    hint="omit --checkpoint to sign the current log",
                )
            what, earlier = f"the entry at position {found.position}", 0
            proof: Proof = prove_inclusion(store, found, signed)
        else:
            what = f"the log of {named_input(str(since))}"
            old, _ = checkpoint_in(str(since))
            earlier = old.size
            proof = prove_consistency(store, old, signed, named_input(str(since)))
    data = write_proof(proof)
    if out is None or out == DASH:
        standard_output().write(data)
    else:
        write_whole(Path(out), data)
    say(
        f"proved that {what} is in the log of {entries};"
        f" {comparison_text(under.size, old=earlier)}{_unchecked(checkpoint, since)}"
    )


def _unchecked(checkpoint: str | None, since: str | None) -> str:
    """Name the checkpoints whose signatures were not checked: that needs a public key."""
    names = " and ".join(named_input(name) for name in (since, checkpoint) if name)
    return f"; not checked: who signed {names}" if names else ""
