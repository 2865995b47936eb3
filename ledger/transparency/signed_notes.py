"""Signed notes: a text with its signatures, in C2SP's form (c2sp.org/signed-note).

    example.org/mission-ledger
    2
    T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4=

    — example.org/mission-ledger v8yourTHMhFMcaSt3zz5klSdCjg/FS4qyv33Nvy6eThMMegeCMT92tttGMhExSK65pcUTeQIYMpUKagXzItMmAmPaQ4=

The text ends in a newline. After a blank line comes one line for each signature: an em dash, the
key's name, and in base64 the key's id (4 bytes) with the signature. The whole is UTF-8 without
control characters but the newline. Signatures of unknown keys are ignored and kept.

Reading a note checks its form only; `ledger.transparency.keys.verify` verifies a signature. Until
then its text is untrusted.
"""  # noqa: E501 (the example is whole)

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from events.errors import UnreadableProofError

MAX_NOTE = 1_000_000
"""The size limit of a note in bytes."""

MAX_SIGNATURES = 100

KEY_ID_SIZE = 4

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: the key's name and id (4 bytes), and the signature bytes."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text, including its final newline, and the signatures on it."""

    text: str
    signatures: tuple[Signature, ...]


def read_note(data: bytes) -> Note:
    """Read a note without verifying signatures. Raises UnreadableProofError if it is none."""
    if len(data) > MAX_NOTE:
        raise _no_note(f"it has more than {MAX_NOTE:,} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise _no_note("it is not UTF-8") from None
    if _CONTROL.search(whole):
        raise _no_note("it contains control characters")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise _no_note("it does not end in a blank line and signatures")
    signed = lines[:-1].split("\n")
    if len(signed) > MAX_SIGNATURES:
        raise _no_note(f"it has more than {MAX_SIGNATURES} signatures")
    return Note(f"{text}\n", tuple(_read_signature(line) for line in signed))


def write_note(note: Note) -> bytes:
    """Return the bytes of a note. The inverse of `read_note`.

    Raises UnreadableProofError where reading them would not give the same note.
    """
    lines = "".join(
        f"— {each.name} {to_base64(each.key_id + each.signature)}\n" for each in note.signatures
    )
    try:
        data = f"{note.text}\n{lines}".encode()
    except UnicodeEncodeError:
        raise _no_note("it is not Unicode") from None
    if read_note(data) != note:
        raise _no_note("its text does not end in a newline, or a key's name is not valid")
    return data


def _read_signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != "—" or not encoded:
        raise _no_note(f"{line[:80]!r} is not a signature line")
    signature = from_base64(encoded)
    if len(signature) <= KEY_ID_SIZE:
        raise _no_note(f"the signature of {name[:80]!r} is too short")
    return Signature(check_name(name), signature[:KEY_ID_SIZE], signature[KEY_ID_SIZE:])


def check_name(name: str) -> str:
    """Return a key's name if it is valid. Raises UnreadableProofError."""
    if not _NAME.fullmatch(name):
        raise UnreadableProofError(
            f"{name[:80]!r} is not a valid key name: it must not be empty or contain spaces, plus"
            " signs or control characters",
            hint="use a name like example.org/mission-ledger",
        )
    return name


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    """Return a key's id (4 bytes): the start of SHA-256 over its name, kind and public key."""
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:KEY_ID_SIZE]


def to_base64(data: bytes) -> str:
    """Encode bytes in base64 (RFC 4648, section 4)."""
    return base64.b64encode(data).decode()


def from_base64(text: str) -> bytes:
    """Decode canonical base64, and nothing else. The inverse of `to_base64`.

    Raises UnreadableProofError, also where the text is empty.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        data = b""
    if not data or to_base64(data) != text:
        # The text is not shown: it may be a part of a key.
        raise UnreadableProofError("invalid base64, or not its canonical form")
    return data


def _no_note(why: str) -> UnreadableProofError:
    return UnreadableProofError(
        f"not a signed note: {why}", hint="get the file again from where it came from"
    )
