"""Check the announcements of a log: whether each run of entries matches the digest it carries.

Earlier versions computed two kinds of digest differently: for an announcement that was extended and
added again, over the entries already in the log too; for one merged from a file with a repeated
line, with that entry counted twice. Such runs are noted, not refused: the first kind describes no
source of its own, and the second is recognised by its digest.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal, NamedTuple

from ledger.announcements import DigestRun, announcement_id
from ledger.upkeep.tolerant_read import UNREADABLE, reraise_unavailable

MOST_EXPLAINED = 100
"""How many runs are explained at most; the rest are noted as unchecked."""
TOGETHER = 64
"""How many neighbouring runs with a wrong digest are examined together."""
MOST_HASHED = 1 << 29
"""How many bytes are hashed at most to find which entries a digest covers."""

Stored = Iterable[tuple[int, bytes]]
"""Positions and the bytes stored there, in order."""


Kind = Literal["incomplete", "replaced", "cut", "mixed", "extended", "repeated", "unchecked"]


@dataclass(frozen=True, slots=True)
class Flaw:
    """A fault of, or a note on, the announcement from position `first` to `last`.

    `replaced` entries carry another digest than their neighbours, and together with them match the
    one they `belong_to`. The digest of an extended announcement also covers that many entries
    `before` it. In a mixed one, `at` is the first position with another record time or recorder.
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
        """Whether this is only a note; every other kind shows that the log was changed or cut."""
        return self.kind in ("extended", "repeated", "unchecked")

    @property
    def position(self) -> int:
        """The position to report it at."""
        return self.at or (self.last if self.kind == "cut" else self.first)

    def message(self, where: str = "") -> str:
        """Return the message; `where` replaces the positions in it."""
        if not where:
            single = self.first == self.last
            where = f"position {self.first}" if single else f"positions {self.first} to {self.last}"
        name = f"the announcement {self.announcement[:12]} ({where})"
        if self.kind == "incomplete":
            return (
                f"{name} does not match its digest: entries are missing or were added, or the"
                " digest was changed"
            )
        if self.kind == "replaced":
            return (
                f"the digest {self.announcement[:12]} ({where}) was changed: the entries belong to"
                f" the announcement {self.belong_to[:12]} beside them"
            )
        if self.kind == "cut":
            return (
                f"the log ends within {name}, which does not match its digest: entries are"
                " missing, or the digest was changed"
            )
        if self.kind == "mixed":
            return (
                f"{name} was appended in one transaction, but this entry has another record time"
                " or recorder than the one before it"
            )
        if self.kind == "extended":
            return (
                f"{name} was extended and added again by an earlier version: its digest also covers"
                f" the {self.before} earlier entries with its source"
            )
        if self.kind == "repeated":
            return (
                f"{name} was merged by an earlier version from a file with a repeated line: its"
                " digest counts one of these entries twice"
            )
        return (
            f"whether {name} is complete could not be checked: its source is described before it,"
            " and earlier versions included entries already in the log in the digest"
        )


class AnnouncementCheck:
    """Checks the runs of a log, given in order, and reports the flaws of its announcements.

    A run beside a missing or unreadable position is not checked: that fault is reported already.
    `after` is the position before the first run.
    """

    def __init__(self, report: Callable[[Flaw], None], *, after: int = 0) -> None:
        self._report = report
        self._end = after
        self._pending: DigestRun | None = None
        self._preceded = True
        self._mismatched: list[DigestRun] = []
        self._unexplained: list[DigestRun] = []
        self._budget = MOST_HASHED
        self._log_end: int | None = None

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
        """Report the remaining flaws of a log that ends at position `end`.

        Its bytes are read only if a digest has to be explained.
        """
        self._log_end = end
        self._close(followed=self._end == end)
        self._examine(self._mismatched)
        if self._unexplained:
            self._explain(stored)

    def _close(self, *, followed: bool) -> None:
        """Check the pending run, which has ended."""
        run, self._pending = self._pending, None
        if run and run.differs:
            self._report(Flaw("mixed", run.announcement, run.first, run.last, at=run.differs))
        if run and not run.matches_digest and self._preceded and followed:
            self._mismatched.append(run)
            if len(self._mismatched) < TOGETHER:
                return
        self._examine(self._mismatched)
        self._mismatched = []

    def _examine(self, mismatched: Sequence[DigestRun]) -> None:
        """Find out what is wrong with neighbouring runs that do not match their digests."""
        if found := self._split_announcement(mismatched):
            first, last, announcement = found
            self._examine(mismatched[:first])
            for run in mismatched[first : last + 1]:
                if run.announcement != announcement:
                    self._flaw("replaced", run, belong_to=announcement)
            self._examine(mismatched[last + 1 :])
            return
        for run in mismatched:
            if run.source is None:
                at_end = run.last == self._log_end
                repeated = self._is_repeated(run)
                self._flaw("repeated" if repeated else "cut" if at_end else "incomplete", run)
            elif len(self._unexplained) < MOST_EXPLAINED or run.last == self._log_end:
                self._unexplained.append(run)
            else:
                self._flaw("unchecked", run)

    def _split_announcement(self, found: Sequence[DigestRun]) -> tuple[int, int, str] | None:
        """Find neighbouring runs that together match the digest of one of them.

        Return the numbers of the first and the last of them, and that digest.
        """
        if len(found) < 2 or self._budget < 0:
            return None
        for announcement in dict.fromkeys(run.announcement for run in found):
            at = [number for number, run in enumerate(found) if run.announcement == announcement]
            for first in range(max(at[0] - 1, 0), at[0] + 1):
                for last in range(at[-1], min(at[-1] + 2, len(found))):
                    ids = [id_ for run in found[first : last + 1] for id_ in run.ids]
                    if self._spend(len(ids)) and announcement_id(ids) == announcement:
                        return first, last, announcement
        return None

    def _explain(self, stored: Stored) -> None:
        """Find out which entries the digests of runs cover whose source is described earlier."""
        names = {str(run.source) for run in self._unexplained}
        earlier: dict[str, list[_SourceMention]] | None
        try:
            earlier = _source_mentions(stored, names)
        except UNREADABLE as error:
            reraise_unavailable(error)
            earlier = None  # this fault is reported already
        for run in self._unexplained:
            before: list[_SourceMention] = []
            if earlier is not None:
                before = [each for each in earlier[str(run.source)] if each.position < run.first]
            at_end = run.last == self._log_end
            if earlier is not None and not any(each.describes for each in before):
                self._flaw("cut" if at_end else "incomplete", run)
            elif self._is_extended(run, [each.id for each in before]):
                self._flaw("extended", run, before=len(before))
            else:
                self._flaw("cut" if at_end and earlier is not None else "unchecked", run)

    def _is_extended(self, run: DigestRun, before: list[str]) -> bool:
        """Whether the digest covers the entries before, with the run inserted among them."""
        old = b"".join(_listed(id_) for id_ in before)
        new = b"".join(_listed(id_) for id_ in run.ids)
        so_far, count = hashlib.sha256(b"["), len(before)
        for number in chain((count,), range(count)):
            if not self._spend(len(run.ids) + count - (number if number < count else 0)):
                return False
            at = number * _LISTED
            digest = hashlib.sha256(b"[" + old) if number == count else so_far.copy()
            digest.update((new + old[at:])[:-1] + b"]")
            if digest.hexdigest() == run.announcement:
                return True
            if number < count:
                so_far.update(old[at : at + _LISTED])
        return False

    def _is_repeated(self, run: DigestRun) -> bool:
        """Whether the digest covers these entries with one of them counted twice."""
        count = len(run.ids)
        if count * count * _LISTED > self._budget:  # twice the cost: leave some for other runs
            return False
        self._spend(count * count // 2)
        listed = b"".join(_listed(id_) for id_ in run.ids)
        so_far = hashlib.sha256(b"[")
        for at in range(0, len(listed), _LISTED):
            so_far.update(listed[at : at + _LISTED])
            digest = so_far.copy()
            digest.update(listed[at:-1] + b"]")
            if digest.hexdigest() == run.announcement:
                return True
        return False

    def _spend(self, ids: int) -> bool:
        """Charge the hashing of this many ids to the budget; return whether it was enough."""
        self._budget -= ids * _LISTED
        return self._budget >= 0

    def _flaw(self, kind: Kind, run: DigestRun, *, belong_to: str = "", before: int = 0) -> None:
        self._report(Flaw(kind, run.announcement, run.first, run.last, belong_to, before))


_LISTED = len('"",') + 64


def _listed(id_: str) -> bytes:
    """Return an id as an element of a canonical list."""
    return f'"{id_}",'.encode()


_SOURCE = b',"source":"sources/'
_ID = b',"id":"'
_DESCRIBES = b'"type":"mission-ledger.source-recorded"}'


class _SourceMention(NamedTuple):
    """An entry that describes or names a source."""

    position: int
    id: str
    describes: bool


def _source_mentions(stored: Stored, names: Iterable[str]) -> dict[str, list[_SourceMention]]:
    """Return the entries that describe or name these sources, by source, in order.

    Only their envelopes are searched; nothing is decoded.
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
