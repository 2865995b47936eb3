"""Refuse what the date of a source rules out, with what to write instead.

A source published 2018-08-01 and recorded on 2026-11-30:

    contribution-withdrawn, on: 2030-01-01    reported-in-advance: write basis: planned
    source with published: 2131-05-01         published-in-future
    source with retrieved: 2131-05-01         retrieved-in-future

Entries of logs that were recorded before these rules are not refused; `events.ahead` tells how they
are weighed.
"""

from events.ahead import is_published_in_future, is_reported_in_advance
from events.claim_event import ClaimEvent
from events.dates.days import iso_day
from events.dates.edtf import parse
from events.errors import (
    PublishedInFutureError,
    ReportedInAdvanceError,
    RetrievedInFutureError,
)
from events.facets import Role
from events.publication import Publication, publication


def check_not_in_advance(claim: ClaimEvent, source: str, published: Publication) -> None:
    """Refuse a report of what lies surely after its source came out.

    Raises ReportedInAdvanceError.
    """
    first, _ = parse(claim.on).window.bounds
    if not is_reported_in_advance(claim.basis, first, published):
        return
    came_out = f"{source} came out, on {iso_day(published.until)} at the latest"
    hint = "write basis: planned, or basis: decided"
    if any(bearing.role is Role.ATTESTATION for bearing in claim.bears):
        hint = "a source can attest only what was so when it came out"
    raise ReportedInAdvanceError(
        f"{claim.on} is after {came_out}, so it cannot be reported", hint=hint
    )


def check_not_in_future(
    source: str, published: str | None, retrieved: str | None, recorded: int
) -> None:
    """Refuse a source that surely came out, or was read, later than the day after it is recorded.

    `published` and `retrieved` are its dates in EDTF, `recorded` the number of the day in UTC.
    Raises PublishedInFutureError and RetrievedInFutureError.
    """
    if published and is_published_in_future(publication(published), recorded):
        raise PublishedInFutureError(
            f"{source} cannot have come out on {published}: today is {iso_day(recorded)} (UTC)",
            hint="write the day on which it came out; what it says of days to come is an event"
            " with basis: planned",
        )
    if retrieved and is_published_in_future(publication(retrieved), recorded):
        raise RetrievedInFutureError(
            f"{source} cannot have been read on {retrieved}: today is {iso_day(recorded)} (UTC)",
            hint="write the day on which it was read, or leave retrieved out",
        )
