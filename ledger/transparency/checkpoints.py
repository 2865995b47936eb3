"""Checkpoints: signed tree heads, with the log's size and root (c2sp.org/tlog-checkpoint).

    example.org/mission-ledger
    2
    T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4=

    — example.org/mission-ledger v8yourTHMhFMcaSt3zz5klSdCjg/FS4qyv33Nvy6eThMMegeCMT92tttGMhExSK65pcUTeQIYMpUKagXzItMmAmPaQ4=

A signed note of three lines: the origin, which is the name of the log and of its key; the number
of entries; the Merkle root over them in base64. Extension lines below these are ignored.
"""  # noqa: E501 (the example is whole)

import re
from dataclasses import dataclass

from events.errors import ProofError, UnreadableProofError
from ledger.merkle.proofs import HASH_SIZE, MAX_SIZE
from ledger.merkle.tree import EMPTY_ROOT
from ledger.transparency.keys import SigningKey, Verifier, verify
from ledger.transparency.signed_notes import Note, from_base64, read_note, to_base64, write_note

_DECIMAL = re.compile("0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: its origin, its size in entries, its Merkle root (32 bytes)."""

    origin: str
    size: int
    root: bytes


def write_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    """Sign a checkpoint.

    Raises ProofError where the key signs for another log, UnreadableProofError where the result
    could not be read back.
    """
    if checkpoint.origin != key.name:
        raise ProofError(f"the key {key.name} does not sign for the log {checkpoint.origin}")
    text = f"{checkpoint.origin}\n{checkpoint.size}\n{to_base64(checkpoint.root)}\n"
    if _read(text) != checkpoint:
        raise UnreadableProofError("not a checkpoint: it would not read back the same")
    return write_note(Note(text, (key.sign(text),)))


def read_checkpoint(data: bytes, verifier: Verifier) -> Checkpoint:
    """Read a checkpoint of the log that the key is named for, and verify its signature.

    Raises UnreadableProofError where the bytes are no checkpoint, ProofError where it is of
    another log or the signature is not valid.
    """
    note = read_note(data)
    verify(note, verifier)
    checkpoint = _read(note.text)
    if checkpoint.origin != verifier.name:
        raise ProofError(
            f"this checkpoint is of the log {checkpoint.origin}, not of {verifier.name}"
        )
    return checkpoint


def read_unverified(data: bytes) -> Checkpoint:
    """Read a checkpoint without verifying its signatures.

    Its content is untrusted; `read_checkpoint` verifies it. Raises UnreadableProofError where the
    bytes are no checkpoint.
    """
    return _read(read_note(data).text)


def _read(text: str) -> Checkpoint:
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines):
        raise UnreadableProofError(
            "not a checkpoint: it has an empty line, or fewer than three lines"
        )
    origin, size, root = lines[:3]
    checkpoint = Checkpoint(origin, read_size(size), from_base64(root))
    if len(checkpoint.root) != HASH_SIZE:
        raise UnreadableProofError(f"not a checkpoint: its root is not {HASH_SIZE} bytes")
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise UnreadableProofError("not a checkpoint: an empty log cannot have this root")
    return checkpoint


def read_size(text: str) -> int:
    """Read a number of entries: decimal, no sign, no leading zero. Raises UnreadableProofError."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise UnreadableProofError(f"{text[:80]!r} is not a number of entries")
    return int(text)
