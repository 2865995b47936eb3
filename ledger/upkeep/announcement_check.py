"""Check the announcements of a log: whether each run of entries has the digest it carries.

Earlier versions took into the digest what the log had already, where an announcement was extended
and added again, and an entry twice that was merged from a file which had its line twice. Such runs
are noted, not refused: the first describe no source of their own, and the second have a digest
that shows it.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal, NamedTuple

from ledger.announcements import DigestRun, announcement_id
from ledger.upkeep.tolerant_read import UNREADABLE, reraise_unavailable

MOST_EXPLAINED = 100
"""How many runs are explained at most; of more it is only noted that they were not checked."""
TOGETHER = 64
"""How many runs without their digest are looked at together."""
MOST_HASHED = 1 << 29
"""Bytes that are hashed at most to find what else a digest is of."""

Stored = Iterable[tuple[int, bytes]]
"""Positions and the bytes stored there, in order."""


Kind = Literal["incomplete", "replaced", "cut", "mixed", "extended", "repeated", "unchecked"]


@dataclass(frozen=True, slots=True)
class Flaw:
    """What there is to say of an announcement, from one position to another.

    `replaced` are entries that carry another digest than those around them, with which they
    give the one they `belong_to`. An extended one's digest is also of so many entries `before`.
    A mixed one has its first other time or recorder `at` a position.
    """

    kind: Kind
    announcement: str
    first: int
    last: int
    belong_to: str = ""
    before: int = 0
    at: int = 0

    @property
    def is_note(self) -> bool:
        """Whether it is only to be told; every other kind shows that the log was changed or cut."""
        return self.kind in ("extended", "repeated", "unchecked")

    @property
    def position(self) -> int:
        """Where it is."""
        return self.at or (self.last if self.kind == "cut" else self.first)

    def said(self, where: str = "") -> str:
        """Say it; `where` it is, if not by its positions."""
        if not where:
            one = self.first == self.last
            where = f"position {self.first}" if one else f"positions {self.first} to {self.last}"
        name = f"the announcement {self.announcement[:12]} ({where})"
        if self.kind == "incomplete":
            return (
                f"{name} does not have the digest of its entries: some are missing or were added,"
                " or the digest was changed"
            )
        if self.kind == "replaced":
            return (
                f"the digest {self.announcement[:12]} ({where}) stands in the place of"
                f" {self.belong_to[:12]}, the announcement of the entries beside it: it was changed"
            )
        if self.kind == "cut":
            return (
                f"the log ends within {name}: its digest is not that of these entries, so that"
                " some are missing, or it was changed"
            )
        if self.kind == "mixed":
            return (
                f"{name} has entries with different times or recorders, though it was appended at"
                " once: here they are not those of the entry before"
            )
        if self.kind == "extended":
            return (
                f"{name} was extended and added again by an earlier version: its digest is also of"
                f" the {self.before} entries before it that have its source"
            )
        if self.kind == "repeated":
            return (
                f"{name} was merged by an earlier version from a file that had a line twice: its"
                " digest counts one of these entries twice"
            )
        return (
            f"whether {name} is all there could not be checked: its source is described before it,"
            " and earlier versions took into the digest what the log had already"
        )


class AnnouncementCheck:
    """Takes the runs of a log in order, and tells what is wrong with its announcements.

    A run beside a position that is missing, or that cannot be read, is not judged: what is wrong
    there is told already. `after` is the position before the first that is taken.
    """

    def __init__(self, told: Callable[[Flaw], None], *, after: int = 0) -> None:
        self._told = told
        self._end = after
        self._pending: DigestRun | None = None
        self._preceded = True
        self._without: list[DigestRun] = []
        self._unexplained: list[DigestRun] = []
        self._left = MOST_HASHED
        self._ends: int | None = None

    def take(self, run: DigestRun) -> None:
        """Take the next run, or the next part of one."""
        if self._pending and self._pending.continues_in(run):
            self._pending.join(run)
        else:
            follows = self._end + 1 == run.first
            self._close(followed=follows)
            self._pending, self._preceded = run, follows
        self._end = run.last

    def finish(self, end: int, stored: Stored) -> None:
        """Tell what is left to be told of a log that ends at a position.

        Its bytes are read only where something has to be explained.
        """
        self._ends = end
        self._close(followed=self._end == end)
        self._look(self._without)
        if self._unexplained:
            self._explain(stored)

    def _close(self, *, followed: bool) -> None:
        """Judge the run that has ended."""
        run, self._pending = self._pending, None
        if run and run.differs:
            self._told(Flaw("mixed", run.announcement, run.first, run.last, at=run.differs))
        if run and not run.matches_digest and self._preceded and followed:
            self._without.append(run)
            if len(self._without) < TOGETHER:
                return
        self._look(self._without)
        self._without = []

    def _look(self, some: Sequence[DigestRun]) -> None:
        """Look at runs beside each other of which none has its digest."""
        if found := self._one_among(some):
            first, last, announcement = found
            self._look(some[:first])
            for run in some[first : last + 1]:
                if run.announcement != announcement:
                    self._flaw("replaced", run, belong_to=announcement)
            self._look(some[last + 1 :])
            return
        for run in some:
            if run.source is None:
                at_end = run.last == self._ends
                repeated = self._is_repeated(run)
                self._flaw("repeated" if repeated else "cut" if at_end else "incomplete", run)
            elif len(self._unexplained) < MOST_EXPLAINED or run.last == self._ends:
                self._unexplained.append(run)
            else:
                self._flaw("unchecked", run)

    def _one_among(self, some: Sequence[DigestRun]) -> tuple[int, int, str] | None:
        """Find runs that have the digest of some of them together: from which, to which, it."""
        if len(some) < 2 or self._left < 0:
            return None
        for announcement in dict.fromkeys(run.announcement for run in some):
            at = [number for number, run in enumerate(some) if run.announcement == announcement]
            for first in range(max(at[0] - 1, 0), at[0] + 1):
                for last in range(at[-1], min(at[-1] + 2, len(some))):
                    ids = [id_ for run in some[first : last + 1] for id_ in run.ids]
                    if self._spend(len(ids)) and announcement_id(ids) == announcement:
                        return first, last, announcement
        return None

    def _explain(self, stored: Stored) -> None:
        """Find what the digests of runs are of whose source is described before them."""
        names = {str(run.source) for run in self._unexplained}
        earlier: dict[str, list[_SourceMention]] | None
        try:
            earlier = _stated(stored, names)
        except UNREADABLE as error:
            reraise_unavailable(error)
            earlier = None  # which is told already
        for run in self._unexplained:
            before: list[_SourceMention] = []
            if earlier is not None:
                before = [each for each in earlier[str(run.source)] if each.position < run.first]
            at_end = run.last == self._ends
            if earlier is not None and not any(each.describes for each in before):
                self._flaw("cut" if at_end else "incomplete", run)
            elif self._is_extended(run, [each.id for each in before]):
                self._flaw("extended", run, before=len(before))
            else:
                self._flaw("cut" if at_end and earlier is not None else "unchecked", run)

    def _is_extended(self, run: DigestRun, before: list[str]) -> bool:
        """Whether the digest is of the entries before, with these in one place among them."""
        there = b"".join(_listed(id_) for id_ in before)
        new = b"".join(_listed(id_) for id_ in run.ids)
        so_far, count = hashlib.sha256(b"["), len(before)
        for number in chain((count,), range(count)):
            if not self._spend(len(run.ids) + count - (number if number < count else 0)):
                return False
            at = number * _LISTED
            digest = hashlib.sha256(b"[" + there) if number == count else so_far.copy()
            digest.update((new + there[at:])[:-1] + b"]")
            if digest.hexdigest() == run.announcement:
                return True
            if number < count:
                so_far.update(there[at : at + _LISTED])
        return False

    def _is_repeated(self, run: DigestRun) -> bool:
        """Whether the digest is of these entries, with one of them twice."""
        count = len(run.ids)
        if count * count * _LISTED > self._left:  # twice what it takes: others want some of it
            return False
        self._spend(count * count // 2)
        all_of_it = b"".join(_listed(id_) for id_ in run.ids)
        so_far = hashlib.sha256(b"[")
        for at in range(0, len(all_of_it), _LISTED):
            so_far.update(all_of_it[at : at + _LISTED])
            digest = so_far.copy()
            digest.update(all_of_it[at:-1] + b"]")
            if digest.hexdigest() == run.announcement:
                return True
        return False

    def _spend(self, ids: int) -> bool:
        """Take the hashing of so many ids from what is left; return whether there was enough."""
        self._left -= ids * _LISTED
        return self._left >= 0

    def _flaw(self, kind: Kind, run: DigestRun, *, belong_to: str = "", before: int = 0) -> None:
        self._told(Flaw(kind, run.announcement, run.first, run.last, belong_to, before))


_LISTED = len('"",') + 64


def _listed(id_: str) -> bytes:
    """Write an id as it stands in a list."""
    return f'"{id_}",'.encode()


_SOURCE = b',"source":"sources/'
_ID = b',"id":"'
_DESCRIBES = b'"type":"mission-ledger.source-recorded"}'


class _SourceMention(NamedTuple):
    """An entry that describes or names a source."""

    position: int
    id: str
    describes: bool


def _stated(stored: Stored, names: Iterable[str]) -> dict[str, list[_SourceMention]]:
    """Return the entries that describe or name these sources, by source, in order.

    They are found by their envelopes, and not read any further.
    """
    found: dict[bytes, list[_SourceMention]] = {name.encode(): [] for name in names}
    for position, raw in stored:
        head, _, rest = raw.rpartition(_SOURCE)
        name = rest.partition(b'"')[0]
        if head and name in found:
            id_ = head.rpartition(_ID)[2][:64].decode("ascii", "replace")
            describes = raw.endswith(_DESCRIBES)
            found[name].append(_SourceMention(position, id_, describes))
    return {name.decode(): listed for name, listed in found.items()}
