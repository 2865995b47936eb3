"""The SQL queries on the claims index.

Each query searches its tables by an index; a test checks the query plans of SQLite and PostgreSQL.
Most read a few short ranges. HULLS, WITH_PLANS and WITH_READINGS read all periods of a mission,
OF_FACET those of a facet, OF_PARTY and OF_PARTY_NOT_SETTLED those of a party; PLANNED_READINGS
reads all readings of a mission.

The column `width` holds a length class or a row class (`projections.claims_table.lifespan`). A
range of length class c that contains a point begins less than 2**c, its `reach`, before the point.
With CROSS JOIN, SQLite joins the tables in the order in which they are written.
"""
# ruff: noqa: S608 (built from constants alone)

from events.dates.days import BEGINNING
from events.facets import Basis, Role
from projections.claims_table.index import UNSURE
from projections.claims_table.lifespan import (
    BOUNDS,
    DAY_CLASSES,
    LONGEST_BOUNDED,
    PREFERRED,
    code,
)


def _with_reach(*length_classes: int) -> str:
    return ", ".join(f"({class_}, {1 << class_})" for class_ in length_classes)


def _open_classes() -> str:
    return ", ".join(f"({class_})" for class_ in DAY_CLASSES if class_ > LONGEST_BOUNDED)


DAYS = f"WITH w(width, reach) AS (VALUES {_with_reach(*DAY_CLASSES)})"
SECONDS = f"WITH w(width, reach) AS (VALUES {_with_reach(*range(63))})"
POSITIONS = f"WITH w(width, reach) AS (VALUES {_with_reach(*range(41))})"

COLUMNS = "SELECT p.mission, p.facet, p.key, p.period, p.widths, c.width, c.position"
BOUNDING = (
    "LEFT JOIN claims c ON c.mission = p.mission AND c.facet = p.facet AND c.key = p.key"
    " AND c.period = p.period AND c.width < 0 AND c.known <= ? AND c.position <= ?"
)
"""Joins to each period its rows that are not readings; one row of NULLs where it has none."""
VISIBLE = "p.known_from <= ? AND p.first_position <= ?"
IN_FORCE = (
    f"{DAYS} {COLUMNS} FROM w CROSS JOIN periods p {BOUNDING} WHERE p.mission = ?"
    " AND p.width = w.width AND p.begins > ? - w.reach AND p.begins <= ? AND p.ends > ?"
    f" AND {VISIBLE}"
)
NOT_ALL_KNOWN = (
    f"{SECONDS} {COLUMNS} FROM w CROSS JOIN periods p {BOUNDING} WHERE p.mission = ?"
    " AND p.known_width = w.width AND p.known_from > ? - w.reach AND p.known_to > ?"
    f" AND {VISIBLE}"
)
NOT_BEGUN = (
    f"WITH w(width) AS (VALUES {_open_classes()}) {COLUMNS} FROM w CROSS JOIN periods p {BOUNDING}"
    f" WHERE p.mission = ? AND p.width = w.width AND p.begins > ? AND {VISIBLE}"
)
"""Open periods that begin after a day; without the claims left out they may begin earlier."""
NOT_ALL_RECORDED = (
    f"{POSITIONS} {COLUMNS} FROM w CROSS JOIN periods p {BOUNDING} WHERE p.mission = ?"
    " AND p.position_width = w.width AND p.first_position > ? - w.reach AND p.last_position > ?"
    f" AND {VISIBLE}"
)
NAMED = (
    f"{COLUMNS} FROM wanted w CROSS JOIN periods p {BOUNDING} WHERE p.mission = w.mission"
    f" AND p.facet = w.facet AND p.key = w.key AND p.period = w.period AND {VISIBLE}"
)
OF_KEY = (
    f"{COLUMNS} FROM wanted w CROSS JOIN periods p {BOUNDING} WHERE p.mission = w.mission"
    f" AND p.facet = w.facet AND p.key = w.key AND {VISIBLE}"
)
OF_FACET = (
    f"{COLUMNS} FROM wanted w CROSS JOIN periods p {BOUNDING} WHERE p.mission = w.mission"
    f" AND p.facet = w.facet AND {VISIBLE}"
)
OF_MISSION = f"{COLUMNS} FROM periods p {BOUNDING} WHERE p.mission = ? AND {VISIBLE}"
WITH_READINGS = f"{OF_MISSION} AND p.widths <> 0"
WITH_PLANS = f"{OF_MISSION} AND p.planned = 1"
PLANNED_READINGS = (
    "SELECT DISTINCT c.facet, c.key FROM claims c WHERE c.mission = ? AND c.width >= 0"
    f" AND c.says IN ({code(Role.READING, Basis.DECIDED)}, {code(Role.READING, Basis.PLANNED)})"
    " AND c.known <= ? AND c.position <= ?"
)
HULLS = (
    "SELECT p.facet, p.key, p.period, min(c.first), max(c.last), max(c.since)"
    f" FROM periods p CROSS JOIN claims c WHERE p.mission = ? AND {VISIBLE}"
    " AND c.mission = p.mission AND c.facet = p.facet AND c.key = p.key"
    f" AND c.period = p.period AND c.width = {BOUNDS}"
    " GROUP BY p.mission, p.facet, p.key, p.period"
)
PREFERENCES = (
    "SELECT c.position FROM claims c WHERE c.mission = ? AND c.facet = ? AND c.key = ?"
    f" AND c.period = ? AND c.width = {PREFERRED} AND c.known <= ? AND c.position <= ?"
)


def _same_group(table: str) -> str:
    return " AND ".join(
        f"{table}.{column} = w.{column}"
        for column in ("mission", "facet", "key", "period", "width")
    )


UNDONE = "SELECT 1 FROM undone u WHERE u.target = c.position AND u.position <= ? AND u.known <= ?"
READING = f"c.last, c.first, c.position, c.says, EXISTS ({UNDONE})"
IN_GROUPS = f"SELECT w.number, {READING} FROM wanted w CROSS JOIN claims c WHERE {_same_group('c')}"
SPREAD = (
    f"{IN_GROUPS} AND c.last > ? AND c.last < CAST(? AS bigint) + w.reach AND c.first <= ?"
    " AND c.known <= ? AND c.position <= ?"
)
LATEST = (
    f"{IN_GROUPS} AND c.known <= ? AND c.position <= ? AND c.last <= ?"
    f" AND c.last >= coalesce((SELECT b.first FROM claims b WHERE {_same_group('b')}"
    " AND b.last <= ? AND b.known <= ? AND b.position <= ?"
    f" ORDER BY b.last DESC, b.position DESC LIMIT 1 OFFSET 1), {BEGINNING})"
)
"""The readings of each group up to a day that end no earlier than the last but one begins."""
_HEARD = (
    f"(SELECT DISTINCT s.stretch FROM stretches s WHERE {_same_group('s')} AND s.stretch <= ?"
    " AND s.known <= ? AND s.position <= ? ORDER BY s.stretch DESC LIMIT 1 OFFSET "
)
LAST_HEARD = f"SELECT w.number, {_HEARD} 0), {_HEARD} 1) FROM wanted w"
"""The last two stretches of each group, up to a day, with any reading visible to both clocks."""
BETWEEN = f"{IN_GROUPS} AND c.last BETWEEN w.since AND w.until AND c.known <= ? AND c.position <= ?"
IN_GROUP = "c.mission = ? AND c.facet = ? AND c.key = ? AND c.period = ? AND c.width = ?"
BACKWARDS = (
    f"SELECT {READING} FROM claims c WHERE {IN_GROUP} AND (c.last, c.position) < (?, ?)"
    " AND c.last >= ? AND c.known <= ? AND c.position <= ?"
    " ORDER BY c.last DESC, c.position DESC LIMIT ?"
)
STRETCHES = (
    f"SELECT c.stretch FROM stretches c WHERE {IN_GROUP} AND c.stretch < ? AND c.known <= ?"
    " AND c.position <= ? ORDER BY c.stretch DESC LIMIT ?"
)
FORWARDS = (
    f"SELECT {READING} FROM claims c WHERE {IN_GROUP} AND (c.last, c.position) > (?, ?)"
    " AND c.known <= ? AND c.position <= ? ORDER BY c.last, c.position LIMIT ?"
)
UNDOING = (
    "SELECT u.position FROM wanted w CROSS JOIN undone u WHERE u.target = w.position"
    " AND u.position <= ?"
)
WITH_IDS = (
    "SELECT e.position FROM wanted w CROSS JOIN entries e WHERE e.id = w.id AND e.position <= ?"
)
UNSURE_AMONG = (
    "SELECT DISTINCT c.mission FROM wanted w CROSS JOIN citations c"
    f" WHERE c.mission = w.mission AND c.width = {UNSURE}"
)
ALL_UNSURE = (
    f"SELECT c.source, c.mission FROM citations c WHERE c.width = {UNSURE} AND c.position <= ?"
)

PERHAPS_PUBLIC = (
    f"{SECONDS} SELECT c.source FROM w CROSS JOIN citations c WHERE c.width = w.width"
    " AND c.published_first > ? - w.reach AND c.published_first <= ?"
    " AND c.published_last > ? AND c.position <= ?"
)
PERHAPS_PUBLIC_FOR = PERHAPS_PUBLIC.replace(" WHERE ", " WHERE c.mission = ? AND ")
OF_PARTY = "SELECT p.mission, p.facet, p.key, p.period FROM parties p WHERE p.party = ?"
OF_PARTY_IN_FORCE = (
    f"{DAYS} SELECT p.mission, p.facet, p.key, p.period FROM w CROSS JOIN parties p"
    " WHERE p.party = ? AND p.width = w.width AND p.begins > ? - w.reach AND p.begins <= ?"
    " AND p.ends > ?"
)
OF_PARTY_NOT_SETTLED = (
    "SELECT p.mission, p.facet, p.key, p.period FROM parties p WHERE p.party = ?"
    " AND (p.known_to IS NULL OR p.known_to > ? OR p.last_position > ?)"
)
