"""The pages on all missions: the index, and what one nation or body did in each of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, cast

from cli.account.account import AnnouncementAccount
from cli.render import local_names
from cli.site.lookup import StateLookup
from cli.site.words import words_of
from events.dates.days import iso_day

MOST_LINES = 8
"""The most lines shown of what an announcement changed."""

Summary = Mapping[str, object]
"""What the pages on all missions say of one, in one language."""


class NationShare(NamedTuple):
    """The rows of a nation or body in a mission, in one language, and the script that has them."""

    mission: str
    title: str
    script: str
    data: Mapping[str, object]


def index(missions: Sequence[Summary], nations: Mapping[str, int]) -> Mapping[str, object]:
    """Return what the index shows; `nations` are numbers of missions by code."""
    listed = [
        {
            "code": code,
            "name": local_names.party(code),
            "missions": many,
            "href": f"nations/{code}/index.html",
        }
        for code, many in nations.items()
    ]
    return {
        "missions": [{**each, "href": f"missions/{each['short']}/index.html"} for each in missions],
        "nations": sorted(listed, key=lambda each: str(each["name"])),
    }


def changed(account: Sequence[AnnouncementAccount]) -> list[Mapping[str, object]]:
    """Return what announcements changed, the latest first."""
    return [_changed(each) for each in reversed(account)]


def _changed(each: AnnouncementAccount) -> Mapping[str, object]:
    own = each.announcement
    answers = [text for _, words in each.changes or () for text in words]
    return {
        "position": own.last,
        "recorded": f"{own.recorded_at:%Y-%m-%d %H:%M:%S}",
        "missions": [(e, f"missions/{e}/index.html") for e in own.missions],
        "title": each.source.title if each.source else each.entries[0].words,
        "lines": answers[:MOST_LINES] or [entry.words for entry in each.entries[:MOST_LINES]],
        "more": max(0, len(answers or each.entries) - MOST_LINES),
    }


def nation(code: str, shares: Iterable[NationShare], today: int) -> dict[str, object]:
    """Return what the page of a nation or body shows, at the close of `today`."""
    listed = list(shares)
    days = (day for each in listed for day in cast("Sequence[int]", each.data["days"]))
    return {
        "last_day": iso_day(max((today, *days))),
        "nation": {"code": code, "name": local_names.party(code)},
        "missions": [
            {
                "short": each.mission,
                "title": each.title,
                "href": f"../../missions/{each.mission}/index.html",
                "data": each.script,
                "facets": StateLookup(words_of(each.data), each.data).facets(today),
                "sources": each.data["cited"],
            }
            for each in listed
        ],
    }
