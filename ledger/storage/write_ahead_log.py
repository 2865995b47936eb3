"""SQLite's write-ahead log, read as SQLite reads it, to tell damage from an append cut off.

SQLite takes the first frame whose checksum does not hold for the end of the log: rightly, since
that is how a power cut in the middle of an append looks. But one flipped bit looks so too, and
everything appended after it would be gone without a word. The two are told apart: a frame that
holds once a single bit is turned back was damaged. (In about one power cut in a thousand the
sectors that were lost make the same difference; the warning is false then.)

    header   magic, format, page size, sequence, salt (8 bytes), checksum (8): 32 bytes
    frame    page number, size after a commit, salt (8), checksum (8): 24 bytes; then the page

The checksum goes on from frame to frame, over the first 8 bytes of each header and the page
(https://www.sqlite.org/fileformat2.html#walformat).
"""

import struct
from collections.abc import Iterator
from pathlib import Path

HEADER, FRAME_HEADER = 32, 24
MAGIC = 0x377F0682
"""With 1 added, checksums are of big-endian words."""

_ALL = 0xFFFFFFFF
Sum = tuple[int, int]


def damaged_at(log: Path) -> int | None:
    """Return where in a write-ahead log (bytes from its start) one bit was flipped, if one was."""
    try:
        contents = log.read_bytes()
    except FileNotFoundError:
        return None
    header = contents[:HEADER]
    if len(header) < HEADER:
        return None
    if not _holds(header):
        flips = (_flipped(header, bit) for bit in range(8 * HEADER))
        return 0 if any(map(_holds, flips)) else None
    order = ">" if header[3] & 1 else "<"
    page_size = struct.unpack_from(">I", header, 8)[0]
    salt, sum_ = header[16:24], struct.unpack_from(">2I", header, 24)
    size = FRAME_HEADER + page_size
    for start in range(HEADER, len(contents) - size + 1, size):
        frame = contents[start : start + size]
        words = struct.unpack(f"{order}{2 + page_size // 4}I", frame[:8] + frame[FRAME_HEADER:])
        wanted, stored = _summed(words, sum_), struct.unpack_from(">2I", frame, 16)
        wrong_salt = _bits(frame[8:16], salt)
        if wanted != stored or wrong_salt:
            wrong_sum = _bits(struct.pack(">2I", *wanted), frame[16:24])
            one_bit = wrong_salt + wrong_sum == 1
            one_bit = one_bit or (not wrong_salt and _one_off(words, wanted, stored))
            return start if one_bit else None
        sum_ = stored
    return None


def _holds(header: bytes) -> bool:
    magic, _, page_size, _, _, _, *stored = struct.unpack(">8I", header)
    if magic & ~1 != MAGIC or page_size.bit_count() != 1 or not 512 <= page_size <= 65536:
        return False
    words = struct.unpack(f"{'>' if magic & 1 else '<'}6I", header[:24])
    return _summed(words, (0, 0)) == tuple(stored)


def _summed(words: tuple[int, ...], start: Sum) -> Sum:
    first, second = start
    pairs = iter(words)
    for one, other in zip(pairs, pairs, strict=True):
        first = (first + one + second) & _ALL
        second = (second + other + first) & _ALL
    return first, second


def _one_off(words: tuple[int, ...], wanted: Sum, stored: Sum) -> bool:
    """Whether turning one bit of these words makes their checksum the one that is stored.

    The checksum is linear: what a change of 1 in a word comes to is known from how many pairs
    of words follow it.
    """
    off = (stored[0] - wanted[0]) & _ALL, (stored[1] - wanted[1]) & _ALL
    for word, (first, second) in zip(reversed(words), _weights(), strict=False):
        for bit in range(32):
            change = -(1 << bit) if word >> bit & 1 else 1 << bit
            if (change * first & _ALL, change * second & _ALL) == off:
                return True
    return False


def _weights() -> Iterator[Sum]:
    """Yield what a change of 1 comes to in the checksum, from the last word back to the first."""
    odd, even = (0, 1), (1, 1)
    while True:
        yield odd
        yield even
        odd, even = (
            ((first + second) & _ALL, (first + 2 * second) & _ALL) for first, second in (odd, even)
        )


def _flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _bits(one: bytes, other: bytes) -> int:
    """Return how many bits differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()
