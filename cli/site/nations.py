"""What one nation or body did, mission by mission: its share of each mission's rows.

    nations/DNK/nato-mission-iraq.en.js      its rows in a mission on every day, in one language
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from cli.site.gather import MissionRecord
from cli.site.mission_data import MissionData
from projections.find import parties_of
from projections.rectangles import Rectangle


def shares(record: MissionRecord, parties: Iterable[str]) -> Iterator[tuple[str, MissionData]]:
    """Yield each of these nations and bodies that the mission's record names, with its rows."""
    wanted = set(parties)
    found: dict[str, list[Rectangle]] = {}
    named = {of: wanted & parties_of(entry) for of, entry in record.data.entries.items()}
    for each in record.latest.rectangles:
        for party in named[id(each.entry)]:
            found.setdefault(party, []).append(each)
    for party in sorted(found):
        every = replace(record.latest, rectangles=tuple(found[party]))
        yield party, MissionData(record.mission, [every])


def share(data: MissionData, record: MissionRecord) -> Mapping[str, object]:
    """Return the rows and the rectangles of one nation, in the current language."""
    words = data.words(record.legend, record.numbers)
    return {**words, **data.state(data.latest), "sources": record.cited()}
