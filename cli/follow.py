"""The log as it grows, as `tail -f` shows a file: each new entry as it is appended.

    157  2026-01-05 09:30:00  anna  9b41f0c2d3aa  nato-mission-iraq
         command-attested: DNK, on 2021-05-01

No entry is missed and none comes twice, since positions have no gap and a reader never sees one
before those below it. A ledger that a writer holds, or whose server is away, is asked again.
"""

import select
import sys
from collections.abc import Callable, Iterable
from itertools import groupby

from cli.failures import shown
from cli.render import entry_text
from cli.render.messages import columns, fitted, say
from events.encoding.codec import Entry
from events.errors import BusyLedgerError, StoreError, UnreachableError
from ledger.log import Store

EVERY = 0.5
"""Seconds between two looks at the log."""


def follow(store: Store, after: int, take: Callable[[list[Entry]], object]) -> None:
    """Hand over each announcement that is appended after a position, until nobody reads.

    Raises StoreError where the log turns out shorter than it was.
    """
    waiting = False
    while not _unread():
        try:
            end = store.position()
            new = store.entries(after=after, upto=end) if end > after else ()
            for _, group in groupby(new, key=lambda entry: entry.announcement):
                announced = list(group)
                take(announced)
                after = announced[-1].position
            waiting = False
        except (BusyLedgerError, UnreachableError) as error:
            if not waiting:
                say(f"{shown(error.message)}; asking again")
            waiting = True
            continue
        if end < after:
            raise StoreError(
                f"the log ended at position {after}, and ends at {end} now",
                hint="another ledger took its place, or entries were removed: see `mission verify`",
            )


def _unread() -> bool:
    """Wait for the next look; say whether nobody reads standard output any more (`| head`)."""
    poll = select.poll()
    poll.register(sys.stdout.fileno(), select.POLLERR)
    return bool(poll.poll(EVERY * 1000))


def write_lines(form: str, entries: Iterable[Entry]) -> int:
    """Write entries at once, as stored (`jsonl`) or for people; return how many."""
    count = 0
    for count, entry in enumerate(entries, 1):  # noqa: B007 (the last one is the count)
        if form == "jsonl":
            sys.stdout.buffer.write(entry.raw + b"\n")
        else:
            sys.stdout.write(_for_people(entry))
    sys.stdout.flush()
    return count


def _for_people(entry: Entry) -> str:
    facts = (
        f"{entry.recorded_at:%Y-%m-%d %H:%M:%S}",
        shown(entry.recorded_by),
        entry_text.short(entry.id),
        entry.mission or "",
    )
    first = f"{entry.position:5}  {'  '.join(facts)}".rstrip()
    said = f"{first}\n       {shown(entry_text.summary(entry))}"
    return f"{fitted(said, columns(sys.stdout))}\n"
