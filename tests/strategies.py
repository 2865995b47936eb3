"""Strategies for hypothesis: sources, events of every type, whole announcements."""

from typing import Any, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel

from events import fields
from events.ahead import is_reported_in_advance
from events.catalogue import (
    CLAIM_TYPES,
    CommandHandedOver,
    ContributionStrengthReported,
    MandateExtended,
)
from events.claim_event import ClaimEvent, Event
from events.dates.edtf import parse
from events.facets import FACETS, Basis, Role
from events.files.announcement import Announcement
from events.publication import publication_day
from events.record_events import ALL_TYPES, SourceCorrected
from events.source import Source

_CODES = ("DNK", "ITA", "CAN", "NATO", "EU", "UNAMI", "NOR")
_TEXT = st.characters(exclude_categories=("Cc", "Cs"))

slugs = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,3}", fullmatch=True)
codes = st.sampled_from(_CODES)
lines = st.text(_TEXT, min_size=1, max_size=60).filter(str.strip)
dates = st.sampled_from(
    ("2021-05", "2018", "2020-1X", "[..2024-02]", "[2020-11,2020-12]", "2020-33", "2021-05-18",
     "2022-38", "2021-05?", "2021-05-18~", "0044-03-15")
)  # fmt: skip
published = dates | st.sampled_from(("2022-05-24T10:00:00Z",))
ids = st.from_regex(r"[0-9a-f]{4,64}", fullmatch=True)
counts = st.integers(0, 10**12)


@st.composite
def quantities(draw: st.DrawFn) -> fields.Quantity:
    """Draw a quantity with a lower bound, an upper bound or both."""
    low, high = sorted((draw(counts), draw(counts)))
    low_given, high_given = draw(st.sampled_from(((1, 0), (0, 1), (1, 1))))
    return fields.Quantity(
        min=low if low_given else None,
        max=high if high_given else None,
        unit=draw(st.none() | lines),
        approximate=draw(st.booleans()),
        stated=draw(st.none() | lines),
    )


_BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "Slug": slugs,
    "NationOrBody": codes,
    "Counted": codes | slugs,
    "EventDate": dates,
    "PublicationDate": published,
    "ShortPhrase": lines,
    "Line": lines,
    "Note": lines,
    "Language": st.sampled_from(("da", "en", "en-GB")),
    "Digest": st.just("sha256:" + "0a" * 32),
    "WebAddress": st.just("https://example.org/a?b=c#d"),
    "EventId": ids,
}


def _of_field(kind: type[BaseModel], name: str) -> st.SearchStrategy[Any]:
    field = kind.model_fields[name]
    if get_origin(field.annotation) and type(None) in get_args(field.annotation):
        annotation = get_args(field.annotation)[0]
        return st.none() | _of_annotation(name, annotation, field.metadata)
    return _of_annotation(name, field.annotation, field.metadata)


_BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "facet": st.sampled_from(sorted(FACETS)),
    "role": st.sampled_from((Role.START, Role.END, Role.READING)),
    "basis": st.sampled_from((Basis.REPORTED, Basis.DECIDED, Basis.PLANNED)),
    "dated_by_source": st.none(),
    "contributor": codes | st.lists(codes, min_size=2, max_size=3, unique=True).map(tuple),
    **dict.fromkeys(
        ("host", "nations", "jointly_with"),
        st.lists(codes, min_size=1, max_size=3, unique=True).map(tuple),
    ),
    "sex": st.sampled_from(("female", "male", "other")),
    "coordinates": st.sampled_from(("33.31, 44.37", "-1, 0")),
    "vote": st.builds(
        fields.Vote, for_=counts, against=counts, abstained=st.none() | counts,
        absent=st.none() | counts,
    ),
}  # fmt: skip


def _of_annotation(name: str, annotation: object, metadata: list[Any]) -> st.SearchStrategy[Any]:
    if name in _BY_NAME:
        return _BY_NAME[name]
    if annotation is fields.Quantity:
        return quantities()
    if annotation is int:
        return st.integers(1, 1000)
    if get_origin(annotation) is tuple:
        each = ids if name == "claims" else slugs
        return st.lists(each, min_size=1, max_size=3).map(tuple)
    for called, strategy in _BY_TYPE.items():
        known = getattr(fields, called)
        if known == annotation or (metadata and list(known.__metadata__) == metadata):
            return strategy
        if metadata and getattr(known.__metadata__[-1], "func", 1) == getattr(
            metadata[-1], "func", 2
        ):
            return strategy
    raise LookupError(name)


@st.composite
def events_of(draw: st.DrawFn, kind: type[Event], source: str | None, mission: str) -> Event:
    """Draw an event of one type, by one source."""
    held: dict[str, Any] = {"source": source, "mission": mission}
    for name in kind.model_fields:
        if name == "claim":
            claim_kind = draw(st.sampled_from(sorted(CLAIM_TYPES)))
            held[name] = draw(events_of(CLAIM_TYPES[claim_kind], source, mission))
        elif name not in {"type", "source", "mission"}:
            held[name] = draw(_of_field(kind, name))
    if kind.__name__.endswith("Attested"):
        held["basis"] = Basis.REPORTED
    if held.get("until"):
        held["until"] = "9999"
    if kind is MandateExtended and held["basis"] is Basis.REPORTED:
        held["basis"] = Basis.DECIDED
    if kind is ContributionStrengthReported:
        held["quantity"] = draw(quantities())
    if kind is CommandHandedOver and held["from_"] == held["to"]:
        held["to"] = "GBR"
    if held.get("jointly_with") and {held.get("by"), held.get("to")} & set(held["jointly_with"]):
        held["jointly_with"] = None
    if kind is SourceCorrected:
        held["title"] = draw(lines)
        if held["reprints"] == held["about"]:
            held["reprints"] = None
    return kind.model_validate(held)


sources = st.builds(
    Source, id=slugs, publisher=lines, title=lines, language=_BY_TYPE["Language"],
    published=published, url=st.none() | _BY_TYPE["WebAddress"],
    digest=st.none() | _BY_TYPE["Digest"], note=st.none() | lines,
)  # fmt: skip


@st.composite
def any_events(draw: st.DrawFn, source: str | None = "um", mission: str = "nmi") -> Event:
    """Draw an event of any type."""
    kind = ALL_TYPES[draw(st.sampled_from(sorted(ALL_TYPES)))]
    return draw(events_of(kind, source, mission))


@st.composite
def announcements(draw: st.DrawFn) -> Announcement:
    """Draw an announcement whose events differ from one another."""
    source = draw(sources)
    mission = slugs | st.just("nmi")
    each = mission.flatmap(lambda name: any_events(source.id, name))
    found = draw(st.lists(each, min_size=1, max_size=4, unique_by=repr))
    return Announcement(source, tuple(_not_in_advance(event, source) for event in found))


def _not_in_advance(event: Event, source: Source) -> Event:
    """Return an event that its source can state: no report of what lies ahead of it."""
    if claim := getattr(event, "claim", None):
        return event.model_copy(update={"claim": _not_in_advance(claim, source)})
    if isinstance(event, ClaimEvent):
        first, _ = parse(event.on).window.bounds
        if is_reported_in_advance(event.basis, first, source.publication):
            day = publication_day(source.published)
            return event.model_copy(update={"on": day})
    return event
