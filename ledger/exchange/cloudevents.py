"""The log as a file: CloudEvents 1.0 JSON Lines, one stored entry a line (`events.encoding.codec`).

    {"announcement":"5f…","data":{…},…,"type":"mission-ledger.command-attested"}
    {"announcement":"5f…","data":{…},…,"type":"mission-ledger.contribution-deployed"}

`mission export cloudevents` writes such a file and `read_summaries` reads it strictly: a line is
accepted only if encoding its entry again gives the same bytes. An entry thus has one spelling,
with no duplicate keys, no numbers but integers, and no extension attributes, which would change
the bytes. Line ends are not part of an entry: lines may end in CR LF, the last one need not end at
all, and a byte order mark before the first line is skipped.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from events.encoding.codec import (
    TYPE_PREFIX,
    EncodedContent,
    Entry,
    canonical,
    encode,
    from_data,
    is_canonical,
    read_instant,
)
from events.encoding.strict_decode import strict_decode
from events.errors import EventError
from events.files.diagnostics import AnnouncementError, Diagnostic, diagnostic_at, private_key_in
from events.redaction import KEY, holds_private_key
from ledger.decide import LARGEST_ENTRY, LARGEST_EVENT, check_name
from ledger.exchange.entry_summary import EntrySummary, summary_of
from ledger.process_pool import WorkPool
from ledger.progress import Progress, no_progress

if TYPE_CHECKING:
    from ledger.exchange.staging import StagedEntries

MOST_FAULTS = 20
READ_TOGETHER = 1 << 19
"""Bytes of lines that are handed to another process at a time."""
DEEPEST = 20
LARGEST_POSITION = 2**63 - 1

_BOM = b"\xef\xbb\xbf"
_DIGEST = re.compile("[0-9a-f]{64}")
_ATTRIBUTES = frozenset(
    {
        "announcement",
        "data",
        "datacontenttype",
        "id",
        "position",
        "recordedby",
        "source",
        "specversion",
        "subject",
        "time",
        "type",
    }
)
_AS_WRITTEN = "use the file as `mission export cloudevents` wrote it"

Json = dict[str, Any]


class _LineError(Exception):
    """Why a line is not an entry; `column` counts characters from 1, 0 means the whole line."""

    def __init__(self, code: str, message: str, hint: str = _AS_WRITTEN, column: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.column = column


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
            entry = _entry(line)
            if not faults:
                made.append(summary_of(entry))
        except _LineError as wrong:
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


def _fault(wrong: _LineError, file: str, number: int, line: bytes) -> Diagnostic:
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


def _entry(line: bytes) -> Entry:
    """Read one line. Raises _LineError."""
    entry = strict_decode(line) if len(line) <= LARGEST_EVENT else None
    if (
        entry
        and _DIGEST.fullmatch(entry.announcement)
        and _is_name(entry.recorded_by)
        and 1 <= entry.position <= LARGEST_POSITION
    ):
        return entry
    return _entry_slowly(line)


@lru_cache(maxsize=16)
def _is_name(by: str) -> bool:
    try:
        return bool(check_name(by))
    except EventError:
        return False


def _entry_slowly(line: bytes) -> Entry:
    """Read a line strictly, to find out what is wrong with it. Raises _LineError.

    An event too large for the fast path may still be a valid entry.
    """
    if len(line) > LARGEST_ENTRY:
        raise _LineError(
            "too-large", f"the line is longer than an entry can be ({LARGEST_ENTRY:,} bytes)"
        )
    envelope = _json(line)
    given = _attributes(envelope)
    data = canonical(given["data"])
    if hashlib.sha256(data).hexdigest() != given["id"]:
        raise _LineError("id", "the id is not the SHA-256 of the data: one of them was changed")
    if len(data) > LARGEST_EVENT:
        raise _LineError("too-large-event", f"the data has more than {LARGEST_EVENT:,} bytes")
    try:
        content = from_data(given["data"])
        written = EncodedContent(content, data, given["id"])
        entry = encode(
            written,
            given["position"],
            read_instant(given["time"]),
            check_name(given["recordedby"]),
            given["announcement"],
        )
    except EventError as error:
        raise _LineError("event", error.message[:300], error.hint or _AS_WRITTEN) from None
    except (ValueError, OverflowError) as error:
        raise _LineError(
            "time", f"{given['time'][:40]} is not a valid time in UTC: {error}"[:300]
        ) from None
    if not is_canonical(written, given["data"]):
        raise _LineError("event", f"the data does not have the canonical form of {content.type}")
    if entry.raw != line:
        raise _form_error(envelope, entry, line)
    return entry


def _json(line: bytes) -> Json:
    if line.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in line:
        raise _LineError(
            "utf-16",
            "this is UTF-16 or binary, not text in UTF-8; the rest was not read",
            "save it as UTF-8",
        )
    try:
        line.decode()
    except UnicodeDecodeError as error:
        good = line[: error.start].decode()
        raise _LineError(
            "encoding",
            f"the byte 0x{line[error.start]:02x} is not valid UTF-8",
            "save it as UTF-8",
            len(good) + 1,
        ) from None
    try:
        envelope = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        if not line.strip():
            raise _LineError("json", "the line is empty", "remove it") from None
        raise _LineError(
            "json", f"this is not JSON: {error.msg}", _AS_WRITTEN, error.pos + 1
        ) from None
    if not isinstance(envelope, dict):
        raise _LineError("json", "not a JSON object, as every entry of a log is")
    return envelope


def _attributes(envelope: Json) -> Json:
    """Return the envelope if its attributes are those of an entry. Raises _LineError."""
    missing = sorted(_ATTRIBUTES - {"subject"} - envelope.keys())
    unknown = sorted(envelope.keys() - _ATTRIBUTES)
    if missing:
        raise _LineError("attribute", f"not an entry of a log: {', '.join(missing)} missing")
    if unknown:
        raise _LineError(
            "attribute",
            f"an entry has no attribute {', '.join(unknown)[:100]}",
            "it was added to the entry; use the file from before that",
        )
    for name, value in envelope.items():
        if not isinstance(value, dict if name == "data" else int if name == "position" else str):
            raise _LineError("attribute", f"{name} has the wrong type")
    if envelope["specversion"] != "1.0":
        raise _LineError("attribute", "specversion is not 1.0; no other version is supported")
    for name in ("id", "announcement"):
        if not _DIGEST.fullmatch(envelope[name]):
            raise _LineError("attribute", f"{name} is not 64 hex digits")
    if not 1 <= envelope["position"] <= LARGEST_POSITION or envelope["position"] is True:
        raise _LineError("attribute", "position is not a positive integer, or is too large")
    _check_values(envelope["data"])
    return envelope


def _check_values(data: object) -> None:
    """Refuse numbers that are not 64-bit integers, and deep nesting. Raises _LineError."""
    stack = [(data, 1)]
    while stack:
        value, depth = stack.pop()
        if isinstance(value, float):
            raise _LineError(
                "number", "the data holds a number that is not an integer, or is too large"
            )
        if isinstance(value, dict | list):
            if depth > DEEPEST:
                raise _LineError("too-deep", f"the data is nested more than {DEEPEST} levels deep")
            within = value.values() if isinstance(value, dict) else value
            stack.extend((each, depth + 1) for each in within)


def _form_error(envelope: Json, entry: Entry, line: bytes) -> _LineError:
    """Return the error that says how a line differs from its entry's canonical form."""
    expected = {
        "type": TYPE_PREFIX + entry.content.type,
        "source": f"sources/{entry.source}" if entry.source else "record",
        "subject": entry.mission,
        "datacontenttype": "application/json",
    }
    for name, value in expected.items():
        if envelope.get(name) != value:
            return _LineError("attribute", f"{name} does not match the data: {value or 'none'}")
    if repeated := _repeated_key(line):
        return _LineError("form", f"the key {repeated[:100]} occurs twice")
    return _LineError(
        "form",
        "the line is not in canonical form (RFC 8785): sorted keys, no white space,"
        " no unnecessary escapes",
    )


def _repeated_key(line: bytes) -> str | None:
    """Return a key that occurs twice in one object of the line."""
    found: list[str] = []

    def pairs(given: list[tuple[str, object]]) -> None:
        names = [name for name, _ in given]
        found.extend(name for name in names if names.count(name) > 1)

    json.loads(line, object_pairs_hook=pairs)
    return next(iter(found), None)
