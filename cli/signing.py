"""Which key signs, which key is checked with, and what a signature is put under.

A signing key is a file that only its owner may read: --key, MISSION_KEY, or signing.key in the
user's configuration folder, which is not where ledgers are. A public key is one line (C2SP
vkey), given as it is or in a file.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import platformdirs

from events.errors import DamagedLedgerError, MissionLedgerError, ProofError
from ledger.opening import default_path, open_store

if TYPE_CHECKING:
    from ledger.checkpoints import Checkpoint
    from ledger.keys import SigningKey, Verifier
    from ledger.merkle import Tree
    from ledger.proofs import NodeReader
    from ledger.sql import SqlStore
    from ledger.store import Ledger

COMPARED = 256
"""How many of the last entries are compared with the Merkle tree before anything is signed."""

LARGEST = 1 << 20
"""In bytes: no key, checkpoint, proof or timestamp is as large as this."""

signing_key_option = click.option(
    "--key",
    metavar="FILE",
    envvar="MISSION_KEY",
    help="The signing key  [env: MISSION_KEY; default: signing.key in your configuration folder]",
)


def default_key() -> Path:
    """Return where a user's own signing key is when none is named."""
    return platformdirs.user_config_path("mission-ledger") / "signing.key"


@contextmanager
def opened(place: str | None) -> Iterator["SqlStore"]:
    """Open a ledger that is kept: what is proved is never the shipped record in memory."""
    with closing(open_store(place or default_path())) as store:
        yield store


def read_small(path: str | Path) -> bytes:
    """Read a file that has to be small. Raises MissionLedgerError."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise MissionLedgerError(f"{path} cannot be read: {error.strerror or error}") from None
    if len(data) > LARGEST:
        raise MissionLedgerError(f"{path} is too large to be a key, a checkpoint or a proof")
    return data


def signing_key(given: str | None) -> "SigningKey":
    """Read the key that signs. Raises MissionLedgerError where there is none."""
    from ledger.keys import read_key  # noqa: PLC0415 (start-up)

    path = Path(given) if given else default_key()
    try:
        with wrong_input():
            return read_key(path)
    except FileNotFoundError:
        raise MissionLedgerError(
            f"there is no signing key at {path}",
            hint="`mission key new NAME` makes one; --key FILE names another",
        ) from None
    except OSError as error:
        raise MissionLedgerError(f"{path} cannot be read: {error.strerror or error}") from None


def public_key(given: str) -> "Verifier":
    """Read a public key: the line itself, or a file that holds it. Raises MissionLedgerError."""
    from ledger.keys import read_key, read_verifier  # noqa: PLC0415 (start-up)

    with wrong_input():
        if "+" in given and not Path(given).exists():
            return read_verifier(given)
        data = read_small(given)
        if data.startswith(b"PRIVATE+KEY+"):
            return read_key(Path(given)).verifier
        try:
            return read_verifier(data.decode("ascii"))
        except (ProofError, UnicodeDecodeError):
            raise ProofError(
                f"{given} holds no public key",
                hint="`mission key show` prints one: a line of the form NAME+ID+KEY",
            ) from None


@contextmanager
def wrong_input() -> Iterator[None]:
    """Tell a key that is none from a check that failed: the call was wrong, no answer is no."""
    try:
        yield
    except ProofError as error:
        raise MissionLedgerError(error.message, hint=error.hint) from None


def signable(ledger: "Ledger", size: int | None) -> "Tree":
    """Return the tree over the first `size` entries, once its end is compared with the log's.

    Raises MissionLedgerError where the log is shorter, DamagedLedgerError where the last entries
    and the tree do not belong together.
    """
    from ledger.merkle import grown, leaf_hash  # noqa: PLC0415 (start-up)

    end = ledger.position()
    size = end if size is None else size
    if size > end:
        raise MissionLedgerError(f"there is no size {size}: the log ends at position {end}")
    tree, first = ledger.tree(size), max(size - COMPARED, 0)
    last = list(ledger.stored(after=first, upto=size))
    again, _ = grown(ledger.tree(first), (leaf_hash(raw) for _, raw in last))
    if again != tree or [position for position, _ in last] != list(range(first + 1, size + 1)):
        raise DamagedLedgerError(
            f"the last entries of {ledger.place} and its Merkle tree do not belong together",
            hint="nothing was signed; `mission verify` says what is wrong",
        )
    return tree


def node_of(ledger: "Ledger") -> "NodeReader":
    """Return what reads a ledger's tree node by node."""

    def node(level: int, number: int) -> bytes:
        for found in ledger.nodes(level, number, number + 1):
            return found
        raise DamagedLedgerError(
            f"the Merkle tree of {ledger.place} lacks a node",
            hint="`mission verify` says what else is wrong; `mission rebuild` makes it anew",
        )

    return node


def check_begins_with(ledger: "Ledger", old: "Checkpoint", tree: "Tree", name: str) -> None:
    """Make sure that a tree begins with the entries of an older checkpoint. Raises ProofError."""
    from ledger.proofs import consistency_proof, verify_consistency  # noqa: PLC0415 (start-up)

    if old.size > tree.size:
        raise ProofError(
            f"{name} is of {old.size} entries, and there are only {tree.size} here: entries were"
            " removed, or it is of another log",
            hint="keep the ledger and the checkpoint as they are; `mission verify` says more",
        )
    if not old.size:
        return  # every log begins with an empty one
    proof = consistency_proof(old.size, tree.size, node_of(ledger))
    try:
        verify_consistency(old.size, old.root, tree.size, tree.root, proof)
    except ProofError:
        raise ProofError(
            f"the first {old.size} entries of {ledger.place} are not those that {name} is of",
            hint="keep the ledger and the checkpoint as they are; `mission verify` says more",
        ) from None


def checkpoint_for(
    ledger: "Ledger", checkpoint: str | None, key: str | None
) -> tuple["Checkpoint", bytes]:
    """Return the checkpoint to go by, and its file's bytes: the one named, or one signed now.

    Raises ProofError where the one named does not fit the ledger. Who signed that is not looked
    at: whoever checks what is made with it does.
    """
    from ledger.checkpoints import Checkpoint, peek, write_checkpoint  # noqa: PLC0415 (start-up)

    if checkpoint is None:
        own = signing_key(key)
        tree = signable(ledger, None)
        made = Checkpoint(own.name, tree.size, tree.root)
        return made, write_checkpoint(made, own)
    data = read_small(checkpoint)
    given = peek(data)
    check_begins_with(ledger, given, signable(ledger, None), checkpoint)
    return given, data
