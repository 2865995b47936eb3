"""Diagnostics for files: what is wrong, where, and what to do.

    nmi.yaml:14:9: date: there is no month 13
       14 |     on: 2021-13
          |         ^
       = write a month from 01 to 12

Programs can parse the first line: file, line, column, a stable code, a message.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from events.errors import MissionLedgerError
from events.printable import printable
from events.redaction import without_keys

EXCERPT = 200
"""The maximum length of an excerpt of an offending line."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault at one place.

    `line` and `column` count characters from 1; both are 0 if the fault has no place. `text` is
    the offending line, or an excerpt around the column, in printable form; `caret` is the column
    within `text`, in terminal cells from 1. `severity` is `error` if the file cannot be used, and
    `warning` if it can but may not say what its author meant.
    """

    code: str
    message: str
    hint: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    text: str = ""
    caret: int = 0
    severity: str = "error"

    def render(self) -> str:
        """Format for people: the place, the line with a caret, the hint."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        what = f"{'warning: ' if self.severity == 'warning' else ''}{self.code}: {self.message}"
        lines = [f"{place}: {what}" if place else what]
        if self.text:
            lines.append(f"{self.line:5} | {self.text}")
            if self.caret:
                lines.append(f"      | {' ' * (self.caret - 1)}^")
        if self.hint:
            lines.append(f"   = {self.hint}")
        return "\n".join(lines)

    def to_json(self) -> dict[str, object]:
        """Return the diagnostic as a JSON object; the keys are the field names."""
        return asdict(self)


class AnnouncementError(MissionLedgerError):
    """An announcement file was rejected; `faults` has every diagnostic, in file order."""

    code = "announcement"

    def __init__(self, faults: Iterable[Diagnostic]) -> None:
        found = list(faults)
        files = list(dict.fromkeys(fault.file for fault in found))
        self.faults = tuple(
            sorted(found, key=lambda fault: (files.index(fault.file), fault.line, fault.column))
        )
        count = len(self.faults)
        super().__init__(
            f"{', '.join(files)}: {count} fault{'s' if count != 1 else ''}",
            hint="fix the file and try again; nothing was recorded from it",
        )

    def __str__(self) -> str:
        return "\n".join(fault.render() for fault in self.faults)


def diagnostic_at(
    code: str,
    message: str,
    hint: str,
    *,
    file: str,
    line: int = 0,
    column: int = 0,
    whole_line: str = "",
) -> Diagnostic:
    """Return a diagnostic at a place in a line, with all its text in printable form."""
    text, caret = _excerpt(whole_line, column)
    message, hint, file = (printable(without_keys(each)) for each in (message, hint, file))
    return Diagnostic(code, message, hint, file, line, column, text, caret)


def private_key_in(file: str, line: int = 0) -> Diagnostic:
    """Return the diagnostic for a file that holds a private key, without any of its text."""
    return diagnostic_at(
        "private-key",
        "the file contains a private key; reading stopped",
        "name another file; replace the key if others may have seen it",
        file=file,
        line=line,
    )


def _excerpt(line: str, column: int) -> tuple[str, int]:
    """Shorten a line to an excerpt around a column; return it with the column's terminal cell."""
    shown = without_keys(line)
    if shown != line:
        return printable(shown)[:EXCERPT], 0  # redaction moved the column
    at = min(max(column - 1, 0), len(line))
    first = max(0, min(at - EXCERPT // 2, len(line) - EXCERPT))
    cut = line[first : first + EXCERPT]
    before, after = printable(cut[: at - first]), printable(cut[at - first :])
    if first:
        before = "…" + before
    if first + EXCERPT < len(line):
        after += "…"
    return (before + after).rstrip(), _cells(before) + 1 if column else 0


def _cells(text: str) -> int:
    """Return the width of text in terminal cells: East Asian wide letters take two."""
    if text.isascii():
        return len(text)
    visible = (each for each in text if not unicodedata.combining(each))
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in visible)
