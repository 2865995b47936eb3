"""The entry index as an inline projection: entries by id, mission and source; sources; aliases.

Entries that correct or withdraw a source are found by that, too, and so are their retractions.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from sqlalchemy import select

from events.publication import ALWAYS, Publication
from ledger.storage import names
from ledger.storage.given_rows import as_given, given_values
from ledger.storage.inline_projection import StoredEntry
from ledger.storage.schema import CORRECTS, DESCRIBES, NAMES, alias, entry, name, source
from ledger.storage.transaction import Transaction

if TYPE_CHECKING:
    from ledger.storage.entry_summary import EntrySummary

NARROW = 400 * 86_400
"""Most publication windows are no longer than this, in seconds: a day, a month or a year."""

ENTRY_TABLES = (name, entry, source, alias)

_HAVE_ROWS = select(source.c.number).distinct().where(source.c.number.in_(given_values()))
_ABOUT = select(entry.c.id, entry.c.about).where(
    entry.c.id.in_(given_values()), entry.c.about.is_not(None)
)
_ALIASES = select(alias.c.name, alias.c.mission).select_from(as_given(alias, ["name", "mission"]))


class EntryIndex:
    """The inline projection of the entry index."""

    name = "entries"
    version = 2
    tables = ENTRY_TABLES

    def prepare(self, stored: StoredEntry) -> "EntrySummary | None":
        """Return what the index holds of an entry; None where it cannot be read."""
        from ledger.storage.entry_summary import summary_of  # noqa: PLC0415 (start-up)

        return summary_of(stored.entry) if stored.entry else None

    def apply(self, transaction: Transaction, prepared: Sequence["EntrySummary | None"]) -> None:
        """Add the rows of new entries."""
        new = [each for each in prepared if each]
        numbers = names.numbered(transaction, chain.from_iterable(map(_names_in, new)))
        about = _sources_about(transaction, new, numbers)
        entries = [
            (
                *(each.position, each.id),
                each.mission and numbers[each.mission],
                each.source and numbers[each.source],
                about.get(each.id),
                each.recorded,
            )
            for each in new
        ]
        transaction.insert(entry, entries)
        transaction.insert(source, list(_source_rows(transaction, new, numbers)))
        _add_aliases(transaction, new, numbers)


def _names_in(summary: "EntrySummary") -> Iterator[str]:
    mentioned = (summary.mission, summary.source, *summary.named, *summary.kinds)
    yield from (each for each in mentioned if each)


def _sources_about(
    transaction: Transaction, new: Sequence["EntrySummary"], numbers: Mapping[str, int]
) -> dict[bytes, int]:
    """Return the sources that new entries are about, as `events.record_events.source_about`."""
    targets = [each.target for each in new if each.target]
    found = {row.id: row.about for row in transaction.rows_among(_ABOUT, targets)}
    for each in new:
        if each.about:
            found[each.id] = numbers[each.about]
        elif each.target in found:
            found[each.id] = found[each.target]
    return found


def _source_rows(
    transaction: Transaction, new: Sequence["EntrySummary"], numbers: Mapping[str, int]
) -> Iterator[tuple[int | None, ...]]:
    """Yield a row for each publication date, and for each source that is named without one."""
    named = {numbers[one] for each in new for one in each.named}
    there = {row.number for row in transaction.rows_among(_HAVE_ROWS, named)}
    for each in new:
        for number in {numbers[one] for one in each.named} - there:
            there.add(number)
            yield _source_row(number, each.position, ALWAYS, NAMES)
        if each.describes and each.source and each.published:
            there.add(numbers[each.source])
            yield _source_row(numbers[each.source], each.position, each.published, DESCRIBES)
        elif each.about and each.published:
            yield _source_row(numbers[each.about], each.position, each.published, CORRECTS)


def _source_row(
    number: int, position: int, published: Publication, says: int
) -> tuple[int | None, ...]:
    first, last = published.first, published.last
    wide = first is None or last is None or last - first > NARROW
    public_from = published.certain_from
    return number, position, says, first, last, published.day, public_from, int(wide)


def _add_aliases(
    transaction: Transaction, new: Sequence["EntrySummary"], numbers: Mapping[str, int]
) -> None:
    """Add the aliases that no earlier entry gave."""
    given: dict[tuple[str, int], int] = {}
    for each in new:
        for one in each.aliases:
            given.setdefault((one, numbers[each.mission or ""]), each.position)
    there = {(row.name, row.mission) for row in transaction.rows_for(_ALIASES, given)}
    rows = [(*key, position) for key, position in given.items() if key not in there]
    transaction.insert(alias, rows)
