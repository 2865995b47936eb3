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
an attestation on the publication date. An event may have a label, by which events further down
refer to it (`events.files.labels`). The inverse is `write_announcement`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from events.catalogue import CLAIM_TYPES
from events.claim_event import ClaimEvent, Event
from events.encoding.codec import event_id
from events.errors import ReportedInAdvanceError
from events.facets import Basis
from events.fields import Slug
from events.files import expansion
from events.files.diagnostics import AnnouncementError, private_key_in
from events.files.document import Document, Items, Mapping, Node, Text
from events.files.file_fields import NOT_IN_FILES, file_fields
from events.files.labels import Labels
from events.files.node_values import boolean, field_values, fields_of, shaped
from events.files.schema_diagnostics import report_errors
from events.files.yaml_text import read_yaml
from events.names import did_you_mean
from events.record_events import ALL_TYPES, ClaimCorrected
from events.redaction import holds_private_key
from events.refusals import check_not_in_advance
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


def read_announcement(data: bytes, name: str) -> Announcement:
    """Read a file's bytes; messages refer to the file as `name`.

    Raises AnnouncementError with every fault in the file, in file order.
    """
    if holds_private_key(data.decode(errors="replace")):
        raise AnnouncementError([private_key_in(name)])
    document = read_yaml(data, name)
    root = shaped("an announcement", Mapping, document.root, document, _TEMPLATE)
    announcement = _announcement(root, document) if root else None
    if document.faults or announcement is None:
        raise AnnouncementError(document.faults)
    return announcement


_TEMPLATE = "start from the template that `mission add` opens"


def _announcement(root: Mapping, document: Document) -> Announcement:
    for key in root.keys.values():
        if key.value not in TOP_KEYS and not document.full:
            _report_unknown(key, TOP_KEYS, document)
    mission, source = _mission(root, document), _source(root, document)
    nodes = _event_nodes(root, document)
    reader = _EventReader(document, mission, source or _PLACEHOLDER, Labels(document, nodes))
    events: list[Event] = []
    places: list[FileLine] = []
    first_lines: dict[str, int] = {}
    for node in nodes:
        if document.full:
            break
        for event in reader.events(node):
            first = first_lines.setdefault(event_id(event), node.line)
            if len(first_lines) == len(events):
                message = f"duplicate of the event on line {first}"
                document.report(node, "duplicate-event", message, "remove one of them")
                continue
            events.append(event)
            places.append(FileLine(document.name, node.line))
    described = root.values.get("source", root)
    source_place = FileLine(document.name, described.line)
    return Announcement(reader.source, tuple(events), tuple(places), source_place)


def _report_unknown(key: Text, known: Iterable[str], document: Document) -> None:
    hint = did_you_mean(key.value, known) or f"possible keys: {', '.join(known)}"
    document.report(key, "unknown-key", f"unknown key {key.value[:100]}", hint)


def _required(node: Mapping, name: str, hint: str, document: Document) -> Node | None:
    if name not in node.values:
        document.report(node, "missing-key", f"{name} is missing", hint)
    return node.values.get(name)


def _mission(root: Mapping, document: Document) -> str | None:
    """Return the default mission of the events, None if there is none, "0" if it is invalid."""
    if "mission" not in root.values:
        return None
    if node := shaped("mission", Text, root.values["mission"], document):
        try:
            return _SLUG.validate_python(node.value)
        except ValidationError as error:
            report_errors(error, Mapping({}, {}, node.line, node.column), document)
    return "0"


def _source(root: Mapping, document: Document) -> Source | None:
    hint = "write id, publisher, title, language and published under source:"
    node = shaped("source", Mapping, _required(root, "source", hint, document), document, hint)
    if node is None:
        return None
    known = [name for name in fields_of(Source) if name != "type"]
    data = field_values(Source, node, document)
    if "type" in node.values:
        data.pop("type", None)
        _report_unknown(node.keys["type"], known, document)
    try:
        return Source.model_validate(data)
    except ValidationError as error:
        report_errors(error, node, document, known)
    return None


def _event_nodes(root: Mapping, document: Document) -> list[Mapping]:
    hint = "start each event with - type: …"
    listed = _required(root, "events", "add events: and a list of events", document)
    node = shaped("events", Items, listed, document, hint)
    if node and not node.items:
        document.report(node, "shape", "events must be a list with at least one item", hint)
    items = node.items if node else ()
    shapes = [shaped("an event", Mapping, item, document, hint) for item in items]
    return [each for each in shapes if each]


_EventData = tuple[type[Event], dict[str, object]]
"""The type and data of an event to be validated."""


@dataclass(slots=True)
class _EventReader:
    """Reads the events of a file; `mission` and `source` may be placeholders for invalid ones."""

    document: Document
    mission: str | None
    source: Source
    labels: Labels
    mission_reported: bool = False

    def events(self, node: Mapping, *, nested: bool = False) -> list[Event]:
        """Read one event of a file; return the events it expands to."""
        before = len(self.document.faults)
        if "source" in node.values:
            message = "an event cannot have its own source"
            hint = "write the events of another source in a separate file"
            self.document.report(node.keys["source"], "source-in-event", message, hint)
        kind = self._kind(node, {**CLAIM_TYPES} if nested else ALL_TYPES)
        if kind is None:
            self.labels.define(node, Event, ())
            return []
        if "dated_by_source" in node.values:
            _report_unknown(node.keys["dated_by_source"], fields_of(kind), self.document)
        if nested and "label" in node.values:
            _report_unknown(node.keys["label"], file_fields(kind, nested=True), self.document)
        aside = (*NOT_IN_FILES, "still", "claim", "label")
        own = {name: value for name, value in node.values.items() if name not in aside}
        fields = Mapping(own, node.keys, node.line, node.column)
        data = field_values(kind, fields, self.document)
        self.labels.replace_references(data, fields)
        data["source"] = self.source.id
        if "mission" not in node.values:
            data["mission"] = self._default_mission(node)
        expanded: list[_EventData] = [(kind, data)]
        if issubclass(kind, ClaimEvent):
            expanded = self._expanded(kind, data, node, nested=nested)
        elif "still" in node.values:
            self._report_still(node, "is only allowed on a start")
        if kind is ClaimCorrected:
            hint = "write the complete new event under claim:"
            claim = shaped("claim", Mapping, node.values.get("claim"), self.document, hint)
            if claim and (found := self.events(claim, nested=True)):
                data["claim"] = found[0]
        faults = self.document.faults
        # What is derived from what was written has the same faults; its own is in its date.
        events = [
            event
            for each, stated in expanded
            if (
                event := self._valid(
                    each, stated, node, told=each is not kind and len(faults) > before
                )
            )
        ]
        if len(faults) > before:
            events = []
        if not nested:
            self.labels.define(node, kind, events)
        return events

    def _kind(self, node: Mapping, known: dict[str, type[Event]]) -> type[Event] | None:
        hint = "`mission types` lists the event types"
        text = _required(node, "type", hint, self.document)
        name = shaped("type", Text, text, self.document, hint)
        if name and name.value not in known:
            message = f"unknown event type {name.value[:100]}"
            meant = did_you_mean(name.value, known)
            self.document.report(name, "unknown-type", message, meant or hint)
        return known.get(name.value) if name else None

    def _default_mission(self, node: Mapping) -> str:
        if self.mission is None and not self.mission_reported:
            self.mission_reported = True
            message = "mission is missing, here and at the top level"
            hint = "add a line mission: … at the top level"
            self.document.report(node, "missing-key", message, hint)
        return self.mission or "0"

    def _valid(
        self, kind: type[Event], data: dict[str, object], node: Mapping, *, told: bool = False
    ) -> Event | None:
        """Return a valid event; report its faults unless they are `told` already."""
        try:
            event = kind.model_validate(data, by_alias=True, by_name=False)
        except ValidationError as error:
            if not told:
                report_errors(error, node, self.document, ("type", *file_fields(kind)))
            return None
        self._check_not_in_advance(event, node)
        return event

    def _check_not_in_advance(self, event: Event, node: Mapping) -> None:
        """Report a claim dated surely after its source came out that is not planned."""
        if isinstance(event, ClaimEvent) and self.source is not _PLACEHOLDER:
            try:
                check_not_in_advance(event, self.source.id, self.source.publication)
            except ReportedInAdvanceError as error:
                place = node.values.get("on", node)
                self.document.report(place, error.code, error.message, error.hint)

    def _expanded(
        self, kind: type[ClaimEvent], data: dict[str, object], node: Mapping, *, nested: bool
    ) -> list[_EventData]:
        """Return what a claim expands to, starting with the claim as written."""
        published = self.source.published
        if "on" not in node.values and expansion.dated_by_source(kind):
            data |= expansion.dated_by(published)
        start, end, is_open = expansion.interval(kind, None if nested else data.get("on"))
        expanded: list[_EventData] = [(kind, data)]
        if start:
            data["on"] = start
        if end:
            expanded.append(expansion.end_of_interval(kind, data, end))
            if not start:
                # Validate the fields of the start, although no start is recorded.
                self._valid(kind, data | expansion.dated_by(published), node)
                del expanded[0]
        still = "still" in node.values and boolean("still", node.values["still"], self.document)
        if still or is_open:
            bearing = None if nested else expansion.start_of(kind)
            if bearing is None:
                self._report_still(node, "is only allowed on a start")
            elif end:
                self._report_still(node, "contradicts the end of the interval")
            elif data.get("basis", Basis.REPORTED) != Basis.REPORTED:
                self._report_still(node, "requires basis: reported")
            else:
                expanded.append(expansion.still_so(bearing, data, published))
        return expanded

    def _report_still(self, node: Mapping, problem: str) -> None:
        if "still" in node.keys:
            self.document.report(node.keys["still"], "still", f"still {problem}", "remove the line")
            return
        message = f"an open interval says that it was still so, which {problem}"
        hint = "leave the end blank where it is not known: 2014-05/"
        self.document.report(node.values.get("on", node), "still", message, hint)
