"""Trees to sign, and proofs, from a ledger's stored Merkle tree.

What the stored tree gives is compared first: the tree to sign with the last stored entries, a proof
with the entry or the checkpoint that it is about.
"""

from itertools import islice

from events.entry import Entry
from events.errors import DamagedLedgerError, MissionLedgerError, ProofError
from ledger.log import Ledger
from ledger.merkle.proofs import (
    NodeReader,
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from ledger.merkle.tree import Tree, grow, leaf_hash
from ledger.storage import log_queries
from ledger.storage.tree_nodes import past_end
from ledger.transparency.checkpoints import Checkpoint, read_unverified
from ledger.transparency.proof_files import ConsistencyProof, InclusionProof
from ledger.upkeep.verify import VerifiableLedger

COMPARED = 256
"""How many of the last entries are compared with the Merkle tree before signing."""
HASHED_TOGETHER = 2048
"""How many entries are read and hashed at a time."""
KEEP = "leave the ledger and the checkpoint unchanged; `mission verify` says more"


def signable_tree(ledger: VerifiableLedger, size: int | None = None) -> Tree:
    """Return the tree over the first `size` entries, after comparing its end with the log's.

    Raises MissionLedgerError where the log is shorter, DamagedLedgerError where the last entries
    do not match the tree, or a derived table has rows past the end of the log.
    """
    end = ledger.position()
    with ledger.reading() as reader:
        cut = past_end(reader, log_queries.last_position(reader))
    if cut:
        raise DamagedLedgerError(
            f"the log of {ledger.place} ends at position {end}, but its derived tables go further:"
            " entries were removed from the end",
            position=end + 1,
            hint="nothing was signed; `mission verify` says what is wrong",
        )
    size = end if size is None else size
    if size > end:
        raise MissionLedgerError(f"size {size} is too large: the log ends at position {end}")
    tree, first = ledger.tree(size), max(size - COMPARED, 0)
    last = list(ledger.stored(after=first, upto=size))
    recomputed, _ = grow(ledger.tree(first), (leaf_hash(raw) for _, raw in last))
    if recomputed != tree or [position for position, _ in last] != list(range(first + 1, size + 1)):
        raise DamagedLedgerError(
            f"the last entries of {ledger.place} do not match its Merkle tree",
            hint="nothing was signed; `mission verify` says what is wrong",
        )
    return tree


def check_stored(ledger: Ledger, old: Checkpoint, name: str) -> None:
    """Check that the stored bytes themselves begin with the entries of an older checkpoint.

    `name` is the checkpoint's name for messages. This reads and hashes all of its entries, some
    200,000 a second, and does not use the stored tree. Raises ProofError.
    """
    tree, stored = Tree(), ledger.stored(upto=old.size)
    while run := list(islice(stored, HASHED_TOGETHER)):
        end = tree.size + len(run)
        if [position for position, _ in run] != list(range(tree.size + 1, end + 1)):
            break
        tree, _ = grow(tree, (leaf_hash(raw) for _, raw in run))
    if (tree.size, tree.root) != (old.size, old.root):
        raise _not_a_prefix(ledger, old, name)


def check_begins_with(ledger: Ledger, old: Checkpoint, tree: Tree, name: str) -> list[bytes]:
    """Check that a tree begins with the entries of an older checkpoint; return the proof.

    `name` is the checkpoint's name for messages. This reads only the stored tree; `check_stored`
    reads the entries. Raises ProofError.
    """
    if old.size > tree.size:
        raise ProofError(
            f"{name} is of a log of size {old.size}, but this log has size {tree.size}: entries"
            " were removed, or it is of another log",
            hint=KEEP,
        )
    if not old.size:
        return []  # an empty log is a prefix of every log
    hashes = consistency_proof(old.size, tree.size, node_of(ledger))
    try:
        verify_consistency(old.size, old.root, tree.size, tree.root, hashes)
    except ProofError:
        raise _not_a_prefix(ledger, old, name) from None
    return hashes


def _not_a_prefix(ledger: Ledger, old: Checkpoint, name: str) -> ProofError:
    return ProofError(
        f"the entries of {ledger.place} up to position {old.size} are not those of {name}",
        hint=KEEP,
    )


def prove_inclusion(ledger: Ledger, entry: Entry, signed: bytes) -> InclusionProof:
    """Prove that an entry is in the log of a signed checkpoint.

    Raises ProofError where the checkpoint covers fewer entries, DamagedLedgerError where the
    entry's bytes do not match the tree.
    """
    checkpoint, index = read_unverified(signed), entry.position - 1
    hashes = inclusion_proof(index, checkpoint.size, node_of(ledger))
    try:
        verify_inclusion(leaf_hash(entry.raw), index, checkpoint.size, hashes, checkpoint.root)
    except ProofError:
        raise DamagedLedgerError(
            f"the entry at position {entry.position} does not match the Merkle tree of"
            f" {ledger.place}",
            position=entry.position,
            hint="nothing was proved; `mission verify` says what is wrong",
        ) from None
    return InclusionProof(index, entry.raw, tuple(hashes), signed)


def prove_consistency(
    ledger: Ledger, old: Checkpoint, signed: bytes, name: str
) -> ConsistencyProof:
    """Prove that the log of an older checkpoint, called `name`, is a prefix of this one.

    The entries of the older checkpoint are hashed again. Raises ProofError where it is not a
    prefix, MissionLedgerError where it is later than the signed checkpoint.
    """
    checkpoint = read_unverified(signed)
    if old.origin != checkpoint.origin:
        raise ProofError(f"{name} is of the log {old.origin}, not of {checkpoint.origin}")
    if checkpoint.size < old.size <= ledger.position():
        raise MissionLedgerError(
            f"{name} is of a log of size {old.size}, later than the signed checkpoint, of size"
            f" {checkpoint.size}",
            hint="omit --checkpoint to sign the log as it is now, or name a later one",
        )
    hashes = check_begins_with(ledger, old, ledger.tree(checkpoint.size), name)
    check_stored(ledger, old, name)
    return ConsistencyProof(old.size, tuple(hashes), signed)


def node_of(ledger: Ledger) -> NodeReader:
    """Return a reader of a ledger's tree nodes; it raises DamagedLedgerError if one is missing."""

    def node(level: int, number: int) -> bytes:
        for found in ledger.nodes(level, number, number + 1):
            return found
        raise DamagedLedgerError(
            f"the Merkle tree of {ledger.place} lacks a node",
            hint="`mission verify` says what else is wrong; `mission rebuild` rebuilds the tree",
        )

    return node
