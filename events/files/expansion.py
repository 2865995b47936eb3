"""Expand the short forms of events in a file.

type: contribution-deployed, on: 2021-05/2022-05   a deployment and a withdrawal
type: participation-joined, still: true            a joining, and an attestation on the
                                                   day the source was published
type: strength-reported, with no date              a reading on that day
"""

from contextlib import suppress

from events.catalogue import ClaimEvent, type_bearing
from events.dates.days import iso_day
from events.dates.edtf import parse
from events.errors import DateError
from events.facets import Bearing, Role
from events.publication import DAY_SECONDS, EPOCH_DAY

Data = dict[str, object]

_COPIED_TO_END = ("mission", "source", "basis", "period", "as_stated", "at")
_COPIED_TO_ATTESTATION = ("mission", "source", "period", "at")


def publication_day(published: str) -> str:
    """Return a publication date as an event date: its UTC day if it has a time."""
    instant = parse(published).instant
    return published if instant is None else iso_day(instant // DAY_SECONDS + EPOCH_DAY)


def dated_by_source(kind: type[ClaimEvent]) -> bool:
    """Whether the date defaults to the source's: only for attestations and readings."""
    return all(bearing.role in (Role.ATTESTATION, Role.READING) for bearing in kind.bears)


def start_of(kind: type[ClaimEvent]) -> Bearing | None:
    """Return the type's single bearing in the role of a start, if any."""
    starts = [bearing for bearing in kind.bears if bearing.role == Role.START]
    return starts[0] if len(starts) == 1 else None


def interval(kind: type[ClaimEvent], on: object) -> tuple[str | None, str | None]:
    """Return the start and end of an interval on a start; None for a side without a date."""
    starts_one_period = len(kind.bears) == 1 and kind.bears[0].role == Role.START
    if isinstance(on, str) and "/" in on and starts_one_period:
        with suppress(DateError):
            date = parse(on)
            return date.start and date.start.text, date.end and date.end.text
    return None, None


def end_of_interval(kind: type[ClaimEvent], data: Data, on: str) -> tuple[type[ClaimEvent], Data]:
    """Return the type and data of the end that matches a start."""
    return _derived(kind.bears[0], Role.END, data, _COPIED_TO_END, on)


def still_so(bearing: Bearing, data: Data, day: str) -> tuple[type[ClaimEvent], Data]:
    """Return the type and data of the attestation that a period still holds on a day."""
    return _derived(bearing, Role.ATTESTATION, data, _COPIED_TO_ATTESTATION, day)


def _derived(
    bearing: Bearing, role: Role, data: Data, copied: tuple[str, ...], on: str
) -> tuple[type[ClaimEvent], Data]:
    kind = type_bearing(bearing.facet, role)
    if kind is None:
        raise LookupError(f"no type bears on {bearing.facet} as {role}")
    derived: Data = {name: data[name] for name in copied if name in data}
    if bearing.key in data:
        derived[kind.bears[0].key] = data[bearing.key]
    return kind, derived | {"on": on, "type": kind.model_fields["type"].default}
