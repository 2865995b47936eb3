"""`mission types`: list the event types, what each bears on, and its fields."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click
from pydantic import BaseModel

from cli.options import completion
from cli.options.common import format_option
from cli.render.output import put
from cli.render.page import Group, Mark, Notes, Page, Row, Table
from events.claim_event import ClaimEvent, Event
from events.facets import FACETS
from events.fields import Quantity, Vote
from events.files.field_help import help_of
from events.files.file_fields import file_fields
from events.files.json_schema import announcement_schema, schema_of, summary_of, type_named
from events.files.node_values import fields_of
from events.files.template import example
from events.record_events import ALL_TYPES, RECORD_TYPES
from events.source import Source

Schema = Mapping[str, Any]

COLUMNS = ("name", "bears_on", "says", "fields")

LABELS = (
    "Further down in its file, an event with `label: x` can be the `target` or one of the `claims`"
    " of an event about the record: =x. Where it is short for several, =x.end is the end of its"
    " interval, =x.still its attestation. Labels are not recorded."
)


@click.command(name="types")
@click.argument("name", metavar="[NAME]", required=False, shell_complete=completion.types)
@format_option()
def command(*, name: str | None, form: str) -> None:
    """List the event types, or the fields of the type NAME.

    With `--format json`, print a JSON Schema: of the stored event for NAME, of an announcement
    file without NAME. An editor with yaml-language-server completes and checks announcement files
    by it, where it lies beside them under the name below.

    \b
    Examples:
      mission types
      mission types contribution-deployed
      mission types --format json > announcement.schema.json
    """  # noqa: D301
    name = type_named(name) if name else None
    kinds = {name: ALL_TYPES[name]} if name in ALL_TYPES else ALL_TYPES
    put(
        form,
        data=schema_of(name) if name else announcement_schema(),
        records=[_record(each, kind) for each, kind in kinds.items()],
        columns=COLUMNS,
        page=lambda: _type_page(name) if name else _types_page(),
    )


def _record(name: str, kind: type[Event]) -> dict[str, object]:
    fields = [field.alias or each for each, field in kind.model_fields.items() if each != "type"]
    return {"name": name, "bears_on": _bearings(kind), "says": summary_of(kind), "fields": fields}


def _types_page() -> Page:
    rows: list[Row | Group] = []
    for facet in FACETS.values():
        of_facet = {
            name: kind
            for name, kind in ALL_TYPES.items()
            if issubclass(kind, ClaimEvent) and kind.bears[0].facet == facet.name
        }
        rows += [Group(f"{facet.label.upper()}: {facet.key_is}"), *_rows(of_facet)]
    rows += [Group("THE RECORD: what counts of it"), *_rows(RECORD_TYPES)]
    under = ("`mission types NAME` shows the fields of one, with an example",)
    return Page("Event types", under, (Table(("", ""), rows), LABELS))


def _rows(kinds: Mapping[str, type[Event]]) -> Iterable[Row]:
    return [Row((Mark(name), summary_of(kind))) for name, kind in kinds.items()]


def _type_page(name: str) -> Page:
    kind: type[BaseModel] = ALL_TYPES.get(name, Source)
    fields = file_fields(kind)
    rows = [
        Row((Mark(field), "required" if required else "", help_of(kind, field).meaning))
        for field, required in fields.items()
    ]
    first, *rest = example(kind)
    says = summary_of(kind)
    bears = f"bears on {', '.join(_bearings(kind))}" if _bearings(kind) else ""
    return Page(
        name,
        [line for line in (says, bears) if line],
        (
            Table(("field", "", "what it means"), rows),
            *_nested(kind, fields),
            Table(("EXAMPLE",), (Row((first,), below=rest),)),
        ),
    )


def _nested(kind: type[BaseModel], fields: Iterable[str]) -> Iterator[Notes]:
    """Yield what the fields of a quantity and of a vote mean, where a type has one."""
    for nested in (Quantity, Vote):
        names = [name for name in fields if fields_of(kind).get(name) is nested]
        if names:
            lines = [(name, help_of(nested, name).meaning) for name in file_fields(nested)]
            yield Notes(f"IN {', '.join(names).upper()}", lines)


def _bearings(kind: type[BaseModel]) -> list[str]:
    if not issubclass(kind, ClaimEvent):
        return []
    return [f"{bearing.facet} ({bearing.role.value})" for bearing in kind.bears]
