"""The exceptions that users can see, each with what they need in order to act.

    MissionLedgerError            the root; catch this one
    ├── DateError                 a date expression is invalid (also a ValueError)
    ├── EventError                an event or source does not match its schema (also a ValueError)
    │   ├── ReportedInAdvanceError   a claim reports what lies surely after its source came out
    │   ├── PublishedInFutureError   a source came out later than the day after it is recorded
    │   ├── RetrievedInFutureError   a source was read later than the day after it is recorded
    │   └── CircularSourceError   a source would come to depend on itself
    ├── AnnouncementError         a file has faults; holds all of them, with places
    ├── StoreError                the ledger cannot be opened, read or written
    │   ├── NotALedgerError       the file or database is not a mission ledger
    │   ├── NewerLedgerError      created by a later version of this program
    │   ├── OlderLedgerError      created by an earlier one; `mission rebuild` upgrades it
    │   ├── DamagedLedgerError    not what was appended, or parts are missing; has the position
    │   ├── BusyLedgerError       another writer held the write lock for too long
    │   ├── UnreachableError      the database server does not respond
    │   ├── NoLedgerError         there is no ledger at that location
    │   └── ReadOnlyLedgerError   this user may not write to it
    ├── PositionConflictError     other entries were appended in the meantime
    ├── SourceConflictError       a source id is already used for another document
    ├── ProofError                a proof, checkpoint or signature does not verify
    │   └── UnreadableProofError  not a proof, checkpoint, key or timestamp
    └── LookupFailure             no object, or more than one, has that name

A fault in the *record* (an end before its start) is not an exception but a finding of `check`.
"""


class MissionLedgerError(Exception):
    """The base class of all errors. `code` is stable and meant for scripts.

    `message` says what is wrong and where; `hint` says what to do and may be empty.
    """

    code = "error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class DateError(MissionLedgerError, ValueError):
    """A date expression is neither EDTF nor a phrase that can be parsed with certainty."""

    code = "date"


class EventError(MissionLedgerError, ValueError):
    """An event or a source does not match its schema."""

    code = "event"


class ReportedInAdvanceError(EventError):
    """A claim is reported, and dated surely after its source came out."""

    code = "reported-in-advance"


class PublishedInFutureError(EventError):
    """A source surely came out later than the day after it is recorded."""

    code = "published-in-future"


class RetrievedInFutureError(EventError):
    """A source was surely read later than the day after it is recorded."""

    code = "retrieved-in-future"


class CircularSourceError(EventError):
    """An event about a source, `event` by its id, by which that would come to depend on itself."""

    code = "source-depends-on-itself"
    event = ""


class StoreError(MissionLedgerError):
    """The ledger could not be opened, read or written."""

    code = "store"


class NotALedgerError(StoreError):
    """The file or database exists but is not a mission ledger."""

    code = "not-a-ledger"


class NewerLedgerError(StoreError):
    """The ledger was created by a later version of this program."""

    code = "newer-ledger"


class OlderLedgerError(StoreError):
    """The ledger was created by an earlier version of this program."""

    code = "older-ledger"


class DamagedLedgerError(StoreError):
    """What the ledger holds is not what was appended, or parts are missing.

    `position` is where, if known.
    """

    code = "damaged"

    def __init__(self, message: str, *, position: int | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.position = position


class FullDiskError(StoreError):
    """There is no room on a disk that has to be written to."""


class BusyLedgerError(StoreError):
    """Another writer held the write lock for longer than the timeout."""

    code = "busy"


class UnreachableError(StoreError):
    """The database server cannot be reached, or the connection was lost."""

    code = "unreachable"


class NoLedgerError(StoreError):
    """There is no ledger at the given location."""

    code = "no-ledger"


class ReadOnlyLedgerError(StoreError):
    """This user cannot write to the ledger, or may not do what was asked of its database."""

    code = "read-only"


class PositionConflictError(MissionLedgerError):
    """The writer expected the log to end at `expected`, but it ends at `actual`."""

    code = "position"

    def __init__(self, expected: int, actual: int) -> None:
        super().__init__(
            f"the log ends at position {actual}, not {expected}: "
            "other entries were appended in the meantime",
            hint="review the new entries (`mission log`), then retry with the new position",
        )
        self.expected = expected
        self.actual = actual


class SourceConflictError(MissionLedgerError):
    """A source id is already used for a document with another description."""

    code = "source-conflict"


class ProofError(MissionLedgerError):
    """A proof, a checkpoint or a signature does not verify."""

    code = "proof"


class UnreadableProofError(ProofError):
    """Bytes cannot be parsed as a proof, checkpoint, key or timestamp: nothing was checked."""

    code = "unreadable"


class LookupFailure(MissionLedgerError):  # noqa: N818 (LookupError is Python's)
    """No object has the given name, or more than one does."""

    code = "lookup"
