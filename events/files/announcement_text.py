"""Write an announcement as a file: the inverse of reading one.

Every event is written as it is stored; short forms are not restored.
"""

import re

from pydantic import BaseModel

from events.claim_event import Event
from events.errors import EventError
from events.files.announcement import Announcement

_PLAIN = re.compile(r"[\w(](?:[\w .,/()'’%~?+;=!*-]|:(?=\w))*(?<! )")
_WORDS = frozenset(
    word for each in ("null", "true", "false") for word in (each, each.title(), each.upper())
)


def write_announcement(announcement: Announcement) -> str:
    """Return an announcement as YAML that reads back as an equal announcement.

    Raises EventError without a source, without events, or for an event of another source.
    """
    source = announcement.source
    if source is None or not announcement.events:
        raise EventError("an announcement file needs a source and at least one event")
    mission = announcement.events[0].mission
    lines = [f"mission: {_scalar(mission)}", "source:"]
    lines += _mapping(_set_fields(source, {"type"}), "  ")
    lines.append("events:")
    for event in announcement.events:
        fields = _event_fields(event, mission, source.id)
        first, *rest = _mapping(fields, "    ")
        lines += [f"  - {first.lstrip()}", *rest]
    return "\n".join(lines) + "\n"


def _event_fields(event: Event, mission: str, source: str) -> dict[str, object]:
    if event.source != source:
        raise EventError(
            f"event of source {event.source or '(none)'} in an announcement of {source}"
        )
    excluded = {"source", "mission"} if event.mission == mission else {"source"}
    if getattr(event, "dated_by_source", None):
        excluded |= {"on", "dated_by_source"}
    fields = {"type": event.type, **_set_fields(event, excluded)}
    claim = getattr(event, "claim", None)
    if claim is None:
        return fields
    return {**fields, "claim": _event_fields(claim, mission, source)}


def _set_fields(model: BaseModel, excluded: set[str]) -> dict[str, object]:
    """Return the fields that differ from their default, by their names in a file."""
    return model.model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude_defaults=True, exclude=excluded
    )


def _mapping(fields: dict[str, object], indent: str) -> list[str]:
    lines = []
    for name, value in fields.items():
        if isinstance(value, dict):
            lines += [f"{indent}{name}:", *_mapping(value, indent + "  ")]
        elif isinstance(value, list):
            lines.append(f"{indent}{name}: [{', '.join(_quoted(str(item)) for item in value)}]")
        else:
            lines.append(f"{indent}{name}: {_scalar(value)}")
    return lines


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text if _PLAIN.fullmatch(text) and text not in _WORDS else _quoted(text)


def _quoted(text: str) -> str:
    """Return text in double quotes, with escapes for line ends and invisible characters."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in ('"', "\\"):
        return "\\" + character
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
