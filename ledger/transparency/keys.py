"""Keys that sign checkpoints: Ed25519, in the encoding of C2SP's signed notes.

    example.org/mission-ledger+bfcca8ba+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4
    PRIVATE+KEY+example.org/mission-ledger+bfcca8ba+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f

The first is the public verifier key. The second is the private key, in the form of Go's
`sumdb/note`, in a file that only its owner may read. Both hold the key's name, which is the
origin of the log it signs for, its id in hex, and in base64 the byte 1 for Ed25519 followed by
the public key or the seed.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from events.errors import MissionLedgerError, ProofError, UnreadableProofError
from ledger.files import drafted
from ledger.transparency.signed_notes import (
    Note,
    Signature,
    check_name,
    from_base64,
    key_id,
    to_base64,
)

ED25519 = b"\1"
_PRIVATE = "PRIVATE+KEY+"
_KEY_SIZE = 32
_MAX_FILE = 4096


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key and its name, to verify signatures with.

    `str` returns it as a C2SP verifier key, which `read_verifier` reads.
    """

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The id (4 bytes) that distinguishes keys of the same name."""
        return key_id(self.name, ED25519, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{to_base64(ED25519 + self.public)}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and its name; `repr` does not show the seed (32 bytes)."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> Verifier:
        """The public key."""
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 (start-up)

        private = ed25519.Ed25519PrivateKey.from_private_bytes(self.seed)
        return Verifier(self.name, private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Sign a note's text."""
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 (start-up)

        private = ed25519.Ed25519PrivateKey.from_private_bytes(self.seed)
        return Signature(self.name, self.verifier.key_id, private.sign(text.encode()))


def new_key(name: str) -> SigningKey:
    """Generate a key. Raises UnreadableProofError where the name is not valid."""
    return SigningKey(check_name(name), os.urandom(_KEY_SIZE))


def write_key(path: Path, key: SigningKey) -> None:
    """Write a private key to a new file that only its owner may read, durably.

    Raises MissionLedgerError where the file exists: a key is never overwritten.
    """
    seed = to_base64(ED25519 + key.seed)
    text = f"{_PRIVATE}{key.name}+{key.verifier.key_id.hex()}+{seed}\n"
    try:
        with drafted(path, mode=stat.S_IRUSR | stat.S_IWUSR) as file:
            file.write(text.encode())
    except FileExistsError:
        raise MissionLedgerError(
            f"{path} exists already; a key is never overwritten", hint="name another file"
        ) from None


def read_key(path: Path) -> SigningKey:
    """Read a private key from its file.

    Raises UnreadableProofError where it holds none, MissionLedgerError where anyone but its owner
    may read or change it, OSError where it cannot be opened.
    """
    # Non-blocking, so that opening a pipe does not wait for a writer; a pipe is then refused.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableProofError(f"{path} is not a regular file, so it holds no private key")
        if os.name == "posix" and found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise MissionLedgerError(
                f"the private key {path} can be read or changed by others than its owner",
                hint=f"chmod 600 {path}; if others may have read it, make a new key",
            )
        data = os.read(handle, _MAX_FILE + 1)
    finally:
        os.close(handle)
    return key_in(data, str(path))


def key_in(data: bytes, name: str) -> SigningKey:
    """Read a private key from the bytes of its file; `name` is the file's name for messages.

    Raises UnreadableProofError where they hold none.
    """
    begin, _, rest = data.decode(errors="replace").removesuffix("\n").partition(_PRIVATE)
    try:
        origin, number, seed = _parts(rest)
        key = SigningKey(origin, seed)
        if begin or len(data) > _MAX_FILE or key.verifier.key_id.hex() != number:
            raise UnreadableProofError("not the form that `write_key` writes")
    except UnreadableProofError:
        # Without the reason: that would show a part of what may be a private key all the same.
        raise UnreadableProofError(
            f"{name} does not hold a complete private key", hint="`mission key new` makes one"
        ) from None
    return key


def read_verifier(text: str) -> Verifier:
    """Read a C2SP verifier key. The inverse of `str`.

    Raises UnreadableProofError where it is not one.
    """
    shown = text.strip()
    if len(shown) > _MAX_FILE:
        raise UnreadableProofError("not a verifier key: too long")
    if shown.startswith(_PRIVATE):
        raise UnreadableProofError(
            "this is a private key, where a public verifier key is needed",
            hint="give the line that was printed when the key was made",
        )
    name, number, public = _parts(shown)
    verifier = Verifier(name, public)
    if verifier.key_id.hex() != number:
        raise UnreadableProofError(
            f"the verifier key of {name} was not copied completely: its id does not match"
        )
    return verifier


def verifier_pem(verifier: Verifier) -> bytes:
    """Return a public key as PEM (SubjectPublicKeyInfo, RFC 8410), which openssl reads."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 (start-up)
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 (start-up)

    return ed25519.Ed25519PublicKey.from_public_bytes(verifier.public).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def verify(note: Note, verifier: Verifier) -> None:
    """Verify this key's signature on a note; signatures of other keys are ignored.

    Raises ProofError where no signature carries this key's name and id, or one that does is not
    valid.
    """
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 (start-up)
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 (start-up)

    known = verifier.name, verifier.key_id
    ours = [each for each in note.signatures if (each.name, each.key_id) == known]
    if not ours:
        raise ProofError(
            f"not signed by the key {verifier.name} ({verifier.key_id.hex()})",
            hint="check that the verifier key is that of this log",
        )
    public = ed25519.Ed25519PublicKey.from_public_bytes(verifier.public)
    for signature in ours:
        try:
            public.verify(signature.signature, note.text.encode())
        except InvalidSignature:
            raise ProofError(
                f"the signature of {verifier.name} is not valid: the text was changed after it"
                " was signed, or another key signed it",
            ) from None


def _parts(text: str) -> tuple[str, str, bytes]:
    """Split a key's text into its name, its id in hex, and its 32 bytes."""
    name, _, rest = text.partition("+")
    number, _, encoded = rest.partition("+")
    if not encoded:
        raise UnreadableProofError(
            "not a key: the form is name+id+key", hint="copy the whole line and nothing else"
        )
    data = from_base64(encoded)
    if data[:1] != ED25519 or len(data) != 1 + _KEY_SIZE:
        raise UnreadableProofError("not an Ed25519 key; no other kind is supported")
    return check_name(name), number, data[1:]
