"""The log as a file: CloudEvents 1.0 JSON Lines, one stored entry a line (`events.encoding.codec`).

    {"announcement":"5f…","data":{…},…,"type":"mission-ledger.command-attested"}
    {"announcement":"5f…","data":{…},…,"type":"mission-ledger.contribution-deployed"}

`mission export cloudevents` writes such a file and `read_summaries` reads it, as strictly as an
entry is hashed: a line is taken only if writing its entry again gives the same bytes. So there is
no second way to spell an entry, no key twice, no number but whole ones, and no attribute of others,
which would change the bytes. What stands between the lines belongs to none of them: lines may end
in CR LF, the last in nothing, and a byte order mark before the first is passed over.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Any, BinaryIO

import orjson

from events.encoding.codec import (
    TYPE_PREFIX,
    EncodedContent,
    Entry,
    canonical,
    encode,
    from_data,
    is_as_written,
    read_instant,
)
from events.encoding.strict_decode import reread
from events.errors import EventError
from events.files.diagnostics import AnnouncementError, Diagnostic, diagnostic_at, private_key_in
from events.redaction import KEY, holds_private_key
from ledger.decide import LARGEST_ENTRY, LARGEST_EVENT, check_name
from ledger.exchange.staging import EntrySummary, StagedEntries, summary_of
from ledger.process_pool import WorkPool
from ledger.progress import Progress, no_progress

MOST_FAULTS = 20
READ_TOGETHER = 1 << 19
"""Bytes of lines that another process is given to read."""
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
_AS_WRITTEN = "take the file as `mission export cloudevents` wrote it"

Json = dict[str, Any]


class _LineError(Exception):
    """Why a line is no entry; `column` counts characters from 1, 0 is the line as a whole."""

    def __init__(self, code: str, message: str, hint: str = _AS_WRITTEN, column: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.column = column


Lines = tuple[str, int, list[bytes]]
"""The name of a file, the number of the first of these lines in it, and the lines."""


@dataclass(frozen=True, slots=True)
class _LineBatch:
    """What some lines came to; `stopped` if there is no telling what follows."""

    said: list[EntrySummary]
    faults: list[Diagnostic]
    stopped: bool


def read_summaries(work: WorkPool, stream: BinaryIO, name: str) -> Iterator[EntrySummary]:
    """Yield what has to be known of each entry of a file; the lines are shared out to be read.

    `name` is what the file is called. Raises AnnouncementError, with the faults of all lines that
    are no entries, when the file has been read or there are more than MOST_FAULTS: nothing is to
    be done with an entry until the last has come.
    """
    return _said(work, lines_of(stream), name)


def _said(
    work: WorkPool, lines: Iterable[bytes], name: str, *, first: int = 1
) -> Iterator[EntrySummary]:
    """Yield what has to be known of the entries in lines, of which the first has a number."""
    together = READ_TOGETHER if work.uses_processes else 1
    faults: list[Diagnostic] = []
    for read in work.map(_read, _parted(lines, name, together, first)):
        if not faults:
            yield from read.said
        faults += read.faults
        if len(faults) > MOST_FAULTS:
            faults[MOST_FAULTS:] = [too_many(name, faults[MOST_FAULTS].line)]
            break
        if read.stopped:
            break
    if secret := next((each for each in faults if each.code == "private-key"), None):
        raise AnnouncementError([secret])
    if any(KEY in each.text for each in faults):
        # What stands on the lines beside one may be more of the same key.
        faults = [replace(each, text="", caret=0) for each in faults]
    if faults:
        raise AnnouncementError(faults)


class ExistingLog:
    """The ledger's own log, beside which files are read as long as they say the same.

    So an import that was cut short, or of a log that has grown, goes on where it stopped.
    """

    def __init__(self, stored: Iterator[tuple[int, bytes]]) -> None:
        self._stored = stored

    def put_rest_aside(
        self,
        incoming: StagedEntries,
        work: WorkPool,
        stream: BinaryIO,
        name: str,
        progress: Progress = no_progress,
    ) -> None:
        """Put aside the entries of a file, but those with which it goes along with the log.

        Raises what `read_summaries` raises.
        """
        passed, rest = self.pass_over(lines_of(stream), progress)
        said = _said(work, rest, name, first=passed + 1)
        incoming.take(said, name, progress, passed=passed)

    def pass_over(
        self, lines: Iterator[bytes], progress: Progress = no_progress
    ) -> tuple[int, Iterator[bytes]]:
        """Pass over the lines that are the next entries of the log; return how many, and the rest.

        Once a line is another, no later file is compared with the log.
        """
        passed = 0
        for line in lines:
            position, there = next(self._stored, (0, None))
            if line != there:
                self._stored = iter(())
                return passed, chain((line,), lines)
            passed += 1
            progress(position, 0)
        return passed, lines


def _read(_: object, lines: Lines) -> _LineBatch:
    """Read some lines: what is said by the entries before the first fault, and the faults."""
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


def _parted(lines: Iterable[bytes], name: str, together: int, first: int) -> Iterator[Lines]:
    """Yield the lines of a file from a number on, so many bytes together or a little more."""
    number, some, size = first, [], 0
    for line in lines:
        some.append(line)
        size += len(line)
        if size >= together:
            yield name, number, some
            number, some, size = number + len(some), [], 0
    if some:
        yield name, number, some


def too_many(file: str, line: int) -> Diagnostic:
    """Return what stands for the faults after MOST_FAULTS of them."""
    return Diagnostic(
        "too-many-faults",
        f"more than {MOST_FAULTS} faults",
        "the rest was not looked at",
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
    """Return an entry's event with the bytes its id is of, of whatever schema version they are."""
    return EncodedContent(entry.content, canonical(orjson.loads(entry.raw)["data"]), entry.id)


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """Yield lines without their ends; one that is too long ends with what makes it too long."""
    first = True
    # Room for the mark, for CR LF, and for one byte that shows that a line is too long.
    while line := stream.readline(LARGEST_ENTRY + len(_BOM) + 3):
        if first:
            line = line.removeprefix(_BOM)
            first = False
        yield line.removesuffix(b"\n").removesuffix(b"\r")


def _entry(line: bytes) -> Entry:
    """Read one line. Raises _LineError."""
    entry = reread(line) if len(line) <= LARGEST_EVENT else None
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
    """Read a line that is no sound entry, or a very long one: say why. Raises _LineError."""
    if len(line) > LARGEST_ENTRY:
        raise _LineError(
            "too-large", f"the line has more than the {LARGEST_ENTRY:,} bytes of an entry"
        )
    envelope = _json(line)
    given = _attributes(envelope)
    data = canonical(given["data"])
    if hashlib.sha256(data).hexdigest() != given["id"]:
        raise _LineError(
            "id", "the id is not the one that the data gives (SHA-256): one of them was changed"
        )
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
            "time", f"{given['time'][:40]} is no moment in UTC: {error}"[:300]
        ) from None
    if not is_as_written(written, given["data"]):
        raise _LineError("event", f"the data is not in the form that {content.type} has")
    if entry.raw != line:
        raise _not_its_form(envelope, entry, line)
    return entry


def _json(line: bytes) -> Json:
    if line.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in line:
        raise _LineError(
            "utf-16",
            "this is UTF-16 or binary, not text in UTF-8; no further was read",
            "save it as UTF-8",
        )
    try:
        line.decode()
    except UnicodeDecodeError as error:
        good = line[: error.start].decode()
        raise _LineError(
            "encoding",
            f"the byte 0x{line[error.start]:02x} is not text in UTF-8",
            "save it as UTF-8",
            len(good) + 1,
        ) from None
    try:
        envelope = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        if not line.strip():
            raise _LineError("json", "the line is empty", "take it out") from None
        raise _LineError(
            "json", f"this is not JSON: {error.msg}", _AS_WRITTEN, error.pos + 1
        ) from None
    if not isinstance(envelope, dict):
        raise _LineError("json", "this is not a JSON object: an entry of a log is one")
    return envelope


def _attributes(envelope: Json) -> Json:
    """Return the attributes of a CloudEvent that is an entry, each of its kind."""
    missing = sorted(_ATTRIBUTES - {"subject"} - envelope.keys())
    unknown = sorted(envelope.keys() - _ATTRIBUTES)
    if missing:
        raise _LineError("attribute", f"this is no entry of a log: {', '.join(missing)} missing")
    if unknown:
        raise _LineError(
            "attribute",
            f"an entry has no {', '.join(unknown)[:100]}",
            "whatever added it changed the entry; take the file from before",
        )
    for name, value in envelope.items():
        if not isinstance(value, dict if name == "data" else int if name == "position" else str):
            raise _LineError("attribute", f"{name} is not of its kind")
    if envelope["specversion"] != "1.0":
        raise _LineError("attribute", "specversion is not 1.0, the CloudEvents that is read here")
    for name in ("id", "announcement"):
        if not _DIGEST.fullmatch(envelope[name]):
            raise _LineError("attribute", f"{name} is not 64 hex digits")
    if not 1 <= envelope["position"] <= LARGEST_POSITION or envelope["position"] is True:
        raise _LineError("attribute", "position is not a whole number from 1")
    _check_values(envelope["data"])
    return envelope


def _check_values(data: object) -> None:
    """Refuse numbers that are not whole and small, and what is nested without end."""
    stack = [(data, 1)]
    while stack:
        value, depth = stack.pop()
        if isinstance(value, float):
            raise _LineError(
                "number", "the data holds a number that is not a whole one, or is huge"
            )
        if isinstance(value, dict | list):
            if depth > DEEPEST:
                raise _LineError("too-deep", f"the data has more than {DEEPEST} levels")
            within = value.values() if isinstance(value, dict) else value
            stack.extend((each, depth + 1) for each in within)


def _not_its_form(envelope: Json, entry: Entry, line: bytes) -> _LineError:
    """Say why an entry is not written as its own content has it."""
    expected = {
        "type": TYPE_PREFIX + entry.content.type,
        "source": f"sources/{entry.source}" if entry.source else "record",
        "subject": entry.mission,
        "datacontenttype": "application/json",
    }
    for name, value in expected.items():
        if envelope.get(name) != value:
            return _LineError("attribute", f"{name} is not what the data says: {value or 'none'}")
    if twice := _twice(line):
        return _LineError("form", f"the key {twice[:100]} is there twice")
    return _LineError(
        "form",
        "the line is not written as an entry is: keys in order, no white space,"
        " no escapes but those needed (RFC 8785)",
    )


def _twice(line: bytes) -> str | None:
    """Name a key that an object in the line has twice."""
    found: list[str] = []

    def pairs(given: list[tuple[str, object]]) -> None:
        names = [name for name, _ in given]
        found.extend(name for name in names if names.count(name) > 1)

    json.loads(line, object_pairs_hook=pairs)
    return next(iter(found), None)
