"""One line of an exported log, read strictly.

A line is an entry only if encoding the entry again gives the same bytes. An entry thus has one
spelling, with no duplicate keys, no numbers but integers, and no extension attributes, which would
change the bytes.
"""

import hashlib
import re
from functools import lru_cache
from typing import Any

import orjson

from events.encoding.codec import (
    EncodedContent,
    canonical,
    encode,
    from_data,
    is_canonical,
    read_instant,
)
from events.encoding.strict_decode import strict_decode
from events.entry import Entry
from events.errors import EventError
from ledger.decide import LARGEST_ENTRY, LARGEST_EVENT, check_name

DEEPEST = 20
LARGEST_POSITION = 2**63 - 1

_DIGEST = re.compile("[0-9a-f]{64}")
_TYPES = {
    **dict.fromkeys(("announcement", "datacontenttype", "id", "recordedby", "source"), str),
    **dict.fromkeys(("specversion", "subject", "time", "type"), str),
    **{"data": dict, "position": int},
}
"""The attributes of an entry, and the types of their values."""

AS_WRITTEN = "use the file as `mission export cloudevents` wrote it"

Json = dict[str, Any]


class LineError(Exception):
    """Why a line is not an entry."""

    def __init__(self, code: str, message: str, hint: str = AS_WRITTEN) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


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
    """Read a line step by step, to find out what is wrong with it. Raises LineError.

    An event too large for the fast path may still be a valid entry.
    """
    if len(line) > LARGEST_ENTRY:
        raise LineError(
            "too-large", f"the line is longer than an entry can be ({LARGEST_ENTRY:,} bytes)"
        )
    envelope = _json(line)
    _check_attributes(envelope)
    data = canonical(envelope["data"])
    if hashlib.sha256(data).hexdigest() != envelope["id"]:
        raise LineError("id", "the id is not the SHA-256 of the data: one of them was changed")
    if len(data) > LARGEST_EVENT:
        raise LineError("too-large-event", f"the data has more than {LARGEST_EVENT:,} bytes")
    try:
        content = from_data(envelope["data"])
        by, time = check_name(envelope["recordedby"]), read_instant(envelope["time"])
    except EventError as error:
        raise LineError("event", error.message[:300], error.hint or AS_WRITTEN) from None
    except ValueError:
        message = f"{envelope['time'][:40]} is not a valid time in UTC"
        raise LineError("time", message) from None
    written = EncodedContent(content, data, envelope["id"])
    if not is_canonical(written, envelope["data"]):
        raise LineError("event", f"the data does not have the canonical form of {content.type}")
    entry = encode(written, envelope["position"], time, by, envelope["announcement"])
    if entry.raw != line:
        if orjson.loads(entry.raw) != envelope:
            raise LineError("attribute", "type, source, subject or time does not match the data")
        raise LineError("form", "the line is not in canonical form (RFC 8785)")
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
        envelope = orjson.loads(line)
    except UnicodeDecodeError:
        raise LineError("encoding", "the line is not UTF-8", "save it as UTF-8") from None
    except orjson.JSONDecodeError as error:
        empty = not line.strip()
        raise LineError(
            "json",
            "the line is empty" if empty else f"this is not JSON: {error.msg}",
            "remove it" if empty else AS_WRITTEN,
        ) from None
    if not isinstance(envelope, dict):
        raise LineError("json", "not a JSON object, as every entry of a log is")
    return envelope


def _check_attributes(envelope: Json) -> None:
    """Check that an envelope's attributes are those of an entry. Raises LineError."""
    if missing := sorted(_TYPES.keys() - {"subject"} - envelope.keys()):
        raise LineError("attribute", f"not an entry of a log: {', '.join(missing)} missing")
    if unknown := sorted(envelope.keys() - _TYPES):
        raise LineError("attribute", f"an entry has no attribute {', '.join(unknown)[:100]}")
    for name, value in envelope.items():
        if type(value) is not _TYPES[name]:
            raise LineError("attribute", f"{name} has the wrong type")
    if envelope["specversion"] != "1.0":
        raise LineError("attribute", "specversion is not 1.0; no other version is supported")
    for name in ("id", "announcement"):
        if not _DIGEST.fullmatch(envelope[name]):
            raise LineError("attribute", f"{name} is not 64 hex digits")
    if not 1 <= envelope["position"] <= LARGEST_POSITION:
        raise LineError("attribute", "position is not a positive integer, or is too large")
    _check_values(envelope["data"])


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
