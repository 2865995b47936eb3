"""The queries on the tables of the claims.

Each searches its tables by an index; a test checks the query plans of SQLite and PostgreSQL. Most
read a few short ranges. HULLS, WITH_PLANS and WITH_READINGS read all periods of a mission, OF_FACET
those of a facet, OF_PARTY and OF_PARTY_NOT_SETTLED those of a party; PLANNED_READINGS reads all
readings of a mission.

A range of length class c that contains a point begins less than 2**c, its `reach`, before the point
(`projections.claims_table.lifespan`). So a query for a point joins with the length classes. `known`
is the last second that counts as known and `upto` the last position; both limit every query.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import and_, bindparam, func, or_, select, tuple_
from sqlalchemy.sql.selectable import FromClause

from events.dates.days import BEGINNING
from events.facets import Basis, Role
from ledger.storage.given_rows import (
    as_given,
    constant_numbers,
    given_rows,
    given_values,
    in_order,
    same,
)
from ledger.storage.schema import NAME, entries
from projections.claims_table.lifespan import (
    BOUNDS,
    DAY_CLASSES,
    LONGEST_BOUNDED,
    PREFERRED,
    code,
)
from projections.claims_table.tables import (
    UNSURE,
    citations,
    claims,
    parties,
    periods,
    stretches,
    undone,
)

_WHOLE = sa.BigInteger()


def _number(name: str) -> sa.BindParameter[int]:
    return bindparam(name, type_=_WHOLE)


def _length_classes(name: str, classes: Iterable[int]) -> sa.CTE:
    numbers = constant_numbers(f"each_{name}", [*classes])
    length_class = sa.cast(numbers.c.value, sa.SmallInteger())
    reach = sa.literal(1, _WHOLE).bitwise_lshift(length_class)
    return select(length_class.label("length_class"), reach.label("reach")).cte(name)


_DAYS = _length_classes("day_ranges", DAY_CLASSES)
_OPEN = _length_classes("open_ranges", (each for each in DAY_CLASSES if each > LONGEST_BOUNDED))
_SECONDS = _length_classes("second_ranges", range(63))
_POSITIONS = _length_classes("position_ranges", range(41))

_PERIOD = ("mission", "facet", "key", "period")
_GROUP = (*_PERIOD, "row_class")

_KNOWN, _UPTO, _DAY, _MOMENT = (_number(name) for name in ("known", "upto", "day", "moment"))
_MISSION, _PARTY = bindparam("mission", type_=NAME), bindparam("party", type_=NAME)
_VISIBLE = and_(periods.c.known_from <= _KNOWN, periods.c.first_position <= _UPTO)
_COUNTS = and_(claims.c.known <= _KNOWN, claims.c.position <= _UPTO)


class BoundingRow(NamedTuple):
    """A period with one of its rows that are not readings, of which both are None if it has none.

    `_make` takes a row of a query, whose columns are in this order. Reading an attribute of a
    NamedTuple takes a twentieth of the time that it takes of a row of SQLAlchemy.
    """

    mission: str
    facet: str
    key: str
    period: int
    reading_classes: int
    row_class: int | None
    position: int | None


class IndexedReading(NamedTuple):
    """A reading as in `claims`; `_make` takes a row of a query.

    `touched` tells whether something may have undone it. `group` is the number of the given group
    that it is in, 0 where only one was given.
    """

    last: int
    first: int
    position: int
    says: int
    touched: bool
    group: int


def _columns(row_type: type[Any], **columns: sa.ColumnElement[Any]) -> Iterator[sa.Label[Any]]:
    """Yield columns in the order of the fields of a type of rows."""
    return (columns[name].label(name) for name in row_type._fields)


def _periods(source: FromClause, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select periods, each with its rows that are not readings (`BoundingRow`)."""
    bounding = and_(same(claims, periods, *_PERIOD), claims.c.row_class < 0, _COUNTS)
    of_claim = {name: claims.c[name] for name in ("row_class", "position")}
    return (
        select(*_columns(BoundingRow, **{**dict(periods.c.items()), **of_claim}))
        .select_from(source.outerjoin(claims, bounding))
        .where(*conditions, _VISIBLE)
    )


def _periods_given(*names: str) -> sa.Select[Any]:
    """Select the periods with these columns as in the rows of the parameter `given`."""
    return _periods(as_given(periods, names))


_of_mission = periods.c.mission == _MISSION

IN_FORCE = _periods(
    in_order(
        *(_DAYS, periods, _of_mission, same(periods, _DAYS, "length_class")),
        *(periods.c.begins > _DAY - _DAYS.c.reach, periods.c.begins <= _DAY),
        periods.c.ends > _DAY,
    )
)
NOT_ALL_KNOWN = _periods(
    in_order(
        *(_SECONDS, periods, _of_mission),
        periods.c.known_length_class == _SECONDS.c.length_class,
        *(periods.c.known_from > _KNOWN - _SECONDS.c.reach, periods.c.known_to > _KNOWN),
    )
)
NOT_BEGUN = _periods(
    in_order(
        *(_OPEN, periods, _of_mission, same(periods, _OPEN, "length_class")),
        periods.c.begins > _DAY,
    )
)
"""Open periods that begin after a day; without the claims left out they may begin earlier."""
NOT_ALL_RECORDED = _periods(
    in_order(
        *(_POSITIONS, periods, _of_mission),
        periods.c.position_length_class == _POSITIONS.c.length_class,
        *(periods.c.first_position > _UPTO - _POSITIONS.c.reach, periods.c.last_position > _UPTO),
    )
)
NAMED = _periods_given(*_PERIOD)
OF_KEY = _periods_given("mission", "facet", "key")
OF_FACET = _periods_given("mission", "facet")
WITH_READINGS = _periods(periods, _of_mission, periods.c.reading_classes != 0)
WITH_PLANS = _periods(periods, _of_mission, periods.c.planned == 1)
PLANNED_READINGS = (
    select(claims.c.mission, claims.c.facet, claims.c.key)
    .distinct()
    .where(claims.c.mission == _MISSION, claims.c.row_class >= 0, _COUNTS)
    .where(claims.c.says.in_([code(Role.READING, each) for each in (Basis.DECIDED, Basis.PLANNED)]))
)
HULLS = (
    select(
        *(periods.c[name] for name in _PERIOD),
        func.min(claims.c.first).label("first"),
        func.max(claims.c.last).label("last"),
        func.max(claims.c.since).label("since"),
    )
    .select_from(
        in_order(periods, claims, same(claims, periods, *_PERIOD), claims.c.row_class == BOUNDS)
    )
    .where(_of_mission, _VISIBLE)
    .group_by(*(periods.c[name] for name in _PERIOD))
)


def _in_group(table: sa.Table, *names: str) -> sa.ColumnElement[bool]:
    """Return the condition that these columns are as the parameters of their names."""
    return and_(*(table.c[name] == bindparam(name) for name in names))


PREFERENCES = select(claims.c.position).where(
    _in_group(claims, *_PERIOD), claims.c.row_class == PREFERRED, _COUNTS
)

_TOUCHED = (
    sa.exists()
    .where(undone.c.target == claims.c.position, undone.c.position <= _UPTO)
    .where(undone.c.known <= _KNOWN)
    .correlate(claims)
)


def _reading(group: sa.ColumnElement[int]) -> Iterator[sa.Label[Any]]:
    return _columns(IndexedReading, **dict(claims.c.items()), touched=_TOUCHED, group=group)


def _wanted_groups(**columns: sa.types.TypeEngine[Any]) -> sa.CTE:
    """Return the given groups of readings, each with a number and these columns."""
    names = {name: claims.c[name].type for name in _GROUP}
    return given_rows("wanted", number=sa.Integer(), **names, **columns)


def _readings(wanted: sa.CTE, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select the readings of each group that meet some conditions."""
    of_group = same(claims, wanted, *_GROUP)
    return select(*_reading(wanted.c.number)).select_from(
        in_order(wanted, claims, of_group, *conditions, _COUNTS)
    )


def _spread() -> sa.Select[Any]:
    wanted = _wanted_groups(reach=_WHOLE)
    after, until = _number("after"), _number("until")
    soon_enough = claims.c.last < until + wanted.c.reach
    return _readings(wanted, claims.c.last > after, soon_enough, claims.c.first <= until)


def _latest() -> sa.Select[Any]:
    wanted, earlier = _wanted_groups(), claims.alias("earlier")
    last_but_one = (
        select(earlier.c.first)
        .where(same(earlier, wanted, *_GROUP), earlier.c.last <= _DAY)
        .where(earlier.c.known <= _KNOWN, earlier.c.position <= _UPTO)
        .order_by(earlier.c.last.desc(), earlier.c.position.desc())
        .limit(1)
        .offset(1)
        .correlate(wanted)
        .scalar_subquery()
    )
    since = func.coalesce(last_but_one, BEGINNING)
    return _readings(wanted, claims.c.last <= _DAY, claims.c.last >= since)


def _last_heard() -> sa.Select[Any]:
    wanted = _wanted_groups()
    heard = (
        select(stretches.c.stretch)
        .distinct()
        .where(same(stretches, wanted, *_GROUP), stretches.c.stretch <= _number("stretch"))
        .where(stretches.c.known <= _KNOWN, stretches.c.position <= _UPTO)
        .order_by(stretches.c.stretch.desc())
        .limit(1)
        .correlate(wanted)
    )
    return select(
        wanted.c.number,
        heard.scalar_subquery().label("last"),
        heard.offset(1).scalar_subquery().label("before"),
    )


def _between() -> sa.Select[Any]:
    wanted = _wanted_groups(since=sa.Integer(), until=sa.Integer())
    return _readings(wanted, claims.c.last.between(wanted.c.since, wanted.c.until))


SPREAD = _spread()
LATEST = _latest()
"""The readings of each group up to a day that end no earlier than the last but one begins."""
LAST_HEARD = _last_heard()
"""The last two stretches of each group, up to one, with any reading visible to both clocks."""
BETWEEN = _between()

_PAGE = (
    select(*_reading(sa.literal(0)))
    .where(_in_group(claims, *_GROUP), _COUNTS)
    .limit(_number("most"))
)
_at, _start = tuple_(claims.c.last, claims.c.position), tuple_(_number("last"), _number("after"))
BACKWARDS = _PAGE.where(_at < _start, claims.c.last >= _number("since")).order_by(
    claims.c.last.desc(), claims.c.position.desc()
)
FORWARDS = _PAGE.where(_at > _start).order_by(claims.c.last, claims.c.position)
STRETCHES = (
    select(stretches.c.stretch)
    .where(_in_group(stretches, *_GROUP), stretches.c.stretch < _number("before"))
    .where(stretches.c.known <= _KNOWN, stretches.c.position <= _UPTO)
    .order_by(stretches.c.stretch.desc())
    .limit(_number("most"))
)
UNDOING = select(undone.c.position).select_from(
    as_given(undone, ["target"], undone.c.position <= _UPTO)
)
WITH_IDS = select(entries.c.position).where(
    entries.c.id.in_(given_values()), entries.c.position <= _UPTO
)

_unsure = citations.c.length_class == UNSURE
_asked = given_rows("wanted", mission=NAME)
UNSURE_AMONG = select(_asked.c.mission).where(
    sa.exists().where(same(citations, _asked, "mission"), _unsure).correlate(_asked)
)
ALL_UNSURE = select(citations.c.source, citations.c.mission).where(
    _unsure, citations.c.position <= _UPTO
)


def _perhaps_public(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return select(citations.c.source).select_from(
        in_order(
            _SECONDS,
            citations,
            *conditions,
            same(citations, _SECONDS, "length_class"),
            citations.c.published_first > _MOMENT - _SECONDS.c.reach,
            *(citations.c.published_first <= _MOMENT, citations.c.published_last > _MOMENT),
            citations.c.position <= _UPTO,
        )
    )


PERHAPS_PUBLIC = _perhaps_public()
PERHAPS_PUBLIC_FOR = _perhaps_public(citations.c.mission == _MISSION)

OF_PARTY = select(*(parties.c[name] for name in _PERIOD)).where(parties.c.party == _PARTY)
OF_PARTY_IN_FORCE = select(*(parties.c[name] for name in _PERIOD)).select_from(
    in_order(
        *(_DAYS, parties, parties.c.party == _PARTY, same(parties, _DAYS, "length_class")),
        *(parties.c.begins > _DAY - _DAYS.c.reach, parties.c.begins <= _DAY),
        parties.c.ends > _DAY,
    )
)
OF_PARTY_NOT_SETTLED = OF_PARTY.where(
    or_(
        parties.c.known_to.is_(None),
        parties.c.known_to > _KNOWN,
        parties.c.last_position > _UPTO,
    )
)
