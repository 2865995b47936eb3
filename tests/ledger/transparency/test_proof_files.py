"""Proofs as files: complete in themselves, and worth nothing once anything in them is changed."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.encoding.codec import decode
from events.errors import ProofError, UnreadableProofError
from ledger.merkle.proofs import NodeReader, consistency_proof, inclusion_proof, verify_inclusion
from ledger.merkle.tree import EMPTY_ROOT, Tree, grow, leaf_hash
from ledger.transparency import proof_files
from ledger.transparency.checkpoints import Checkpoint, read_unverified, write_checkpoint
from ledger.transparency.proof_files import (
    MAX_PROOF,
    ConsistencyProof,
    InclusionProof,
    Proof,
    check_consistency,
    check_inclusion,
    read_proof,
    write_proof,
)
from projections.record import Record
from tests.ledger.transparency.signed import KEY, OTHER_KEY, checkpoint_of, examples, new_log

SIZE = 11


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    """Give a ledger of eleven entries."""
    with new_log(tmp_path_factory.mktemp("log") / "ledger.sqlite", SIZE) as ledger:
        yield ledger


def nodes_of(ledger: Record) -> NodeReader:
    """Return how a ledger's complete nodes are read."""
    return lambda level, number: ledger.nodes(level, number, number + 1)[0]


def inclusion(ledger: Record, position: int, size: int = SIZE) -> InclusionProof:
    """Prove that an entry is among the first of a ledger."""
    ((_, raw),) = ledger.stored(after=position - 1, upto=position)
    hashes = inclusion_proof(
        position - 1, size, lambda level, at: ledger.nodes(level, at, at + 1)[0]
    )
    return InclusionProof(position - 1, raw, tuple(hashes), checkpoint_of(ledger, size))


def consistency(ledger: Record, old: int, size: int = SIZE) -> ConsistencyProof:
    """Prove that a ledger began with its first entries."""
    hashes = consistency_proof(old, size, nodes_of(ledger))
    return ConsistencyProof(old, tuple(hashes), checkpoint_of(ledger, size))


def earlier(ledger: Record, size: int) -> Checkpoint:
    """Return a checkpoint that was taken when the ledger had so many entries."""
    return read_unverified(checkpoint_of(ledger, size))


def test_the_module_shows_true_proofs() -> None:
    """Both proofs in the documentation are read, written the same, and hold for "one" and "two"."""
    for data in examples(proof_files):
        assert write_proof(read_proof(data)) == data
    included, continued = map(read_proof, examples(proof_files))
    assert isinstance(included, InclusionProof)
    assert isinstance(continued, ConsistencyProof)
    root = read_unverified(included.checkpoint).root
    verify_inclusion(leaf_hash(included.entry), 1, 2, included.hashes, root)
    one = Checkpoint(KEY.name, 1, grow(Tree(), [leaf_hash(b"one")])[0].root)
    assert check_consistency(continued, one, KEY.verifier).size == 2


def test_every_entry_of_a_ledger_is_proved_by_a_file(ledger: Record) -> None:
    """A proof of each entry under each later checkpoint goes to a file, comes back and holds."""
    for size in range(1, SIZE + 1):
        for position in range(1, size + 1):
            proof = read_proof(write_proof(inclusion(ledger, position, size)))
            assert isinstance(proof, InclusionProof)
            checkpoint, entry = check_inclusion(proof, KEY.verifier)
            assert (checkpoint.size, entry.position) == (size, position)
            assert entry == decode(proof.entry)


def test_every_old_checkpoint_is_proved_by_a_file(ledger: Record) -> None:
    """A proof from each checkpoint to each later one goes to a file, comes back and holds."""
    for size in range(SIZE + 1):
        for old in range(size + 1):
            proof = read_proof(write_proof(consistency(ledger, old, size)))
            assert isinstance(proof, ConsistencyProof)
            assert check_consistency(proof, earlier(ledger, old), KEY.verifier).size == size


def test_one_flipped_bit_is_refused(ledger: Record) -> None:
    """Whichever byte of either file has a bit turned over, the proof holds no more.

    It may not even be read as one any more: that, too, is a ProofError, and both are refused.
    """
    for proof in (inclusion(ledger, 4), consistency(ledger, 7)):
        data = write_proof(proof)
        for at in range(len(data)):
            changed = bytearray(data)
            changed[at] ^= 1 << at % 8
            with pytest.raises(ProofError):
                check(read_proof(bytes(changed)), earlier(ledger, 7))


def check(proof: Proof, old: Checkpoint) -> None:
    """Check either proof."""
    if isinstance(proof, InclusionProof):
        check_inclusion(proof, KEY.verifier)
    else:
        check_consistency(proof, old, KEY.verifier)


def test_a_proof_under_another_key_is_refused(ledger: Record) -> None:
    """Who else signs the same checkpoint proves nothing of the log."""
    signed = checkpoint_of(ledger, SIZE, OTHER_KEY)
    for proof in (inclusion(ledger, 4), consistency(ledger, 7)):
        with pytest.raises(ProofError, match="not signed by the key"):
            check(dataclasses.replace(proof, checkpoint=signed), earlier(ledger, 7))


def test_a_proof_of_another_entry_is_refused(ledger: Record) -> None:
    """An entry, an index, and hashes of different entries do not make a proof together."""
    proof, other = inclusion(ledger, 4), inclusion(ledger, 5)
    for change in (
        {"entry": other.entry},
        {"index": other.index},
        {"hashes": other.hashes},
        {"hashes": ()},
        {"entry": other.entry, "hashes": other.hashes},
    ):
        with pytest.raises(ProofError, match="does not lead to the expected root"):
            check_inclusion(dataclasses.replace(proof, **change), KEY.verifier)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ((b'"position":1,', b'"position":2,'), "another position, 2"),
        ((b'"note":"as before 0"', b'"note":"as before 9"'), "has an id that is not"),
        ((b'{"announcement"', b'{ "announcement"'), "position 1"),
        ((b'"type":"mission-ledger.', b'"type":"mission-'), "position 1"),
        ((b"}", b""), "cannot be decoded"),
    ],
)
def test_a_log_that_holds_no_sound_entry_is_found_out(
    ledger: Record, change: tuple[bytes, bytes], why: str
) -> None:
    """An entry that is in the signed log, and is not what this program writes, is refused."""
    ((_, raw),) = ledger.stored(upto=1)
    forged = raw.replace(*change)
    assert forged != raw
    signed = write_checkpoint(Checkpoint(KEY.name, 1, leaf_hash(forged)), KEY)
    with pytest.raises(ProofError, match=why):
        check_inclusion(InclusionProof(0, forged, (), signed), KEY.verifier)


def test_a_log_that_was_begun_anew_is_found_out(ledger: Record, tmp_path: Path) -> None:
    """An old checkpoint of other entries is shown to be no beginning of the log."""
    with new_log(tmp_path / "other.sqlite", 7, note="otherwise") as other:
        forked = earlier(other, 7)
    with pytest.raises(ProofError, match="does not lead to the expected root"):
        check_consistency(consistency(ledger, 7), forked, KEY.verifier)


def test_an_old_checkpoint_that_is_not_the_proofs_is_refused(ledger: Record) -> None:
    """A proof from one size says nothing of a checkpoint at another, or of another log."""
    with pytest.raises(ProofError, match="starts from 7 entries"):
        check_consistency(consistency(ledger, 7), earlier(ledger, 6), KEY.verifier)
    elsewhere = dataclasses.replace(earlier(ledger, 7), origin="example.net/other")
    with pytest.raises(ProofError, match="of the log example"):
        check_consistency(consistency(ledger, 7), elsewhere, KEY.verifier)


def test_a_log_cannot_shrink(ledger: Record) -> None:
    """A new checkpoint of fewer entries than the old one is refused."""
    proof = ConsistencyProof(7, (), checkpoint_of(ledger, 6))
    with pytest.raises(ProofError, match="a log of 6 entries has no leaves"):
        check_consistency(proof, earlier(ledger, 7), KEY.verifier)


def test_an_empty_log_is_the_beginning_of_every_log(ledger: Record) -> None:
    """From a checkpoint of nothing no hash is wanted, and none is taken."""
    empty = Checkpoint(KEY.name, 0, EMPTY_ROOT)
    assert check_consistency(consistency(ledger, 0), empty, KEY.verifier).size == SIZE
    padded = dataclasses.replace(consistency(ledger, 0), hashes=(EMPTY_ROOT,))
    with pytest.raises(ProofError):
        check_consistency(padded, empty, KEY.verifier)
    with pytest.raises(ProofError):
        check_consistency(padded, dataclasses.replace(empty, root=bytes(32)), KEY.verifier)


HEAD = "c2sp.org/tlog-proof@v1\nextra dHdv\nindex 1\n0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek=\n"
TAIL = examples(proof_files)[0].decode().partition("\n\n")[2]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("", "blank line"),
        (HEAD, "blank line"),
        (f"{HEAD}\n", "blank line"),
        (f"{HEAD}\nno checkpoint\n", "blank line"),
        (f"é\n\n{TAIL}", "blank line"),
        (f"\n{TAIL}", "blank line"),
        (f"c2sp.org/tlog-proof@v2\n\n{TAIL}", "`old`"),
        (f"{HEAD.replace('extra', 'more')}\n{TAIL}", "`extra`"),
        (f"{HEAD.replace('extra dHdv', 'extra')}\n{TAIL}", "`extra`"),
        (HEAD.replace("extra dHdv\n", "") + f"\n{TAIL}", "`extra`"),
        (f"{HEAD.replace('dHdv', 'dHd')}\n{TAIL}", "base64"),
        (f"{HEAD.replace('index 1', 'index')}\n{TAIL}", "`index`"),
        (f"{HEAD.replace('index 1', 'index 01')}\n{TAIL}", "number"),
        (f"{HEAD.replace('index 1', 'index -1')}\n{TAIL}", "number"),
        (f"{HEAD.replace('index 1', 'index 9223372036854775808')}\n{TAIL}", "number"),
        (f"{HEAD}AAAA\n\n{TAIL}", "32 bytes"),
        (f"{HEAD}extra dHdv\n\n{TAIL}", "base64"),
        (HEAD + "0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek=\n" * 63 + f"\n{TAIL}", "63 hashes"),
        (f"old 1 \n\n{TAIL}", "number"),
        (f"old\n\n{TAIL}", "`old`"),
        (f"old 1\r\n\n{TAIL}", "number"),
        ("old 1\n\n" + "x" * MAX_PROOF, "bytes"),
    ],
)
def test_what_is_no_proof_is_refused(data: str, why: str) -> None:
    """Each way of not being a proof is refused, and the message says which it was."""
    with pytest.raises(UnreadableProofError, match=why):
        read_proof(data.encode())


@given(st.binary(max_size=200), st.integers(0, 600), st.integers(0, 40))
def test_any_bytes_are_a_proof_or_an_error(junk: bytes, at: int, instead: int) -> None:
    """No bytes crash the reader, and what it takes it would write the same."""
    for good in examples(proof_files):
        for data in (junk, good[:at] + junk + good[at + instead :]):
            try:
                proof = read_proof(data)
            except UnreadableProofError:
                continue
            assert write_proof(proof) == data


@pytest.mark.parametrize(
    "change",
    [{"index": -1}, {"index": True}, {"entry": b""}, {"hashes": (b"",)}, {"checkpoint": b"none"}],
)
def test_what_could_not_be_read_is_not_written(ledger: Record, change: dict[str, object]) -> None:
    """A proof that would not come back the same is refused before it is written."""
    with pytest.raises(UnreadableProofError):
        write_proof(dataclasses.replace(inclusion(ledger, 4), **change))  # type: ignore[arg-type]
