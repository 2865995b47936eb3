"""Encode events as bytes and decode them; the stored bytes are the bytes that are hashed.

An entry of the log is one CloudEvents 1.0 object in the JSON Canonicalization Scheme
(RFC 8785): keys sorted, no white space, UTF-8. Its `data` is the event. The event's id is the
SHA-256 of the canonical bytes of `data`, so the same claim by the same source has the same id in
every ledger.

    {"announcement":"5f…","data":{"by":"DNK",…,"type":"command-attested","version":1},
     "datacontenttype":"application/json","id":"9b…","position":7,"recordedby":"anna",
     "source":"sources/um-handover-2022-05","specversion":"1.0","subject":"nato-mission-iraq",
     "time":"2026-01-05T09:30:00.000000Z","type":"mission-ledger.command-attested"}

(Stored as one line. All numbers are small integers, so RFC 8785 requires nothing else.)
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from pydantic import ValidationError

from events.claim_event import Event
from events.encoding.schema_versions import version_of, without_marks
from events.encoding.upcasters import upcast
from events.entry import Entry
from events.errors import EventError
from events.record_events import ALL_TYPES, ClaimCorrected
from events.source import Source

Content = Event | Source

INSTANT_LENGTH = len("2026-01-05T09:30:00.000000Z")
TYPE_PREFIX = "mission-ledger."
KINDS: dict[str, type[Event] | type[Source]] = {**ALL_TYPES, "source-recorded": Source}
"""Every class of content by the name of its type."""


def canonical(value: object) -> bytes:
    """Encode a JSON value in the JSON Canonicalization Scheme (RFC 8785).

    Keys are ASCII and numbers small integers, so sorting keys and omitting white space suffices.
    Raises EventError for text that is not Unicode (a lone surrogate).
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise EventError(f"text is not valid Unicode: {error}") from None


def to_data(content: Content) -> dict[str, Any]:
    """Return an event as the JSON object that is stored, without fields that are None."""
    data = content.model_dump(mode="json", by_alias=True, exclude_none=True)
    if isinstance(content, ClaimCorrected):
        data["claim"]["version"] = version_of(data["claim"])
    data["version"] = version_of(data)
    return data


def from_data(data: Mapping[str, object]) -> Content:
    """Decode a stored JSON object, upcasting older schema versions. The inverse of `to_data`.

    Raises EventError if the type is unknown or the content does not match its schema.
    """
    kind, content = upcast_to_current(data)
    if isinstance(claim := content.get("claim"), dict):
        _, content["claim"] = upcast_to_current(claim)
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise EventError(f"{data.get('type')}: {place}: {first['msg']}") from None


def upcast_to_current(
    data: Mapping[str, object],
) -> tuple[type[Event] | type[Source], dict[str, object]]:
    """Return the class of stored data, and its content upcast to the current schema version."""
    kind = KINDS.get(str(data.get("type")))
    if kind is None:
        raise EventError(
            f"unknown event type {data.get('type')!r}", hint="install a newer mission-ledger"
        )
    return kind, upcast(kind.version, data)


@dataclass(frozen=True, slots=True)
class EncodedContent:
    """An event, its canonical bytes, and the id derived from them.

    `earlier_id` is the id that an earlier version of this program gave the same statement.
    """

    content: Content
    data: bytes
    id: str
    earlier_id: str | None = None


def write(content: Content) -> EncodedContent:
    """Encode an event in canonical form; its id is the SHA-256 of that, in hex."""
    stored = to_data(content)
    data = canonical(stored)
    earlier = without_marks(stored)
    return EncodedContent(content, data, _digest(data), _earlier_id(earlier) if earlier else None)


def _earlier_id(plain: dict[str, object]) -> str:
    return _digest(canonical({**plain, "version": version_of(plain)}))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def is_canonical(written: EncodedContent, data: Mapping[str, Any]) -> bool:
    """Whether stored data is the canonical form of its content, or of an older schema version.

    Otherwise one claim could have two ids.
    """
    stored = to_data(written.content)
    if canonical(stored) == written.data:
        return True
    pairs = [(data, stored)]
    if isinstance(written.content, ClaimCorrected):
        pairs.append((data["claim"], stored["claim"]))
    older = any(given.get("version", 1) < now["version"] for given, now in pairs)
    return older and not _has_float(data)


def _has_float(value: Mapping[str, Any] | list[Any]) -> bool:
    """Whether a JSON value contains a float, which RFC 8785 formats differently."""
    return any(
        isinstance(each, float) or (isinstance(each, dict | list) and _has_float(each))
        for each in (value.values() if isinstance(value, Mapping) else value)
    )


def event_id(content: Content) -> str:
    """Return the id derived from an event's content: SHA-256 of its canonical bytes, in hex."""
    return write(content).id


def encode(
    written: EncodedContent,
    position: int,
    recorded_at: datetime,
    recorded_by: str,
    announcement: str,
) -> Entry:
    """Return an entry: an event with the bytes that are stored and hashed.

    The envelope is written around the event's canonical bytes, which are already sorted.
    """
    content = written.content
    head, recorder, time = _append_parts(announcement, recorded_by, recorded_at)
    raw = (
        f'{head}{written.data.decode()},"datacontenttype":"application/json","id":"{written.id}"'
        f',"position":{position}{recorder}{_subject_and_source(content)}{time}{content.type}"}}'
    ).encode()
    return Entry(
        position, written.id, recorded_at.astimezone(UTC), recorded_by, announcement, content, raw
    )


@lru_cache(maxsize=4)
def _append_parts(
    announcement: str, recorded_by: str, recorded_at: datetime
) -> tuple[str, str, str]:
    """Return the parts of the envelope that all entries of one append share."""
    return (
        f'{{"announcement":{_text(announcement)},"data":',
        f',"recordedby":{_text(recorded_by)}',
        f'"time":"{write_instant(recorded_at)}","type":"{TYPE_PREFIX}',
    )


def _subject_and_source(content: Content) -> str:
    if isinstance(content, Source):
        return _source_parts(content.id, None)
    return _source_parts(content.source, content.mission)


@lru_cache(maxsize=256)
def _source_parts(source: str | None, mission: str | None) -> str:
    """Return the part of the envelope that names the source and the mission."""
    subject = "" if mission is None else f'"subject":{_text(mission)},'
    stated = _text(f"sources/{source}" if source else "record")
    return f',"source":{stated},"specversion":"1.0",{subject}'


def _text(text: str) -> str:
    return canonical(text).decode()


def decode(raw: bytes) -> Entry:
    """Decode an entry from its stored bytes. The inverse of `encode`.

    Raises EventError if the bytes are not an entry, or if its id does not match its data.
    """
    try:
        envelope = orjson.loads(raw)
        id_ = hashlib.sha256(canonical(envelope["data"])).hexdigest()
        if envelope["id"] != id_:
            raise EventError(f"its id, {envelope['id']}, does not match its data")
        return Entry(
            position=envelope["position"],
            id=id_,
            recorded_at=read_instant(envelope["time"]),
            recorded_by=envelope["recordedby"],
            announcement=envelope["announcement"],
            content=from_data(envelope["data"]),
            raw=raw,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, EventError):
            raise
        raise EventError(f"not an entry of a mission ledger: {error}") from None


def write_instant(instant: datetime) -> str:
    """Format a timestamp in UTC with microseconds, as RFC 3339."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def read_instant(text: str) -> datetime:
    """Parse a timestamp written by `write_instant`. Raises ValueError for any other form."""
    if len(text) != INSTANT_LENGTH or text[10] != "T" or text[-1] != "Z":
        raise ValueError(f"not a UTC timestamp with microseconds: {text!r}")
    return datetime.fromisoformat(text)
