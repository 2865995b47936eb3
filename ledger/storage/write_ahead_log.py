"""Find a flipped bit in SQLite's write-ahead log, as opposed to a truncated append.

SQLite ends the log before the first frame with a wrong checksum. That is right after a power cut in
the middle of an append. But a single flipped bit has the same effect, and loses all later appends
without an error. This module tells the two apart: a frame whose checksum is right once one bit is
flipped back was damaged. (In about one power cut in a thousand, the lost sectors make the same
difference; then the warning is false.)

    header   magic, format, page size, sequence, salt (8 bytes), checksum (8): 32 bytes
    frame    page number, size after a commit, salt (8), checksum (8): 24 bytes; then the page

Each checksum continues that of the frame before, over the first 8 bytes of the header and the page
(https://www.sqlite.org/fileformat2.html#walformat).
"""

import struct
from collections.abc import Iterator
from pathlib import Path

HEADER, FRAME_HEADER = 32, 24
MAGIC = 0x377F0682
"""Checksums are over little-endian words; with MAGIC + 1, over big-endian words."""

_ALL = 0xFFFFFFFF

Checksum = tuple[int, int]


def damaged_at(log: Path) -> int | None:
    """Return the offset of the frame, or 0 for the header, in which one bit was flipped, if any."""
    try:
        contents = log.read_bytes()
    except FileNotFoundError:
        return None
    header = contents[:HEADER]
    if len(header) < HEADER:
        return None
    if not _is_valid(header):
        flips = (_flipped(header, bit) for bit in range(8 * HEADER))
        return 0 if any(map(_is_valid, flips)) else None
    order = ">" if header[3] & 1 else "<"
    (page_size,) = struct.unpack_from(">I", header, 8)
    salt, checksum = header[16:24], struct.unpack_from(">2I", header, 24)
    size = FRAME_HEADER + page_size
    for start in range(HEADER, len(contents) - size + 1, size):
        frame = contents[start : start + size]
        words = struct.unpack(f"{order}{2 + page_size // 4}I", frame[:8] + frame[FRAME_HEADER:])
        computed, stored = _checksum(words, checksum), struct.unpack_from(">2I", frame, 16)
        salt_bits = _differing_bits(frame[8:16], salt)
        if computed != stored or salt_bits:
            checksum_bits = _differing_bits(struct.pack(">2I", *computed), frame[16:24])
            one_bit = salt_bits + checksum_bits == 1
            one_bit = one_bit or (not salt_bits and _one_bit_differs(words, computed, stored))
            return start if one_bit else None
        checksum = stored
    return None


def _is_valid(header: bytes) -> bool:
    magic, _, page_size, _, _, _, *stored = struct.unpack(">8I", header)
    if magic & ~1 != MAGIC or page_size.bit_count() != 1 or not 512 <= page_size <= 65536:
        return False
    words = struct.unpack(f"{'>' if magic & 1 else '<'}6I", header[:24])
    return _checksum(words, (0, 0)) == tuple(stored)


def _checksum(words: tuple[int, ...], start: Checksum) -> Checksum:
    first, second = start
    pairs = iter(words)
    for one, other in zip(pairs, pairs, strict=True):
        first = (first + one + second) & _ALL
        second = (second + other + first) & _ALL
    return first, second


def _one_bit_differs(words: tuple[int, ...], computed: Checksum, stored: Checksum) -> bool:
    """Whether flipping one bit of these words gives them the stored checksum.

    The checksum is linear: the effect of adding 1 to a word depends only on how many pairs of words
    follow it.
    """
    (computed_1, computed_2), (stored_1, stored_2) = computed, stored
    difference = (stored_1 - computed_1) & _ALL, (stored_2 - computed_2) & _ALL
    for word, (first, second) in zip(reversed(words), _weights(), strict=False):
        for bit in range(32):
            change = -(1 << bit) if word >> bit & 1 else 1 << bit
            if (change * first & _ALL, change * second & _ALL) == difference:
                return True
    return False


def _weights() -> Iterator[Checksum]:
    """Yield the effect on the checksum of adding 1 to a word, from the last word to the first."""
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


def _differing_bits(one: bytes, other: bytes) -> int:
    """Return the number of bits that differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()
