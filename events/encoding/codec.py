"""Events to bytes and back: the bytes that are stored are the bytes that are hashed.

An entry of the log is one CloudEvents 1.0 object in the JSON Canonicalization Scheme
(RFC 8785): keys sorted, no white space, UTF-8. Its `data` is the event; the SHA-256 of the
data's own canonical bytes is the event's id, so the same claim by the same source has the same
id in every ledger.

    {"announcement":"5f…","data":{"by":"DNK",…,"type":"command-attested","version":1},
     "datacontenttype":"application/json","id":"9b…","position":7,"recordedby":"anna",
     "source":"sources/um-handover-2022-05","specversion":"1.0","subject":"nato-mission-iraq",
     "time":"2026-01-05T09:30:00.000000Z","type":"mission-ledger.command-attested"}

(One line in the log; no number but small whole ones, so that RFC 8785 needs nothing more.)
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from pydantic import ValidationError

from events.catalogue import Event
from events.encoding.upcasters import raise_to
from events.errors import EventError
from events.record_events import ALL_TYPES, ClaimCorrected
from events.source import Source

Content = Event | Source

INSTANT_LENGTH = len("2026-01-05T09:30:00.000000Z")
TYPE_PREFIX = "mission-ledger."
KINDS: dict[str, type[Event] | type[Source]] = {**ALL_TYPES, "source-recorded": Source}
"""Every kind of content by its type's name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log: what was recorded, where in it, when (UTC) and by whom."""

    position: int
    id: str
    recorded_at: datetime
    recorded_by: str
    announcement: str
    content: Content
    raw: bytes

    @property
    def mission(self) -> str | None:
        """The mission the entry is about; a source is about none."""
        return None if isinstance(self.content, Source) else self.content.mission

    @property
    def source(self) -> str | None:
        """The id of the source the entry states or is."""
        return self.content.id if isinstance(self.content, Source) else self.content.source


def canonical(value: object) -> bytes:
    """Write a JSON value in the JSON Canonicalization Scheme (RFC 8785).

    Raises EventError for text that is not Unicode (a lone surrogate). Keys are ours and ASCII, and
    numbers whole and small, so that sorted keys and no white space are all there is to it.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise EventError(f"text that is not Unicode: {error}") from None


def to_data(content: Content) -> dict[str, object]:
    """Return an event as the JSON object that is stored; fields not given are left out."""
    data = content.model_dump(mode="json", by_alias=True, exclude_none=True)
    if isinstance(content, ClaimCorrected):
        data["claim"]["version"] = content.claim.version
    return {**data, "version": content.version}


def from_data(data: Mapping[str, object]) -> Content:
    """Read a stored JSON object, raising older schema versions. The inverse of `to_data`.

    Raises EventError where the type is unknown or the content breaks its schema.
    """
    kind, content = raised(data)
    if isinstance(claim := content.get("claim"), dict):
        content["claim"] = raised(claim)[1]
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise EventError(f"{data.get('type')}: {place}: {first['msg']}") from None


def raised(data: Mapping[str, object]) -> tuple[type[Event] | type[Source], dict[str, object]]:
    """Return the class of stored data, and its content as today's schema has it."""
    kind = KINDS.get(str(data.get("type")))
    if kind is None:
        raise EventError(
            f"unknown event type {data.get('type')!r}", hint="install a newer mission-ledger"
        )
    return kind, raise_to(kind.version, data)


@dataclass(frozen=True, slots=True)
class EncodedContent:
    """An event with its canonical bytes, and the id derived from them."""

    content: Content
    data: bytes
    id: str


def write(content: Content) -> EncodedContent:
    """Write an event in its canonical form; its id is the SHA-256 of that, in hex."""
    data = canonical(to_data(content))
    return EncodedContent(content, data, hashlib.sha256(data).hexdigest())


def is_as_written(written: EncodedContent, data: Mapping[str, Any]) -> bool:
    """Whether stored data is in the one form its content has, or that of an older version.

    Else one claim could have two ids.
    """
    content = written.content
    if canonical(to_data(content)) == written.data:
        return True
    claim = content.claim if isinstance(content, ClaimCorrected) else None
    older = data.get("version", 1) < content.version or (
        claim is not None and data["claim"].get("version", 1) < claim.version
    )
    return older and not _has_float(data)


def _has_float(value: Mapping[str, Any] | list[Any]) -> bool:
    """Whether a number somewhere in a JSON value is not whole; RFC 8785 writes those otherwise."""
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
    """Make an entry: an event with the bytes that are stored and hashed.

    The envelope is put round the event's own bytes, which are sorted already.
    """
    content = written.content
    head, recorder, time = _of_append(announcement, recorded_by, recorded_at)
    raw = (
        f'{head}{written.data.decode()},"datacontenttype":"application/json","id":"{written.id}"'
        f',"position":{position}{recorder}{_of_content(content)}{time}{content.type}"}}'
    ).encode()
    return Entry(
        position, written.id, recorded_at.astimezone(UTC), recorded_by, announcement, content, raw
    )


@lru_cache(maxsize=4)
def _of_append(announcement: str, recorded_by: str, recorded_at: datetime) -> tuple[str, str, str]:
    """Write what is the same in all entries of one append."""
    return (
        f'{{"announcement":{_text(announcement)},"data":',
        f',"recordedby":{_text(recorded_by)}',
        f'"time":"{write_instant(recorded_at)}","type":"{TYPE_PREFIX}',
    )


def _of_content(content: Content) -> str:
    if isinstance(content, Source):
        return _about(content.id, None)
    return _about(content.source, content.mission)


@lru_cache(maxsize=256)
def _about(source: str | None, mission: str | None) -> str:
    """Write what an entry is stated by and about."""
    subject = "" if mission is None else f'"subject":{_text(mission)},'
    stated = _text(f"sources/{source}" if source else "record")
    return f',"source":{stated},"specversion":"1.0",{subject}'


def _text(text: str) -> str:
    return canonical(text).decode()


def decode(raw: bytes) -> Entry:
    """Read an entry from its stored bytes. The inverse of `encode`.

    Raises EventError where the bytes are not an entry, or its id is not that of its data.
    """
    try:
        envelope = orjson.loads(raw)
        id_ = hashlib.sha256(canonical(envelope["data"])).hexdigest()
        if envelope["id"] != id_:
            raise EventError(f"its id, {envelope['id']}, is not that of its data")
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
    """Write a moment in UTC to the microsecond, as RFC 3339."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def read_instant(text: str) -> datetime:
    """Read a moment written by `write_instant`. Raises ValueError for any other form."""
    if len(text) != INSTANT_LENGTH or text[10] != "T" or text[-1] != "Z":
        raise ValueError(f"not a moment to the microsecond in UTC: {text!r}")
    return datetime.fromisoformat(text)
