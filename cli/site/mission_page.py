"""The page of one mission, and the page that tells its days one after the other."""

from collections.abc import Iterator, Mapping

from cli.inquiry import title_of
from cli.render import disputes, entry_text, headlines, plan_rows, state_rows, wording
from cli.render.languages.translation import language, tr
from cli.render.legend import Legend
from cli.render.page import Row, lines, plain
from cli.site.citations import citations
from cli.site.gather import Announcement, MissionRecord
from cli.site.lookup import StateLookup
from cli.site.pages import SiteFacts
from cli.site.words import Words
from events.dates.days import iso_day
from events.facets import MISSION
from projections.plans.listing import plans
from projections.state import state
from projections.state_object import State, StateEntry
from projections.weighing.period import Period

Context = Mapping[str, object]

MOST_LISTED = 300
"""The entries of the log that a mission's page lists; the page of its history has all of them."""


def context(
    record: MissionRecord, words: Words, today: int, folder: str, facts: SiteFacts
) -> Context:
    """Return what a mission's page shows in the current language, at the close of `today`.

    `folder` holds the data files, relative to the site's root.
    """
    seen = record.latest.views[-1]
    found = StateLookup(words, record.data.latest_state)
    answer = state(seen, today)
    entries = [entry for each in answer.facets.values() for entry in each]
    chosen = headlines.fitting_headlines(answer, record.legend)
    return {
        "mission": named(record),
        "data_folder": folder,
        "record_position": record.position,
        "positions": [_offered(each) for each in reversed(record.offered)],
        "positions_left_out": len(record.announcements) - len(record.offered),
        "last_day": iso_day(max((today, *(day for each in record.data.every for day in each.on)))),
        "timeline": f"{folder}timeline.{language()}.svg",
        "record_root": record.roots[record.position],
        "cite": citations(record, facts, _address(record, facts)),
        "headlines": [
            (lead, plain(line))
            for lead, line in headlines.notes(chosen, record.mission, record.legend).lines
        ],
        "facets": found.facets(today),
        "sources": record.cited(),
        "plans": [
            [[plain(line) for line in lines(cell)] for cell in row.cells]
            for row in plan_rows.table(plans(seen, today), record.legend).rows
            if isinstance(row, Row)
        ],
        "disputes": [
            {"title": notes.title, "lines": [(lead, plain(line)) for lead, line in notes.lines]}
            for notes in disputes.notes(entries, record.legend)
        ],
        "history": [_told(record, e) for e in reversed(record.announcements[-listed(record) :])],
        "announcements": len(record.announcements),
    }


def _address(record: MissionRecord, facts: SiteFacts) -> str:
    """Return where the mission's page is on the web, in the current language."""
    path = f"{language()}/missions/{record.mission}/index.html"
    return facts.address and f"{facts.address}{path}"


def history_context(record: MissionRecord) -> Context:
    """Return every entry of the record of a mission, by announcement, the latest first."""
    return {
        "mission": named(record),
        "record_position": record.position,
        "history": [_told(record, each) for each in reversed(record.announcements)],
    }


def listed(record: MissionRecord) -> int:
    """Return how many announcements a mission's page lists: the last, and others if short."""
    entries = 0
    for many, each in enumerate(reversed(record.announcements)):
        entries += len(each.entries)
        if many and entries > MOST_LISTED:
            return many
    return len(record.announcements)


def named(record: MissionRecord) -> Context:
    """Return a mission's names."""
    seen = record.latest.views[-1]
    return {"short": record.mission, "title": title_of(seen)}


def days_context(record: MissionRecord, words: Words, today: int) -> Context:
    """Return what began, changed and ended on each day up to `today`, the latest first."""
    found = StateLookup(words, record.data.latest_state)
    return {
        "mission": named(record),
        "record_position": record.position,
        "days": [{"day": iso_day(day), "rows": changed} for day, changed in found.changes(today)][
            ::-1
        ],
    }


def _offered(found: Announcement) -> Context:
    last = found.entries[-1]
    return {
        "position": found.position,
        "recorded": f"{last.recorded_at:%Y-%m-%d %H:%M:%S}",
        "by": last.recorded_by,
        "source": found.source,
        "events": len(found.entries),
    }


def _told(record: MissionRecord, found: Announcement) -> Context:
    return {
        **_offered(found),
        "lines": [
            (each.position, entry_text.summary(each, record.labels)) for each in found.entries
        ],
    }


def summary(record: MissionRecord, answer: State) -> Context:
    """Return what the pages on all missions say of one: its span, who leads it, last evidence."""
    seen = record.latest.views[-1]
    own = [period for period in seen.periods[MISSION] if period.key == record.mission]
    return {
        **named(record),
        "span": ", ".join(line for period in own for line in _span(period)),
        "lead": "; ".join(_led(entry, record.legend) for entry in answer.facets["command"]),
        "last_evidence": _last_evidence(record),
        "events": sum(entry.mission == record.mission for entry in record.entries.values()),
    }


def _span(period: Period) -> Iterator[str]:
    """Yield the start and the end of a mission, as far as they are stated."""
    if period.start:
        yield plain(wording.occurrence(tr("from"), period.start))
    else:
        yield tr("start not stated")
    if period.end:
        yield plain(wording.occurrence(tr("until"), period.end))


def _led(entry: StateEntry, legend: Legend) -> str:
    standing = ", ".join(plain(line) for line in wording.entry_standing(entry))
    return f"{plain(state_rows.name(entry, legend)[0])} ({standing})"


def _last_evidence(record: MissionRecord) -> str:
    """Return when the last of the sources came out that its claims rest on; empty if none."""
    claims = [claim for claim in record.latest.views[-1].visible.claims if claim.source]
    last = max(claims, key=lambda claim: claim.published.order, default=None)
    return record.legend.published(last.source) if last and last.source else ""
