"""Expand the short forms of events in a file.

type: contribution-deployed, on: 2021-05/2022-05   a deployment and a withdrawal
type: participation-joined, still: true            a joining, and an attestation on the
                                                   day the source was published
type: strength-reported, with no date              a reading on that day
"""

from contextlib import suppress
from typing import NamedTuple

from events.catalogue import type_bearing
from events.claim_event import ClaimEvent
from events.dates.edtf import parse
from events.errors import DateError
from events.facets import FACETS, Basis, Bearing, Role
from events.publication import publication_day

Data = dict[str, object]

_COPIED_TO_END = ("mission", "source", "period", "as_stated", "at")
_COPIED_TO_ATTESTATION = ("mission", "source", "period", "at")


def dated_by(published: str) -> Data:
    """Return the date of a claim that has no date but that of its source."""
    return {"on": publication_day(published), "dated_by_source": True}


def dated_by_source(kind: type[ClaimEvent]) -> bool:
    """Whether the date defaults to the source's: only for attestations and readings."""
    return all(bearing.role in (Role.ATTESTATION, Role.READING) for bearing in kind.bears)


def start_of(kind: type[ClaimEvent]) -> Bearing | None:
    """Return the type's single bearing in the role of a start, if any."""
    starts = [bearing for bearing in kind.bears if bearing.role == Role.START]
    return starts[0] if len(starts) == 1 else None


class Interval(NamedTuple):
    """The start and end of an interval; None for a side without a date.

    It `is_open` where it is written to go on: `2014-05/..`.
    """

    start: str | None = None
    end: str | None = None
    is_open: bool = False


def interval(kind: type[ClaimEvent], on: object) -> Interval:
    """Return the interval that is the date of a start; one without dates for any other date."""
    starts_one_period = len(kind.bears) == 1 and kind.bears[0].role == Role.START
    if isinstance(on, str) and "/" in on and starts_one_period:
        with suppress(DateError):
            date = parse(on)
            start, end = date.start and date.start.text, date.end and date.end.text
            return Interval(start, end, date.kind == "interval" and date.end_is == "open")
    return Interval()


def end_of_interval(kind: type[ClaimEvent], data: Data, on: str) -> tuple[type[ClaimEvent], Data]:
    """Return the type and data of the end that matches a start.

    Without a basis it is planned where it lies ahead of its source, and reported otherwise.
    """
    basis = data.get("basis", Basis.UNLESS_AHEAD.value)
    if FACETS[kind.bears[0].facet].ends_as_decided:
        basis = Basis.DECIDED.value
    dated: Data = {"on": on, "basis": basis}
    return _derived(kind.bears[0], Role.END, data, _COPIED_TO_END, dated)


def still_so(bearing: Bearing, data: Data, published: str) -> tuple[type[ClaimEvent], Data]:
    """Return the type and data of the attestation that a period still holds as it is published."""
    return _derived(bearing, Role.ATTESTATION, data, _COPIED_TO_ATTESTATION, dated_by(published))


def _derived(
    bearing: Bearing, role: Role, data: Data, copied: tuple[str, ...], dated: Data
) -> tuple[type[ClaimEvent], Data]:
    kind = type_bearing(bearing.facet, role)
    if kind is None:
        raise LookupError(f"no type bears on {bearing.facet} as {role}")
    fields = kind.key_fields or (kind.bears[0].key,)
    derived: Data = {name: data[name] for name in (*copied, *fields) if name in data}
    if bearing.key in data:
        derived[kind.bears[0].key] = data[bearing.key]
    return kind, derived | dated | {"type": kind.model_fields["type"].default}
