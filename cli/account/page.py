"""An account of changes as a page, and as the rows of a spreadsheet."""

from collections.abc import Iterator, Sequence

from cli.account.account import MOST_COMPARED, AnnouncementAccount
from cli.render.counting import count
from cli.render.page import Block, Notes, Page

MOST_LISTED = 200
"""The most lines shown of one announcement."""

COLUMNS = (
    *("first", "last", "recorded_at", "recorded_by", "source.id", "source.title"),
    *("source.publisher", "source.published", "row", "position", "mission", "type", "facet"),
    *("key", "period", "change", "words", "reason", "about", "id"),
)
"""The columns of a row: an entry, or an answer that an announcement changed."""


def page(found: Sequence[AnnouncementAccount], under: Sequence[str]) -> Page:
    """Lay out an account; the lines `under` its title say since when, and as of which day."""
    entries = count(sum(len(each.entries) for each in found), "entry", "entries")
    title = f"What changed: {entries} in {count(len(found), 'announcement', 'announcements')}"
    notes: list[Block] = [note] if (note := not_compared(found)) else []
    return Page(title, under, [*notes, *map(_block, found)])


def not_compared(found: Sequence[AnnouncementAccount]) -> str:
    """Return a line where answers were not compared for all announcements, else an empty one."""
    without = sum(each.changes is None for each in found)
    if not without:
        return ""
    last = found[without].announcement.first - 1
    return (
        f"How answers changed is told for the last {MOST_COMPARED} announcements;"
        f" --recorded {last} tells it for those before them."
    )


def _block(each: AnnouncementAccount) -> Notes:
    lines = list(each.lines)
    if len(lines) > MOST_LISTED:
        call = f"mission log --recorded {each.announcement.last} --last {len(each.entries)}"
        more = f"{len(lines) - MOST_LISTED} more lines: --format json, or `{call}`"
        lines = [*lines[:MOST_LISTED], ("", more)]
    return Notes(each.title.upper() if not each.announcement.missions else each.title, lines)


def rows(found: Sequence[AnnouncementAccount]) -> Iterator[dict[str, object]]:
    """Yield a row for each entry, and one for each answer that changed."""
    for each in found:
        record = each.to_json()
        shared = {n: record[n] for n in ("first", "last", "recorded_at", "recorded_by", "source")}
        for entry in each.entries:
            yield {**shared, "row": "entry", **entry.to_json()}
        for change, words in each.changes or ():
            for answer, text in zip(change.answers, words, strict=True):
                told = {"row": "answer", "mission": change.mission, "words": text}
                yield {**shared, **told, **answer.to_json()}
