"""Read announcement files, for the commands that append or check them."""

from cli.standard_streams import named_input, opened_input
from events.files.announcement import Announcement, read_announcement
from events.files.diagnostics import AnnouncementError, Diagnostic
from events.files.file_text import LARGEST_FILE


def read_all(files: tuple[str, ...]) -> tuple[list[Announcement], list[Diagnostic]]:
    """Read every file, `-` from standard input; return the announcements and all faults."""
    announcements: list[Announcement] = []
    faults: list[Diagnostic] = []
    for name in files:
        with opened_input(name) as file:
            data = file.read(LARGEST_FILE + 1)  # the input may be endless: more is a fault
        try:
            announcements.append(read_announcement(data, named_input(name)))
        except AnnouncementError as error:
            faults.extend(error.faults)
    return announcements, faults
