"""What is wrong with a file, and where: a fault names the place, and says what to do.

    nmi.yaml:14:9: date: there is no month 13
       14 |     on: 2021-13
          |         ^
       = write a month from 01 to 12

The first line is for programs too: file, line, column, a code that stays the same, a message.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from events.errors import MissionLedgerError
from events.printable import printable
from events.redaction import without_keys

EXCERPT = 200
"""The most characters of an offending line that are shown."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing wrong in one place.

    `line` and `column` count characters from 1, and are 0 where the fault has no place. `text`
    is the offending line, or as much of it as surrounds the column, fit to be printed; `caret`
    is where in `text` the column is, in printed cells from 1. `severity` is `error` where nothing
    can be taken from the file, `warning` where it can, and its writer may not mean it.
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
        """Write the fault for people: the place, the line with a caret, what to do."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        what = f"{'warning: ' if self.severity == 'warning' else ''}{self.code}: {self.message}"
        shown = [f"{place}: {what}" if place else what]
        if self.text:
            shown.append(f"{self.line:5} | {self.text}")
            if self.caret:
                shown.append(f"      | {' ' * (self.caret - 1)}^")
        if self.hint:
            shown.append(f"   = {self.hint}")
        return "\n".join(shown)

    def to_json(self) -> dict[str, object]:
        """Return the fault for programs; the keys are those of the class."""
        return asdict(self)


class AnnouncementError(MissionLedgerError):
    """A file that states nothing until it is mended; `faults` has all of them, in file order."""

    code = "announcement"

    def __init__(self, faults: Iterable[Diagnostic]) -> None:
        given = list(faults)
        files = list(dict.fromkeys(fault.file for fault in given))
        self.faults = tuple(
            sorted(given, key=lambda fault: (files.index(fault.file), fault.line, fault.column))
        )
        count = len(self.faults)
        super().__init__(
            f"{', '.join(files)}: {count} fault{'s' if count != 1 else ''}",
            hint="mend the file and read it again; nothing was taken from it",
        )

    def __str__(self) -> str:
        return "\n".join(fault.render() for fault in self.faults)


def diagnostic_at(
    code: str, message: str, hint: str, *, file: str, line: int, column: int, whole_line: str
) -> Diagnostic:
    """Return a fault at a place in a line, everything in it fit to be printed."""
    text, caret = _excerpt(whole_line, column)
    message, hint, file = (printable(without_keys(each)) for each in (message, hint, file))
    return Diagnostic(code, message, hint, file, line, column, text, caret)


def private_key_in(file: str, line: int = 0) -> Diagnostic:
    """Return the fault of a file that holds a private key: nothing of it is shown."""
    return diagnostic_at(
        "private-key",
        "a private key is in this file, which is not read any further",
        "name the file that was meant; what others may have seen of a key calls for a new one",
        file=file,
        line=line,
        column=0,
        whole_line="",
    )


def _excerpt(line: str, column: int) -> tuple[str, int]:
    """Cut a long line to what surrounds a column; return it with the column's printed cell."""
    shown = without_keys(line)
    if shown != line:
        return printable(shown)[:EXCERPT], 0  # the column is not where it was
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
    """How many cells of a terminal the text takes: East Asian wide letters take two."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(character)
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )
