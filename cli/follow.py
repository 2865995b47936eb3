"""Follow the log, as `tail -f` follows a file: show each entry once it is appended.

    157  2026-01-05 09:30:00  anna  9b41f0c2d3aa  nato-mission-iraq
         command-attested: DNK, on 2021-05-01

No entry is missed or repeated: positions have no gaps, and a reader never sees a position before
those below it. While a writer has locked the ledger, or its server is unreachable, it retries.
"""

import select
import sys
from collections.abc import Callable, Iterable
from itertools import groupby

from cli.render import entry_text
from cli.render.messages import columns, fitted, say
from events.entry import Entry
from events.errors import BusyLedgerError, StoreError, UnreachableError
from events.printable import printable
from projections.question import ClaimStore

POLL_SECONDS = 0.5
"""Seconds between two reads of the log."""


def follow(store: ClaimStore, after: int, take: Callable[[list[Entry]], object]) -> None:
    """Pass each announcement appended after a position to `take` until standard output is closed.

    Raises StoreError if the log has become shorter.
    """
    waiting = False
    while not _output_closed():
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
                say(f"{error.message}; retrying")
            waiting = True
            continue
        if end < after:
            raise StoreError(
                f"the log ended at position {after} and now ends at {end}",
                hint="the ledger was replaced, or entries were removed: run `mission verify`",
            )


def _output_closed() -> bool:
    """Wait until the next read; return whether standard output was closed (`| head`)."""
    poll = select.poll()
    poll.register(sys.stdout.fileno(), select.POLLERR)
    return bool(poll.poll(POLL_SECONDS * 1000))


def write_lines(form: str, entries: Iterable[Entry]) -> int:
    """Write entries and flush, as stored (`jsonl`) or as text; return their number."""
    count = 0
    for count, entry in enumerate(entries, 1):  # noqa: B007 (the last one is the count)
        if form == "jsonl":
            sys.stdout.buffer.write(entry.raw + b"\n")
        else:
            sys.stdout.write(_text(entry))
    sys.stdout.flush()
    return count


def _text(entry: Entry) -> str:
    facts = (
        f"{entry.recorded_at:%Y-%m-%d %H:%M:%S}",
        printable(entry.recorded_by),
        entry_text.short(entry.id),
        entry.mission or "",
    )
    first = f"{entry.position:5}  {'  '.join(facts)}".rstrip()
    text = f"{first}\n       {printable(entry_text.summary(entry))}"
    return f"{fitted(text, columns(sys.stdout))}\n"
