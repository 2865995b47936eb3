"""Fields of a claim that are set and removed on the command line.

    --set on=2020-12 --set quantity.max=3 --set 'quantity={max: 3}' --unset note

A value is text as in a file, or a mapping in braces, or a list in brackets where the field is one.
"""

from collections.abc import Mapping as Fields
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import yaml

from events.claim_event import ClaimEvent
from events.errors import MissionLedgerError
from events.fields import OneOrMore
from events.files.diagnostics import AnnouncementError
from events.files.document import Items, Mapping, Node, Text
from events.files.file_fields import file_fields
from events.files.node_values import fields_of
from events.files.yaml_text import read_yaml
from events.names import did_you_mean
from events.source import Source


def parsed(setting: str) -> tuple[str, str]:
    """Return the field and the value of FIELD=VALUE. Raises MissionLedgerError."""
    path, equals, value = setting.partition("=")
    if not equals:
        raise MissionLedgerError(f"--set {setting}: write FIELD=VALUE")
    return path, value


def changed(source: Source, old: ClaimEvent, settings: Sequence[str], unset: Sequence[str]) -> str:
    """Write a claim as a file, with fields set and removed. Raises MissionLedgerError."""
    aside = {"source", "dated_by_source", *(("on",) if old.dated_by_source else ())}
    stated = old.model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude_defaults=True, exclude=aside
    )
    data: dict[str, Any] = {"type": old.type, **stated}
    for setting in settings:
        path, value = parsed(setting)
        holder, name = _field_at(data, old, path)
        holder[name] = _value(path, value, fields_of(type(old)))
    for path in unset:
        holder, name = _field_at(data, old, path)
        if holder.pop(name, None) is None:
            raise MissionLedgerError(f"--unset {path}: the claim has no {path}")
    return as_file(source, data)


def as_file(source: Source, event: Fields[str, Any]) -> str:
    """Write one event of a source as an announcement file, with its values as they are given."""
    described = source.model_dump(mode="json", exclude_none=True, exclude={"type"})
    whole = {"source": described, "events": [event]}
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=10_000)


def without_lines(error: AnnouncementError) -> AnnouncementError:
    """Return the faults without their lines, which are of a generated text."""
    moved = AnnouncementError(
        replace(fault, line=0, column=0, text="", caret=0) for fault in error.faults
    )
    moved.hint = "nothing was appended"
    return moved


def _field_at(data: dict[str, Any], old: ClaimEvent, path: str) -> tuple[dict[str, Any], str]:
    """Return the mapping that holds a field, and the name of the field in it.

    Raises MissionLedgerError if the event type has no such field.
    """
    first, dot, nested = path.partition(".")
    known = [name for name in file_fields(type(old), nested=True) if name != "mission"]
    if first not in known:
        raise MissionLedgerError(
            f"a {old.type} has no field {first} to change",
            hint=did_you_mean(first, known) or f"its fields are {', '.join(known)}",
        )
    if not dot:
        return data, first
    mapping = data.setdefault(first, {})
    if not isinstance(mapping, dict):
        raise MissionLedgerError(f"{first} has no nested fields")
    return mapping, nested


def _value(path: str, text: str, fields: Fields[str, object]) -> object:
    """Read a value as in a file: a mapping in braces, a list where the field is one, else text."""
    is_list = fields.get(path) is tuple or (fields.get(path) is OneOrMore and text[:1] == "[")
    if not (text.startswith("{") or is_list):
        return text
    document = read_yaml(text.encode(), f"--set {path}")
    if document.faults:
        raise AnnouncementError(tuple(document.faults))
    return _plain(document.root)


def _plain(node: Node | None) -> object:
    match node:
        case Text():
            return node.value
        case Items():
            return [_plain(each) for each in node.items]
        case Mapping():
            return {name: _plain(each) for name, each in node.values.items()}
    return None
