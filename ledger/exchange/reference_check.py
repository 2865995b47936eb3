"""Check what imported entries refer to, against the entries before them.

The tables hold those of the ledger and those that the import has appended so far; the rest, of the
block that is being checked or of an announcement that is not complete yet, is kept here.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, cast

from sqlalchemy import bindparam, select

from events.encoding.codec import decode
from events.entry import Entry
from events.errors import EventError, LookupFailure
from events.record_events import RecordEvent
from events.source import Source
from ledger.append import check_mission, resolve
from ledger.decide import source_conflict, source_named
from ledger.exchange.import_faults import ImportFaults
from ledger.log import Store
from ledger.storage import log_queries
from ledger.storage.entry_summary import EntrySummary
from ledger.storage.given_rows import given_values
from ledger.storage.inline_projection import PreparedEntry
from ledger.storage.open_append import OpenAppend
from ledger.storage.schema import alias, entry

_POSITIONS = select(entry.c.id, entry.c.position).where(entry.c.id.in_(given_values()))
_ALIASED = select(alias.c.name).where(
    alias.c.name.in_(given_values()), alias.c.position <= bindparam("end")
)


class NewEntry(NamedTuple):
    """An entry that is new to the ledger: its number, and its position there."""

    number: int
    position: int
    prepared: PreparedEntry
    summary: EntrySummary
    about_record: bool


class ReferenceCheck:
    """Checks the references of new entries, given in order."""

    def __init__(self, log: OpenAppend, faults: ImportFaults) -> None:
        self._log = log
        self._faults = faults
        self._missions: set[str] = set()
        self._recent: dict[bytes, NewEntry] = {}
        self._described: dict[str, NewEntry] = {}

    def positions(self, ids: Sequence[bytes]) -> dict[bytes, int]:
        """Return the positions of those entries that the log has already."""
        found = {row.id: row.position for row in self._log.transaction.rows_among(_POSITIONS, ids)}
        recent = self._recent
        return found | {id_: recent[id_].position for id_ in ids if id_ in recent}

    def check(self, new: Sequence[NewEntry]) -> None:
        """Check new entries, and keep them until they are in the tables."""
        aliased, described = self._aliased(new), self._described_among(new)
        for each in new:
            summary = each.summary
            if summary.mission in aliased:
                self._check_mission(summary.mission, each.number)
            if summary.describes:
                self._check_description(each, stored=summary.source in described)
            for one in summary.named:
                if one not in described and one not in self._described:
                    message = f"the source {one} is described neither before this nor in the ledger"
                    hint = "import what describes it, or the whole log"
                    self._faults.add("source", message, hint, each.number)
            if each.about_record:
                self._check_targets(each)
            self._recent[summary.id] = each

    def forget(self, stored: Iterable[NewEntry]) -> None:
        """Forget entries that are in the tables now."""
        for each in stored:
            del self._recent[each.summary.id]
            if each.summary.describes:
                self._described.pop(each.summary.source or "", None)

    def entry(self, id_: str) -> Entry | None:
        """Return the entry with an id; entries of a log refer to others by whole ids only."""
        if log_queries.is_id(id_) and (found := self._recent.get(bytes.fromhex(id_))):
            return decode(found.prepared.raw)
        return log_queries.with_id(self._log.transaction, id_)

    def starting_with(self, prefix: str, *, limit: int = 10) -> list[Entry]:  # noqa: ARG002
        """Return the entry with an id, as `resolve` looks it up."""
        return [found] if (found := self.entry(prefix)) else []

    def _aliased(self, new: Sequence[NewEntry]) -> set[str | None]:
        """Return those missions, of those first mentioned here, that are aliases in the ledger."""
        first = {each.summary.mission for each in new if each.summary.mission} - self._missions
        self._missions |= first
        rows = self._log.transaction.rows_among(_ALIASED, sorted(first), end=self._log.end)
        return {row.name for row in rows}

    def _check_mission(self, mission: str | None, number: int) -> None:
        try:
            check_mission(self._log.ledger, mission or "")
        except EventError as error:
            self._faults.add("mission", error.message, "give one of the two another name", number)

    def _described_among(self, new: Sequence[NewEntry]) -> frozenset[str | None]:
        """Return those sources, of those that new entries name or describe, in the tables."""
        names = {one for each in new for one in each.summary.named}
        names |= {each.summary.source or "" for each in new if each.summary.describes}
        return frozenset(log_queries.described_among(self._log.transaction, sorted(names)))

    def _check_description(self, each: NewEntry, *, stored: bool) -> None:
        """Report a source that the ledger, or an earlier entry, describes differently."""
        id_ = each.summary.source or ""
        if earlier := self._described.get(id_):
            before = decode(earlier.prepared.raw).content
        elif stored:
            before = cast("Source", source_named(self._log.ledger, id_))
        else:
            self._described[id_] = each
            return
        given = decode(each.prepared.raw).content
        self._faults.add_error(
            source_conflict(cast("Source", before), cast("Source", given)), each.number
        )

    def _check_targets(self, each: NewEntry) -> None:
        """Report an event about the record whose targets it cannot have."""
        content = cast("RecordEvent", decode(each.prepared.raw).content)
        try:
            # `resolve` only looks up ids, with `starting_with`.
            if resolve(cast("Store", self), content) != content:
                raise LookupFailure("its reference is incomplete")
        except (LookupFailure, EventError) as error:
            hint = "import the log it refers to first, or the whole log"
            self._faults.add("reference", error.message, hint, each.number)
