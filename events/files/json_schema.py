"""Generate JSON Schemas (2020-12) of stored data and announcement files from the event classes.

`schema_of("command-attested")` describes an event's data as stored in the log. In a file, values
are text and short forms are allowed, so `announcement_schema()` is looser: it is meant for editors,
and the reader (`events.files.announcement`) is authoritative. An editor tells from an event's
`type` which fields to offer and to expect:

    {"properties": {"type": {"enum": ["mission-established", …]}},
     "allOf": [{"if": {"type": "object", "properties": {"type": {"const": "mission-established"}}},
                "then": {"$ref": "#/$defs/mission-established"}}, …]}
"""

import copy
import inspect
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from pydantic import BaseModel

from events.catalogue import CLAIM_TYPES
from events.claim_event import ClaimEvent, Event
from events.encoding.codec import KINDS
from events.encoding.schema_versions import FIRST_FIELDS
from events.facets import FACETS, Basis, Role
from events.fields import Quantity, Vote
from events.files.field_help import AT_LEAST_ONE, help_of
from events.files.file_fields import file_fields
from events.files.node_values import DATES
from events.names import NamedThing, pick
from events.record_events import ALL_TYPES, ClaimCorrected
from events.source import Source

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCALAR = ["string", "number"]
"""Text in a file: an editor parses 2022 as a number, the reader as text."""
_NESTED = ("Quantity", "Vote")


def type_named(text: str, known: Iterable[str] = KINDS) -> str:
    """Return which of the known types has this name or prefix. Raises LookupFailure."""
    things = [NamedThing(name) for name in known]
    return pick(
        text, things, kind="event type", beginnings=True, otherwise="`mission types` lists them"
    ).key


def summary_of(kind: type[BaseModel]) -> str:
    """Return what a type says, in one line."""
    return (inspect.getdoc(kind) or "").partition("\n\n")[0].replace("\n", " ")


def schema_of(name: str) -> Schema:
    """Return the schema of one type's stored data. Raises LookupFailure."""
    kind = KINDS[type_named(name)]
    schema = _generated(kind)
    for part in (schema, *schema.get("$defs", {}).values()):
        if "properties" in part:
            _as_dumped(part)
    for field, part in schema["properties"].items():
        if field not in ("type", "version", "source", "dated_by_source"):
            part["description"] = help_of(kind, field).meaning
    return {"$schema": _DIALECT, **schema}


def announcement_schema() -> Schema:
    """Return the schema of an announcement file, for validation in an editor."""
    source = {
        "title": "source",
        "description": "the document that states the events",
        **_mapping(Source),
    }
    return {
        "$schema": _DIALECT,
        "title": "Announcement",
        "description": "One source and the events that it states.",
        "type": "object",
        "additionalProperties": False,
        "required": ["source", "events"],
        "properties": {
            "mission": {
                "type": _SCALAR,
                "description": "the mission's short name, for all events that name no other",
                "examples": ["nato-mission-iraq"],
            },
            "source": source,
            "events": {
                "type": "array",
                "minItems": 1,
                "description": "what the source states, in order",
                "items": _any_of(ALL_TYPES),
            },
        },
        "$defs": {
            "Quantity": _quantity(),
            "Vote": {"title": "vote", **_mapping(Vote)},
            **{name: _in_file(kind) for name, kind in ALL_TYPES.items()},
        },
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
    if stored := KINDS.get(part["properties"].get("type", {}).get("const")):
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


def _any_of(kinds: Mapping[str, type[Event]]) -> Schema:
    """Describe an event of one of several types, by the type that it names."""
    return {
        "type": "object",
        "required": ["type"],
        "properties": {
            "type": {
                "description": "what kind of event this is",
                "enum": list(kinds),
                "enumDescriptions": [summary_of(kind) for kind in kinds.values()],
            }
        },
        "allOf": [
            {
                "if": {
                    "type": "object",
                    "required": ["type"],
                    "properties": {"type": {"const": name}},
                },
                "then": {"$ref": f"#/$defs/{name}"},
            }
            for name in kinds
        ],
    }


def _in_file(kind: type[Event]) -> Schema:
    """Describe an event as written in a file."""
    name = kind.model_fields["type"].default
    schema = _mapping(kind)
    type_is = {"const": name, "description": summary_of(kind)}
    schema["properties"] = {"type": type_is, **schema["properties"]}
    schema["required"] = ["type", *schema["required"]]
    if kind is ClaimCorrected:
        claim = _any_of(CLAIM_TYPES)
        claim["properties"] |= {"still": False, "label": False}
        explained = schema["properties"]["claim"]
        claim |= {name: explained[name] for name in ("description", "examples")}
        schema["properties"]["claim"] = claim
    if names := AT_LEAST_ONE.get(name):
        schema["anyOf"] = [{"required": [each]} for each in names]
    return {"title": name, "description": summary_of(kind), **schema}


def _mapping(kind: type[BaseModel]) -> Schema:
    """Describe a mapping of a file: its fields, each with what it means and an example."""
    generated = _generated(kind)["properties"]
    fields = file_fields(kind)
    properties: Schema = {}
    for name in fields:
        found = help_of(kind, name)
        properties[name] = {
            "description": found.meaning,
            **_field(kind, name, generated.get(name, {})),
            "examples": [_value(yaml.load(found.example, yaml.BaseLoader))],  # noqa: S506 (text)
        }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": [name for name, is_required in fields.items() if is_required],
    }


def _field(kind: type[BaseModel], name: str, field: Schema) -> Schema:
    """Describe a value as it may be written in a file."""
    if field.get("default", ...) is None:
        _without_null(field)
    if name == "basis" and issubclass(kind, ClaimEvent):
        return _basis(kind)
    if name == "facet":
        return _choices({facet.name: facet.key_is for facet in FACETS.values()})
    if name == "still":
        return {"type": "boolean"}
    if name == "label":
        return {"type": _SCALAR, "pattern": r"^[a-z0-9]+(-[a-z0-9]+)*$"}
    if (reference := field.get("$ref", "").rpartition("/")[2]) in _NESTED:
        return {"$ref": f"#/$defs/{reference}"}
    kinds = {option.get("type") for option in field.get("anyOf", [field])}
    if name in DATES or kinds == {"string", "array"}:
        return {"type": [*_SCALAR, "array"]}
    for each in (field, field.get("items", {})):
        if each.get("type") == "string" and "enum" not in each:
            each["type"] = _SCALAR
            each.pop("maxLength", None)
    return {key: value for key, value in field.items() if key != "title"}


def _basis(kind: type[ClaimEvent]) -> Schema:
    """Describe the basis of a claim: the reader refuses another where a type allows but one."""
    roles = {bearing.role for bearing in kind.bears}
    default: Basis = kind.model_fields["basis"].default
    allowed = [Basis.REPORTED, Basis.DECIDED, Basis.PLANNED]
    if default is not Basis.REPORTED:
        allowed.remove(Basis.REPORTED)
    elif Role.ATTESTATION in roles:
        allowed = [Basis.REPORTED]
    elif roles == {Role.END}:
        allowed.append(Basis.UNLESS_AHEAD)
    return _choices({each.value: _BASIS_MEANS[each] for each in allowed}) | {"default": default}


_BASIS_MEANS = {
    Basis.REPORTED: "it has happened",
    Basis.DECIDED: "it is decided that it will happen",
    Basis.PLANNED: "it is meant to happen",
    Basis.UNLESS_AHEAD: "reported, but planned where it may lie after the source came out",
}


def _choices(meanings: Mapping[str, str]) -> Schema:
    return {"enum": list(meanings), "enumDescriptions": list(meanings.values())}


def _quantity() -> Schema:
    """Describe a quantity as a file may have it: a whole number or a mapping."""
    bounds = [{"required": [name]} for name in ("min", "max")]
    number = {"type": "integer", "minimum": 0}
    return {"anyOf": [number, {"title": "quantity", **_mapping(Quantity), "anyOf": bounds}]}


def _value(example: object) -> object:
    """Read what YAML 1.2 calls a number or a truth value as such, as an editor does."""
    if isinstance(example, dict):
        return {name: _value(held) for name, held in example.items()}
    if isinstance(example, list):
        return [_value(held) for held in example]
    if example in ("true", "false"):
        return example == "true"
    return int(str(example)) if str(example).isdecimal() else example
