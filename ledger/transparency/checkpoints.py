"""Checkpoints: how long a log was and what was in it, signed (c2sp.org/tlog-checkpoint).

    example.org/mission-ledger
    2
    T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4=

    — example.org/mission-ledger v8yourTHMhFMcaSt3zz5klSdCjg/FS4qyv33Nvy6eThMMegeCMT92tttGMhExSK65pcUTeQIYMpUKagXzItMmAmPaQ4=

A signed note of three lines: the origin, which is the name of the log and of its key; the number
of entries; the Merkle root over them in base64. Lines that others add below are passed over.
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
    """A log at one moment: its origin, its size in entries, its Merkle root (32 bytes)."""

    origin: str
    size: int
    root: bytes


def write_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    """Sign a checkpoint.

    Raises ProofError where it is not of the log the key signs for, UnreadableProofError where
    nobody could read it again.
    """
    if checkpoint.origin != key.name:
        raise ProofError(f"the key {key.name} does not sign for the log {checkpoint.origin}")
    text = f"{checkpoint.origin}\n{checkpoint.size}\n{to_base64(checkpoint.root)}\n"
    if _read(text) != checkpoint:
        raise UnreadableProofError("this is no checkpoint: size and root do not make one")
    return write_note(Note(text, (key.sign(text),)))


def read_checkpoint(data: bytes, verifier: Verifier) -> Checkpoint:
    """Read a checkpoint that this key has signed for the log of its name.

    Raises UnreadableProofError where it is none, ProofError where it is of another log or the
    signature does not hold.
    """
    note = read_note(data)
    verify(note, verifier)
    checkpoint = _read(note.text)
    if checkpoint.origin != verifier.name:
        raise ProofError(
            f"this checkpoint is of the log {checkpoint.origin}, not of {verifier.name}"
        )
    return checkpoint


def peek(data: bytes) -> Checkpoint:
    """Read a checkpoint without looking at who signed it.

    What it says is what somebody says: only `read_checkpoint` tells who. Raises
    UnreadableProofError where it is none.
    """
    return _read(read_note(data).text)


def _read(text: str) -> Checkpoint:
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines):
        raise UnreadableProofError(
            "this is no checkpoint: it has an empty line, or fewer than three"
        )
    origin, size, root = lines[:3]
    checkpoint = Checkpoint(origin, read_size(size), from_base64(root))
    if len(checkpoint.root) != HASH_SIZE:
        raise UnreadableProofError(f"this is no checkpoint: its root is not {HASH_SIZE} bytes")
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise UnreadableProofError("this is no checkpoint: an empty log cannot have this root")
    return checkpoint


def read_size(text: str) -> int:
    """Read a number of entries: decimal, no sign, no leading zero. Raises UnreadableProofError."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise UnreadableProofError(f"{text[:80]!r} is not a number of entries")
    return int(text)
