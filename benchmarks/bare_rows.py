"""The least work for an answer: a query of the rows of its claims, and decoding them.

Plain sqlite3 is given the keys of the rows, so it searches for nothing, and orjson decodes what
they state.
"""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import orjson

from benchmarks.figures import seconds
from projections.question import Selection

_PERIOD = (
    "SELECT k FROM period JOIN name ON name.number = period.mission"
    " WHERE name.name = ? AND facet = ? AND key = ? AND period = ?"
)
_KEY = (
    "SELECT k, series, last, position FROM claim"
    " WHERE k = ? AND series IN (-1, 0, 1, 2) AND last = ? AND position = ? LIMIT 1"
)
_ROWS = (
    "SELECT claim.k, claim.position, says, first, last, claim.source, data, entry.id"
    " FROM json_each(?) AS wanted CROSS JOIN claim"
    " ON k = wanted.value ->> 0 AND series = wanted.value ->> 1 AND last = wanted.value ->> 2"
    " AND claim.position = wanted.value ->> 3 JOIN entry ON entry.position = claim.position"
)


class BareRows:
    """A ledger's file, read without the program."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)

    def __enter__(self) -> "BareRows":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def seconds(self, selections: Iterable[tuple[str, Selection]]) -> float:
        """Return how long the rows of the claims selected of each mission take."""
        given = [json.dumps([*self._keys(mission, selection)]) for mission, selection in selections]
        return seconds(lambda: [self._read(keys) for keys in given])

    def _read(self, keys: str) -> list[tuple[object, ...]]:
        rows = self._connection.execute(_ROWS, (keys,))
        return [(*row[:6], orjson.loads(row[6]), row[7].hex()) for row in rows]

    def _keys(self, mission: str, selection: Selection) -> Iterable[tuple[int, ...]]:
        with closing(self._connection.cursor()) as cursor:
            for claim in selection.claims:
                place = (mission, claim.facet, claim.key, claim.period)
                ((k,),) = cursor.execute(_PERIOD, place).fetchall()

                (found,) = cursor.execute(_KEY, (k, claim.last, claim.position)).fetchall()
                yield found
