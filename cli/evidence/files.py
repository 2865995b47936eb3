"""Read checkpoints, their timestamps, proofs and certificates from files.

    2026-01.checkpoint          a checkpoint
    2026-01.checkpoint.tsr      its timestamp

Errors name the file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.x509 import Certificate

from cli.standard_streams import DASH, named_input, opened_input
from events.errors import MissionLedgerError, ProofError, UnreadableProofError
from events.redaction import holds_private_key
from ledger.transparency.checkpoints import Checkpoint, read_checkpoint, read_unverified
from ledger.transparency.keys import Verifier
from ledger.transparency.timestamps import check_timestamp, read_certificates

LARGEST = 1 << 20
"""Bytes; every key, checkpoint, proof and timestamp is smaller than this."""


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A checkpoint stored outside the ledger; `verifier` is None if its signature was not checked.

    `time` is its timestamp's time (UTC), and `fault` what is wrong with the timestamp.
    """

    name: str
    checkpoint: Checkpoint
    verifier: Verifier | None
    time: str | None = None
    authority_checked: bool = False
    fault: str | None = None


def read_small(path: str | Path, *, may_be_key: bool = False) -> bytes:
    """Read a file of at most LARGEST bytes, or standard input: `-`.

    Raises MissionLedgerError for a larger one and, unless `may_be_key`, for a private key.
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
            f"{name} contains a private key, but another kind of file is expected",
            hint="the key was not used; `mission key show` prints the public key",
        )
    return data


@contextmanager
def named(name: str | Path) -> Iterator[None]:
    """Prefix the message of a ProofError raised inside with the file's name."""
    try:
        yield
    except ProofError as error:
        message = f"{named_input(str(name))}: {error.message}"
        raise type(error)(message, hint=error.hint) from None


def checkpoint_in(name: str | Path, verifier: Verifier | None = None) -> tuple[Checkpoint, bytes]:
    """Read a checkpoint and return it with its file's bytes; `verifier` checks its signature.

    Raises UnreadableProofError if the file holds no checkpoint, ProofError if the signature is
    invalid.
    """
    data = read_small(name)
    with named(name):
        return read_checkpoint(data, verifier) if verifier else read_unverified(data), data


def stored_checkpoint(name: str, verifier: Verifier | None, roots: str | None) -> StoredCheckpoint:
    """Read a checkpoint and the timestamp beside it; `verifier` checks its signature.

    An invalid timestamp is no error but the result's `fault`; so is a missing one if `roots` are
    given. Raises UnreadableProofError if the file holds no checkpoint or `roots` no certificates,
    and ProofError if the signature is invalid.
    """
    found, data = checkpoint_in(name, verifier)
    certificates = certificates_in(roots)
    stamp = timestamp_of(Path(name))
    if name == DASH or not stamp.exists():
        where = "" if name == DASH else f", {stamp.name}"
        fault = f"{named_input(name)}: there is no timestamp beside it{where}" if roots else None
        return StoredCheckpoint(named_input(name), found, verifier, fault=fault)
    try:
        with named(stamp):
            checked = check_timestamp(read_small(stamp), data, certificates)
    except ProofError as error:
        return StoredCheckpoint(name, found, verifier, fault=error.message)
    return StoredCheckpoint(
        name, found, verifier, f"{checked.time:%Y-%m-%dT%H:%M:%SZ}", bool(roots)
    )


def certificates_in(roots: str | None) -> list[Certificate] | None:
    """Read a timestamp authority's certificates; None if no file was given."""
    if roots is None:
        return None
    with named(roots):
        return read_certificates(read_small(roots))


def timestamp_of(checkpoint: Path) -> Path:
    """Return the path of a checkpoint's timestamp: next to it, where other tools look too."""
    return checkpoint.with_name(f"{checkpoint.name}.tsr")
