"""Read announcement files: one source and the events it states.

    mission: nato-mission-iraq
    source:
      id: um-handover-2022-05
      publisher: Ministry of Foreign Affairs of Denmark
      title: Denmark hands over command of NATO Mission Iraq to Italy
      language: en
      published: 2022-05
    events:
      - type: command-handed-over
        from: DNK
        to: ITA
        on: 2022-05
        at: paragraph 1

The file is YAML read as text (`events.files.yaml_text`). The top-level `mission` is the default for
every event. An interval on a start is short for a start and an end; `still: true` on a start adds
an attestation on the publication date. The inverse is `write_announcement`.
"""

from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from events.catalogue import CLAIM_TYPES, ClaimEvent, Event
from events.dates.edtf import parse
from events.encoding.codec import event_id
from events.errors import DateError
from events.facets import Basis
from events.fields import Slug
from events.files import expansion
from events.files.diagnostics import AnnouncementError, private_key_in
from events.files.node_values import boolean, field_values, fields_of
from events.files.schema_diagnostics import report_errors
from events.files.yaml_text import BrokenNode, Document, Items, Mapping, Text, read_yaml
from events.names import did_you_mean
from events.record_events import ALL_TYPES, ClaimCorrected
from events.redaction import holds_private_key
from events.source import Source

TOP_KEYS = ("mission", "source", "events")
_SLUG = TypeAdapter(Slug)
_PLACEHOLDER = Source(id="0", publisher="0", title="0", language="en", published="2000")


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line of a file."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Announcement:
    """A source and its events, in file order; `places` has one item per event."""

    source: Source | None
    events: tuple[Event, ...]
    places: tuple[FileLine, ...] = field(default=(), compare=False)
    source_place: FileLine | None = field(default=None, compare=False)


@dataclass(slots=True)
class _FileReader:
    """The state while a file's events are read; holds placeholders for missing or invalid parts."""

    document: Document
    mission: str | None
    source: Source
    mission_reported: bool = False


def read_announcement(data: bytes, name: str) -> Announcement:
    """Read a file's bytes; messages refer to the file as `name`.

    Raises AnnouncementError with every fault in the file, in file order.
    """
    if holds_private_key(data.decode(errors="replace")):
        raise AnnouncementError([private_key_in(name)])
    document = read_yaml(data, name)
    announcement = _announcement(document) if document.root is not None else None
    if document.faults or announcement is None:
        raise AnnouncementError(document.faults)
    return announcement


def _announcement(document: Document) -> Announcement | None:
    root = document.root
    if not isinstance(root, Mapping):
        if isinstance(root, Text | Items):
            document.report(
                "shape",
                "an announcement is a mapping: mission, source, events",
                "start from the template that `mission add` opens",
                root.line,
                root.column,
            )
        return None
    for key in root.keys.values():
        if key.value not in TOP_KEYS and not document.full:
            document.report(
                "unknown-key",
                f"unknown top-level key {key.value}",
                did_you_mean(key.value, TOP_KEYS)
                or "the top-level keys are mission, source and events",
                key.line,
                key.column,
            )
    reading = _FileReader(
        document, _mission(root, document), _source(root, document) or _PLACEHOLDER
    )
    events: list[Event] = []
    places: list[FileLine] = []
    seen: dict[str, int] = {}
    for node in _event_nodes(root, document):
        if document.full:
            break
        for event in _events(node, reading):
            first = seen.setdefault(event_id(event), node.line)
            if len(seen) == len(events):
                document.report(
                    "duplicate-event",
                    f"duplicate of the event on line {first}",
                    "remove one of them",
                    node.line,
                    node.column,
                )
                continue
            events.append(event)
            places.append(FileLine(document.name, node.line))
    described = root.values.get("source", root)
    source_place = FileLine(document.name, described.line)
    return Announcement(reading.source, tuple(events), tuple(places), source_place)


def _mission(root: Mapping, document: Document) -> str | None:
    node = root.values.get("mission")
    if node is None:
        return None
    if isinstance(node, Text):
        try:
            return _SLUG.validate_python(node.value)
        except ValidationError as error:
            report_errors(error, Mapping({}, {}, node.line, node.column), document)
    elif not isinstance(node, BrokenNode):
        document.report(
            "shape",
            "mission must be text",
            "write the mission's short name",
            node.line,
            node.column,
        )
    return "0"


def _source(root: Mapping, document: Document) -> Source | None:
    node = root.values.get("source")
    if node is None:
        document.report(
            "missing-key",
            "source is missing",
            "add source: with publisher and publication date",
            root.line,
            root.column,
        )
    elif isinstance(node, Mapping):
        known = [name for name in fields_of(Source) if name != "type"]
        data = field_values(Source, node, document)
        if "type" in node.values:
            key = node.keys["type"]
            document.report("unknown-key", "unknown key type", "remove it", key.line, key.column)
            data.pop("type", None)
        try:
            return Source.model_validate(data)
        except ValidationError as error:
            report_errors(error, node, document, known)
    elif not isinstance(node, BrokenNode):
        document.report(
            "shape",
            "source must be a mapping",
            "write id, publisher, title, …",
            node.line,
            node.column,
        )
    return None


def _event_nodes(root: Mapping, document: Document) -> list[Mapping]:
    node = root.values.get("events")
    if node is None:
        document.report(
            "missing-key",
            "events is missing",
            "add events: and a list of events",
            root.line,
            root.column,
        )
        return []
    if isinstance(node, BrokenNode):
        return []
    if not isinstance(node, Items) or not node.items:
        document.report(
            "shape",
            "events must be a list with at least one item",
            "start each event with - type: …",
            node.line,
            node.column,
        )
        return []
    for item in node.items:
        if isinstance(item, Text | Items):
            document.report(
                "shape",
                "an event must be a mapping",
                "start it with - type: …",
                item.line,
                item.column,
            )
    return [item for item in node.items if isinstance(item, Mapping)]


def _kind(node: Mapping, known: dict[str, type[Event]], document: Document) -> type[Event] | None:
    type_node = node.values.get("type")
    if type_node is None:
        document.report(
            "missing-key",
            "type is missing",
            "add the event type; `mission types` lists them",
            node.line,
            node.column,
        )
    elif isinstance(type_node, Text):
        if type_node.value in known:
            return known[type_node.value]
        document.report(
            "unknown-type",
            f"unknown event type {type_node.value[:100]}",
            did_you_mean(type_node.value, known) or "`mission types` lists the event types",
            type_node.line,
            type_node.column,
        )
    elif not isinstance(type_node, BrokenNode):
        document.report(
            "shape",
            "type must be text",
            "`mission types` lists the event types",
            type_node.line,
            type_node.column,
        )
    return None


def _events(node: Mapping, reading: _FileReader, *, nested: bool = False) -> list[Event]:
    """Read one event of a file; return the events it expands to."""
    document = reading.document
    before = len(document.faults)
    if "source" in node.values:
        key = node.keys["source"]
        document.report(
            "source-in-event",
            "an event cannot have its own source",
            "write the events of another source in a separate file",
            key.line,
            key.column,
        )
    known: dict[str, type[Event]] = {**CLAIM_TYPES} if nested else ALL_TYPES
    kind = _kind(node, known, document)
    if kind is None:
        return []
    data = field_values(kind, _without(node, "source", "still", "claim"), document)
    data["source"] = reading.source.id
    if "mission" not in node.values:
        data["mission"] = reading.mission or "0"
        if reading.mission is None and not reading.mission_reported:
            reading.mission_reported = True
            document.report(
                "missing-key",
                "mission is missing, here and at the top level",
                "add a line mission: … at the top level",
                node.line,
                node.column,
            )
    expanded: list[tuple[type[Event], dict[str, object]]] = [(kind, data)]
    if issubclass(kind, ClaimEvent):
        expanded = _expanded(kind, data, node, reading, nested=nested)
    elif "still" in node.values:
        _report_still(node, "still is only allowed on a start", document)
    corrected = node.values.get("claim") if kind is ClaimCorrected else None
    if isinstance(corrected, Mapping):
        data["claim"] = next(iter(_events(corrected, reading, nested=True)), None)
        if data["claim"] is None:
            del data["claim"]
    elif corrected is not None and not isinstance(corrected, BrokenNode):
        document.report(
            "shape",
            "claim must be a mapping",
            "write the complete new event under claim:",
            corrected.line,
            corrected.column,
        )
    events = [
        event for each, values in expanded if (event := _valid(each, values, node, kind, reading))
    ]
    return events if len(document.faults) == before else []


def _without(node: Mapping, *names: str) -> Mapping:
    values = {name: value for name, value in node.values.items() if name not in names}
    return Mapping(values, node.keys, node.line, node.column)


def _valid(
    kind: type[Event],
    data: dict[str, object],
    node: Mapping,
    written: type[Event],
    reading: _FileReader,
) -> Event | None:
    try:
        return kind.model_validate(data, by_alias=True, by_name=False)
    except ValidationError as error:
        if kind is written:
            known = [name for name in fields_of(kind) if name != "source"]
            if issubclass(kind, ClaimEvent) and expansion.start_of(kind):
                known.append("still")
            report_errors(error, node, reading.document, known)
        return None


def _report_still(node: Mapping, message: str, document: Document) -> None:
    key = node.keys["still"]
    document.report("still", message, "remove the line", key.line, key.column)


def _expanded(
    kind: type[ClaimEvent],
    data: dict[str, object],
    node: Mapping,
    reading: _FileReader,
    *,
    nested: bool,
) -> list[tuple[type[Event], dict[str, object]]]:
    """Return the types and data that a claim expands to, starting with the claim as written."""
    day = expansion.publication_day(reading.source.published)
    if "on" not in node.values and expansion.dated_by_source(kind):
        data["on"] = day
    expanded: list[tuple[type[Event], dict[str, object]]] = [(kind, data)]
    has_end = False
    on = data.get("on")
    if isinstance(on, str) and "/" in on and expansion.starts_one_period(kind) and not nested:
        try:
            date = parse(on)
        except DateError:
            date = None
        if date is not None and date.kind == "interval" and (date.start or date.end):
            if date.start:
                data["on"] = date.start.text
            if date.end:
                has_end = True
                expanded.append(expansion.end_of_interval(kind, data, date.end.text))
            if not date.start:
                # Validate the fields of the start, although no start is recorded.
                _valid(kind, data | {"on": day}, node, kind, reading)
                del expanded[0]
    if "still" in node.values and boolean("still", node.values["still"], reading.document):
        bearing = expansion.start_of(kind)
        if bearing is None or nested:
            _report_still(node, "still is only allowed on a start", reading.document)
        elif has_end:
            _report_still(node, "still contradicts the end of the interval", reading.document)
        elif data.get("basis", Basis.REPORTED) != Basis.REPORTED:
            _report_still(node, "still requires basis: reported", reading.document)
        else:
            expanded.append(expansion.still_so(bearing, data, day))
    return expanded
