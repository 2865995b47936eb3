"""Files that were kept or handed over: checkpoints, the timestamps beside them, proofs.

    2026-01.checkpoint          a checkpoint
    2026-01.checkpoint.tsr      what a timestamp authority says of it

Whatever is wrong with one is said with the file's name.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.standard_streams import DASH, named_input, opened_input
from events.errors import MissionLedgerError, ProofError, UnreadableProofError
from events.redaction import holds_private_key

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from ledger.transparency.checkpoints import Checkpoint
    from ledger.transparency.keys import Verifier

LARGEST = 1 << 20
"""In bytes: no key, checkpoint, proof or timestamp is as large as this."""


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A checkpoint kept elsewhere; `verifier` is None where nobody checked its signature.

    `time` is what its timestamp says (UTC), and `fault` what is wrong with that.
    """

    name: str
    checkpoint: "Checkpoint"
    verifier: "Verifier | None"
    time: str | None = None
    authority_checked: bool = False
    fault: str | None = None


def read_small(path: str | Path, *, may_be_key: bool = False) -> bytes:
    """Read a file that has to be small, or standard input: `-`.

    Unless it `may_be_key`, it must not hold a private key. Raises MissionLedgerError.
    """
    name = named_input(str(path))
    try:
        with opened_input(path) as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise MissionLedgerError(f"{name} cannot be read: {error.strerror or error}") from None
    if len(data) > LARGEST:
        raise MissionLedgerError(f"{name} is too large to be a key, a checkpoint or a proof")
    if not may_be_key and holds_private_key(data.decode(errors="replace")):
        raise UnreadableProofError(
            f"{name} holds a private key, and something else is wanted",
            hint="nothing was done with it; `mission key show` prints the public half",
        )
    return data


@contextmanager
def named(name: str | Path) -> Iterator[None]:
    """Say which file it is that does not hold, or cannot be read."""
    try:
        yield
    except ProofError as error:
        said = f"{named_input(str(name))}: {error.message}"
        raise type(error)(said, hint=error.hint) from None


def checkpoint_in(
    name: str | Path, verifier: "Verifier | None" = None
) -> tuple["Checkpoint", bytes]:
    """Read a checkpoint, and return its file's bytes too; its signature is checked given a key.

    Raises UnreadableProofError where it is none, ProofError where the signature does not hold.
    """
    from ledger.transparency.checkpoints import peek, read_checkpoint  # noqa: PLC0415 (start-up)

    data = read_small(name)
    with named(name):
        return read_checkpoint(data, verifier) if verifier else peek(data), data


def kept_checkpoint(name: str, verifier: "Verifier | None", roots: str | None) -> KeptCheckpoint:
    """Read a checkpoint, and the timestamp beside it; its signature is checked given a key.

    What is wrong with the timestamp is kept in what is returned; where `roots` are given, one
    that is missing is wrong too. Raises UnreadableProofError where the file holds no checkpoint
    or `roots` no certificates, and ProofError where the signature does not hold.
    """
    found, data = checkpoint_in(name, verifier)
    certificates = certificates_in(roots)
    stamp = timestamp_of(Path(name))
    if name == DASH or not stamp.exists():
        where = "" if name == DASH else f", {stamp.name}"
        fault = f"{named_input(name)}: there is no timestamp beside it{where}" if roots else None
        return KeptCheckpoint(named_input(name), found, verifier, fault=fault)
    from ledger.transparency.timestamps import check_timestamp  # noqa: PLC0415 (start-up)

    try:
        with named(stamp):
            said = check_timestamp(read_small(stamp), data, certificates)
    except ProofError as error:
        return KeptCheckpoint(name, found, verifier, fault=error.message)
    return KeptCheckpoint(name, found, verifier, f"{said.time:%Y-%m-%dT%H:%M:%SZ}", bool(roots))


def certificates_in(roots: str | None) -> "list[Certificate] | None":
    """Read a timestamp authority's certificates, where a file of them was named."""
    if roots is None:
        return None
    from ledger.transparency.timestamps import read_certificates  # noqa: PLC0415 (start-up)

    with named(roots):
        return read_certificates(read_small(roots))


def timestamp_of(checkpoint: Path) -> Path:
    """Return where a checkpoint's timestamp is kept: beside it, where others look for it too."""
    return checkpoint.with_name(f"{checkpoint.name}.tsr")
