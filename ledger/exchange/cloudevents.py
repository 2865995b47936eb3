"""The log as a file: CloudEvents 1.0 JSON Lines, one stored entry a line (`events.encoding.codec`).

    {"announcement":"5f…","data":{…},…,"type":"mission-ledger.command-attested"}
    {"announcement":"5f…","data":{…},…,"type":"mission-ledger.contribution-deployed"}

`mission export cloudevents` writes such a file and `read_summaries` reads it strictly
(`ledger.exchange.entry_line`). Line ends are not part of an entry: lines may end in CR LF, the last
one need not end at all, and a byte order mark before the first line is skipped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

import orjson

from events.encoding.codec import (
    EncodedContent,
    Entry,
    canonical,
)
from events.files.diagnostics import AnnouncementError, Diagnostic, diagnostic_at, private_key_in
from events.redaction import KEY, holds_private_key
from ledger.decide import LARGEST_ENTRY
from ledger.exchange.entry_line import LineError, read_entry
from ledger.exchange.entry_summary import EntrySummary, summary_of
from ledger.process_pool import WorkPool
from ledger.progress import Progress, no_progress

if TYPE_CHECKING:
    from ledger.exchange.staging import StagedEntries

MOST_FAULTS = 20
READ_TOGETHER = 1 << 19
"""Bytes of lines that are handed to another process at a time."""

_BOM = b"\xef\xbb\xbf"

Lines = tuple[str, int, list[bytes]]
"""The name of a file, the number of the first line, and the lines."""


@dataclass(frozen=True, slots=True)
class _LineBatch:
    """The result of reading some lines; `stopped` means that reading cannot go on after them."""

    summaries: list[EntrySummary]
    faults: list[Diagnostic]
    stopped: bool


def read_summaries(work: WorkPool, stream: BinaryIO, name: str) -> Iterator[EntrySummary]:
    """Yield a summary of each entry of a file; `work` distributes the lines to processes.

    `name` is the file's name for messages. Raises AnnouncementError with the faults of all lines
    that are not entries, once the file is read or there are more than MOST_FAULTS. So no summary
    may be acted on before the iteration has ended.
    """
    return _summaries(work, lines_of(stream), name)


def _summaries(
    work: WorkPool, lines: Iterable[bytes], name: str, *, first: int = 1
) -> Iterator[EntrySummary]:
    """Yield summaries of the entries in lines, numbered from `first`."""
    together = READ_TOGETHER if work.uses_processes else 1
    faults: list[Diagnostic] = []
    for read in work.map(_read, _batched(lines, name, together, first)):
        if not faults:
            yield from read.summaries
        faults += read.faults
        if len(faults) > MOST_FAULTS:
            faults[MOST_FAULTS:] = [too_many(name, faults[MOST_FAULTS].line)]
            break
        if read.stopped:
            break
    if secret := next((each for each in faults if each.code == "private-key"), None):
        raise AnnouncementError([secret])
    if any(KEY in each.text for each in faults):
        # Neighbouring lines may hold more of the same key, so no line is shown.
        faults = [replace(each, text="", caret=0) for each in faults]
    if faults:
        raise AnnouncementError(faults)


class ExistingLog:
    """The ledger's own log, compared with files as long as their lines are its next entries.

    An import that was interrupted, or of a log that has grown, thus continues where it stopped.
    """

    def __init__(self, stored: Iterator[tuple[int, bytes]]) -> None:
        self._stored = stored

    def put_rest_aside(
        self,
        incoming: "StagedEntries",
        work: WorkPool,
        stream: BinaryIO,
        name: str,
        progress: Progress = no_progress,
    ) -> None:
        """Stage the entries of a file, except those it starts with that are the log's next ones.

        Raises what `read_summaries` raises.
        """
        skipped, rest = self.skip_common(lines_of(stream), progress)
        summaries = _summaries(work, rest, name, first=skipped + 1)
        incoming.take(summaries, name, progress, skipped=skipped)

    def skip_common(
        self, lines: Iterator[bytes], progress: Progress = no_progress
    ) -> tuple[int, Iterator[bytes]]:
        """Skip the lines that are the next entries of the log; return how many, and the rest.

        Once a line differs, no later file is compared with the log.
        """
        skipped = 0
        for line in lines:
            position, stored = next(self._stored, (0, None))
            if line != stored:
                self._stored = iter(())
                return skipped, chain((line,), lines)
            skipped += 1
            progress(position, 0)
        return skipped, lines


def _read(_: object, lines: Lines) -> _LineBatch:
    """Read some lines: summaries of the entries before the first fault, and all faults."""
    name, first, texts = lines
    made: list[EntrySummary] = []
    faults: list[Diagnostic] = []
    for number, line in enumerate(texts, first):
        try:
            entry = read_entry(line)
            if not faults:
                made.append(summary_of(entry))
        except LineError as wrong:
            if holds_private_key(line.decode(errors="replace")):
                return _LineBatch(made, [*faults, private_key_in(name, number)], stopped=True)
            faults.append(_fault(wrong, name, number, line))
            if wrong.code in ("too-large", "utf-16") or len(faults) > MOST_FAULTS:
                return _LineBatch(made, faults, stopped=True)
    return _LineBatch(made, faults, stopped=False)


def _batched(lines: Iterable[bytes], name: str, together: int, first: int) -> Iterator[Lines]:
    """Yield the lines of a file, numbered from `first`, in batches of at least `together` bytes."""
    number, batch, size = first, [], 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if size >= together:
            yield name, number, batch
            number, batch, size = number + len(batch), [], 0
    if batch:
        yield name, number, batch


def too_many(file: str, line: int) -> Diagnostic:
    """Return the diagnostic that replaces all faults after the first MOST_FAULTS."""
    return Diagnostic(
        "too-many-faults",
        f"more than {MOST_FAULTS} faults",
        "the rest was not checked",
        file,
        line,
    )


def _fault(wrong: LineError, file: str, number: int, line: bytes) -> Diagnostic:
    whole = line.decode(errors="backslashreplace") if wrong.column else ""
    return diagnostic_at(
        wrong.code,
        wrong.message,
        wrong.hint,
        file=file,
        line=number,
        column=wrong.column,
        whole_line=whole,
    )


def data_of(entry: Entry) -> EncodedContent:
    """Return an entry's content with the bytes that its id hashes, in their own schema version."""
    return EncodedContent(entry.content, canonical(orjson.loads(entry.raw)["data"]), entry.id)


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """Yield lines without their line ends; a line that is too long is cut just over the limit."""
    first = True
    # Room for a byte order mark, for CR LF, and for one byte that shows a line to be too long.
    while line := stream.readline(LARGEST_ENTRY + len(_BOM) + 3):
        if first:
            line = line.removeprefix(_BOM)
            first = False
        yield line.removesuffix(b"\n").removesuffix(b"\r")
