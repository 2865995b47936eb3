"""Keys: made, kept from others, read as written, and their signatures checked from outside."""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import MissionLedgerError, ProofError, UnreadableProofError
from ledger.transparency import keys
from ledger.transparency.keys import (
    SigningKey,
    Verifier,
    new_key,
    read_key,
    read_verifier,
    verifier_pem,
    verify,
    write_key,
)
from ledger.transparency.signed_notes import Note, Signature, read_note, to_base64
from tests.ledger.transparency.signed import KEY, OTHER_KEY, POEM, examples

TEXT = "what is signed\n"

posix = pytest.mark.skipif(os.name != "posix", reason="who may read a file is told otherwise here")


def test_the_module_shows_true_keys(tmp_path: Path) -> None:
    """The two keys in the documentation are the halves of one, and are read."""
    (example,) = examples(keys)
    public, private = example.decode().splitlines()
    path = tmp_path / "key"
    path.write_text(f"{private}\n")
    path.chmod(0o600)
    assert read_key(path) == KEY
    assert read_verifier(public) == KEY.verifier
    assert str(KEY.verifier) == public


def test_a_key_is_read_as_it_was_written(tmp_path: Path) -> None:
    """A new key signs, goes to a file, comes back, and its signature holds."""
    key = new_key("example.org/mission-ledger")
    write_key(tmp_path / "key", key)
    back = read_key(tmp_path / "key")
    assert back == key
    assert key != new_key("example.org/mission-ledger")
    verify(Note(TEXT, (back.sign(TEXT),)), read_verifier(f"{key.verifier}\n"))
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


@posix
def test_only_its_owner_can_read_a_key_file(tmp_path: Path) -> None:
    """A key file is closed to others whatever the umask, and one that is open is not used."""
    before = os.umask(0)
    try:
        write_key(tmp_path / "key", KEY)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    for mode in (0o604, 0o640, 0o620, 0o602):
        (tmp_path / "key").chmod(mode)
        with pytest.raises(MissionLedgerError, match="others than its owner") as caught:
            read_key(tmp_path / "key")
        assert "chmod 600" in caught.value.hint


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    """Where something is there, a file or a link to nowhere, it stays and nothing is added."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("file", "link"):
        with pytest.raises(MissionLedgerError, match="never overwritten"):
            write_key(tmp_path / name, KEY)
    assert (tmp_path / "file").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link"]


def test_a_key_is_not_shown() -> None:
    """What is printed of a private key, in an error or a log, has nothing of its seed."""
    for shown in (repr(KEY), str(KEY), repr([KEY]), f"{KEY}"):
        assert "\\x01" not in shown
        assert to_base64(b"\1" + KEY.seed)[:8] not in shown
        assert KEY.seed.hex()[:8] not in shown


WHOLE = f"PRIVATE+KEY+{KEY.name}+{KEY.verifier.key_id.hex()}+{to_base64(bytes([1]) + KEY.seed)}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        str(KEY.verifier),
        WHOLE[1:],
        WHOLE[:-1],
        WHOLE[:-5],
        f" {WHOLE}",
        f"{WHOLE}\n\n",
        f"{WHOLE}\r\n",
        WHOLE.replace("example.org", "example.net"),
        WHOLE.replace("example.org/", "example org/"),
        WHOLE.replace("bfcca8ba", "BFCCA8BA"),
        WHOLE.replace("bfcca8ba", "bfcca8bb"),
        WHOLE.replace("+AQAB", "+AgAB"),
        "\0" * 10_000,
        WHOLE + " " * 5000,
        "é" * 10,
    ],
)
def test_what_is_no_private_key_is_refused(text: str, tmp_path: Path) -> None:
    """A file that holds less, more or other than a key is refused, and nothing of it is shown."""
    path = tmp_path / "key"
    path.write_bytes(text.encode("latin-1"))
    path.chmod(0o600)
    with pytest.raises(
        UnreadableProofError, match="does not hold a complete private key"
    ) as caught:
        read_key(path)
    assert str(path) in caught.value.message
    assert "AQAB" not in caught.value.message + caught.value.hint
    assert caught.value.__suppress_context__


@posix
def test_what_is_no_file_is_no_key(tmp_path: Path) -> None:
    """A folder or a pipe that nobody writes to is refused at once; no file is an OSError."""
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(UnreadableProofError, match="not a regular file"):
            read_key(path)
    with pytest.raises(FileNotFoundError):
        read_key(tmp_path / "nothing")


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u00a0b", "a\0", "\ud800"])
def test_a_name_that_cannot_be_written_is_refused(name: str) -> None:
    """A key's name is without spaces, plus signs and control characters."""
    with pytest.raises(UnreadableProofError, match="not a valid key name"):
        new_key(name)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "name\\+id\\+key"),
        ("example.org/mission-ledger", "name\\+id\\+key"),
        (WHOLE, "private key"),
        (str(KEY.verifier)[:-4], "not an Ed25519 key"),
        (str(KEY.verifier)[:-1], "base64"),
        (str(KEY.verifier).replace("+AQOh", "+BAOh"), "not an Ed25519 key"),
        (str(KEY.verifier).replace("bfcca8ba", "bfcca8bb"), "not copied completely"),
        (str(KEY.verifier).replace("org", "net"), "not copied completely"),
        ("a\ud800+bfcca8ba+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", "not a valid key name"),
        ("x" * 5000, "too long"),
    ],
)
def test_what_is_no_verifier_key_is_refused(text: str, why: str) -> None:
    """Each way of not being a verifier key is refused, and the message says which it was."""
    with pytest.raises(UnreadableProofError, match=why):
        read_verifier(text)


@given(st.text(max_size=80))
def test_any_text_is_a_verifier_key_or_an_error(text: str) -> None:
    """No text crashes the reader of verifier keys."""
    for each in (text, f"{KEY.verifier}{text}", f"{text}{KEY.verifier}"):
        with suppress(UnreadableProofError):
            assert str(read_verifier(each)) == each.strip()


def test_the_note_of_the_standard_has_this_kind_of_signature() -> None:
    """The key id that the standard's example shows belongs to its name and no other key of ours."""
    note = read_note(POEM.encode())
    with pytest.raises(ProofError, match="not signed by the key"):
        verify(note, Verifier("quasimodo.example/salvatore", bytes(32)))


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    """Of many signatures only the key's own counts, and it is enough."""
    others = (
        OTHER_KEY.sign(TEXT),
        SigningKey("else", KEY.seed).sign(TEXT),
        Signature("x", b"1234", b"5"),
    )
    verify(Note(TEXT, (*others, KEY.sign(TEXT))), KEY.verifier)
    with pytest.raises(ProofError, match="not signed by the key"):
        verify(Note(TEXT, others), KEY.verifier)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda good: Signature(good.name, good.key_id, bytes(64)),
        lambda good: Signature(good.name, good.key_id, good.signature[:-1]),
        lambda good: Signature(good.name, good.key_id, good.signature + b"\0"),
        lambda good: Signature(good.name, good.key_id, OTHER_KEY.sign(TEXT).signature),
    ],
)
def test_a_signature_that_does_not_hold_spoils_the_note(
    spoil: Callable[[Signature], Signature],
) -> None:
    """One bad signature under the key's name and id refuses the note, even beside a good one."""
    good = KEY.sign(TEXT)
    for signatures in ((spoil(good),), (good, spoil(good)), (spoil(good), good)):
        with pytest.raises(ProofError, match="is not valid"):
            verify(Note(TEXT, signatures), KEY.verifier)


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl command here")
def test_openssl_verifies_a_signature(tmp_path: Path) -> None:
    """A checker that is not ours accepts the signature, and refuses it for one byte changed."""
    (tmp_path / "key.pem").write_bytes(verifier_pem(KEY.verifier))
    (tmp_path / "signature").write_bytes(KEY.sign(TEXT).signature)

    def holds(text: bytes) -> bool:
        (tmp_path / "text").write_bytes(text)
        command = "openssl pkeyutl -verify -rawin -pubin -inkey key.pem -sigfile signature -in text"
        done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False)
        return done.returncode == 0

    assert holds(TEXT.encode())
    for at in range(len(TEXT)):
        changed = bytearray(TEXT.encode())
        changed[at] ^= 1
        assert not holds(bytes(changed))
