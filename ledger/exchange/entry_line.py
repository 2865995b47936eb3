"""One line of an exported log, read strictly.

A line is an entry only if encoding the entry again gives the same bytes. An entry thus has one
spelling, with no duplicate keys, no numbers but integers, and no extension attributes, which would
change the bytes.
"""

import hashlib
import re
from functools import lru_cache
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

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

_AS_WRITTEN = "use the file as `mission export cloudevents` wrote it"
_UTF_8 = "save it as UTF-8"

_DIGEST = "[0-9a-f]{64}"
_Digest = Annotated[str, Field(pattern=f"^{_DIGEST}$")]


class _Envelope(BaseModel):
    """The attributes of an entry."""

    model_config = ConfigDict(strict=True, extra="forbid")

    announcement: _Digest
    data: dict[str, Any]
    datacontenttype: Literal["application/json"]
    id: _Digest
    position: Annotated[int, Field(ge=1, le=LARGEST_POSITION)]
    recordedby: str
    source: str
    specversion: Literal["1.0"]
    subject: str | None = None
    time: str
    type: str


class LineError(Exception):
    """Why a line is not an entry."""

    def __init__(self, code: str, message: str, hint: str = _AS_WRITTEN) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def read_entry(line: bytes) -> Entry:
    """Read one line. Raises LineError."""
    entry = strict_decode(line) if len(line) <= LARGEST_EVENT else None
    valid = entry and _are_valid(entry.announcement, entry.recorded_by)
    if entry and valid and 1 <= entry.position <= LARGEST_POSITION:
        return entry
    return _entry_slowly(line)


@lru_cache(maxsize=16)
def _are_valid(announcement: str, by: str) -> bool:
    """Whether these are a digest and a recorder's name."""
    try:
        return bool(re.fullmatch(_DIGEST, announcement) and check_name(by))
    except EventError:
        return False


def _entry_slowly(line: bytes) -> Entry:
    """Read a line step by step, to find out what is wrong with it. Raises LineError.

    An event too large for the fast path may still be a valid entry.
    """
    if len(line) > LARGEST_ENTRY:
        raise LineError("too-large", f"the line has more than {LARGEST_ENTRY:,} bytes")
    given = _json(line)
    try:
        found = _Envelope.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(map(str, first["loc"]))[:100]
        raise LineError("attribute", f"not an entry of a log: {name}: {first['msg']}") from None
    _check_values(found.data)
    data = canonical(found.data)
    if hashlib.sha256(data).hexdigest() != found.id:
        raise LineError("id", "the id is not the SHA-256 of the data: one of them was changed")
    if len(data) > LARGEST_EVENT:
        raise LineError("too-large-event", f"the data has more than {LARGEST_EVENT:,} bytes")
    try:
        content = from_data(found.data)
        by, time = check_name(found.recordedby), read_instant(found.time)
    except EventError as error:
        raise LineError("event", error.message[:300], error.hint or _AS_WRITTEN) from None
    except ValueError:
        raise LineError("time", f"{found.time[:40]} is not a valid time in UTC") from None
    written = EncodedContent(content, data, found.id)
    if not is_canonical(written, found.data):
        raise LineError("event", f"the data does not have the canonical form of {content.type}")
    entry = encode(written, found.position, time, by, found.announcement)
    if entry.raw != line:
        if orjson.loads(entry.raw) != given:
            raise LineError("attribute", "type, source, subject or time does not match the data")
        raise LineError("form", "the line is not in canonical form (RFC 8785)")
    return entry


def _json(line: bytes) -> object:
    if line.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in line:
        raise LineError("utf-16", "this is UTF-16 or binary; the rest was not read", _UTF_8)
    try:
        line.decode()
        value: object = orjson.loads(line)
    except UnicodeDecodeError:
        raise LineError("encoding", "the line is not UTF-8", _UTF_8) from None
    except orjson.JSONDecodeError as error:
        if not line.strip():
            raise LineError("json", "the line is empty", "remove it") from None
        raise LineError("json", f"this is not JSON: {error.msg}") from None
    if not isinstance(value, dict):
        raise LineError("json", "not a JSON object, as every entry of a log is")
    return value


def _check_values(value: object, depth: int = 1) -> None:
    """Refuse numbers that are not 64-bit integers, and deep nesting. Raises LineError."""
    if isinstance(value, float):
        raise LineError("number", "the data holds a number that is not an integer, or is too large")
    if isinstance(value, dict | list):
        if depth > DEEPEST:
            raise LineError("too-deep", f"the data is nested more than {DEEPEST} levels deep")
        for each in value.values() if isinstance(value, dict) else value:
            _check_values(each, depth + 1)
