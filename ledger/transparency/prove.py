"""What a ledger can show of itself: a tree fit to be signed, and proofs against its nodes.

Nothing is signed or handed out that would not hold: what comes of the tree kept beside the log
is first compared with the stored bytes it is about.
"""

from itertools import islice

from events.encoding.codec import Entry
from events.errors import DamagedLedgerError, MissionLedgerError, ProofError
from ledger.log import Ledger
from ledger.merkle.proofs import (
    NodeReader,
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from ledger.merkle.tree import Tree, grown, leaf_hash
from ledger.transparency.checkpoints import Checkpoint, peek
from ledger.transparency.proof_files import ConsistencyProof, InclusionProof
from ledger.upkeep.verify import VerifiableLedger

COMPARED = 256
"""How many of the last entries are compared with the Merkle tree before anything is signed."""
HASHED = 2048
"""How many entries are read and hashed together."""
KEEP = "keep the ledger and the checkpoint as they are; `mission verify` says more"


def signable(ledger: VerifiableLedger, size: int | None = None) -> Tree:
    """Return the tree over the first `size` entries, once its end is compared with the log's.

    Raises MissionLedgerError where the log is shorter, DamagedLedgerError where the last entries
    and the tree do not belong together, or what is kept beside the log goes on where it ends.
    """
    end = ledger.position()
    if ledger.goes_on(end) and ledger.position() == end:  # else somebody appends meanwhile
        raise DamagedLedgerError(
            f"the log of {ledger.place} ends at position {end}, and what is kept beside it goes"
            " on: entries were removed from the end",
            position=end + 1,
            hint="nothing was signed; `mission verify` says what is wrong",
        )
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


def check_stored(ledger: Ledger, old: Checkpoint, name: str) -> None:
    """Make sure that the stored bytes themselves begin as an older checkpoint says.

    `name` is what that is called. All of them are read and hashed, some 200,000 a second, and
    the tree kept beside them is not asked. Raises ProofError, naming it.
    """
    tree, stored = Tree(), ledger.stored(upto=old.size)
    while run := list(islice(stored, HASHED)):
        end = tree.size + len(run)
        if [position for position, _ in run] != list(range(tree.size + 1, end + 1)):
            break
        tree, _ = grown(tree, (leaf_hash(raw) for _, raw in run))
    if (tree.size, tree.root) != (old.size, old.root):
        raise _begins_otherwise(ledger, old, name)


def check_begins_with(ledger: Ledger, old: Checkpoint, tree: Tree, name: str) -> list[bytes]:
    """Make sure that a tree begins with the entries of an older checkpoint; return the proof.

    `name` is what that is called. Raises ProofError, naming it. Only the tree kept beside the
    log is asked: `check_stored` looks at the entries.
    """
    if old.size > tree.size:
        raise ProofError(
            f"{name} is of a log of size {old.size}, and this one's is {tree.size}: entries were"
            " removed, or it is of another log",
            hint=KEEP,
        )
    if not old.size:
        return []  # every log begins with an empty one
    hashes = consistency_proof(old.size, tree.size, node_of(ledger))
    try:
        verify_consistency(old.size, old.root, tree.size, tree.root, hashes)
    except ProofError:
        raise _begins_otherwise(ledger, old, name) from None
    return hashes


def _begins_otherwise(ledger: Ledger, old: Checkpoint, name: str) -> ProofError:
    return ProofError(
        f"the entries of {ledger.place} up to position {old.size} are not those that {name} is of",
        hint=KEEP,
    )


def prove_inclusion(ledger: Ledger, entry: Entry, signed: bytes) -> InclusionProof:
    """Prove that an entry is in the log under a signed checkpoint of it.

    Raises ProofError where the checkpoint is of fewer entries, DamagedLedgerError where the
    entry's bytes are not those that the tree was made of.
    """
    under, index = peek(signed), entry.position - 1
    hashes = inclusion_proof(index, under.size, node_of(ledger))
    try:
        verify_inclusion(leaf_hash(entry.raw), index, under.size, hashes, under.root)
    except ProofError:
        raise DamagedLedgerError(
            f"the entry at position {entry.position} does not belong to the Merkle tree of"
            f" {ledger.place}",
            position=entry.position,
            hint="nothing was proved; `mission verify` says what is wrong",
        ) from None
    return InclusionProof(index, entry.raw, tuple(hashes), signed)


def prove_consistency(
    ledger: Ledger, old: Checkpoint, signed: bytes, name: str
) -> ConsistencyProof:
    """Prove that the log of an older checkpoint, called `name`, is the beginning of this one.

    The entries of the older one are hashed anew. Raises ProofError, naming it, where it is not;
    MissionLedgerError where it is later than the signed one.
    """
    under = peek(signed)
    if old.origin != under.origin:
        raise ProofError(f"{name} is of the log {old.origin}, not of {under.origin}")
    if under.size < old.size <= ledger.position():
        raise MissionLedgerError(
            f"{name} is of a log of size {old.size}, later than the checkpoint of size"
            f" {under.size} that it is to be proved under",
            hint="leave --checkpoint out to sign the log as it is now, or name a later one",
        )
    hashes = check_begins_with(ledger, old, ledger.tree(under.size), name)
    check_stored(ledger, old, name)
    return ConsistencyProof(old.size, tuple(hashes), signed)


def node_of(ledger: Ledger) -> NodeReader:
    """Return what reads a ledger's tree node by node. That raises DamagedLedgerError."""

    def node(level: int, number: int) -> bytes:
        for found in ledger.nodes(level, number, number + 1):
            return found
        raise DamagedLedgerError(
            f"the Merkle tree of {ledger.place} lacks a node",
            hint="`mission verify` says what else is wrong; `mission rebuild` makes it anew",
        )

    return node
