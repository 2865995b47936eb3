"""What one event in a file is short for.

type: contribution-deployed, on: 2021-05/2022-05   a deployment and a withdrawal
type: participation-joined, still: true            a joining, and an attestation on the
                                                   day the source was published
type: strength-reported, with no date              a reading on that day
"""

from events.catalogue import ClaimEvent, type_bearing
from events.dates.days import iso_day
from events.dates.edtf import parse
from events.facets import Bearing, Role
from events.source import DAY_SECONDS, EPOCH_DAY

Data = dict[str, object]

_KEPT_BY_END = ("mission", "source", "basis", "period", "as_stated", "at")
_KEPT_BY_ATTESTATION = ("mission", "source", "period", "at")


def publication_day(published: str) -> str:
    """Return a publication date as an event's date: of one to the second, its day in UTC."""
    instant = parse(published).instant
    return published if instant is None else iso_day(instant // DAY_SECONDS + EPOCH_DAY)


def dated_by_source(kind: type[ClaimEvent]) -> bool:
    """Say whether a type without a date takes its source's: attestations and readings do."""
    return all(bearing.role in (Role.ATTESTATION, Role.READING) for bearing in kind.bears)


def starts_one_period(kind: type[ClaimEvent]) -> bool:
    """Say whether an interval on this type is short for a start and an end."""
    return len(kind.bears) == 1 and kind.bears[0].role == Role.START


def start_of(kind: type[ClaimEvent]) -> Bearing | None:
    """Return the one start a type bears; None where it bears none."""
    starts = [bearing for bearing in kind.bears if bearing.role == Role.START]
    return starts[0] if len(starts) == 1 else None


def end_of_interval(kind: type[ClaimEvent], data: Data, on: str) -> tuple[type[ClaimEvent], Data]:
    """Return the end that goes with a start's data, as a type and its data."""
    return _beside(kind.bears[0], Role.END, data, _KEPT_BY_END, on)


def still_so(bearing: Bearing, data: Data, day: str) -> tuple[type[ClaimEvent], Data]:
    """Return the attestation that a start still holds on the publication day."""
    return _beside(bearing, Role.ATTESTATION, data, _KEPT_BY_ATTESTATION, day)


def _beside(
    bearing: Bearing, role: Role, data: Data, kept: tuple[str, ...], on: str
) -> tuple[type[ClaimEvent], Data]:
    kind = type_bearing(bearing.facet, role)
    if kind is None:
        raise LookupError(f"no type bears on {bearing.facet} as {role}")
    made: Data = {name: data[name] for name in kept if name in data}
    if bearing.key in data:
        made[kind.bears[0].key] = data[bearing.key]
    return kind, made | {"on": on, "type": kind.model_fields["type"].default}
