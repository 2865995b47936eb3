"""The periods that new entries bear on other than by a claim: their lifespans cannot be told.

An event about the record touches the claims that it retracts, corrects or chooses among; one about
a source all claims that rest on that.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Row, select

from events.facets import Role
from ledger.storage import log_queries
from ledger.storage.given_rows import as_given, given_values
from ledger.storage.schema import entry
from ledger.storage.transaction import Transaction
from projections.claims_table.entry_parts import ClaimParts, stored_parts
from projections.claims_table.lifespan import Addition
from projections.claims_table.tables import record
from projections.weighing.amendments import Kind

MissionPlace = tuple[int, str, str, int]
"""The number of a mission, and the facet, key and number of a period."""

_ABOUT = select(record.c.target, record.c.mission, record.c.kind, record.c.data).where(
    record.c.target.in_(given_values())
)
_STATED_BY = select(record.c.position).where(record.c.claim_source.in_(given_values()))
_NAMING = select(entry.c.position).select_from(
    as_given(entry, ["source"], entry.c.mission.is_not(None))
)
_CHANGED_AT = select(entry.c.about).select_from(
    as_given(entry, ["position"], entry.c.about.is_not(None))
)


def about(transaction: Transaction, new: Sequence[ClaimParts]) -> Sequence[Row[Any]]:
    """Return the rows of events about the record that name new entries, earlier ones included."""
    return list(transaction.rows_among(_ABOUT, [bytes.fromhex(each.id) for each in new]))


def touched(
    transaction: Transaction,
    new: Sequence[ClaimParts],
    numbers: Mapping[str, int],
    about: Container[str],
) -> set[MissionPlace]:
    """Return the periods of which an event about the record touches a start, end or attestation.

    `about` are the ids that events about the record name, earlier ones included.
    """
    found: set[MissionPlace] = set()
    ids = {each.id for each in new}
    for each in new:
        if each.id in about or (each.amendment and each.amendment.kind is Kind.CORRECTED):
            found.update(_bounded_by(each, numbers))
        for target in each.amendment.targets if each.amendment else ():
            if target not in ids and (earlier := log_queries.with_id(transaction, target)):
                found.update(_bounded_by(*stored_parts(transaction, earlier)))
    return found


def preferred(
    new: Sequence[ClaimParts], numbers: Mapping[str, int], about: Iterable[Row[Any]]
) -> set[MissionPlace]:
    """Return the periods among whose readings a preference chooses.

    `about` are the rows of events about the record that name new entries, earlier ones included.
    """
    stored = [(row.mission, orjson.loads(row.data)) for row in about if row.kind == Kind.PREFERRED]
    stated = [
        (numbers[each.mission or ""], each.amendment.place)
        for each in new
        if each.amendment and each.amendment.place
    ]
    return {
        (mission, facet, key, number)
        for mission, (facet, key, number, role) in (*stored, *stated)
        if role == Role.READING
    }


def _bounded_by(parts: ClaimParts, numbers: Mapping[str, int]) -> Iterator[MissionPlace]:
    """Yield the periods of which an entry states a start, an end or an attestation."""
    for each in parts.claims:
        if each.bounds:
            yield numbers[parts.mission or ""], *each.place


def redated_by(
    transaction: Transaction,
    new: Sequence[ClaimParts],
    named_before: Mapping[str, int],
    added: Mapping[MissionPlace, Sequence[Addition]],
) -> set[MissionPlace]:
    """Return the periods with claims whose source's date can be, or was, another.

    That is, by an event about the source, or as they were stated before it was described.
    """
    found = {place for place, of_place in added.items() if any(e.unsettled for e in of_place)}
    positions = [(each.position,) for each in new if each.amendment]
    numbers = {row.about for row in transaction.rows_for(_CHANGED_AT, positions)}
    described = (each.described for each in new if each.described)
    numbers |= {named_before[each] for each in described if each in named_before}
    if numbers:
        naming = {row.position for row in transaction.rows_for(_NAMING, ((n,) for n in numbers))}
        naming |= {row.position for row in transaction.rows_among(_STATED_BY, numbers)}
        earlier = [position for position in naming if position < new[0].position]
        for entry_ in log_queries.at(transaction, earlier).values():
            parts, of_entry = stored_parts(transaction, entry_)
            found.update(
                (of_entry[parts.mission or ""], *each.place)
                for each in parts.claims
                if each.source and of_entry[each.source] in numbers
            )
    return found
