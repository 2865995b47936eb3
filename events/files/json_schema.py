"""Generate JSON Schemas (2020-12) of stored data and announcement files from the event classes.

`schema_of("command-attested")` describes an event's data as stored in the log. In a file, values
are text and short forms are allowed, so `announcement_schema()` is looser: it is meant for editors,
and the reader (`events.files.announcement`) is authoritative.
"""

import copy
from typing import Any

from pydantic import BaseModel

from events.catalogue import CLAIM_TYPES
from events.claim_event import ClaimEvent, Event
from events.encoding.versions import FIRST_FIELDS
from events.files import expansion
from events.names import NamedThing, pick
from events.record_events import ALL_TYPES, ClaimCorrected
from events.source import Source

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_STORED: dict[str, type[Event] | type[Source]] = {**ALL_TYPES, "source-recorded": Source}
_ANY_SCALAR = ["string", "number", "boolean"]


def type_named(text: str) -> str:
    """Return the type with this name or prefix. Raises LookupFailure."""
    things = [NamedThing(name) for name in _STORED]
    return pick(
        text, things, kind="event type", beginnings=True, otherwise="`mission types` lists them"
    ).key


def schema_of(name: str) -> Schema:
    """Return the schema of one type's stored data. Raises LookupFailure."""
    kind = _STORED[type_named(name)]
    schema = _generated(kind)
    for part in (schema, *schema.get("$defs", {}).values()):
        if "properties" in part:
            _as_dumped(part)
    return {"$schema": _DIALECT, **schema}


def announcement_schema() -> Schema:
    """Return the schema of an announcement file, for validation in an editor."""
    shared: Schema = {}
    events = [_in_file(kind, shared) for kind in ALL_TYPES.values()]
    source = _generated(Source)
    _loosen(source)
    del source["properties"]["type"]
    return {
        "$schema": _DIALECT,
        "title": "Announcement",
        "type": "object",
        "additionalProperties": False,
        "required": ["source", "events"],
        "properties": {
            "mission": {"type": _ANY_SCALAR},
            "source": source,
            "events": {"type": "array", "minItems": 1, "items": {"oneOf": events}},
        },
        "$defs": shared,
    }


def _generated(kind: type[BaseModel]) -> Schema:
    return copy.deepcopy(kind.model_json_schema(by_alias=True, mode="validation"))


def _as_dumped(part: Schema) -> None:
    """Describe an object as the codec writes it: without nulls, with defaults."""
    required = set(part.get("required", ()))
    for name, field in part["properties"].items():
        if field.get("default", ...) is None:
            _without_null(field)
        elif "default" in field:
            required.add(name)
    if stored := _STORED.get(part["properties"].get("type", {}).get("const")):
        first = 1 if stored.model_fields["type"].default in FIRST_FIELDS else stored.version
        part["properties"]["version"] = {"enum": list(range(first, stored.version + 1))}
        required.add("version")
    part["required"] = sorted(required)


def _without_null(field: Schema) -> None:
    options = [option for option in field.pop("anyOf", []) if option != {"type": "null"}]
    field.pop("default", None)
    if len(options) == 1:
        field.update(options[0])
    elif options:
        field["anyOf"] = options


def _in_file(kind: type[Event], shared: Schema, *, nested: bool = False) -> Schema:
    """Describe an event as written in a file; add the definitions it refers to to `shared`."""
    schema = _generated(kind)
    definitions = schema.pop("$defs", {})
    _loosen(schema)
    properties = schema["properties"]
    del properties["source"]
    required = {*schema.get("required", ()), "type"} - {"mission"}
    if issubclass(kind, ClaimEvent):
        properties["on"] = {"type": ["string", "number", "array"]}
        del properties["dated_by_source"]
        if expansion.dated_by_source(kind):
            required.discard("on")
        if expansion.start_of(kind) and not nested:
            properties["still"] = {"type": "boolean"}
    if kind is ClaimCorrected:
        claims = [_in_file(claim, shared, nested=True) for claim in CLAIM_TYPES.values()]
        properties["claim"] = {"oneOf": claims}
    schema["required"] = sorted(required)
    for name in definitions.keys() & {"Quantity", "Vote", "Basis"} - shared.keys():
        part = definitions[name]
        if "properties" in part:
            _loosen(part)
        if name == "Quantity":
            part = {"anyOf": [{"type": "integer", "minimum": 0}, part]}
        shared[name] = part
    return schema


def _loosen(part: Schema) -> None:
    """Accept any scalar for free text: editors parse 2022 as a number, the reader as text."""
    for field in part["properties"].values():
        if field.get("default", ...) is None:
            _without_null(field)
        for each in (field, field.get("items", {})):
            if each.get("type") == "string" and "const" not in each and "enum" not in each:
                each["type"] = _ANY_SCALAR
                each.pop("maxLength", None)
