"""An account of changes as an Atom feed: one entry an announcement, the latest first.

The ids follow from the log and the digest of the announcement, so that a reader knows an entry that
it has had, whichever call wrote the feed.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from cli.account.account import AnnouncementAccount
from cli.render.atom import Feed, FeedEntry, stable_id
from cli.render.counting import count

AUTHOR = "Mission Ledger"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def feed(
    found: Sequence[AnnouncementAccount],
    *,
    log: bytes,
    updated: datetime | None,
    missions: Sequence[str] = (),
    subtitle: str = "",
    base_url: str | None = None,
) -> Feed:
    """Return an account as a feed.

    `log` is a hash that names the log, `updated` when its last entry was recorded (None for an
    empty log). With `base_url`, entries link to it, with their first position as the fragment.
    """
    named = f" ({', '.join(missions)})" if missions else ""
    return Feed(
        stable_id(log, "changes", *missions),
        f"What changed in the record{named}",
        updated or NEVER,
        AUTHOR,
        [_entry(each, log, base_url) for each in reversed(found)],
        subtitle,
        base_url,
    )


def _entry(each: AnnouncementAccount, log: bytes, base_url: str | None) -> FeedEntry:
    own = each.announcement
    lines = [f"{lead}: {text}" if lead else f"  {text}" for lead, text in each.lines]
    return FeedEntry(
        stable_id(log, own.digest),
        each.source.title if each.source else each.entries[0].words,
        own.recorded_at,
        own.recorded_by,
        _summary(each),
        [each.title, *lines],
        own.missions,
        f"{base_url}#{own.first}" if base_url else None,
    )


def _summary(each: AnnouncementAccount) -> str:
    """Return how many entries there are and what they changed, or else what the first says."""
    entries = count(len(each.entries), "entry", "entries")
    if each.changes is None:
        return f"{entries}: {each.entries[-1].words}"
    answers = [text for _, words in each.changes for text in words]
    if not answers:
        return f"{entries}, and no answer of the day changed: {each.entries[-1].words}"
    more = f"; and {len(answers) - 1} more" if len(answers) > 1 else ""
    return f"{entries}: {answers[0]}{more}"
