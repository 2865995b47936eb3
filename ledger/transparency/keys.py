"""Keys that sign checkpoints: Ed25519, named and written as C2SP's signed notes have them.

    example.org/mission-ledger+bfcca8ba+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4
    PRIVATE+KEY+example.org/mission-ledger+bfcca8ba+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f

The first is to verify with, and for everyone to know. The second is to sign with, and stands in
a file that only its owner may read, in the form of Go's `sumdb/note`. Both say the key's name,
which is the origin of the log it signs for, its id in hex, and in base64 the byte 1 for Ed25519
with the public key or the seed.
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
    """A public key and its name: what is needed to check a signature.

    As text it is a C2SP verifier key, which `read_verifier` reads.
    """

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """What tells this key from another of its name (4 bytes)."""
        return key_id(self.name, ED25519, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{to_base64(ED25519 + self.public)}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and its name; the seed (32 bytes) is not shown."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> Verifier:
        """The public half, for those who check what this key signs."""
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 (start-up)

        private = ed25519.Ed25519PrivateKey.from_private_bytes(self.seed)
        return Verifier(self.name, private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Sign a note's text."""
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 (start-up)

        private = ed25519.Ed25519PrivateKey.from_private_bytes(self.seed)
        return Signature(self.name, self.verifier.key_id, private.sign(text.encode()))


def new_key(name: str) -> SigningKey:
    """Make a key. Raises UnreadableProofError where the name is none."""
    return SigningKey(check_name(name), os.urandom(_KEY_SIZE))


def write_key(path: Path, key: SigningKey) -> None:
    """Write a private key to a file of its own, readable by its owner alone, durably.

    Raises MissionLedgerError where something is there already: a key is never overwritten.
    """
    seed = to_base64(ED25519 + key.seed)
    text = f"{_PRIVATE}{key.name}+{key.verifier.key_id.hex()}+{seed}\n"
    try:
        with drafted(path, mode=stat.S_IRUSR | stat.S_IWUSR) as file:
            file.write(text.encode())
    except FileExistsError:
        raise MissionLedgerError(
            f"{path} is there already, and a key is never overwritten", hint="name another file"
        ) from None


def read_key(path: Path) -> SigningKey:
    """Read a private key from its file.

    Raises UnreadableProofError where it is none, MissionLedgerError where others than its owner
    may read it, OSError where it cannot be opened.
    """
    # A pipe is opened without waiting for somebody to write to it, and then refused.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableProofError(f"{path} is not a file, and holds no private key")
        if os.name == "posix" and found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise MissionLedgerError(
                f"{path} holds a private key, and others than its owner may read or change it",
                hint=f"chmod 600 {path}; if others may have read it, make a new key",
            )
        data = os.read(handle, _MAX_FILE + 1)
    finally:
        os.close(handle)
    return key_in(data, str(path))


def key_in(data: bytes, name: str) -> SigningKey:
    """Read a private key from the bytes of its file, which messages call by `name`.

    Raises UnreadableProofError where it is none.
    """
    begin, _, rest = data.decode(errors="replace").removesuffix("\n").partition(_PRIVATE)
    try:
        origin, number, seed = _parts(rest)
        key = SigningKey(origin, seed)
        if begin or len(data) > _MAX_FILE or key.verifier.key_id.hex() != number:
            raise UnreadableProofError("it is not as it was written")
    except UnreadableProofError:
        # Why is not said: it may be a private key all the same, and no part of one is shown.
        raise UnreadableProofError(
            f"{name} holds no private key, or not a whole one", hint="`mission key new` makes one"
        ) from None
    return key


def read_verifier(text: str) -> Verifier:
    """Read a C2SP verifier key. The inverse of `str`.

    Raises UnreadableProofError where it is none.
    """
    shown = text.strip()
    if len(shown) > _MAX_FILE:
        raise UnreadableProofError("this is no verifier key: it is too long")
    if shown.startswith(_PRIVATE):
        raise UnreadableProofError(
            "this is a private key, and a verifier key is wanted",
            hint="give the line that was printed when the key was made",
        )
    name, number, public = _parts(shown)
    verifier = Verifier(name, public)
    if verifier.key_id.hex() != number:
        raise UnreadableProofError(
            f"the verifier key of {name} was not copied whole: its id does not fit"
        )
    return verifier


def verifier_pem(verifier: Verifier) -> bytes:
    """Write a public key as PEM (SubjectPublicKeyInfo, RFC 8410), as openssl reads it."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 (start-up)
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 (start-up)

    return ed25519.Ed25519PublicKey.from_public_bytes(verifier.public).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def verify(note: Note, verifier: Verifier) -> None:
    """Check that a note is signed by this key. Signatures of other keys are passed over.

    Raises ProofError where no signature is this key's, or one that says it is does not hold.
    """
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 (start-up)
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 (start-up)

    known = verifier.name, verifier.key_id
    ours = [each for each in note.signatures if (each.name, each.key_id) == known]
    if not ours:
        raise ProofError(
            f"no signature here is by the key {verifier.name} ({verifier.key_id.hex()})",
            hint="check that the verifier key is that of this log",
        )
    public = ed25519.Ed25519PublicKey.from_public_bytes(verifier.public)
    for signature in ours:
        try:
            public.verify(signature.signature, note.text.encode())
        except InvalidSignature:
            raise ProofError(
                f"the signature of {verifier.name} does not hold: the text was changed after"
                " it was signed, or somebody else signed it",
            ) from None


def _parts(text: str) -> tuple[str, str, bytes]:
    """Take a key's text apart into its name, its id in hex, and its 32 bytes."""
    name, _, rest = text.partition("+")
    number, _, encoded = rest.partition("+")
    if not encoded:
        raise UnreadableProofError(
            "this is no key: one is written name+id+key", hint="copy the whole line, and no more"
        )
    data = from_base64(encoded)
    if data[:1] != ED25519 or len(data) != 1 + _KEY_SIZE:
        raise UnreadableProofError(
            "this key is of another kind than Ed25519, which is all that is known"
        )
    return check_name(name), number, data[1:]
