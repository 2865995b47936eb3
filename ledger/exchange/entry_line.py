"""One line of an exported log: read strictly, and told what is wrong with it.

A line is an entry only if encoding the entry again gives the same bytes. An entry thus has one
spelling, with no duplicate keys, no numbers but integers, and no extension attributes, which would
change the bytes.
"""

import hashlib
import json
import re
from functools import lru_cache
from typing import Any

import orjson

from events.encoding.codec import (
    TYPE_PREFIX,
    EncodedContent,
    Entry,
    canonical,
    encode,
    from_data,
    is_canonical,
    read_instant,
)
from events.encoding.strict_decode import strict_decode
from events.errors import EventError
from ledger.decide import LARGEST_ENTRY, LARGEST_EVENT, check_name

DEEPEST = 20
LARGEST_POSITION = 2**63 - 1

_DIGEST = re.compile("[0-9a-f]{64}")
_ATTRIBUTES = frozenset(
    {
        "announcement",
        "data",
        "datacontenttype",
        "id",
        "position",
        "recordedby",
        "source",
        "specversion",
        "subject",
        "time",
        "type",
    }
)
_AS_WRITTEN = "use the file as `mission export cloudevents` wrote it"

Json = dict[str, Any]


class LineError(Exception):
    """Why a line is not an entry; `column` counts characters from 1, 0 means the whole line."""

    def __init__(self, code: str, message: str, hint: str = _AS_WRITTEN, column: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.column = column


def read_entry(line: bytes) -> Entry:
    """Read one line. Raises LineError."""
    entry = strict_decode(line) if len(line) <= LARGEST_EVENT else None
    if (
        entry
        and _DIGEST.fullmatch(entry.announcement)
        and _is_name(entry.recorded_by)
        and 1 <= entry.position <= LARGEST_POSITION
    ):
        return entry
    return _entry_slowly(line)


@lru_cache(maxsize=16)
def _is_name(by: str) -> bool:
    try:
        return bool(check_name(by))
    except EventError:
        return False


def _entry_slowly(line: bytes) -> Entry:
    """Read a line strictly, to find out what is wrong with it. Raises LineError.

    An event too large for the fast path may still be a valid entry.
    """
    if len(line) > LARGEST_ENTRY:
        raise LineError(
            "too-large", f"the line is longer than an entry can be ({LARGEST_ENTRY:,} bytes)"
        )
    envelope = _json(line)
    given = _attributes(envelope)
    data = canonical(given["data"])
    if hashlib.sha256(data).hexdigest() != given["id"]:
        raise LineError("id", "the id is not the SHA-256 of the data: one of them was changed")
    if len(data) > LARGEST_EVENT:
        raise LineError("too-large-event", f"the data has more than {LARGEST_EVENT:,} bytes")
    try:
        content = from_data(given["data"])
        written = EncodedContent(content, data, given["id"])
        entry = encode(
            written,
            given["position"],
            read_instant(given["time"]),
            check_name(given["recordedby"]),
            given["announcement"],
        )
    except EventError as error:
        raise LineError("event", error.message[:300], error.hint or _AS_WRITTEN) from None
    except (ValueError, OverflowError) as error:
        raise LineError(
            "time", f"{given['time'][:40]} is not a valid time in UTC: {error}"[:300]
        ) from None
    if not is_canonical(written, given["data"]):
        raise LineError("event", f"the data does not have the canonical form of {content.type}")
    if entry.raw != line:
        raise _form_error(envelope, entry, line)
    return entry


def _json(line: bytes) -> Json:
    if line.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in line:
        raise LineError(
            "utf-16",
            "this is UTF-16 or binary, not text in UTF-8; the rest was not read",
            "save it as UTF-8",
        )
    try:
        line.decode()
    except UnicodeDecodeError as error:
        good = line[: error.start].decode()
        raise LineError(
            "encoding",
            f"the byte 0x{line[error.start]:02x} is not valid UTF-8",
            "save it as UTF-8",
            len(good) + 1,
        ) from None
    try:
        envelope = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        if not line.strip():
            raise LineError("json", "the line is empty", "remove it") from None
        raise LineError(
            "json", f"this is not JSON: {error.msg}", _AS_WRITTEN, error.pos + 1
        ) from None
    if not isinstance(envelope, dict):
        raise LineError("json", "not a JSON object, as every entry of a log is")
    return envelope


def _attributes(envelope: Json) -> Json:
    """Return the envelope if its attributes are those of an entry. Raises LineError."""
    missing = sorted(_ATTRIBUTES - {"subject"} - envelope.keys())
    unknown = sorted(envelope.keys() - _ATTRIBUTES)
    if missing:
        raise LineError("attribute", f"not an entry of a log: {', '.join(missing)} missing")
    if unknown:
        raise LineError(
            "attribute",
            f"an entry has no attribute {', '.join(unknown)[:100]}",
            "it was added to the entry; use the file from before that",
        )
    for name, value in envelope.items():
        if not isinstance(value, dict if name == "data" else int if name == "position" else str):
            raise LineError("attribute", f"{name} has the wrong type")
    if envelope["specversion"] != "1.0":
        raise LineError("attribute", "specversion is not 1.0; no other version is supported")
    for name in ("id", "announcement"):
        if not _DIGEST.fullmatch(envelope[name]):
            raise LineError("attribute", f"{name} is not 64 hex digits")
    if not 1 <= envelope["position"] <= LARGEST_POSITION or envelope["position"] is True:
        raise LineError("attribute", "position is not a positive integer, or is too large")
    _check_values(envelope["data"])
    return envelope


def _check_values(data: object) -> None:
    """Refuse numbers that are not 64-bit integers, and deep nesting. Raises LineError."""
    stack = [(data, 1)]
    while stack:
        value, depth = stack.pop()
        if isinstance(value, float):
            raise LineError(
                "number", "the data holds a number that is not an integer, or is too large"
            )
        if isinstance(value, dict | list):
            if depth > DEEPEST:
                raise LineError("too-deep", f"the data is nested more than {DEEPEST} levels deep")
            within = value.values() if isinstance(value, dict) else value
            stack.extend((each, depth + 1) for each in within)


def _form_error(envelope: Json, entry: Entry, line: bytes) -> LineError:
    """Return the error that says how a line differs from its entry's canonical form."""
    expected = {
        "type": TYPE_PREFIX + entry.content.type,
        "source": f"sources/{entry.source}" if entry.source else "record",
        "subject": entry.mission,
        "datacontenttype": "application/json",
    }
    for name, value in expected.items():
        if envelope.get(name) != value:
            return LineError("attribute", f"{name} does not match the data: {value or 'none'}")
    if repeated := _repeated_key(line):
        return LineError("form", f"the key {repeated[:100]} occurs twice")
    return LineError(
        "form",
        "the line is not in canonical form (RFC 8785): sorted keys, no white space,"
        " no unnecessary escapes",
    )


def _repeated_key(line: bytes) -> str | None:
    """Return a key that occurs twice in one object of the line."""
    found: list[str] = []

    def pairs(given: list[tuple[str, object]]) -> None:
        names = [name for name, _ in given]
        found.extend(name for name in names if names.count(name) > 1)

    json.loads(line, object_pairs_hook=pairs)
    return next(iter(found), None)
