"""What one nation or body did, mission by mission: its share of each mission's rows.

nations/DNK/nato-mission-iraq.en.js      its rows in a mission on every day, in one language
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from cli.site.gather import MissionRecord
from cli.site.lookup import RowSpan, row_spans
from cli.site.mission_data import rectangles
from cli.site.words import Words
from projections.find import parties_of


class Shares:
    """The rows of a mission by the nations and bodies that they are of."""

    def __init__(self, record: MissionRecord, parties: Iterable[str]) -> None:
        wanted = set(parties)
        self._rows: dict[str, set[int]] = {}
        for number, entry in enumerate(record.data.entries.values()):
            for party in wanted & parties_of(entry):
                self._rows.setdefault(party, set()).add(number)
        self._state = record.data.latest_state
        self._spans = list(row_spans(cast("Sequence[Sequence[int]]", self._state["rects"])))

    def of_each(self, words: Words) -> Iterator[tuple[str, Mapping[str, object]]]:
        """Yield each nation or body with its rows and rectangles, given the words of all rows."""
        for party in sorted(self._rows):
            own = [each for each in self._spans if each.row in self._rows[party]]
            if own:
                yield party, {**self._state, **_share(words, own)}


def _share(words: Words, spans: Sequence[RowSpan]) -> Mapping[str, object]:
    """Return the slots, rows and texts that some rectangles need, and these, numbered anew."""
    slots = {slot: at for at, slot in enumerate(dict.fromkeys(each.slot for each in spans))}
    rows = {row: at for at, row in enumerate(dict.fromkeys(each.row for each in spans))}
    renumbered = (e._replace(slot=slots[e.slot], row=rows[e.row]) for e in spans)
    return {**words.part(slots, rows).to_json(), "rects": rectangles(renumbered, len(slots))}
