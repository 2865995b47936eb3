"""Verify a ledger whose write-ahead log is not known to be its own, before anything is answered.

After a kill at an unlucky moment the two belong together all the same. Beside a copy, or another
ledger, they are a mixture, in which the log can be whole and the derived tables are not; so all of
it is compared. What verifies is noted in the lock file (`ledger.storage.write_lock`), so that it is
paid for once.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Protocol

from events.errors import DamagedLedgerError
from ledger.progress import Progress
from ledger.storage.sqlite import log_damage, log_of
from ledger.storage.write_lock import accept_log, observe_log
from ledger.upkeep.verify import VerifiableLedger, verify

ACCEPT_SECONDS = 0.5
"""How long to wait for the write lock to note that the two belong together."""


class OpenLedger(VerifiableLedger, Protocol):
    """A ledger to verify and close."""

    def close(self) -> None:
        """Close it."""


def check_foreign_log(
    path: Path, opener: Callable[[], OpenLedger], *, progress: Progress, share_out: bool
) -> None:
    """Verify a ledger together with the write-ahead log beside it.

    `opener` opens it to read: closing a writer would move the log into the file. Raises
    DamagedLedgerError where the two do not belong together or are damaged.
    """
    seen = observe_log(path)
    try:
        with closing(opener()) as ledger:
            found = verify(ledger, progress=progress, share_out=share_out).findings
    except DamagedLedgerError as error:
        raise _refusal(path, error.message, error.position) from None
    if found:
        # A log that was cut by a power cut in the middle of an append can look damaged.
        expected = set(log_damage(path))
        if wrong := [each for each in found if each.message not in expected]:
            raise _refusal(path, wrong[0].message, wrong[0].position)
    accept_log(path, seen, ACCEPT_SECONDS)


def _refusal(path: Path, found: str, position: int | None) -> DamagedLedgerError:
    return DamagedLedgerError(
        f"{path} and the write-ahead log beside it, {log_of(path).name}, do not belong together or"
        f" are damaged: {found}",
        position=position,
        hint="change neither of them; if one was replaced by a copy, put the file and the log that"
        " belong together back, or else use `mission restore BACKUP`",
    )
