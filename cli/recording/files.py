"""Read announcement files, for the commands that append or check them."""

from cli.standard_streams import named_input, opened_input
from events.files.announcement import Announcement, read_announcement
from events.files.diagnostics import AnnouncementError, Diagnostic
from events.files.file_text import LARGEST_FILE


def _read(name: str) -> bytes:
    """Read a file, or standard input for `-`, up to one byte past the largest size accepted.

    The reader of announcements reports a longer input, which may be endless, as a fault.
    """
    with opened_input(name) as file:
        return file.read(LARGEST_FILE + 1)


def read_all(files: tuple[str, ...]) -> tuple[list[Announcement], list[Diagnostic]]:
    """Read every file; return the announcements and the faults of all files."""
    announcements: list[Announcement] = []
    faults: list[Diagnostic] = []
    for name in files:
        try:
            announcements.append(read_announcement(_read(name), named_input(name)))
        except AnnouncementError as error:
            faults.extend(error.faults)
    return announcements, faults
