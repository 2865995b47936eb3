"""The family of errors a user can meet, each carrying what its reader needs to act.

    MissionLedgerError            the root; catch this one
    ├── DateError                 a date expression means nothing (ValueError too)
    ├── EventError                an event or source breaks its schema (ValueError too)
    ├── AnnouncementError         a file has faults; carries all of them, with places
    ├── StoreError                the ledger cannot be read or written
    │   ├── NotALedgerError       the file or database is something else
    │   ├── NewerLedgerError      made by a later version of this program
    │   ├── OlderLedgerError      made by an earlier one; `mission rebuild` brings it up
    │   ├── DamagedLedgerError    it holds what nobody can have appended; names the position
    │   ├── BusyLedgerError       another writer holds it, and did not finish in time
    │   ├── UnreachableError      the database server does not answer, or stopped answering
    │   ├── NoLedgerError         there is none at that place
    │   └── ReadOnlyLedgerError   it can be read but not appended to
    ├── PositionConflictError     somebody appended since the writer looked
    ├── SourceConflictError       a source id already names another document
    ├── ProofError                a proof, a checkpoint or a signature does not hold
    │   └── UnreadableProofError  it is no proof, checkpoint, key or timestamp at all
    └── LookupFailure             nothing, or more than one thing, goes by that name

A fault in the *record* (an end before its start) is none of these: it is a finding of `check`.
"""


class MissionLedgerError(Exception):
    """Anything this program refuses to do. `code` is stable and meant for scripts.

    `message` says what is wrong and where; `hint` says what to do about it and may be empty.
    """

    code = "error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class DateError(MissionLedgerError, ValueError):
    """A date expression that is neither EDTF nor words this program is sure of."""

    code = "date"


class EventError(MissionLedgerError, ValueError):
    """An event or a source that does not fit its schema."""

    code = "event"


class StoreError(MissionLedgerError):
    """The ledger could not be opened, read or written."""

    code = "store"


class NotALedgerError(StoreError):
    """The file or database exists and is not a mission ledger."""

    code = "not-a-ledger"


class NewerLedgerError(StoreError):
    """The ledger was made by a later version of this program."""

    code = "newer-ledger"


class OlderLedgerError(StoreError):
    """The ledger was made by an earlier version of this program."""

    code = "older-ledger"


class DamagedLedgerError(StoreError):
    """The ledger holds something that was not appended to it; `position` is where, if known."""

    code = "damaged"

    def __init__(self, message: str, *, position: int | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.position = position


class BusyLedgerError(StoreError):
    """Another writer held the ledger for longer than a writer waits."""

    code = "busy"


class UnreachableError(StoreError):
    """The database server cannot be reached, or the connection to it was lost."""

    code = "unreachable"


class NoLedgerError(StoreError):
    """There is no ledger at the place named."""

    code = "no-ledger"


class ReadOnlyLedgerError(StoreError):
    """The ledger lies where this user may not write."""

    code = "read-only"


class PositionConflictError(MissionLedgerError):
    """The writer expected the log to end at `expected`, and it ends at `actual`."""

    code = "position"

    def __init__(self, expected: int, actual: int) -> None:
        super().__init__(
            f"the log ends at position {actual}, not {expected}: somebody has appended since",
            hint="read what was added (`mission log`), then add again with the new position",
        )
        self.expected = expected
        self.actual = actual


class SourceConflictError(MissionLedgerError):
    """A source id is already used for a document described otherwise."""

    code = "source-conflict"


class ProofError(MissionLedgerError):
    """A proof, a checkpoint or a signature that does not hold: the answer is no."""

    code = "proof"


class UnreadableProofError(ProofError):
    """Bytes that cannot be read as what they should be, so that there was nothing to check."""

    code = "unreadable"


class LookupFailure(MissionLedgerError):  # noqa: N818 (LookupError is Python's)
    """Nothing goes by the name given, or more than one thing does."""

    code = "lookup"
