"""What one nation or body did, mission by mission: its share of each mission's rows.

nations/DNK/nato-mission-iraq.en.js      its rows in a mission on every day, in one language
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from cli.site.gather import MissionRecord
from cli.site.lookup import Data
from projections.find import parties_of

WIDTH = 6
"""Numbers of a rectangle in a data file: its slot, its row, and the steps of both clocks."""


class Shares:
    """The rows of a mission by the nations and bodies that they are of."""

    def __init__(self, record: MissionRecord, parties: Iterable[str]) -> None:
        wanted = set(parties)
        self._rows: dict[str, set[int]] = {}
        for number, entry in enumerate(record.data.entries.values()):
            for party in wanted & parties_of(entry):
                self._rows.setdefault(party, set()).add(number)
        self._state = record.data.state(record.latest)

    def of_each(self, words: Data) -> Iterator[tuple[str, Mapping[str, object]]]:
        """Yield each nation or body with its rows and rectangles, given the words of all rows."""
        flat = cast("Sequence[int]", self._state["rects"])
        rectangles = [flat[at : at + WIDTH] for at in range(0, len(flat), WIDTH)]
        for party in sorted(self._rows):
            own = [each for each in rectangles if each[1] in self._rows[party]]
            if own:
                yield party, {**self._state, **_share(words, own)}


def _share(words: Data, rectangles: Sequence[Sequence[int]]) -> dict[str, object]:
    """Return the slots, rows and texts that some rectangles need, and these, numbered anew."""
    slots = _numbered(each[0] for each in rectangles)
    rows = _numbered(each[1] for each in rectangles)
    texts: dict[int, int] = {}

    def lines(numbers: Iterable[int]) -> list[int]:
        return [texts.setdefault(each, len(texts)) for each in numbers]

    all_slots = cast("Sequence[object]", words["slots"])
    all_texts = cast("Sequence[str]", words["text"])
    all_rows = cast("Sequence[tuple[Any, ...]]", words["rows"])
    shown = []
    for number in rows:
        standing, disputed, name, when, below, sources, claims, count = all_rows[number]
        if count:
            count = (*count[:3], *lines(count[3:]))
        told = (lines(each) for each in (name, when, below))
        shown.append((standing, disputed, *told, sources, claims, count))
    return {
        "facets": words["facets"],
        "standings": words["standings"],
        "slots": [all_slots[each] for each in slots],
        "rows": shown,
        "text": [all_texts[each] for each in texts],
        "rects": [
            number
            for slot, row, *steps in rectangles
            for number in (slots[slot], rows[row], *steps)
        ],
    }


def _numbered(numbers: Iterable[int]) -> dict[int, int]:
    found = dict.fromkeys(numbers)
    return {number: place for place, number in enumerate(found)}
