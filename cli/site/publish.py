"""Publish a record as a folder of pages that works from a disk and from any web server.

    index.html                                   leads to the languages
    en/index.html, da/index.html                 missions, nations, what changed lately
    en/missions/nato-mission-iraq/index.html     a mission; days.html tells its days in order
    en/nations/DNK/index.html                    a nation or body in every mission
    en/sources/um-handover-2022-05/index.html    what a source states
    missions/nato-mission-iraq/data-1f0c…/       a mission's data files, named by what they hold
    missions/nato-mission-iraq/state.json        today's state
    site.json                                    what was published, of which log

Published again, only what changed since is written, unless the day or the program is another.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cli.site.gather import mission_record
from cli.site.pages import HERE, LANGUAGES, SiteFacts
from cli.site.publish_mission import publish_mission
from cli.site.publish_overviews import publish_index, publish_nation, publish_source
from cli.site.site_folder import SiteFolder
from ledger.progress import Progress
from projections.changes.touched import Touched
from projections.record import Record


@dataclass(frozen=True, slots=True)
class Published:
    """How many missions the site has, and how many of them were written anew."""

    missions: int
    written: int


def publish(
    store: Record, folder: SiteFolder, facts: SiteFacts, today: int, progress: Progress
) -> Published:
    """Write the site, as far as it is out of date; `today` is a day number.

    Raises StoreError where the record cannot be read, MissionLedgerError where the folder cannot be
    written.
    """
    missions = list(store.names())
    written = _out_of_date(store, folder, facts, missions)
    for asset in (HERE / "assets").iterdir():
        folder.write(f"assets/{asset.name}", asset.read_bytes())
    parties = store.parties()
    nations: set[str] = set()
    stated: dict[str, dict[str, list[tuple[int, str]]]] = {}
    for number, mission in enumerate(written):
        progress(number, len(written))
        record = mission_record(store, mission, facts.position)
        nations |= publish_mission(record, folder, facts, today, parties)
        for source, entry in record.of_sources:
            stated.setdefault(source, {}).setdefault(mission, []).append(entry)
    progress(len(written), len(written))
    ...
