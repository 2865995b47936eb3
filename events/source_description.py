"""What the log says of a source, as a plain value: the fields of `events.source.Source`."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from events.publication import Publication, publication


class SourceDescription(NamedTuple):
    """A published document, as its record-keeper describes it."""

    id: str
    publisher: str
    title: str
    language: str
    published: str
    url: str | None = None
    digest: str | None = None
    note: str | None = None
    archived: str | None = None
    retrieved: str | None = None
    reprints: str | None = None

    @property
    def publication(self) -> Publication:
        """The window in which it can have been published."""
        return publication(self.published)


def described(data: Mapping[str, Any]) -> SourceDescription:
    """Return the description that is stored as JSON. Raises TypeError for other fields."""
    return SourceDescription(
        **{name: value for name, value in data.items() if name not in ("type", "version")}
    )
