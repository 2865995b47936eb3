"""What an event bears on: the periods of its mission, and in which roles."""

from collections.abc import Iterator, Sequence

from events.claim_event import ClaimEvent
from events.facets import MEASURES, PeriodKey, Role
from events.record_events import ReadingPreferred, statement_of
from events.units import kind_of


def bearings_of(claim: ClaimEvent) -> Iterator[tuple[PeriodKey, Role]]:
    """Yield each period that a claim bears on, and the role in which it does."""
    for bearing in claim.bears:
        place = (bearing.facet, getattr(claim, bearing.key), getattr(claim, bearing.period))
        yield place, bearing.role


def period_keys_of(content: object) -> Iterator[PeriodKey]:
    """Yield the periods that a claim, a correction's new claim or a preference bears on."""
    if isinstance(content, ReadingPreferred):
        yield content.facet, content.key, content.period
    elif claim := statement_of(content):
        yield from (place for place, _ in bearings_of(claim))


def can_be_preferred(content: object, place: PeriodKey, role: Role) -> bool:
    """Whether an event makes a claim that a preference on a period, in a role, chooses among."""
    claim = statement_of(content)
    return claim is not None and any(
        of_place == place and (of_role is role or (role is Role.READING and reads(claim, of_role)))
        for of_place, of_role in bearings_of(claim)
    )


def kinds_counted(content: object) -> dict[str, str]:
    """Return the kind of unit of each quantity that a claim states, by measure."""
    claim = statement_of(content)
    stated = vars(claim) if claim else {}
    return {
        measure: kind_of(stated[measure].unit)
        for measure in MEASURES
        if stated.get(measure) is not None
    }


def reads(claim: ClaimEvent, role: Role, measures: Sequence[str] = MEASURES) -> bool:
    """Whether a claim in a role is a reading of one of these measures.

    Every claim that states a quantity is one, but for one that ends a period or happens.
    """
    stated = vars(claim)
    return role not in (Role.END, Role.HAPPENING) and any(
        stated.get(each) is not None for each in measures
    )
