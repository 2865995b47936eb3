"""The faults and notes of an import, each at the file and line of an entry."""

from operator import itemgetter

from events.errors import MissionLedgerError
from events.files.diagnostics import AnnouncementError, Diagnostic, diagnostic_at
from events.printable import printable
from ledger.exchange.cloudevents import MOST_FAULTS, ReadBlock

_MERGE = (
    "import the whole log as it was exported; or use `mission import --merge` to append what is"
    " new in it, as recorded now and by you"
)


class ImportFaults:
    """What is wrong with imported entries, which are numbered in order over all files.

    `unread` are the lines that are not entries; nothing else is checked after the first of them.
    """

    def __init__(self) -> None:
        self.unread: list[Diagnostic] = []
        self.stopped = False
        self._files: list[tuple[str, int]] = []
        self._found: dict[str, tuple[int, Diagnostic]] = {}
        self._faulty: set[int] = set()
        self._misfit: Diagnostic | None = None
        self._notes: list[tuple[int, Diagnostic]] = []
        self._note_count = 0

    def begin(self, file: str, before: int) -> None:
        """Begin a file, with `before` entries in those before it."""
        self._files.append((file, before))

    def place(self, number: int) -> tuple[str, int]:
        """Return the file and the line of an entry."""
        name, before = next(each for each in reversed(self._files) if each[1] < number)
        return name, number - before

    def lines(self, first: int, last: int) -> str:
        """Return the lines of a range of entries, as text."""
        (file, begin), (other, end) = self.place(first), self.place(last)
        if file != other:
            return f"line {begin} of {file} to line {end} of {other}"
        return f"line {begin}" if first == last else f"lines {begin} to {end}"

    def take(self, read: ReadBlock) -> None:
        """Take the faults of lines that are not entries."""
        self.unread += read.faults
        self.stopped = self.stopped or read.stopped or len(self.unread) > MOST_FAULTS

    def add(self, code: str, message: str, hint: str, number: int) -> None:
        """Add a fault of a line, unless the line or another with this message has one."""
        if number not in self._faulty and message not in self._found:
            self._found[message] = number, self.at(code, message, hint, number)
        self._faulty.add(number)

    def add_error(self, error: MissionLedgerError, number: int) -> None:
        """Add an error as a fault of a line."""
        self.add(error.code, error.message, error.hint, number)

    def misfit(self, why: str, number: int) -> None:
        """Add that a line does not continue the log, which makes all other faults meaningless."""
        message = f"this does not continue the log: {why}"
        self._misfit = self.at("continuation", message, _MERGE, number)

    def note(self, code: str, message: str, number: int) -> None:
        """Add a note on a line; it does not stop the import."""
        self._note_count += 1
        if len(self._notes) < MOST_FAULTS:
            self._notes.append((number, self.at(code, message, "", number)))

    def notes(self) -> tuple[tuple[Diagnostic, ...], int]:
        """Return the notes to show, and how many more there are."""
        listed = [note for _, note in sorted(self._notes, key=itemgetter(0))]
        return tuple(listed), self._note_count - len(listed)

    def at(self, code: str, message: str, hint: str, number: int) -> Diagnostic:
        """Return a diagnostic at the place of an entry."""
        file, line = self.place(number)
        return diagnostic_at(code, message, hint, file=file, line=line, column=0, whole_line="")

    def any_in(self, first: int, last: int) -> bool:
        """Whether any entry from one number to another has a fault."""
        return any(first <= number <= last for number in self._faulty)

    @property
    def are_found(self) -> bool:
        """Whether there is any fault, so that nothing is imported."""
        return bool(self.unread or self._found or self._misfit)

    @property
    def are_enough(self) -> bool:
        """Whether there are more faults than are reported."""
        return len(self._found) > MOST_FAULTS

    @property
    def end_checks(self) -> bool:
        """Whether nothing more can be said of entries."""
        return bool(self.unread or self._misfit)

    def refuse(self) -> None:
        """Raise AnnouncementError if there are faults; those after MOST_FAULTS are one."""
        if secret := next((each for each in self.unread if each.code == "private-key"), None):
            raise AnnouncementError([secret])
        checked = [fault for _, fault in sorted(self._found.values(), key=itemgetter(0))]
        found = [self._misfit, *self.unread] if self._misfit else [*checked, *self.unread]
        if len(found) > MOST_FAULTS:
            found[MOST_FAULTS:] = [_too_many(found[MOST_FAULTS])]
        if found:
            raise AnnouncementError(found)


def _too_many(first: Diagnostic) -> Diagnostic:
    """Return the diagnostic that replaces all faults from one on."""
    message, hint = f"more than {MOST_FAULTS} faults", "the rest was not checked"
    return Diagnostic("too-many-faults", message, hint, printable(first.file), first.line)
