"""Log entries in words, one line each.

command-handed-over: from Denmark (DNK), to Italy (ITA), on 2022-05
"""

from collections.abc import Mapping

from cli.render import field_text, local_names, wording
from cli.render.languages.translation import term, tr
from events.claim_event import ClaimEvent, value_fields
from events.entry import Entry
from events.facets import Basis, Bearing, counted_in
from events.fields import Quantity, Vote
from events.record_events import (
    ClaimCorrected,
    ClaimRetracted,
    ReadingPreferred,
    SourceCorrected,
    SourceWithdrawn,
)
from events.source import Source
from projections.labels import NO_LABELS, Labels, states_name
from projections.weighing.amendments import Cancellation

SHORT = 12
"""How many digits of an event's id are shown where the reader only has to recognise it."""


def short(event: str) -> str:
    """Shorten an event id; every command accepts the short form."""
    return event[:SHORT]


def cancellation(found: Cancellation | None) -> str | None:
    """Return why an event no longer counts, in a word; None if it counts."""
    if found is None:
        return None
    return "corrected" if found.corrected else "retracted"


def summary(entry: Entry, labels: Labels = NO_LABELS) -> str:
    """Describe an entry in one line, without its source and record time.

    `labels` are the names of keys, for events that do not state them.
    """
    content = entry.content
    if isinstance(content, Source):
        what = f"{content.publisher}, {wording.quoted(content.title)}"
        return tr("source {source}: {what}", source=content.id, what=what)
    if isinstance(content, ClaimRetracted):
        event, reason = short(content.target), content.reason
        return tr("retracts {event}: {reason}", event=event, reason=reason)
    if isinstance(content, ClaimCorrected):
        return tr(
            "corrects {event} to {claim}: {reason}",
            event=short(content.target),
            claim=statement(content.claim, labels),
            reason=content.reason,
        )
    if isinstance(content, ReadingPreferred):
        return tr(
            "prefers {events} for the {role} of {facet} {key}: {reason}",
            events=", ".join(map(short, content.claims)),
            role=term("role", content.role.value),
            facet=wording.facet(content.facet),
            key=content.key,
            reason=content.reason,
        )
    if isinstance(content, SourceWithdrawn):
        about, reason = content.about, content.reason
        return tr("withdraws source {source}: {reason}", source=about, reason=reason)
    if isinstance(content, SourceCorrected):
        corrections = content.corrections().items()
        return tr(
            "corrects source {source} to {fields}: {reason}",
            source=content.about,
            fields=", ".join(f"{field_text.named(name)} {value}" for name, value in corrections),
            reason=content.reason,
        )
    assert isinstance(content, ClaimEvent)  # noqa: S101 (there is no other kind)
    return statement(content, labels)


def statement(claim: ClaimEvent, labels: Labels = NO_LABELS) -> str:
    """Describe a claim in one line: its type, keys, date and values."""
    bearings = {bearing.key: bearing for bearing in claim.bears}
    parts = [_named(claim, bearing, labels) for bearing in bearings.values()]
    parts.append(_dated(claim))
    if claim.period > 1:
        parts.append(tr("period {number}", number=claim.period))
    parts.extend(values(claim))
    return f"{claim.type}: {', '.join(parts)}"


def _dated(claim: ClaimEvent) -> str:
    """Show a claim's date and basis."""
    date = wording.date(claim.on)
    if claim.basis is Basis.UNLESS_AHEAD:
        return tr("on {date}, planned if after its source", date=date)
    basis = wording.basis_mark(claim.basis)
    return f"{basis} {date}" if basis else tr("on {date}", date=date)


def values(claim: ClaimEvent) -> list[str]:
    """Return a claim's values for its facet, each with its field's name."""
    return [
        f"{field_text.named(name)} {shown}"
        for name in value_fields(type(claim))
        if (shown := carried(name, getattr(claim, name)))
    ]


def _named(claim: ClaimEvent, bearing: Bearing, labels: Labels) -> str:
    """Show a key with its label, and its field's name unless the event type implies it."""
    key = str(getattr(claim, bearing.key))
    field = claim.key_fields[0] if claim.key_fields else bearing.key.strip("_")
    counted = counted_in(key)
    if (nation := local_names.party(counted)) != counted:
        name = ", ".join(filter(None, (nation, field_text.category(key))))
    elif states_name(claim):
        name = key
    else:
        place = (claim.mission, bearing.facet, key, getattr(claim, bearing.period))
        name = local_names.label(bearing.facet, key, labels.get(place, key))
    shown = key if name == key else f"{name} ({key})"
    return shown if claim.type.startswith(field) else f"{field_text.named(field)} {shown}"


def carried(name: str, value: object) -> str:
    """Show the value of one field of a claim; empty if it has none."""
    if value is None:
        return ""
    if isinstance(value, Quantity):
        return wording.quantity(value.model_dump(mode="json"))
    if isinstance(value, Vote):
        return field_text.vote(value.model_dump(by_alias=True))
    return field_text.words(name, value)


def fields(data: Mapping[str, object], lead: str = "") -> list[tuple[str, str]]:
    """List a stored object's fields as names and values; nested names are `claim.on`."""
    listed: list[tuple[str, str]] = []
    for name, value in data.items():
        if isinstance(value, Mapping):
            listed.extend(fields(value, f"{lead}{name}."))
        elif isinstance(value, list):
            listed.append((lead + name, ", ".join(map(str, value))))
        else:
            listed.append((lead + name, str(value)))
    return listed
