"""The tables of the SQL log, in the schema of the newest migration.

    log       the record: positions and stored bytes; append-only
    entries   derived: the id of each entry, the source that it describes, if any, and its time
    setbacks  derived: the positions whose recorded time is earlier than the one before
    aliases   derived: the aliases of missions, each with the position that first gave it
    tree      derived: every complete node of the Merkle tree, by its place (`ledger.merkle.tree`)
    claims, periods, parties, stretches, undone, citations
              derived: the claims index (`ledger.storage.claims_index.index`)

Derived tables can be rebuilt from `log`. Ids are 32 raw bytes, `recorded_at` is in microseconds
since 1970 UTC; `describes` is the id of the source that an entry describes. Types and indexes are
declared in `ledger.storage.migrations`.
"""

from typing import NamedTuple


class Table(NamedTuple):
    """A table: its name, its columns in order, and those of its primary key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


def _table(name: str, key: str, more: str = "") -> Table:
    keys = tuple(key.split())
    return Table(name, (*keys, *more.split()), keys)


_PERIOD = "mission facet key period"

log = _table("log", "position", "bytes")
entries = _table("entries", "position", "id describes recorded_at")
setbacks = _table("setbacks", "position")
aliases = _table("aliases", "name mission", "position")
tree = _table("tree", "place", "hash")
claims = _table("claims", f"{_PERIOD} width last position", "first known says since party more")
periods = _table(
    "periods",
    _PERIOD,
    "width begins ends known_from known_to known_width first_position last_position position_width"
    " planned widths",
)
parties = _table("parties", f"party width begins {_PERIOD}", "ends known_to last_position")
stretches = _table("stretches", f"{_PERIOD} width stretch position", "known")
undone = _table("undone", "target position", "known")
citations = _table("citations", "source mission", "width published_first published_last position")

INDEXED = (claims, periods, parties, stretches, undone, citations)
"""The tables of the claims index."""

DERIVED = (entries, setbacks, aliases, tree, *INDEXED)
"""The derived tables, which `rebuild` deletes and fills again."""
