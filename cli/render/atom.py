"""Write an Atom feed (RFC 4287), from values to bytes.

    <?xml version='1.0' encoding='utf-8'?>
    <feed xmlns="http://www.w3.org/2005/Atom">
      <id>urn:uuid:…</id> <title>…</title> <updated>2026-01-05T09:30:00.000000Z</updated>
      <entry>
        <id>urn:uuid:…</id> <title>…</title> <updated>…</updated> <summary>…</summary> …
      </entry>
    </feed>

All text is plain: `type="text"`, in which a reader sees no markup. Invisible characters are written
as escapes, and so are those that XML 1.0 does not allow.
"""

import xml.etree.ElementTree as ET  # only writes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from events.encoding.codec import write_instant
from events.printable import printable

NAMESPACE = "http://www.w3.org/2005/Atom"
TYPE = "application/atom+xml"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry; `id` never changes. The lines of `content` become one text."""

    id: UUID
    title: str
    updated: datetime
    author: str
    summary: str
    content: Sequence[str]
    categories: Sequence[str] = ()
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and its entries, in the order in which they are written."""

    id: UUID
    title: str
    updated: datetime
    author: str
    entries: Sequence[FeedEntry]
    subtitle: str = ""
    link: str | None = None


def stable_id(log: bytes, *names: str) -> UUID:
    """Return an id that follows from the log (any hash that names it) and names within it.

    A name-based UUID (RFC 9562, version 5).
    """
    # Version 5 takes a namespace of 16 bytes; each name narrows it down.
    found = uuid5(UUID(bytes=log[:16]), "mission-ledger")
    for name in names:
        found = uuid5(found, name)
    return found


def written(feed: Feed) -> bytes:
    """Write a feed as XML in UTF-8."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(_tag("feed"))
    _add(root, "id", feed.id.urn)
    _text(root, "title", feed.title)
    if feed.subtitle:
        _text(root, "subtitle", feed.subtitle)
    _add(root, "updated", write_instant(feed.updated))
    _author(root, feed.author)
    _link(root, feed.link)
    for each in feed.entries:
        entry = ET.SubElement(root, _tag("entry"))
        _add(entry, "id", each.id.urn)
        _text(entry, "title", each.title)
        _add(entry, "updated", write_instant(each.updated))
        _author(entry, each.author)
        for term in each.categories:
            ET.SubElement(entry, _tag("category"), term=printable(term))
        _link(entry, each.link)
        _text(entry, "summary", each.summary)
        _text(entry, "content", *each.content)
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, _tag(name)).text = text


def _text(parent: ET.Element, name: str, *lines: str) -> None:
    """Add a text construct; its lines are separated by line feeds."""
    ET.SubElement(parent, _tag(name), type="text").text = _joined(lines)


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(map(printable, lines))


def _author(parent: ET.Element, name: str) -> None:
    _add(ET.SubElement(parent, _tag("author")), "name", printable(name))


def _link(parent: ET.Element, address: str | None) -> None:
    if address is not None:
        ET.SubElement(parent, _tag("link"), rel="alternate", href=address)
