"""Look up a log entry by its id, the first digits of its id, its position or its source.

17      86f4e85f74b6      um-handover-2022-05
"""

import re
from collections.abc import Sequence

from cli.render import entry_text
from cli.render.messages import say
from events.entry import Entry
from events.errors import LookupFailure
from events.names import ambiguous
from projections import names
from projections.question import ClaimStore

CANDIDATES = 10
"""The most entries listed for an ambiguous shortened id."""


def entry_named(store: ClaimStore, name: str) -> Entry:
    """Return the entry with this id, beginning of an id, position or source id.

    Raises LookupFailure if there is none or more than one; the candidates of a shortened id are
    listed on standard error.
    """
    asked = name.strip()
    if re.fullmatch("[0-9]{1,12}", asked) and 1 <= int(asked) <= store.position():
        return next(iter(store.entries(after=int(asked) - 1, upto=int(asked))))
    found: Sequence[Entry] = list(store.of_sources([asked]))
    if not found and re.fullmatch("[0-9a-fA-F]{4,64}", asked):
        found = store.starting_with(asked.lower(), limit=CANDIDATES + 1)
    if not found and (sources := names.sources(store, asked)):
        if len(sources) > 1:
            raise ambiguous(asked, sources)
        found = list(store.of_sources([sources[0].key]))
    if len(found) == 1:
        return found[0]
    if found:
        listed = [f"  {each.id[:16]}  {entry_text.summary(each)}" for each in found[:CANDIDATES]]
        more = ["  and more"] if len(found) > CANDIDATES else []
        say(f"these ids begin with {asked}:", *listed, *more)
        raise LookupFailure(f"{asked} is ambiguous", hint="give more digits of the id")
    raise names.unknown_source(
        store,
        asked,
        "event, source or position",
        "`mission log` lists events with their ids (4 digits or more), `mission sources` sources",
    )
