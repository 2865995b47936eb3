"""CSL-JSON: the sources, for Zotero, Pandoc and every processor of the Citation Style Language.

The file is a list of items and has no head, so that each item has in `custom` what was asked, and
its publication date in EDTF.
"""

import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from urllib.parse import urlsplit

from projections.exports.extract import Extract
from projections.exports.publication_dates import csl_date, is_plain
from projections.exports.references import CANNOT_HOLD, Reference, references

MARKUP = str.maketrans("<>", "‹›")
"""CSL reads tags in its texts as markup, and some processors pass all of them on to HTML."""

LIMITS = (
    *CANNOT_HOLD,
    "CSL has no window of days of which one is meant: such a date is a range marked circa, or a"
    " literal where a side is open.",
    "CSL reads tags in its texts as markup, so angle brackets are written ‹ and ›.",
)
"""What the format cannot hold, in sentences."""


def write(extract: Extract, target: BinaryIO) -> Mapping[str, int]:
    """Write the sources as CSL-JSON in UTF-8; return how many there are."""
    asked = {**extract.clocks, "root": extract.root, **extract.facts, "cannot hold": LIMITS}
    items = [
        {**dict(_item(each)), "custom": {**_kept(each), **asked}} for each in references(extract)
    ]
    text = json.dumps(items, ensure_ascii=False, indent=2).translate(MARKUP)
    target.write(text.encode() + b"\n")
    return {"source": len(items)}


def _item(found: Reference) -> Iterator[tuple[str, object]]:
    shown = found.shown
    yield "id", found.id
    yield "type", "webpage" if found.url else "document"
    yield "title", shown.title
    yield "publisher", shown.publisher
    yield "language", shown.language
    yield "issued", csl_date(found.described.published)
    if found.url:
        yield "URL", found.url
    if found.described.retrieved:
        yield "accessed", csl_date(found.described.retrieved)
    if found.archived:
        yield "archive", urlsplit(found.archived).hostname or found.archived
        yield "archive_location", found.archived
    if found.notes:
        yield "note", "; ".join(found.notes)


def _kept(found: Reference) -> dict[str, object]:
    plain = is_plain(found.described.published)
    return {} if plain else {"issued in EDTF": found.shown.published}
