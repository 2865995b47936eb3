"""Self-contained proof files: a proof file and a verifier key are enough to check a proof.

An inclusion proof is a C2SP tlog-proof (c2sp.org/tlog-proof): the entry's bytes in base64, its
index from 0, the hashes from its sibling up, a blank line, the checkpoint.

    c2sp.org/tlog-proof@v1
    extra dHdv
    index 1
    0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek=

    example.org/mission-ledger
    2
    T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4=

    — example.org/mission-ledger v8yourTHMhFMcaSt3zz5klSdCjg/FS4qyv33Nvy6eThMMegeCMT92tttGMhExSK65pcUTeQIYMpUKagXzItMmAmPaQ4=

A consistency proof has the form of the request in which a log asks a witness to sign
(c2sp.org/tlog-witness, add-checkpoint): the old size, the hashes, the new checkpoint.

    old 1
    qxq38Hx8j+Dv9LpvqlPH5EEukaWZFT6KpOAb7s5beCU=

    example.org/mission-ledger
    2
    T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4=

    — example.org/mission-ledger v8yourTHMhFMcaSt3zz5klSdCjg/FS4qyv33Nvy6eThMMegeCMT92tttGMhExSK65pcUTeQIYMpUKagXzItMmAmPaQ4=
"""  # noqa: E501 (the example is whole)

from dataclasses import dataclass

from events.entry import Entry
from events.errors import ProofError, UnreadableProofError
from ledger.merkle.proofs import HASH_SIZE, verify_consistency, verify_inclusion
from ledger.merkle.tree import leaf_hash
from ledger.transparency.checkpoints import Checkpoint, read_checkpoint, read_size, read_unverified
from ledger.transparency.keys import Verifier
from ledger.transparency.signed_notes import from_base64, to_base64
from ledger.upkeep.entry_check import checked_entry
from ledger.upkeep.findings import LedgerFindings

MAX_PROOF = 256 * 1024
"""The size limit of a proof file in bytes; the largest entry takes a third of it."""

MAX_HASHES = 63
"""The most hashes in a proof: one for each bit of the largest log's size."""

FIRST_LINE = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """A proof that an entry is in a log; `index` is from 0, `checkpoint` is the signed note."""

    index: int
    entry: bytes
    hashes: tuple[bytes, ...]
    checkpoint: bytes


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """A proof that a log of `old` entries is a prefix of the log of the checkpoint."""

    old: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes


Proof = InclusionProof | ConsistencyProof


def write_proof(proof: Proof) -> bytes:
    """Return the bytes of a proof file. The inverse of `read_proof`.

    Raises UnreadableProofError where reading them would not give the same proof.
    """
    if isinstance(proof, InclusionProof):
        head = [FIRST_LINE, f"extra {to_base64(proof.entry)}", f"index {proof.index}"]
    else:
        head = [f"old {proof.old}"]
    lines = [*head, *map(to_base64, proof.hashes), "", ""]
    data = "\n".join(lines).encode() + proof.checkpoint
    if read_proof(data) != proof:
        raise UnreadableProofError("not a proof: it would not read back the same")
    return data


def read_proof(data: bytes) -> Proof:
    """Read a proof file, without checking the proof.

    Raises UnreadableProofError where the bytes are no proof file.
    """
    if len(data) > MAX_PROOF:
        raise _no_proof(f"it has more than {MAX_PROOF:,} bytes")
    head, blank, checkpoint = data.partition(b"\n\n")
    if not blank or not head.isascii():
        raise _no_proof("it does not end in a blank line and a checkpoint")
    read_unverified(checkpoint)
    first, *lines = head.decode("ascii").split("\n")
    if first != FIRST_LINE:
        return ConsistencyProof(read_size(_after("old", [first])), _hashes(lines), checkpoint)
    entry = from_base64(_after("extra", lines[:1]))
    index = read_size(_after("index", lines[1:2]))
    return InclusionProof(index, entry, _hashes(lines[2:]), checkpoint)


def check_inclusion(proof: InclusionProof, verifier: Verifier) -> tuple[Checkpoint, Entry]:
    """Check that the proof's entry is in the log of the checkpoint that this key signed.

    Returns both. The entry itself is checked too: it is at the position it states, and its id is
    that of its data. Raises ProofError where any check fails.
    """
    checkpoint = read_checkpoint(proof.checkpoint, verifier)
    leaf = leaf_hash(proof.entry)
    verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    found = LedgerFindings()
    entry = checked_entry(proof.index + 1, proof.entry, found.add)
    if entry is None:
        raise ProofError(found.listed[0].message, hint="the log itself holds an invalid entry")
    return checkpoint, entry


def check_consistency(
    proof: ConsistencyProof, old_checkpoint: Checkpoint, verifier: Verifier
) -> Checkpoint:
    """Check that the log of an old checkpoint is a prefix of the log that this key signed.

    Returns the new checkpoint. An empty log is a prefix of every log, with no hashes (as in
    c2sp.org/tlog-witness). Raises ProofError where the check fails.
    """
    checkpoint = read_checkpoint(proof.checkpoint, verifier)
    if checkpoint.origin != old_checkpoint.origin:
        raise ProofError(
            f"the old checkpoint is of the log {old_checkpoint.origin}, the new one of"
            f" {checkpoint.origin}"
        )
    if proof.old != old_checkpoint.size:
        raise ProofError(
            f"the proof starts from {proof.old} entries, the old checkpoint has"
            f" {old_checkpoint.size}",
            hint="get a proof that starts from that checkpoint",
        )
    if proof.old or checkpoint.size == 0 or proof.hashes:
        verify_consistency(
            proof.old, old_checkpoint.root, checkpoint.size, checkpoint.root, proof.hashes
        )
    return checkpoint


def _after(word: str, lines: list[str]) -> str:
    """Return the rest of the first line that starts with a word. Raises UnreadableProofError."""
    for line in lines:
        if line.startswith(f"{word} "):
            return line.removeprefix(f"{word} ")
    if word == "extra":
        raise _no_proof("its second line does not hold the entry, after `extra`")
    raise _no_proof(f"the line that starts with `{word}` is missing or misplaced")


def _hashes(lines: list[str]) -> tuple[bytes, ...]:
    if len(lines) > MAX_HASHES:
        raise _no_proof(f"it has more than {MAX_HASHES} hashes")
    hashes = tuple(from_base64(line) for line in lines)
    if any(len(each) != HASH_SIZE for each in hashes):
        raise _no_proof(f"a hash in it is not {HASH_SIZE} bytes")
    return hashes


def _no_proof(why: str) -> UnreadableProofError:
    return UnreadableProofError(
        f"not a proof: {why}", hint="get the file again from where it came from"
    )
