"""Log entries in words: what an event says, in one line.

command-handed-over: from DNK, to ITA, on 2022-05
"""

from collections.abc import Mapping

from cli import wording
from events.codec import Entry
from events.record import ClaimCorrected, ClaimRetracted, ReadingPreferred
from events.source import Source
from events.types import ClaimEvent, value_fields

SHORT = 12
"""How many digits of an event's id are shown where it is only to be recognised."""


def short(event: str) -> str:
    """Shorten an event id; every command takes the short form."""
    return event[:SHORT]


def summary(entry: Entry) -> str:
    """Say in one line what an entry is, its source and record apart."""
    content = entry.content
    if isinstance(content, Source):
        return f"source {content.id}: {content.publisher}, “{content.title}”"
    if isinstance(content, ClaimRetracted):
        return f"retracts {short(content.target)}: {content.reason}"
    if isinstance(content, ClaimCorrected):
        return f"corrects {short(content.target)} to {statement(content.claim)}: {content.reason}"
    if isinstance(content, ReadingPreferred):
        chosen = ", ".join(map(short, content.claims))
        where = f"the {content.role.value} of {content.facet} {content.key}"
        return f"prefers {chosen} for {where}: {content.reason}"
    assert isinstance(content, ClaimEvent)  # noqa: S101 (there is no other kind)
    return statement(content)


def statement(claim: ClaimEvent) -> str:
    """Say in one line what a claim states: its type, its keys, its date, what it carries."""
    keys = dict.fromkeys(bearing.key for bearing in claim.bears)
    said = [_named(claim, name) for name in keys]
    said.append(f"{wording.basis_mark(claim.basis) or 'on'} {wording.date(claim.on)}")
    if claim.period > 1:
        said.append(f"period {claim.period}")
    said.extend(values(claim))
    return f"{claim.type}: {', '.join(said)}"


def values(claim: ClaimEvent) -> list[str]:
    """Say what a claim carries for its facet, each field with its name."""
    return [
        f"{name} {shown}"
        for name in value_fields(type(claim))
        if (shown := carried(getattr(claim, name)))
    ]


def _named(claim: ClaimEvent, field: str) -> str:
    """Show a key, with its field's name where the type's does not say it."""
    key = str(getattr(claim, field))
    return key if claim.type.startswith(field) else f"{field.strip('_')} {key}"


def carried(value: object) -> str:
    """Show what one field of a claim carries; nothing where it is empty."""
    if value is None:
        return ""
    if hasattr(value, "model_dump"):
        return wording.quantity(value.model_dump(mode="json"))
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value)


def fields(data: Mapping[str, object], lead: str = "") -> list[tuple[str, str]]:
    """List a stored object's fields as names and values, nested ones as `claim.on`."""
    listed: list[tuple[str, str]] = []
    for name, value in data.items():
        if isinstance(value, Mapping):
            listed.extend(fields(value, f"{lead}{name}."))
        elif isinstance(value, list):
            listed.append((lead + name, ", ".join(map(str, value))))
        else:
            listed.append((lead + name, str(value)))
    return listed
