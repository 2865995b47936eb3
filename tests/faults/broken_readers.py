"""Readers broken in one way each, which `fuzz_readers.py --control NAME` must detect.

A control breaks the reader that `BREAKS` names, for the rest of the calling process.
"""

import time
from typing import Any

from events.dates.edtf import parse_uncached
from events.dates.edtf_date import Edtf
from events.errors import DateError, UnreadableProofError
from events.files.announcement import Announcement
from events.files.announcement_text import write_announcement
from events.files.diagnostics import AnnouncementError
from ledger.append import append_announcement
from ledger.exchange.incoming import Incoming
from ledger.exchange.log_import import ImportReport, import_entries
from ledger.exchange.reference_check import ReferenceCheck
from ledger.transparency import checkpoints, keys, proof_files
from ledger.transparency.keys import Verifier, read_verifier
from tests.faults import readers
from tests.faults.broken import Control
from tests.faults.numbered import numbered

TOO_LONG = 1.5
"""Seconds of processor time."""


def _take_any_signature() -> None:
    checkpoints.verify = lambda *_: None  # type: ignore[attr-defined]


def _take_any_consistency() -> None:
    proof_files.verify_consistency = lambda *_: None  # type: ignore[attr-defined]


def _take_any_inclusion() -> None:
    proof_files.verify_inclusion = lambda *_: None  # type: ignore[attr-defined]


def _take_any_key_id() -> None:
    def read(text: str) -> Verifier:
        name, _, public = keys._parts(text.strip())
        return Verifier(name, public)

    readers.read_verifier = read  # type: ignore[attr-defined]


def _take_any_entries() -> None:
    ReferenceCheck.check = lambda *_: None  # type: ignore[method-assign,assignment]
    ReferenceCheck.forget = lambda *_: None  # type: ignore[method-assign,assignment]
    Incoming.report_flaw = lambda *_: None  # type: ignore[method-assign,assignment]


def _append_before_refusing() -> None:
    def bring(ledger: Any, *given: Any, **settings: Any) -> ImportReport:  # noqa: ANN401
        try:
            return import_entries(ledger, *given, **settings)
        except AnnouncementError:
            append_announcement(ledger, numbered(0, ledger.position(), most=1), by="fuzz")
            raise

    readers.import_entries = bring  # type: ignore[attr-defined]


def _leave_the_last_event_out() -> None:
    def written(announcement: Announcement) -> str:
        fewer = Announcement(announcement.source, announcement.events[:-1] or announcement.events)
        return write_announcement(fewer)

    readers.write_announcement = written  # type: ignore[attr-defined]


def _raise_what_is_not_ours() -> None:
    def parse(text: str) -> Edtf:
        try:
            return parse_uncached(text)
        except DateError as error:
            raise ValueError(error.message) from None

    readers.parse_uncached = parse  # type: ignore[attr-defined]


def _refuse_in_two_lines() -> None:
    def read(text: str) -> Verifier:
        try:
            return read_verifier(text)
        except UnreadableProofError as error:
            raise UnreadableProofError(f"{error.message}\nand more") from None

    readers.read_verifier = read  # type: ignore[attr-defined]


def _be_slow_once() -> None:
    until = [time.process_time() + TOO_LONG]

    def parse(text: str) -> Edtf:
        while until and time.process_time() < until[0]:
            pass
        until.clear()
        return parse_uncached(text)

    readers.parse_uncached = parse  # type: ignore[attr-defined]


CONTROLS: dict[str, Control] = {
    "any-signature": Control(
        "takes a checkpoint whatever its signature", _take_any_signature, "nobody signed this"
    ),
    "any-consistency": Control(
        "takes a proof of consistency whatever its hashes",
        _take_any_consistency,
        "it proves that another log is the beginning of this",
    ),
    "any-inclusion": Control(
        "takes a proof of inclusion whatever its hashes",
        _take_any_inclusion,
        "it proves what is not in the log",
    ),
    "any-key-id": Control(
        "takes a key whose id does not match", _take_any_key_id, "another key than the line says"
    ),
    "any-entries": Control(
        "imports entries without looking at what they refer to",
        _take_any_entries,
        "the announcement ",
    ),
    "half": Control(
        "appends before it refuses",
        _append_before_refusing,
        "refused, and something was appended",
    ),
    "loses": Control(
        "leaves the last event out of a file",
        _leave_the_last_event_out,
        "written as a file it reads otherwise",
    ),
    "raises": Control("raises a plain ValueError", _raise_what_is_not_ours, "ValueError: "),
    "two-lines": Control(
        "refuses in two lines", _refuse_in_two_lines, "refused in no one line"
    ),
    "slow": Control("takes too long once", _be_slow_once, "took "),
}  # fmt: skip

BREAKS = {
    "any-signature": "note",
    "any-consistency": "proof",
    "any-inclusion": "proof",
    "any-key-id": "key",
    "any-entries": "cloudevents",
    "half": "cloudevents",
    "loses": "announcement",
    "raises": "date",
    "two-lines": "key",
    "slow": "date",
}
"""The reader that each control breaks."""
