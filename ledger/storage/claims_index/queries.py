"""The questions put to the claims index.

Each searches its tables by an index; a test looks at the plans that SQLite and PostgreSQL make.
Most read a few short ranges. All periods of a mission are gone through by HULLS, WITH_PLANS and
WITH_READINGS, those of a facet by OF_FACET, those of a party by OF_PARTY and
OF_PARTY_NOT_SETTLED; all readings of a mission by PLANNED_READINGS.

CROSS JOIN keeps SQLite to the order they are written in.
"""
# ruff: noqa: S608 (put together from constants alone)

from events.dates.days import BEGINNING
from events.facets import Basis, Role
from ledger.storage.claims_index.index import UNSURE
from ledger.storage.claims_index.lifespan import BOUNDED, BOUNDS, DAY_CLASSES, PREFERRED, code


def _classes(*widths: int) -> str:
    return ", ".join(f"({width}, {1 << width})" for width in widths)


def _open() -> str:
    return ", ".join(f"({width})" for width in DAY_CLASSES if width > BOUNDED)


DAYS = f"WITH w(width, reach) AS (VALUES {_classes(*DAY_CLASSES)})"
SECONDS = f"WITH w(width, reach) AS (VALUES {_classes(*range(63))})"
POSITIONS = f"WITH w(width, reach) AS (VALUES {_classes(*range(41))})"

COLUMNS = "SELECT p.mission, p.facet, p.key, p.period, p.widths, c.width, c.position"
BOUNDING = (
    "LEFT JOIN claims c ON c.mission = p.mission AND c.facet = p.facet AND c.key = p.key"
    " AND c.period = p.period AND c.width < 0 AND c.known <= ? AND c.position <= ?"
)
"""With each period comes what bounds it, a row for each claim, and one where there is none."""
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
    f"WITH w(width) AS (VALUES {_open()}) {COLUMNS} FROM w CROSS JOIN periods p {BOUNDING}"
    f" WHERE p.mission = ? AND p.width = w.width AND p.begins > ? AND {VISIBLE}"
)
"""Open periods that begin after a day once all is told: by what is told so far, perhaps before."""
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


def _strand(table: str) -> str:
    return " AND ".join(
        f"{table}.{column} = w.{column}"
        for column in ("mission", "facet", "key", "period", "width")
    )


UNDONE = "SELECT 1 FROM undone u WHERE u.target = c.position AND u.position <= ? AND u.known <= ?"
READING = f"c.last, c.first, c.position, c.says, EXISTS ({UNDONE})"
STRANDS = f"SELECT w.number, {READING} FROM wanted w CROSS JOIN claims c WHERE {_strand('c')}"
SPREAD = (
    f"{STRANDS} AND c.last > ? AND c.last < CAST(? AS bigint) + w.reach AND c.first <= ?"
    " AND c.known <= ? AND c.position <= ?"
)
LATEST = (
    f"{STRANDS} AND c.known <= ? AND c.position <= ? AND c.last <= ?"
    f" AND c.last >= coalesce((SELECT b.first FROM claims b WHERE {_strand('b')}"
    " AND b.last <= ? AND b.known <= ? AND b.position <= ?"
    f" ORDER BY b.last DESC, b.position DESC LIMIT 1 OFFSET 1), {BEGINNING})"
)
"""Of each strand what reaches past the beginning of the last reading but one of a day or before."""
_HEARD = (
    f"(SELECT DISTINCT s.stretch FROM stretches s WHERE {_strand('s')} AND s.stretch <= ?"
    " AND s.known <= ? AND s.position <= ? ORDER BY s.stretch DESC LIMIT 1 OFFSET "
)
LAST_HEARD = f"SELECT w.number, {_HEARD} 0), {_HEARD} 1) FROM wanted w"
"""The last two stretches of each strand, by a day, in which anything was heard of in time."""
BETWEEN = f"{STRANDS} AND c.last BETWEEN w.since AND w.until AND c.known <= ? AND c.position <= ?"
STRAND = "c.mission = ? AND c.facet = ? AND c.key = ? AND c.period = ? AND c.width = ?"
BACKWARDS = (
    f"SELECT {READING} FROM claims c WHERE {STRAND} AND (c.last, c.position) < (?, ?)"
    " AND c.last >= ? AND c.known <= ? AND c.position <= ?"
    " ORDER BY c.last DESC, c.position DESC LIMIT ?"
)
STRETCHES = (
    f"SELECT c.stretch FROM stretches c WHERE {STRAND} AND c.stretch < ? AND c.known <= ?"
    " AND c.position <= ? ORDER BY c.stretch DESC LIMIT ?"
)
FORWARDS = (
    f"SELECT {READING} FROM claims c WHERE {STRAND} AND (c.last, c.position) > (?, ?)"
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
