"""Checkpoints: signed, read, and refused where anything of them is not as it was signed."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import ProofError, UnreadableProofError
from ledger.merkle.proofs import MAX_SIZE
from ledger.merkle.tree import EMPTY_ROOT, Tree, grow, leaf_hash
from ledger.transparency import checkpoints
from ledger.transparency.checkpoints import (
    Checkpoint,
    read_checkpoint,
    read_unverified,
    write_checkpoint,
)
from ledger.transparency.keys import SigningKey, verifier_pem
from ledger.transparency.signed_notes import Note, read_note, to_base64, write_note
from tests.ledger.transparency.signed import KEY, OTHER_KEY, checkpoint_of, examples, new_log

ROOT = bytes(range(32))


def signed(text: str, key: SigningKey = KEY) -> bytes:
    """Sign any text at all."""
    return write_note(Note(text, (key.sign(text),)))


def test_the_module_shows_a_true_checkpoint() -> None:
    """The checkpoint in the documentation is that of two entries, "one" and "two", signed."""
    (data,) = examples(checkpoints)
    tree, _ = grow(Tree(), [leaf_hash(b"one"), leaf_hash(b"two")])
    assert read_checkpoint(data, KEY.verifier) == Checkpoint(KEY.name, 2, tree.root)
    assert write_checkpoint(Checkpoint(KEY.name, 2, tree.root), KEY) == data


@given(st.integers(1, MAX_SIZE), st.binary(min_size=32, max_size=32))
def test_what_is_signed_is_read(size: int, root: bytes) -> None:
    """A checkpoint of any size and root is read as it was signed, with its signature or without."""
    checkpoint = Checkpoint(KEY.name, size, root)
    data = write_checkpoint(checkpoint, KEY)
    assert read_checkpoint(data, KEY.verifier) == read_unverified(data) == checkpoint


def test_an_empty_log_has_a_checkpoint() -> None:
    """A log without entries is signed for, and under no other root than that of nothing."""
    empty = Checkpoint(KEY.name, 0, EMPTY_ROOT)
    assert read_checkpoint(write_checkpoint(empty, KEY), KEY.verifier) == empty
    with pytest.raises(UnreadableProofError, match="empty log"):
        read_unverified(signed(f"{KEY.name}\n0\n{to_base64(ROOT)}\n"))


def test_one_flipped_byte_is_refused(tmp_path: Path) -> None:
    """Whichever bit of a ledger's checkpoint is turned over, it is not believed any more."""
    with new_log(tmp_path / "ledger.sqlite", 5) as ledger:
        data = checkpoint_of(ledger, 5)
    read_checkpoint(data, KEY.verifier)
    for at in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[at] ^= 1 << bit
            with pytest.raises(ProofError):
                read_checkpoint(bytes(changed), KEY.verifier)


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl command here")
def test_openssl_verifies_a_checkpoint(tmp_path: Path) -> None:
    """Somebody without this program checks a checkpoint with openssl; one changed byte fails."""
    with new_log(tmp_path / "ledger.sqlite", 3) as ledger:
        data = checkpoint_of(ledger, 3)
    note = read_note(data)
    (tmp_path / "pem").write_bytes(verifier_pem(KEY.verifier))
    (tmp_path / "sig").write_bytes(note.signatures[0].signature)

    def holds(text: bytes) -> bool:
        (tmp_path / "text").write_bytes(text)
        command = "openssl pkeyutl -verify -rawin -pubin -inkey pem -sigfile sig -in text"
        done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False)
        return done.returncode == 0

    text = data.partition(b"\n\n")[0] + b"\n"
    assert holds(text)
    assert not holds(text.replace(b"\n3\n", b"\n4\n"))


def test_another_key_or_another_log_is_refused() -> None:
    """A checkpoint is believed of the log that the key is named for, signed by that key."""
    with pytest.raises(ProofError, match="not signed by the key"):
        read_checkpoint(write_checkpoint(Checkpoint(KEY.name, 1, ROOT), OTHER_KEY), KEY.verifier)
    with pytest.raises(ProofError, match="of the log example"):
        read_checkpoint(signed(f"example.net/other\n1\n{to_base64(ROOT)}\n"), KEY.verifier)
    with pytest.raises(ProofError, match="does not sign for"):
        write_checkpoint(Checkpoint("example.net/other", 1, ROOT), KEY)


def test_what_others_add_is_tolerated() -> None:
    """Lines below the root, and cosignatures of keys nobody here knows, change nothing."""
    text = f"{KEY.name}\n7\n{to_base64(ROOT)}\nextension 1\nmore\n"
    note = Note(text, (OTHER_KEY.sign(text), KEY.sign(text)))
    assert read_checkpoint(write_note(note), KEY.verifier) == Checkpoint(KEY.name, 7, ROOT)


@pytest.mark.parametrize(
    "text",
    [
        "\n",
        "{name}\n",
        "{name}\n1\n",
        "{name}\n\n{root}\n",
        "\n1\n{root}\n",
        "{name}\n1\n{root}\n\nmore\n",
        "{name}\n01\n{root}\n",
        "{name}\n-1\n{root}\n",
        "{name}\n+1\n{root}\n",
        "{name}\n 1\n{root}\n",
        "{name}\n1_0\n{root}\n",
        "{name}\n١\n{root}\n",
        "{name}\n1.0\n{root}\n",
        "{name}\n1e3\n{root}\n",
        "{name}\n0x1\n{root}\n",
        "{name}\n9223372036854775808\n{root}\n",
        "{name}\n99999999999999999999999999\n{root}\n",
        "{name}\n1\n{root}=\n",
        "{name}\n1\n AAAA\n",
        "{name}\n1\nAAAA\n",
        "{name}\n1\n{hex}\n",
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    """However well it is signed, what is not origin, size and root in their one form is refused."""
    data = signed(text.format(name=KEY.name, root=to_base64(ROOT), hex=ROOT.hex()))
    for read in (read_unverified, lambda data: read_checkpoint(data, KEY.verifier)):
        with pytest.raises(UnreadableProofError):
            read(data)


@pytest.mark.parametrize(
    ("size", "root"), [(-1, ROOT), (True, ROOT), (MAX_SIZE + 1, ROOT), (1, ROOT[:-1]), (0, ROOT)]
)
def test_what_could_not_be_read_is_not_signed(size: int, root: bytes) -> None:
    """A size or a root that no reader would take is refused before it is signed."""
    with pytest.raises(UnreadableProofError):
        write_checkpoint(Checkpoint(KEY.name, size, root), KEY)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_checkpoint_or_an_error(data: bytes) -> None:
    """No bytes crash the reader of checkpoints."""
    good = write_checkpoint(Checkpoint(KEY.name, 2, ROOT), KEY)
    for each in (data, data + good, good + data, good.replace(b"\n2\n", b"\n" + data + b"\n")):
        if each != good:
            try:
                read_checkpoint(each, KEY.verifier)
            except ProofError:
                continue
            assert read_unverified(each) == read_unverified(good)
