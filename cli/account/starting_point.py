"""Where an account of changes begins: after a position, a moment, or the log of a checkpoint.

--since 93                  after position 93
--since 2026-01-31          after the close of that day: what was recorded from the next day on
--since january             after the entries of the checkpoint in this file
"""

import re
from dataclasses import dataclass
from pathlib import Path

from cli.evidence.files import checkpoint_in
from cli.options.clocks import RecordPoint, read_recorded
from cli.render.counting import count
from cli.standard_streams import DASH, named_input
from events.errors import DateError, MissionLedgerError
from ledger.log import Ledger
from ledger.transparency.checkpoints import Checkpoint
from ledger.transparency.keys import Verifier
from ledger.transparency.prove import check_begins_with, check_stored
from ledger.transparency.signed_notes import to_base64


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """A position, after which the account begins, and how it was given, in words."""

    position: int
    given: str
    words: str
    checkpoint: Checkpoint | None = None
    verifier: Verifier | None = None

    @property
    def heading(self) -> dict[str, object]:
        """The starting point as exports state it."""
        return {"since": {"position": self.position, "given": self.given}}

    def to_json(self) -> dict[str, object]:
        """Return the starting point as a JSON object; it has the checkpoint that was compared."""
        found = self.checkpoint
        compared = found and {
            "origin": found.origin,
            "size": found.size,
            "root": to_base64(found.root),
            "signature": "checked" if self.verifier else "not checked",
        }
        return {"position": self.position, "given": self.given, "checkpoint": compared}


def starting_point(
    store: Ledger, given: "RecordPoint | GivenCheckpoint", end: int
) -> StartingPoint:
    """Look up a starting point in a log, of which positions up to `end` are asked about.

    Raises ProofError where the log does not begin with the entries of the checkpoint given, and
    MissionLedgerError where the starting point is after `end`.
    """
    if isinstance(given, GivenCheckpoint):
        found = given.compared(store)
    elif given.moment is not None:
        position = min(store.position_at(given.moment), end)
        text = str(given.text)
        when = text if "T" in text else f"the close of {text}"
        found = StartingPoint(position, text, f"since {when}, position {position}")
    else:
        position = given.position or 0
        words = f"since position {position}" if position else "since the beginning"
        found = StartingPoint(position, str(given.text), words)
    if found.position > end:
        where = "the log ends" if end == store.position() else "--recorded ends the log"
        raise MissionLedgerError(
            f"--since {found.given}: {where} at position {end}",
            hint="a plain number is a position; for a day write it in full: 2021-12-31",
        )
    return found


@dataclass(frozen=True, slots=True)
class GivenCheckpoint:
    """A checkpoint read from a file; `verifier` is None where its signature was not checked."""

    name: str
    checkpoint: Checkpoint
    verifier: Verifier | None

    def compared(self, store: Ledger) -> StartingPoint:
        """Check that a log begins with the entries of the checkpoint, which are all read again."""
        old = self.checkpoint
        check_begins_with(store, old, store.tree(), self.name)
        check_stored(store, old, self.name)
        entries = count(old.size, "entry", "entries")
        begins = f"the log begins with its {entries}, all compared"
        signed = f"signed by {self.verifier.name}" if self.verifier else _NOT_CHECKED
        words = f"since the checkpoint {self.name}: {begins}; {signed}"
        return StartingPoint(old.size, self.name, words, old, self.verifier)


_NOT_CHECKED = "who signed it was not checked (--key)"


def read_since(text: str, verifier: Verifier | None) -> RecordPoint | GivenCheckpoint:
    """Read `--since`: digits are a position; else a date or timestamp; else a checkpoint's file.

    A file with a name that can also be read as a date is `./NAME`. Raises MissionLedgerError.
    """
    if text != DASH:
        try:
            return read_recorded(text, "--since")
        except DateError as error:
            if not Path(text).exists():
                if re.match("[0-9]{4}(-|$)", text):
                    raise
                raise MissionLedgerError(
                    f"--since {text}: not a position, a date or the file of a checkpoint",
                    hint=HOW,
                ) from error
    checkpoint, _ = checkpoint_in(text, verifier)
    return GivenCheckpoint(named_input(text), checkpoint, verifier)


HOW = (
    "--since takes a position (93), a day or timestamp (2026-01-31), or the file of a checkpoint;"
    " --since-last goes on where it ended the last time"
)
"""How to say since when."""
