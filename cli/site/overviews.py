"""The pages on all missions: the index, and what one nation or body did in each of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from cli.render import local_names
from cli.site.lookup import Data, StateLookup

Summary = Mapping[str, object]
"""What the pages on all missions say of one, in one language."""


class NationShare(NamedTuple):
    """The rows of a nation or body in a mission, in one language, and the script that has them."""

    mission: str
    title: str
    script: str
    data: Data


def index(
    missions: Sequence[Summary], nations: Mapping[str, int], changes: Iterable[object]
) -> Mapping[str, object]:
    """Return what the index shows: `nations` are numbers of missions by code."""
    named = [{"code": code, "name": local_names.party(code), "missions": n} for code, n in nations.items()]
    return {
        "missions": missions,
        "nations": sorted(named, key=lambda each: str(each["name"])),
        "changes": list(changes),
    }


def nation(code: str, shares: Iterable[NationShare], today: int) -> Mapping[str, object]:
    """Return what the page of a nation or body shows, at the close of `today`."""
    return {
        "nation": {"code": code, "name": local_names.party(code)},
        "missions": [
            {
                "short": each.mission,
                "title": each.title,
                "script": each.script,
                "facets": StateLookup(each.data, each.data).facets(today),
                "sources": each.data["sources"],
            }
            for each in shares
        ],
    }
