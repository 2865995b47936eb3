"""Publish a record as a folder of pages that works from a disk and from any web server.

    index.html                                   leads to the languages
    en/index.html, da/index.html                 missions, nations, what changed lately
    en/missions/nato-mission-iraq/index.html     a mission; days.html tells its days in order
    en/nations/DNK/index.html                    a nation or body in every mission
    en/sources/um-handover-2022-05/index.html    what a source states
    missions/nato-mission-iraq/data-1f0c…/       a mission's data files, named by what they hold
    missions/nato-mission-iraq/state.json        today's state; state.csv is the same
    nations/DNK/nato-mission-iraq.93ae….en.js    the rows of a nation in a mission, named so too
    site.json                                    what was published, of which log

Published again, only what changed since is written, unless the day or the program is another.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any, cast

from cli.account.account import AnnouncementAccount, Comparison, compare
from cli.account.feed import feed
from cli.render import atom
from cli.render.atom import Feed
from cli.render.languages.translation import in_language
from cli.site import overviews, source_page
from cli.site.data_script import script_data
from cli.site.gather import MissionRecord, mission_record
from cli.site.pages import HERE, LANGUAGES, SiteFacts, page
from cli.site.publish_mission import publish_mission
from cli.site.site_folder import SiteFolder
from events.errors import MissionLedgerError
from ledger.merkle.tree import EMPTY_ROOT, leaf_hash
from ledger.progress import Progress
from ledger.transparency.checkpoints import Checkpoint
from projections.changes.touched import Touched
from projections.labels import labels
from projections.record import Record
from projections.sources import sources_in_force

CHECKPOINT = "record.checkpoint"
"""The file of the checkpoint."""

LATELY = 5
"""The announcements that the index tells of."""

MOST_ANNOUNCEMENTS = 40
"""The announcements that the page of changes tells of, and its feed."""

ENTRIES_SEARCHED = 1000
"""The entries of the log, the last ones, among which these are looked for."""

SUMMARIZED = ("nations", *LANGUAGES)
"""What the summary of a mission has."""

ASSETS = HERE / "assets"

SCRIPT = (
    *("elements", "lookup", "clocks", "clock_page", "claims", "answers", "timeline"),
    *("cite", "mission", "nation", "start"),
)
"""The parts of the pages' script, in order."""


@dataclass(frozen=True, slots=True)
class Published:
    """How many missions the site has, and how many of them were written anew."""

    missions: int
    written: int


@dataclass
class Publication:
    """A site being written; `today` is a day number, `checkpoint` one of the log, and its file.

    `stated` are the lines on what each source states in the missions written, by language.
    """

    store: Record
    folder: SiteFolder
    facts: SiteFacts
    today: int
    checkpoint: tuple[Checkpoint, bytes] | None = None
    stated: dict[str, dict[str, dict[str, list[tuple[int, str]]]]] = field(default_factory=dict)

    def write(self, progress: Progress) -> Published:
        """Write what is out of date. Raises MissionLedgerError, also where another is at it."""
        with self.folder.publishing():
            return self._write(progress)

    def _write(self, progress: Progress) -> Published:
        # Others append meanwhile: what has begun since then is not published.
        missions = [each.mission for each in self.store.missions(upto=self.facts.position)]
        outdated = self._outdated(missions)
        parties = self.store.parties()
        nations: set[str] = set()
        for number, mission in enumerate(outdated):
            progress(number, len(outdated))
            record = mission_record(self.store, mission, self.facts.position)
            nations |= self._nations_before(mission)
            nations |= publish_mission(record, self.folder, self.facts, self.today, parties)
            self._tell_sources(record)
        self._write_sources(missions)
        summaries = {each: self._summary(each) for each in missions}
        self._write_nations(nations, summaries)
        self._write_index(summaries)
        script = b"\n".join((ASSETS / f"{each}.js").read_bytes() for each in SCRIPT)
        self.folder.write("assets/site.js", script)
        self.folder.write("assets/site.css", (ASSETS / "site.css").read_bytes())
        self._remove_others(summaries)
        progress(len(outdated), len(outdated))
        self.folder.close(self.stamp)
        return Published(len(missions), len(outdated))

    @property
    def stamp(self) -> Mapping[str, object]:
        """What a later publication is compared with."""
        facts = self.facts
        return {
            "program": "mission-ledger",
            "version": facts.version,
            "name": facts.ledger,
            "address": facts.address,
            "today": facts.today,
            "languages": list(LANGUAGES),
            "position": facts.position,
            "root": facts.root,
        }

    def _outdated(self, missions: Sequence[str]) -> list[str]:
        """Return the missions whose pages do not say what the record says."""
        before, now = self.folder.published, self.stamp
        log = ("position", "root")
        if any(before.get(name) != now[name] for name in now if name not in log):
            return list(missions)
        size = before.get("position")
        if not isinstance(size, int) or not 0 <= size <= self.facts.position:
            return list(missions)
        if self.store.tree(size).root.hex() != before.get("root"):
            return list(missions)
        touched = Touched(self.store)
        entries = self.store.entries(after=size, upto=self.facts.position)
        changed = set().union(*map(touched.missions, entries))
        published = [each for each in missions if self.folder.has(_summary_of(each))]
        if not {*missions} - changed <= {*published} or not all(map(self._summary, published)):
            return list(missions)
        return [each for each in missions if each in changed]

    def _nations_before(self, mission: str) -> Set[str]:
        """Return the nations and bodies that the pages published before had in a mission."""
        if not self.folder.published or not self.folder.has(_summary_of(mission)):
            return frozenset()
        return set(self._summary(mission).get("nations", ()))

    def _summary(self, mission: str) -> dict[str, Any]:
        """Return the published summary of a mission; empty if it is damaged."""
        try:
            found = json.loads(self.folder.read(_summary_of(mission)))
        except (ValueError, RecursionError):
            return {}
        whole = isinstance(found, dict) and all(isinstance(found.get(e), dict) for e in SUMMARIZED)
        return found if whole else {}

    def _tell_sources(self, record: MissionRecord) -> None:
        """Keep the lines on what each source states in a mission."""
        for language in LANGUAGES:
            with in_language(language):
                for source in record.sources:
                    told = source_page.lines(source, record.entries.values(), record.labels)
                    of_source = self.stated.setdefault(source, {}).setdefault(record.mission, {})
                    of_source[language] = told

    def _write_sources(self, missions: Iterable[str]) -> None:
        """Write the pages of the sources of the missions written."""
        found = sources_in_force(self.store, self.stated, upto=self.facts.position)
        for source, by_mission in self.stated.items():
            citing = {*self.store.missions_citing(source)} & {*missions}
            by_mission |= {each: self._lines_of(source, each) for each in citing - {*by_mission}}
            for language in LANGUAGES:
                with in_language(language):
                    stated = {each: by_mission[each][language] for each in sorted(by_mission)}
                    shown = source_page.context(source, found.get(source), stated)
                    path = f"sources/{source}/index.html"
                    self._page("source.html", path, language, shown)

    def _lines_of(self, source: str, mission: str) -> dict[str, list[tuple[int, str]]]:
        """Return the lines on what a source states in a mission that is not written anew."""
        entries = list(self.store.of_mission(mission, upto=self.facts.position))
        named = labels(self.store, entries)
        lines = {}
        for language in LANGUAGES:
            with in_language(language):
                lines[language] = source_page.lines(source, entries, named)
        return lines

    def _write_nations(self, nations: Set[str], summaries: Mapping[str, Mapping[str, Any]]) -> None:
        """Write the pages of nations and bodies, from their rows in every mission."""
        named = {code for told in summaries.values() for code in told["nations"]}
        for code in sorted(nations & named):
            missions = [each for each, told in summaries.items() if code in told["nations"]]
            for language in LANGUAGES:
                shares = [
                    overviews.NationShare(
                        mission,
                        summaries[mission][language]["title"],
                        script := f"nations/{code}/{summaries[mission]['nations'][code][language]}",
                        self._share(script),
                    )
                    for mission in missions
                ]
                path = f"nations/{code}/index.html"
                with in_language(language):
                    shown = overviews.nation(code, shares, self.today)
                    shown |= {"record_position": max(summaries[e]["position"] for e in missions)}
                    self._page("nation.html", path, language, shown)
            kept = [each for m in missions for each in summaries[m]["nations"][code].values()]
            self.folder.remove_others(f"nations/{code}", kept)

    def _share(self, script: str) -> Mapping[str, object]:
        """Return the rows of a nation in a mission. Raises MissionLedgerError if damaged."""
        try:
            return cast("Mapping[str, object]", script_data(self.folder.read(script)))
        except ValueError:
            raise MissionLedgerError(
                f"{self.folder.path / script} is damaged", hint="publish to a new folder"
            ) from None

    def _write_index(self, summaries: Mapping[str, Mapping[str, Any]]) -> None:
        """Write the index and what changed lately in each language, and what leads to these."""
        compared = self._compared()
        changed = _last(compared.account())
        self.folder.write("changes.json", _json([each.to_json() for each in changed]))
        self.folder.write("changes.atom", atom.written(self._feed(changed)))
        self.folder.write("index.html", (HERE / "templates" / "root.html").read_bytes())
        signed = self._write_checkpoint()
        nations = Counter(code for told in summaries.values() for code in told["nations"])
        for language in LANGUAGES:
            with in_language(language):
                missions = [told[language] for told in summaries.values()]
                changes = overviews.changed(_last(compared.account()))
                shown = {**overviews.index(missions, nations), "changes": changes[:LATELY]}
                self._page("index.html", "index.html", language, shown)
                told = {"changes": changes, "feed": "../changes.atom"}
                self._page("changes.html", "changes.html", language, told)
                self._page("verify.html", "verify.html", language, {"checkpoint": signed})

    def _write_checkpoint(self) -> Mapping[str, object] | None:
        """Write the checkpoint, if there is one; return what its page says of it."""
        if self.checkpoint is None:
            self.folder.remove(CHECKPOINT)
            return None
        signed, note = self.checkpoint
        self.folder.write(CHECKPOINT, note)
        return {
            "name": CHECKPOINT,
            "origin": signed.origin,
            "size": signed.size,
            "note": note.decode(errors="replace").splitlines(),
        }

    def _remove_others(self, summaries: Mapping[str, Mapping[str, Any]]) -> None:
        """Remove what was published of another log."""
        nations = {code for told in summaries.values() for code in told["nations"]}
        for folder in ("", *(f"{language}/" for language in LANGUAGES)):
            self.folder.remove_others(f"{folder}missions", summaries)
            self.folder.remove_others(f"{folder}nations", nations)
            self.folder.remove_others(f"{folder}sources", self.store.source_ids())

    def _page(self, template: str, path: str, language: str, shown: Mapping[str, object]) -> None:
        self.folder.write(*page(template, path, language, self.facts, shown))

    def _compared(self) -> Comparison:
        """Compare answers before and after each of the last announcements."""
        end = self.facts.position
        after = max(0, end - ENTRIES_SEARCHED)
        entries = self.store.entries(after=after, upto=end)
        runs = groupby(entries, key=attrgetter("announcement"))
        begin = [next(entries_of_one).position for _, entries_of_one in runs]
        if len(begin) > MOST_ANNOUNCEMENTS:
            after = begin[-MOST_ANNOUNCEMENTS] - 1
        return compare(self.store, after=after, upto=end, day=self.today)

    def _feed(self, changed: Sequence[AnnouncementAccount]) -> Feed:
        first = next((leaf_hash(raw) for _, raw in self.store.stored(upto=1)), EMPTY_ROOT)
        updated = changed[-1].announcement.recorded_at if changed else None
        address = f"{self.facts.address}en/changes.html" if self.facts.address else None
        return feed(changed, log=first, updated=updated, base_url=address)


def _summary_of(mission: str) -> str:
    return f"missions/{mission}/summary.json"


def _last(account: Sequence[AnnouncementAccount]) -> list[AnnouncementAccount]:
    """Return the last announcements, of those that are whole."""
    return [each for each in account if not each.announcement.cut][-MOST_ANNOUNCEMENTS:]


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1).encode() + b"\n"
