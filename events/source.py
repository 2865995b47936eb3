"""A source: a published document that states events.

A source is an entry of the log like any event, and precedes the first event it states:

    {"type": "source-recorded", "id": "um-handover-2022-05", "publisher": "...",
     "title": "...", "language": "en", "published": "2022-05", "version": 1}

`published` is on the publication clock (`events.publication`). `archived` is the address of a
snapshot, `retrieved` the day on which the document was read, `reprints` the source that it repeats.
"""

from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from events.fields import Digest, Language, Line, Note, PublicationDate, Slug, WebAddress
from events.publication import Publication, publication


class Source(BaseModel):
    """A published document, as its record-keeper describes it."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    version: ClassVar[int] = 2

    type: Literal["source-recorded"] = "source-recorded"
    id: Slug
    publisher: Line
    title: Line
    language: Language
    published: PublicationDate
    url: WebAddress | None = None
    digest: Digest | None = None
    note: Note | None = None
    archived: WebAddress | None = None
    retrieved: PublicationDate | None = None
    reprints: Slug | None = None

    @model_validator(mode="after")
    def _is_no_reprint_of_itself(self) -> Self:
        if self.reprints == self.id:
            raise ValueError(f"{self.id} cannot reprint itself: reprints names another source")
        return self

    @property
    def publication(self) -> Publication:
        """The window in which it can have been published."""
        return publication(self.published)
