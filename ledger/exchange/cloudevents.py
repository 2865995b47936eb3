"""The log as a file: CloudEvents 1.0 JSON Lines, one stored entry a line (`events.encoding.codec`).

    {"announcement":"5f…","data":{…},…,"type":"mission-ledger.command-attested"}
    {"announcement":"5f…","data":{…},…,"type":"mission-ledger.contribution-deployed"}

`mission export cloudevents` writes such a file. Line ends are not part of an entry: lines may end
in CR LF, the last one need not end at all, and a byte order mark before the first line is skipped.

A file is read in blocks of whole lines, by any process: `Reader` validates the entries
(`ledger.exchange.entry_line`) and prepares them for the projections.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

import orjson

from events.encoding.codec import EncodedContent, canonical
from events.entry import Entry
from events.files.diagnostics import Diagnostic, diagnostic_at, private_key_in
from events.record_events import RecordEvent
from events.redaction import holds_private_key
from ledger.announcements import DigestRun, announcement_entry, merge_whole, runs
from ledger.decide import LARGEST_ENTRY
from ledger.exchange.entry_line import LineError, read_entry
from ledger.storage.entry_index import EntryIndex
from ledger.storage.inline_projection import (
    InlineProjection,
    PreparedEntry,
    StoredEntry,
    prepare,
)

MOST_FAULTS = 20
BLOCK = 1 << 19
"""Bytes of lines that are read together."""

_BOM = b"\xef\xbb\xbf"


class Block(NamedTuple):
    """Whole lines of a file.

    `line` is the number of the first one in its file, `number` that among the lines of all files.
    Entries of a log that is `merged` get other positions, so they are prepared later.
    """

    file: str
    line: int
    number: int
    text: bytes
    merged: bool = False


class PreparedEntries(list[PreparedEntry]):
    """Prepared entries; they go from one process to another as columns, in a third of the time."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how they are put together again."""
        parts = zip(*(each.parts for each in self), strict=True)
        return _from_columns, (
            [each.position for each in self],
            [each.raw for each in self],
            [_columns(each) for each in parts],
        )


def _columns(column: Sequence[Any]) -> tuple[Any, Sequence[Any]]:
    """Return the class of named tuples, and their fields by column; None for other values."""
    kinds = {type(each) for each in column}
    if len(kinds) == 1 and hasattr(column[0], "_make"):
        return kinds.pop(), [*zip(*column, strict=True)]
    return None, column


def _from_columns(
    positions: list[int], raws: list[bytes], columns: list[tuple[Any, Sequence[Any]]]
) -> PreparedEntries:
    parts = zip(
        *(map(kind._make, zip(*of, strict=True)) if kind else of for kind, of in columns),
        strict=True,
    )
    return PreparedEntries(map(PreparedEntry, positions, raws, parts))


@dataclass(slots=True)
class ReadBlock:
    """The entries of a block up to its first fault, and all faults.

    `about_record` are the numbers of those about the record; `runs` group the entries by
    announcement, `announcements` counts these groups. Whole ones are joined, unless they are
    merged. `stopped` means that reading cannot go on after them.
    """

    number: int
    count: int
    entries: PreparedEntries = field(default_factory=PreparedEntries)
    about_record: list[int] = field(default_factory=list)
    runs: list[DigestRun] = field(default_factory=list)
    announcements: int = 0
    faults: list[Diagnostic] = field(default_factory=list)
    stopped: bool = False


def whole_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the text of a file in pieces that end with a line.

    A line that is longer than any entry ends it.
    """
    text = stream.read(BLOCK).removeprefix(_BOM)
    while more := stream.read(BLOCK):
        whole, end, begun = text.rpartition(b"\n")
        if len(begun) > LARGEST_ENTRY + 1:  # a CR may be the last
            break
        if end:
            yield whole + end
        text = begun + more
    if text:
        yield text


def lines_of(text: bytes) -> list[bytes]:
    """Return lines without their line ends."""
    lines = text.removesuffix(b"\n").split(b"\n")
    return [line.removesuffix(b"\r") for line in lines] if b"\r" in text else lines


def data_of(entry: Entry) -> EncodedContent:
    """Return an entry's content with the bytes that its id hashes, in their own schema version."""
    return EncodedContent(entry.content, canonical(orjson.loads(entry.raw)["data"]), entry.id)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads entries, and prepares them for the projections of a ledger."""

    projections: Sequence[InlineProjection]

    def read(self, block: Block) -> ReadBlock:
        """Read the entries of a block."""
        projections = [EntryIndex()] if block.merged else self.projections
        lines = lines_of(block.text)
        read = ReadBlock(block.number, len(lines))
        announced = []
        for at, line in enumerate(lines):
            number = block.number + at
            try:
                entry = read_entry(line)
            except LineError as wrong:
                _add_fault(read, wrong, line, block.file, block.line + at)
                if read.stopped:
                    break
                continue
            if not read.faults:
                read.entries.append(prepare(projections, StoredEntry(entry.position, line, entry)))
                announced.append(announcement_entry(entry, number))
                if isinstance(entry.content, RecordEvent):
                    read.about_record.append(number)
        found = list(runs(announced))
        read.announcements = len(found)
        read.runs = found if block.merged else merge_whole(found)
        return read


def _add_fault(read: ReadBlock, wrong: LineError, line: bytes, file: str, number: int) -> None:
    if holds_private_key(line.decode(errors="replace")):
        read.faults.append(private_key_in(file, number))
        read.stopped = True
        return
    read.faults.append(
        diagnostic_at(
            wrong.code, wrong.message, wrong.hint, file=file, line=number, column=0, whole_line=""
        )
    )
    read.stopped = wrong.code in ("too-large", "utf-16") or len(read.faults) > MOST_FAULTS
