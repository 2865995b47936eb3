"""The queries of the tables of the claims. `upto` is the last position that counts.

Where `known` is given, in seconds, those that select readings leave out what no version of its own
source made certainly public by then: a superset of what counts, which weighing decides.
"""

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import and_, bindparam, func, or_, select

from events.dates.days import BEGINNING
from events.facets import FACETS
from ledger.storage.given_rows import as_given, given_rows, given_values, in_order, same
from ledger.storage.schema import NAME, entry, name, source
from projections.claims_table.codes import BOUNDING
from projections.claims_table.tables import claim, party, period, record

_WHOLE = sa.BigInteger()


def _number(name_: str) -> sa.BindParameter[int]:
    return bindparam(name_, type_=_WHOLE)


_UPTO, _KNOWN, _DAY = _number("upto"), _number("known"), _number("day")
_OF_MISSION = period.c.mission == _number("mission")

ALONE = [name_ for name_, facet in FACETS.items() if facet.exclusive or facet.is_mission]
"""The facets whose periods decide on other periods: an answer on any needs all of them."""


class ClaimRow(NamedTuple):
    """A claim as stored; `id` is that of its event.

    `amended` tells whether an event about the record names that event, or whether it is one.
    """

    k: int
    position: int
    says: int
    first: int
    last: int
    source: int | None
    data: str
    id: bytes
    amended: bool


_settled_later = or_(period.c.settled_source > _KNOWN, period.c.settled_position > _UPTO)
_in_force = and_(
    *(period.c.first_source <= _KNOWN, period.c.first_position <= _UPTO),
    or_(and_(period.c.begins <= _DAY, period.c.ends > _DAY), _settled_later),
)

OF_MISSION = select(period).where(_OF_MISSION)
IN_FORCE = select(period).where(_OF_MISSION, or_(_in_force, period.c.facet.in_(ALONE)))
NAMED = select(period).select_from(as_given(period, ["mission", "facet", "key", "period"]))
OF_KEY = select(period).select_from(as_given(period, ["mission", "facet", "key"]))
OF_FACET = select(period).select_from(as_given(period, ["mission", "facet"]))
PLANNED_KEYS = (
    select(period.c.mission, period.c.facet, period.c.key)
    .distinct()
    .where(_OF_MISSION, period.c.planned == 1, period.c.first_position <= _UPTO)
)
OF_PARTY = (
    select(name.c.name.label("mission"), period.c.facet, period.c.key, period.c.period)
    .join_from(party, period, period.c.k == party.c.k)
    .join(name, name.c.number == period.c.mission)
    .where(party.c.party == bindparam("party", type_=NAME))
)
OF_PARTY_IN_FORCE = OF_PARTY.where(_in_force)

_of_record = select(record, entry.c.id)
_by_whom = (entry, entry.c.position == record.c.position)

AMENDMENTS = _of_record.select_from(
    as_given(record, ["mission"], record.c.position <= _UPTO).join(*_by_whom)
)
"""All of a mission."""

_amended = entry.alias("amended")
AMENDMENTS_OF = _of_record.select_from(
    in_order(
        as_given(_amended, ["position"]),
        record,
        *(record.c.target == _amended.c.id, record.c.position <= _UPTO),
    ).join(*_by_whom)
)
"""Those of the given positions."""
AMENDMENTS_AT = _of_record.select_from(
    as_given(record, ["position"], record.c.position <= _UPTO).join(*_by_whom)
)
"""Those made by the events at the given positions."""
POSITIONS = select(entry.c.position).where(entry.c.id.in_(given_values()))
"""The positions of the events with the given ids."""


def _columns() -> list[sa.ColumnElement[Any]]:
    named = sa.exists().where(record.c.target == entry.c.id).correlate(entry)
    names_another = sa.exists().where(record.c.position == claim.c.position).correlate(claim)
    stored = [claim.c[each] for each in ClaimRow._fields[:-2]]
    return [*stored, entry.c.id, or_(named, names_another).label("amended")]


def _claims(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select the claims of the given periods."""
    of_periods = as_given(claim, ["k"], claim.c.position <= _UPTO, *conditions)
    return select(*_columns()).select_from(
        of_periods.join(entry, entry.c.position == claim.c.position)
    )


_bounds = claim.c.series.in_(BOUNDING)
BOUNDS = _claims(_bounds)
OTHERS = _claims(sa.not_(_bounds))
"""Readings and happenings."""
OTHERS_DURING = _claims(
    sa.not_(_bounds), claim.c.last >= _number("since"), claim.c.first <= _number("until")
)


def _heard(table: Any) -> sa.ColumnElement[bool]:  # noqa: ANN401 (the table or an alias)
    """Return the condition that a source of a claim can have been public at `known`."""
    # PostgreSQL would read all sources once for an EXISTS, however few the claims.
    public_from = select(func.min(source.c.public_from)).where(source.c.number == table.c.source)
    public = public_from.correlate(table).scalar_subquery() <= _KNOWN
    return or_(table.c.source.is_(None), public)


class ReadingQueries(NamedTuple):
    """The queries of a search among readings.

    `latest` are the last readings up to a day of each series, back to the day on which the last but
    one begins; `first` those that end no later than the first one; `spread` those whose window has
    the day, but does not end on it. `backwards` and `forwards` are pages of the readings of one
    series, by last day.
    """

    latest: sa.Select[Any]
    first: sa.Select[Any]
    spread: sa.Select[Any]
    backwards: sa.Select[Any]
    forwards: sa.Select[Any]


def _reading_queries(*, known: bool) -> ReadingQueries:
    def counts(table: Any) -> sa.ColumnElement[bool]:  # noqa: ANN401 (the table or an alias)
        recorded = table.c.position <= _UPTO
        return and_(recorded, _heard(table)) if known else recorded

    wanted = given_rows("wanted", k=_WHOLE, series=sa.Integer())
    earlier = claim.alias("earlier")
    last_but_one = (
        select(earlier.c.first)
        .where(same(earlier, wanted, "k", "series"), earlier.c.last <= _DAY, counts(earlier))
        .order_by(earlier.c.last.desc(), earlier.c.position.desc())
        .limit(1)
        .offset(1)
        .correlate(wanted)
        .scalar_subquery()
    )
    latest = select(wanted.c.series, *_columns()).select_from(
        in_order(
            *(wanted, claim, same(claim, wanted, "k", "series"), counts(claim)),
            *(claim.c.last <= _DAY, claim.c.last >= func.coalesce(last_but_one, BEGINNING)),
        ).join(entry, entry.c.position == claim.c.position)
    )
    first_last = (
        select(earlier.c.last)
        .where(same(earlier, wanted, "k", "series"), counts(earlier))
        .order_by(earlier.c.last)
        .limit(1)
        .correlate(wanted)
        .scalar_subquery()
    )
    first = select(wanted.c.series, *_columns()).select_from(
        in_order(
            *(wanted, claim, same(claim, wanted, "k", "series"), counts(claim)),
            claim.c.last <= first_last,
        ).join(entry, entry.c.position == claim.c.position)
    )
    reaching = given_rows("reaching", k=_WHOLE, series=sa.Integer(), longest=_WHOLE)
    spread = select(*_columns()).select_from(
        in_order(
            *(reaching, claim, same(claim, reaching, "k", "series"), counts(claim)),
            claim.c.last > _DAY,
            *(claim.c.last <= _DAY + reaching.c.longest, claim.c.first <= _DAY),
        ).join(entry, entry.c.position == claim.c.position)
    )
    page = (
        select(*_columns())
        .join_from(claim, entry, entry.c.position == claim.c.position)
        .where(claim.c.k == _number("k"), claim.c.series == _number("series"), counts(claim))
        .limit(_number("most"))
    )
    at = sa.tuple_(claim.c.last, claim.c.position)
    beyond = sa.tuple_(_number("last"), _number("position"))
    return ReadingQueries(
        latest,
        first,
        spread,
        page.where(at < beyond).order_by(claim.c.last.desc(), claim.c.position.desc()),
        page.where(at > beyond).order_by(claim.c.last, claim.c.position),
    )


OF_ALL_SOURCES = _reading_queries(known=False)
OF_KNOWN_SOURCES = _reading_queries(known=True)

_within_reach = source.c.published_first > _KNOWN - _number("narrow")
_not_certain = or_(source.c.published_last.is_(None), source.c.published_last > _KNOWN)
PERHAPS_PUBLIC = select(source.c.number).where(
    source.c.position <= _UPTO,
    or_(
        and_(
            source.c.wide == 1,
            or_(source.c.published_first.is_(None), source.c.published_first <= _KNOWN),
            _not_certain,
        ),
        and_(source.c.wide == 0, _within_reach, source.c.published_first <= _KNOWN, _not_certain),
    ),
)
_given = given_rows("wanted", source=_WHOLE)
_by_entry = sa.exists().where(
    entry.c.source == _given.c.source, entry.c.mission.is_not(None), entry.c.position <= _UPTO
)
_by_correction = sa.exists().where(
    record.c.claim_source == _given.c.source, record.c.position <= _UPTO
)
NAMED_BY_ANY = select(_given.c.source).where(
    or_(_by_entry.correlate(_given), _by_correction.correlate(_given))
)
NAMED_BY_MISSION = select(_given.c.source).where(
    or_(
        _by_entry.where(entry.c.mission == _number("mission")).correlate(_given),
        _by_correction.where(record.c.mission == _number("mission")).correlate(_given),
    )
)
"""Those of the given sources that an entry of a mission names."""

PARTIES = select(party.c.party).distinct().order_by(party.c.party)
PERIODS = (
    select(period.c.facet, period.c.key, period.c.period)
    .where(_OF_MISSION)
    .order_by(period.c.facet, period.c.key, period.c.period)
)
CITED_BY_CORRECTION = (
    select(name.c.name)
    .join_from(record, name, name.c.number == record.c.mission)
    .where(record.c.claim_source == _number("number"))
)
