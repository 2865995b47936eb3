"""Labels of events in an announcement file, by which events further down refer to them.

    - {type: command-taken-over, by: DNK, on: 2020-11, label: text}
    - {type: command-taken-over, by: DNK, on: 2020-12, label: table}
    - type: reading-preferred
      claims: [=text]
      …

A reference is `=` and a label; no event id begins so. Where an event is short for several, `=x` is
the first of them, `=x.end` the end of its interval and `=x.still` its attestation. A label is not
stored: the reader puts the event's id in the place of each reference.
"""

from collections.abc import Iterable, Sequence

from pydantic import TypeAdapter, ValidationError

from events.bearings import bearings_of
from events.claim_event import ClaimEvent, Event
from events.encoding.codec import event_id
from events.facets import Role
from events.fields import Slug
from events.files.document import Document, Items, Mapping, Node, Text
from events.files.node_values import shaped
from events.names import did_you_mean

_SLUG = TypeAdapter(Slug)
_PLACEHOLDER = "0000"
"""The id in the place of a reference to an event that has a fault."""

REFERRING = ("target", "claims")
"""The fields that refer to events."""


class Labels:
    """The labels of one file; an event's is defined once the event is read."""

    def __init__(self, document: Document, nodes: Iterable[Mapping]) -> None:
        self._document = document
        self._ids: dict[str, str] = {}
        self._lines: dict[str, int] = {}
        for node in nodes:
            if isinstance(label := node.values.get("label"), Text):
                self._lines.setdefault(label.value, label.line)

    def define(self, node: Mapping, kind: type[Event], events: Sequence[Event]) -> None:
        """Define the label of an event of a type, if it has one, and report a fault in it.

        `events` are what it expands to; there are none where it has a fault.
        """
        label = shaped("label", Text, node.values.get("label"), self._document)
        if label is None:
            return
        name = label.value
        try:
            _SLUG.validate_python(name)
        except ValidationError as error:
            self._document.report(label, "label", *_wrong(name, error))
        if name in self._ids:
            message = f"label {name[:100]} is that of the event on line {self._lines[name]}"
            hint = "give each event a label of its own"
            self._document.report(label, "label", message, hint)
            return
        self._ids[name] = event_id(events[0]) if events else _PLACEHOLDER
        for event in events:
            if type(event) is not kind:
                self._ids[f"{name}.{_part(event)}"] = event_id(event)

    def replace_references(self, data: dict[str, object], node: Mapping) -> None:
        """Put ids in the place of references in an event's data; report those to no event."""
        for name in REFERRING:
            given, places = data.get(name), _texts(node.values.get(name))
            if isinstance(given, str):
                data[name] = self._id(given, places[0])
            elif isinstance(given, list) and len(given) == len(places):
                data[name] = [self._id(*each) for each in zip(given, places, strict=True)]

    def _id(self, given: str, place: Text) -> str:
        if not given.startswith("="):
            return given
        label = given[1:]
        whole = label.partition(".")[0]
        if label not in self._ids and self._ids.get(whole) != _PLACEHOLDER:
            self._document.report(place, "label", *self._unknown(label, whole))
        return self._ids.get(label, _PLACEHOLDER)

    def _unknown(self, label: str, whole: str) -> tuple[str, str]:
        """Return the message and hint for a reference to no event above it."""
        if whole in self._ids:
            return (
                f"the event with the label {whole[:100]} has no part {label[len(whole) :][:100]}",
                "write .end for the end of an interval, .still for what `still: true` adds",
            )
        if whole in self._lines:
            return (
                f"the label {whole[:100]} is further down, on line {self._lines[whole]}",
                "write the event that is referred to before this one",
            )
        hint = did_you_mean(label, self._ids) or "write label: … in that event"
        return f"no event above has the label {label[:100]}", hint


def _wrong(label: str, error: ValidationError) -> tuple[str, str]:
    """Return the message and hint for a label that is no short name."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "string_too_long":
        limit = first["ctx"]["max_length"]
        return f"a label of {len(label)} characters is too long (max. {limit})", "shorten it"
    return f"label: {first['msg']}", "write it like dnk-helicopters"


def _texts(node: Node | None) -> list[Text]:
    items = node.items if isinstance(node, Items) else [node]
    return [item for item in items if isinstance(item, Text)]


def _part(event: Event) -> str:
    """Return the name of a part of an event that is short for several."""
    roles = [role for _, role in bearings_of(event)] if isinstance(event, ClaimEvent) else []
    return "end" if Role.END in roles else "still"
