"""`mission types`: list the event types, what each bears on, and its fields."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import click

from cli.field_help import EXAMPLES, MEANS
from cli.options import completion
from cli.options.common import format_option
from cli.render.output import put
from cli.render.page import Mark, Notes, Page, Row, Table
from events.claim_event import ClaimEvent, Event
from events.facets import FACETS
from events.files.expansion import dated_by_source, start_of
from events.files.json_schema import announcement_schema, schema_of, type_named
from events.record_events import ALL_TYPES

Schema = Mapping[str, Any]

COLUMNS = ("name", "bears_on", "says", "fields")


@click.command(name="types")
@click.argument("name", metavar="[NAME]", required=False, shell_complete=completion.types)
@format_option()
def command(*, name: str | None, form: str) -> None:
    """List the event types, or the fields of the type NAME.

    With `--format json`, print a JSON Schema: of the stored event for NAME, of an announcement
    file without NAME.

    \b
    Examples:
      mission types
      mission types contribution-deployed
      mission types --format json > announcement.schema.json
    """  # noqa: D301
    name = type_named(name) if name else None
    schema = schema_of(name) if name else announcement_schema()
    kinds = {name: ALL_TYPES[name]} if name in ALL_TYPES else ALL_TYPES
    put(
        form,
        data=schema,
        records=[_record(each, kind) for each, kind in kinds.items()],
        columns=COLUMNS,
        page=lambda: _type_page(name, schema) if name else _types_page(),
    )


def _record(name: str, kind: type[Event]) -> dict[str, object]:
    fields = [field for field in kind.model_fields if field != "type"]
    return {"name": name, "bears_on": _bearings(kind), "says": _summary(kind), "fields": fields}


def _types_page() -> Page:
    rows = [
        Row((Mark(name), ", ".join(_bearings(kind)) or "the record", _summary(kind)))
        for name, kind in ALL_TYPES.items()
    ]
    return Page(
        "Event types",
        ("`mission types NAME` shows the fields of one",),
        (
            Table(("type", "bears on", "what it says"), rows),
            Notes("FACETS", [(facet.name, facet.key_is) for facet in FACETS.values()]),
        ),
    )


def _type_page(name: str, schema: Schema) -> Page:
    kind = ALL_TYPES.get(name)
    required = [
        field
        for field, part in schema["properties"].items()
        if _is_required(field, kind, schema["required"], part)
    ]
    fields = [each for each in schema["properties"] if each not in ("type", "version", "source")]
    if kind and issubclass(kind, ClaimEvent) and start_of(kind):
        fields.append("still")
    rows = [
        Row((Mark(field), "required" if field in required else "", MEANS[field]))
        for field in fields
    ]
    says = _summary(kind) if kind else "A published document."
    bears = f"bears on {', '.join(_bearings(kind))}" if kind and _bearings(kind) else ""
    return Page(
        name,
        [line for line in (says, bears) if line],
        (Table(("field", "", "what it means"), rows), *_example(name)),
    )


def _is_required(field: str, kind: type[Event] | None, required: list[str], part: Schema) -> bool:
    """Return whether a file must give a field.

    Types that are dated by their source when they state no date do not require `on`.
    """
    dated = kind is not None and issubclass(kind, ClaimEvent) and dated_by_source(kind)
    return field in required and "default" not in part and not (field == "on" and dated)


def _summary(kind: type[Event]) -> str:
    return (inspect.getdoc(kind) or "").partition("\n\n")[0].replace("\n", " ")


def _bearings(kind: type[Event]) -> list[str]:
    if not issubclass(kind, ClaimEvent):
        return []
    return [f"{bearing.facet} ({bearing.role.value})" for bearing in kind.bears]


def _example(name: str) -> Iterator[Table]:
    if name not in ALL_TYPES:
        return
    fields = ALL_TYPES[name].model_fields
    needed = [
        field.alias or each
        for each, field in fields.items()
        if field.is_required() and each not in ("type", "mission")
    ]
    lines = [f"{each}: {EXAMPLES[each]}" for each in needed]
    yield Table(("EXAMPLE",), (Row((f"- type: {name}",), below=lines),))
