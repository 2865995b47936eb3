"""The keys that sign and verify, and the checkpoint that a proof refers to.

A signing key is a file that only its owner can read: --key, MISSION_KEY, or signing.key in the
user's configuration folder, apart from the ledgers. A public key is one line (C2SP vkey), given
literally or in a file.
"""

from pathlib import Path

import platformdirs

from cli.evidence.files import checkpoint_in, read_small
from cli.options.common import file_option
from cli.standard_streams import DASH, named_input
from events.errors import MissionLedgerError, UnreadableProofError
from ledger.transparency.checkpoints import Checkpoint, write_checkpoint
from ledger.transparency.keys import SigningKey, Verifier, key_in, read_key, read_verifier
from ledger.transparency.prove import COMPARED, check_begins_with, signable_tree
from ledger.upkeep.verify import VerifiableLedger

signing_key_option = file_option(
    "--key",
    "The signing key  [env: MISSION_KEY; default: signing.key in your configuration folder]",
    envvar="MISSION_KEY",
)


def default_key() -> Path:
    """Return the path of the signing key that is used if none is given."""
    return platformdirs.user_config_path("mission-ledger") / "signing.key"


def signing_key(given: str | None) -> SigningKey:
    """Read the signing key. Raises MissionLedgerError if there is none."""
    if given == DASH:
        return key_in(read_small(DASH, may_be_key=True), named_input(DASH))
    path = Path(given) if given else default_key()
    try:
        return read_key(path)
    except FileNotFoundError:
        raise MissionLedgerError(
            f"there is no signing key at {path}",
            hint="`mission key new example.org/nmi` creates one of that name;"
            " --key FILE names another",
        ) from None
    except OSError as error:
        raise MissionLedgerError(f"{path} cannot be read: {error.strerror or error}") from None


def public_key(given: str) -> Verifier:
    """Read a public key: the line itself, or a file with it. Raises MissionLedgerError."""
    if "+" in given and not Path(given).exists():
        return read_verifier(given)
    data = read_small(given, may_be_key=True)
    if data.startswith(b"PRIVATE+KEY+"):
        key = key_in(data, named_input(DASH)) if given == DASH else read_key(Path(given))
        return key.verifier
    try:
        return read_verifier(data.decode("ascii"))
    except (UnreadableProofError, UnicodeDecodeError):
        raise UnreadableProofError(
            f"{named_input(given)} holds no public key",
            hint="`mission key show` prints one: a line of the form NAME+ID+KEY",
        ) from None


def checkpoint_for(
    ledger: VerifiableLedger, checkpoint: str | None, key: str | None
) -> tuple[Checkpoint, bytes]:
    """Return the checkpoint for a proof and its file's bytes: the one given, or one signed now.

    Raises ProofError if the one given does not match the ledger. Its signature is not checked:
    whoever verifies the proof checks it.
    """
    if checkpoint is None:
        own = signing_key(key)
        tree = signable_tree(ledger)
        made = Checkpoint(own.name, tree.size, tree.root)
        return made, write_checkpoint(made, own)
    given, data = checkpoint_in(checkpoint)
    check_begins_with(ledger, given, signable_tree(ledger), named_input(checkpoint))
    signable_tree(ledger, given.size)
    return given, data


def comparison_text(size: int, *, old: int = 0) -> str:
    """Describe how many of `size` entries were compared, the first `old` with a checkpoint too."""
    first = f", the first {old} with the earlier checkpoint" if old else ""
    if size <= COMPARED:
        return f"all compared with the Merkle tree{first}"
    last = f"the last {COMPARED} of {size} compared with the Merkle tree"
    return f"{last}{first}; `mission verify` compares all"
