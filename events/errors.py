"""The family of errors a user can meet, each carrying what its reader needs to act.

    MissionLedgerError            the root; catch this one
    ├── DateError                 a date expression means nothing (ValueError too)
    ├── EventError                an event or source breaks its schema (ValueError too)
    ├── AnnouncementError         a file has faults; carries all of them, with places
    ├── StoreError                the ledger cannot be read or written
    │   ├── NotALedgerError       the file or database is something else
    │   ├── NewerLedgerError      made by a later version of this program
    │   ├── NoLedgerError         there is none at that place
    │   └── ReadOnlyLedgerError   it can be read but not appended to
    ├── PositionConflictError     somebody appended since the writer looked
    ├── SourceConflictError       a source id already names another document
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


class LookupFailure(MissionLedgerError):  # noqa: N818 (LookupError is Python's)
    """Nothing goes by the name given, or more than one thing does."""

    code = "lookup"
