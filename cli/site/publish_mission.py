"""Write the files of one mission: its data, its pages, today's state, its share for each nation."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

import orjson

from cli.render.ground_rows import part
from cli.render.languages.translation import in_language
from cli.site import mission_page
from cli.site.claims import PARTS, Dated, Fates, claim_files
from cli.site.data_script import data_script
from cli.site.gather import MissionRecord
from cli.site.nations import Shares
from cli.site.pages import LANGUAGES, SiteFacts, page
from cli.site.site_folder import SiteFolder
from cli.site.state_files import state_csv, state_json
from cli.site.timeline import timeline
from cli.site.words import Words
from projections.state import state


def publish_mission(
    record: MissionRecord,
    folder: SiteFolder,
    facts: SiteFacts,
    today: int,
    parties: Iterable[str],
) -> set[str]:
    """Write the files of a mission; return the nations and bodies it has a share of.

    The pages name their data by what is in it, so that a reader never gets that of another
    publication. Raises MissionLedgerError where a file cannot be written.
    """
    short = record.mission
    words = {}
    files: dict[str, bytes] = {}
    fates = Fates(record.data)
    for each, every in zip(record.offered, record.data.every, strict=True):
        told = {
            "recorded": f"{each.entries[-1].recorded_at:%Y-%m-%d %H:%M:%S}",
            "root": record.roots[each.position],
        }
        name = f"{short}:{each.position}"
        files[f"state-{each.position}.js"] = data_script(
            f"state:{name}", {**record.data.state(every), **told}
        )
        files[f"fates-{each.position}.js"] = data_script(f"fates:{name}", fates.upto(every))
    for language in LANGUAGES:
        with in_language(language):
            words[language] = _words(record, fates.dated, language, files)
            files[f"timeline.{language}.svg"] = timeline(record, today)
    files["entries.js"] = data_script(f"entries:{short}", record.data.entries_json())
    of_mission = f"missions/{short}"
    data = f"data-{_digest(files)}"
    for name, content in files.items():
        folder.write(f"{of_mission}/{data}/{name}", content)
    answer = state(record.latest.views[-1], today)
    folder.write(f"{of_mission}/state.json", state_json(answer, record.position))
    folder.write(f"{of_mission}/state.csv", state_csv(answer, record.position))
    nations = _publish_shares(record, folder, words, parties)
    summary: dict[str, object] = {
        "mission": short,
        "position": record.position,
        "nations": nations,
    }
    for language in LANGUAGES:
        with in_language(language):
            path = f"missions/{short}/index.html"
            shown = mission_page.context(
                record, words[language], today, f"{of_mission}/{data}/", facts
            )
            folder.write(*page("mission.html", path, language, facts, shown))
            path = f"missions/{short}/history.html"
            if mission_page.listed(record) == len(record.announcements):
                folder.remove(f"{language}/{path}")
            else:
                whole = mission_page.history_context(record)
                folder.write(*page("history.html", path, language, facts, whole))
            path = f"missions/{short}/days.html"
            shown = mission_page.days_context(record, words[language], today)
            folder.write(*page("days.html", path, language, facts, shown))
            summary[language] = mission_page.summary(record, answer)
    folder.write(f"{of_mission}/summary.json", orjson.dumps(summary))
    folder.remove_others(of_mission, [data], prefix="data-")
    return set(nations)


def _words(record: MissionRecord, dated: Dated, language: str, files: dict[str, bytes]) -> Words:
    """Add the files of rows and claims in the current language; return the words of the rows."""
    words = record.data.words(record.legend, record.numbers)
    chunks = []
    for first, last, content in claim_files(record.data, dated, record.entries, record.numbers):
        name = f"claims-{first}.{language}.js"
        files[name] = content
        chunks.append([first, last, name])
    told = {**words.to_json(), "chunks": chunks, "parts": [part(each) for each in PARTS]}
    files[f"rows.{language}.js"] = data_script(f"rows:{record.mission}", told)
    return words


def _digest(files: Mapping[str, bytes]) -> str:
    found = sha256()
    for name in sorted(files):
        found.update(sha256(name.encode()).digest() + sha256(files[name]).digest())
    return found.hexdigest()[:16]


def _publish_shares(
    record: MissionRecord, folder: SiteFolder, words: Mapping[str, Words], parties: Iterable[str]
) -> dict[str, dict[str, str]]:
    """Write the rows of each nation and body in the mission; return the scripts by language."""
    shares, found = Shares(record, parties), dict[str, dict[str, str]]()
    for language in LANGUAGES:
        with in_language(language):
            cited = {"cited": record.cited()}
        for party, share in shares.of_each(words[language]):
            content = data_script(f"nation:{party}:{record.mission}", {**share, **cited})
            name = f"{record.mission}.{_digest({language: content})}.{language}.js"
            folder.write(f"nations/{party}/{name}", content)
            found.setdefault(party, {})[language] = name
    return found
