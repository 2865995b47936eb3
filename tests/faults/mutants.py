"""Mutations of valid inputs, in a few places.

    mutant(Random("1 42"), seeds)    the same seed gives the same bytes every time

Bytes are flipped, removed, duplicated and spliced in from another input; lines are moved; words and
numbers are replaced by ones that are difficult to parse. JSON is also mutated by value.
"""

import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

TOKENS = [
    text.encode() for text in (
        "\ufeff", "\x00", "\x1b[2J", "\u202e", "\u2028", "\u0085", "\x7f", "é", "e\u0301", "😀",
        "\ufdd0", "\uffff", "İ", "ß", "１２", "٣", "\t", "\r", "\r\n", "\n\n", "\n---\n", "\n...\n",
        "#",
        "&a ", "*a", "!!python/object ", "!!int ", "<<: ", "? ", "- ", ": ", "| ", "> ", "''", '"',
        "\\u0000", "\\ud800", "\\ud83d\\ude00", "[", "]", "{", "}", "{}", "[]", "null", "true", "~",
        "NaN", "Infinity", "-0", "1e999", "0x10", "012", "1:30", "NO", "NO,", ",", "/", "..", "%",
        "A", "AA==", "=", "+", "—", "— ", "old 0", "old 1", "index 0", "extra ", "PRIVATE+KEY+",
        "2021-05", "2021-13", "2021-02-30", "[..2024-02]", "{2020,2021}", "Y17E7", "1X", "-9999",
        "0000", "9999-12-31", "2020-33", "2021-05/", "/..", "24:00:00", "2021-05-01T23:59:60Z",
        "senest i", "by ", "since ", "primo ", "mid-", "et år frem", "source-recorded", "DNK",
        "claim-corrected", "claim-retracted", "reading-preferred", "target: ", "still: true",
    )
] + [
    b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80",
]  # fmt: skip

NUMBERS = (
    b"0", b"-1", b"1", b"00", b"1.0", b"2", b"9", b"13", b"31", b"99", b"255", b"65535", b"1000001",
    b"2147483648", b"9007199254740993", b"9223372036854775807", b"9223372036854775808",
    b"18446744073709551616", b"9" * 40, b"9" * 5000, b"1e3", b"0.1", b"-0",
)  # fmt: skip

VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 1.0, 2**63, 2**64, "", " ", "0", "x" * 400, "\u202e", "\x00",
    [], {}, [[]], {"": 0}, "2021-05", "2021-99", "DNK", "dnk", "NATO", "5f" * 32, "source-recorded",
    "claim-retracted", "1.0", "command-attested", "nmi-test",
)  # fmt: skip

LARGEST = 200_000

Change = Callable[[Random, bytes, Sequence[bytes]], bytes]


def mutant(random: Random, seeds: Sequence[bytes]) -> bytes:
    """Return one of the seeds, changed in 1 to 6 places."""
    data = random.choice(seeds)
    for _ in range(min(random.randint(1, 6), random.randint(1, 6))):
        data = random.choice(CHANGES)(random, data, seeds)[:LARGEST]
    return data


def _span(random: Random, data: bytes, most: int = 200) -> tuple[int, int]:
    start = random.randint(0, len(data))
    return start, min(len(data), start + random.randint(0, random.choice((1, 8, most))))


def _flip(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    if not data:
        return b"\0"
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]


def _cut(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _span(random, data)
    return data[:start] + data[end:]


def _truncate(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return data[: random.randint(0, len(data))]


def _double(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _span(random, data)
    return data[:end] + data[start:end] * random.choice((1, 1, 2, 50, 3000)) + data[end:]


def _splice(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    other = random.choice(seeds)
    start, end = _span(random, other, 2000)
    at, until = _span(random, data)
    return data[:at] + other[start:end] + data[until:]


def _token(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _span(random, data, 20)
    kept = random.choice((start, end))
    return data[:start] + random.choice(TOKENS) + data[kept:]


def _number(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    found = list(re.finditer(rb"[0-9]+", data))
    if not found:
        return data + random.choice(NUMBERS)
    chosen = random.choice(found)
    return data[: chosen.start()] + random.choice(NUMBERS) + data[chosen.end() :]


def _word(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """Replace a word by one of another input."""
    words, others = (
        list(re.finditer(rb"[A-Za-z0-9-]{2,}", each)) for each in (data, random.choice(seeds))
    )
    if not words or not others:
        return data
    chosen = random.choice(words)
    return data[: chosen.start()] + random.choice(others).group() + data[chosen.end() :]


def _lines(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Swap, duplicate, delete or indent a line."""
    lines = data.split(b"\n")
    at, to = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(4):
        case 0:
            lines[at], lines[to] = lines[to], lines[at]
        case 1:
            lines.insert(to, lines[at])
        case 2:
            del lines[at]
        case _:
            lines[at] = b" " * random.choice((1, 2, 4)) + lines[at]
    return b"\n".join(lines)


def _nest(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at, deep = random.randint(0, len(data)), random.choice((3, 30, 1200, 60_000))
    opening, closing = random.choice(((b"[", b"]"), (b"{", b"}"), (b'{"a":', b"}"), (b"- ", b"")))
    return data[:at] + opening * deep + closing * random.choice((0, deep)) + data[at:]


def _json(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Change a value in a line of JSON, and encode the line as before."""
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    try:
        value = json.loads(lines[at])
    except (ValueError, RecursionError):
        return _token(random, data, ())
    lines[at] = dumped(changed(random, value))
    return b"\n".join(lines)


def changed(random: Random, value: Any) -> Any:  # noqa: ANN401 (JSON)
    """Return a JSON value with one part changed."""
    if not isinstance(value, dict | list) or not value or random.random() < 0.1:
        return random.choice(VALUES)
    if isinstance(value, list):
        at = random.randrange(len(value))
        return [*value[:at], changed(random, value[at]), *value[at + 1 :]]
    key = random.choice(list(value))
    made = dict(value)
    match random.randrange(6):
        case 0:
            del made[key]
        case 1:
            made[random.choice(("version", "note", "at", "x", "period", key.upper()))] = (
                random.choice(VALUES)
            )
        case _:
            made[key] = changed(random, value[key])
    return made


def dumped(value: object) -> bytes:
    """Encode JSON as entries are encoded, as far as possible."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="surrogatepass")


CHANGES: list[Change] = [
    _flip, _cut, _truncate, _double, _splice, _splice, _token, _token, _token, _number, _word,
    _word, _lines, _lines, _nest, _json, _json, _json,
]  # fmt: skip
