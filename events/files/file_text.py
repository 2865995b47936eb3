"""The bytes of a file as text: UTF-8, of a limited size, without control characters."""

import re

from events.files.document import BREAK, BrokenNode, Document

LARGEST_FILE = 16 * 1024 * 1024

_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_UTF16 = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def decode(data: bytes, document: Document) -> bool:
    """Decode bytes into the document's text; report a fault and return False if invalid."""
    if len(data) > LARGEST_FILE:
        size = f"the file has {len(data):,} bytes; the limit is {LARGEST_FILE:,}"
        document.report(BrokenNode(0, 0), "too-large", size, "split it into several announcements")
        return False
    kind = _UTF16.get(data[:2])
    nul = data.find(b"\0")
    if kind or nul >= 0:
        at = 0 if kind else nul
        document.report(
            BrokenNode(data.count(b"\n", 0, at) + 1, 1),
            "encoding",
            f"byte {at} is not UTF-8 text: the file is {kind or 'binary or UTF-16'}",
            "save the file as UTF-8",
        )
        return False
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        document.text = data.decode()
    except UnicodeDecodeError as error:
        valid, wrong = data[: error.start].decode(), data[error.start : error.start + 1]
        document.text = valid + data[error.start :].decode("latin-1")
        document.report(
            _place(document.text, len(valid)),
            "encoding",
            f"byte {error.start} (0x{wrong.hex()}) is not UTF-8 text",
            f"save the file as UTF-8; in Latin-1 this would be {wrong.decode('latin-1')!r}",
        )
        return False
    if found := _FORBIDDEN.search(document.text):
        document.report(
            _place(document.text, found.start()),
            "character",
            f"the character U+{ord(found.group()):04X} is not allowed",
            "delete it, or write it as an escape in quotes",
        )
        return False
    return True


def _place(text: str, offset: int) -> BrokenNode:
    before = BREAK.split(text[:offset])
    return BrokenNode(len(before), len(before[-1]) + 1)
