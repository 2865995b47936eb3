"""Import entries into a ledger: continue its log, or merge another log into it.

    continued    the ledger's log is a prefix of the imported one: the rest is appended unchanged
    merged       on request: entries that are new here are appended as new

A continued log keeps positions, record times and recorders, byte for byte, and so has the Merkle
root of the log it was exported from. Merged entries keep their ids, which are hashes of their
content, and get positions, a record time and a recorder of this ledger.

An import is one transaction. Blocks of lines are read and prepared by other processes
(`ledger.exchange.cloudevents`); this one checks them in order against the tables, which hold all
entries before them, and appends them. A fault anywhere, or a kill, leaves nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Literal

from events.files.diagnostics import Diagnostic
from ledger.decide import check_name
from ledger.exchange.cloudevents import Reader
from ledger.exchange.continuation import Continuation
from ledger.exchange.incoming import Files
from ledger.exchange.merge import Merge
from ledger.process_pool import work_pool
from ledger.progress import Progress, no_progress
from ledger.storage.sql_store import SqlStore


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do in a dry run.

    `announcements` counts those with new entries, `entries` the new entries, `already` those that
    were in the log before. `position` is the last position afterwards. `notes` do not stop the
    import; `more_notes` counts those not listed.
    """

    way: Literal["continued", "merged"]
    announcements: int
    entries: int
    already: int
    position: int
    notes: tuple[Diagnostic, ...] = ()
    more_notes: int = 0


def import_entries(
    ledger: SqlStore,
    files: Files,
    *,
    by: str,
    merge: bool = False,
    share_out: bool = False,
    progress: Progress = no_progress,
) -> ImportReport:
    """Continue the ledger's log with the entries of files; with `merge`, `by` records the new ones.

    With `share_out`, other processes read the lines. `progress` reports the entries imported.

    Raises AnnouncementError where a line is not an entry, the entries do not continue the log
    (unless `merge`), an announcement is incomplete, or an entry refers to something that is neither
    in the ledger nor before it, describes a source differently, or cannot follow.
    """
    check_name(by)
    files, reader = _with_first_read(files), Reader(ledger.projections)
    readers = work_pool(reader, partial(Reader, ledger.projections) if share_out else None)
    with readers as work, ledger.appending() as log:
        way = (Merge if merge else Continuation)(log, by, log.clock())
        for read in work.map(Reader.read, way.blocks(files)):
            if not way.faults.end_checks:
                way.take(read)
            way.faults.take(read)
            progress(read.number + read.count - 1, 0)
            if way.faults.stopped or way.faults.are_enough:
                break
        done = way.finish()
    return ImportReport(
        "merged" if merge else "continued",
        done.announcements,
        done.entries,
        way.count - done.entries,
        log.end + done.entries,
        *way.faults.notes(),
    )


def _with_first_read(files: Files) -> Files:
    """Read the first piece of the first file: who waits for a pipe holds no lock."""
    remaining = iter(files)
    for name, text in remaining:
        pieces = iter(text)
        return chain([(name, chain([*_first(pieces)], pieces))], remaining)
    return ()


def _first(pieces: Iterator[bytes]) -> Iterable[bytes]:
    for piece in pieces:
        return (piece,)
    return ()
