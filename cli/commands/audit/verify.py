"""`mission verify`: check the ledger, or check a proof without it."""

import click

from cli.evidence import verdicts
from cli.evidence.files import StoredCheckpoint, named, read_small, stored_checkpoint
from cli.evidence.signing import public_key
from cli.failures import NegativeAnswer
from cli.ledger import existing_ledger
from cli.options.common import file_option
from cli.options.request import Request, asks
from cli.render.messages import say_error
from cli.render.output import put
from cli.render.progress import progress
from cli.standard_streams import named_input
from events.errors import DamagedLedgerError, MissionLedgerError
from ledger.location import default_path, display_place
from ledger.transparency.proof_files import (
    InclusionProof,
    check_consistency,
    check_inclusion,
    read_proof,
)
from ledger.upkeep.verify import verify

FINDINGS = ("position", "code", "message")
GIVE_KEY = "give the public key of the signer: --key KEY"
OF_PROOF = ("holds", "proof", "position", "id", "checkpoint.origin", "checkpoint.size")


@click.command(name="verify")
@file_option("--checkpoint", "Also check that the log begins with the entries of this checkpoint.")
@click.option(
    "--quick",
    is_flag=True,
    help="Check bytes, ids and the Merkle tree, but not what the entries say.",
)
@file_option("--proof", "Check this proof instead of a ledger.")
@file_option("--since", "With --proof: the earlier checkpoint that the proof starts from.")
@file_option(
    "--key", "Check signatures with this public key (the key itself or a file).", metavar="KEY"
)
@file_option("--roots", "With --checkpoint: the trusted certificates (PEM) for its timestamp.")
@asks
def command(
    request: Request,
    *,
    checkpoint: str | None,
    quick: bool,
    proof: str | None,
    since: str | None,
    key: str | None,
    roots: str | None,
) -> None:
    """Verify the ledger against its stored bytes, and report the first bad entry.

    Recomputes the Merkle tree and the derived tables from the log; with --quick only the tree, in
    a fraction of the time. Only a checkpoint stored elsewhere shows that the ledger as a whole was
    not replaced, and its signature is only checked with --key. Exits with 1 if anything is wrong,
    and with 2 if a signature was not checked.

    \b
    Examples:
      mission verify
      mission verify --quick
      mission verify --checkpoint january --key public.key
      mission verify --proof entry.proof --key public.key
    """  # noqa: D301
    if proof is not None:
        if checkpoint is not None or roots is not None or quick:
            raise click.UsageError("--proof can be combined only with --key and --since")
        _check_proof(proof, since, key, request.form)
        return
    if since is not None:
        raise click.UsageError("--since requires --proof")
    if (key or roots) and checkpoint is None:
        raise click.UsageError("--key and --roots require --checkpoint or --proof")
    verifier = public_key(key) if key else None
    kept = stored_checkpoint(checkpoint, verifier, roots) if checkpoint else None
    data, place = _verify_ledger(request.ledger, kept, quick=quick)
    put(
        request.form,
        data=data,
        records=data["findings"],
        columns=FINDINGS,
        page=lambda: verdicts.ledger_page(data, place),
    )
    if data["holds"] is False:
        raise NegativeAnswer
    if kept and not kept.verifier:
        # Not raised as an error: the answer is printed, and its JSON says so (`holds` is null).
        message = f"the signature on {kept.name} was not checked: anyone can write such a file"
        say_error(message, GIVE_KEY)
        raise click.exceptions.Exit(2)


def _verify_ledger(
    ledger: str | None, kept: StoredCheckpoint | None, *, quick: bool
) -> tuple[verdicts.Json, str]:
    """Verify a ledger; return the result as JSON, and the location of the ledger."""
    try:
        with existing_ledger(ledger, check=False) as store:
            expected = kept.checkpoint if kept else None
            verified = verify(
                store,
                expected=expected,
                progress=progress("verifying"),
                share_out=True,
                quick=quick,
            )
            return verdicts.of_ledger(verified, kept), store.place
    except DamagedLedgerError as error:
        # A ledger too damaged to be read is a result, not an error.
        say_error(error.message, error.hint)
        return verdicts.of_unreadable(error, kept), display_place(ledger or str(default_path()))


def _check_proof(name: str, since: str | None, key: str | None, form: str) -> None:
    """Check a proof, and print what it shows. Raises ProofError if it does not hold."""
    if key is None:
        raise MissionLedgerError(
            f"nothing was checked: {name} needs the public key that signed its checkpoint",
            hint=GIVE_KEY,
        )
    verifier, data = public_key(key), read_small(name)
    with named(name):
        proof = read_proof(data)
    if isinstance(proof, InclusionProof):
        if since is not None:
            raise click.UsageError("--since requires a proof that was made with --since")
        with named(name):
            under, entry = check_inclusion(proof, verifier)
        shows = verdicts.of_inclusion(under, entry, verifier)
    else:
        if since is None:
            raise click.UsageError(
                "this proof starts from an earlier checkpoint: name it with --since FILE"
            )
        old = stored_checkpoint(since, verifier, None)
        with named(name):
            under = check_consistency(proof, old.checkpoint, verifier)
        shows = verdicts.of_consistency(old, under, verifier)
    put(
        form,
        data=shows,
        records=[shows],
        columns=OF_PROOF,
        page=lambda: verdicts.proof_page(shows, named_input(name)),
    )
    if not shows["holds"]:
        raise NegativeAnswer
