"""The Merkle tree grown again from the stored bytes, and compared with the nodes kept beside them.

A node that differs is told once: over an entry whose own leaf differs, every node up to the root
differs too, and nothing is said of those.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence

from ledger.merkle import EMPTY_ROOT, Tree, grown
from ledger.store import Ledger

WAITING = 4096
"""How many nodes of one level are compared at a time."""

Found = Callable[[str, str, int | None], None]


class Regrown:
    """The tree so far. Past a missing position only leaves can be told, and no root."""

    def __init__(self, ledger: Ledger, found: Found, *, root_at: int | None = None) -> None:
        self._ledger = ledger
        self._found = found
        self._tree: Tree | None = Tree()
        self._root_at = root_at
        self.root_then = None if root_at else EMPTY_ROOT
        self._compared: Counter[int] = Counter()
        self._waiting: dict[int, list[bytes]] = {}
        self._bad_leaves: list[int] = []

    @property
    def root(self) -> bytes | None:
        """The root of all leaves; None where some are missing."""
        return self._tree.root if self._tree else None

    def add(self, leaves: Sequence[bytes]) -> None:
        """Grow by leaves."""
        if self._tree is None:
            self._waiting.setdefault(0, []).extend(leaves)
        else:
            until = (self._root_at or 0) - self._tree.size
            if 0 < until <= len(leaves):
                self.root_then = grown(self._tree, leaves[:until])[0].root
            self._tree, nodes = grown(self._tree, leaves)
            for level, _, node in nodes:
                self._waiting.setdefault(level, []).append(node)
        if len(self._waiting.get(0, ())) >= WAITING:
            self.compare()

    def skip_to(self, leaf: int) -> None:
        """Go on with the leaf of this number (0 is the first); those before it are missing."""
        try:
            self.compare()
        finally:
            self._tree = None
            self._compared[0] = leaf

    def compare(self) -> None:
        """Compare what is waiting with what is stored, the leaves first."""
        for level, waiting in sorted(self._waiting.items()):
            first = self._compared[level]
            self._compared[level] += len(waiting)
            self._waiting[level] = []
            stored = list(self._ledger.nodes(level, first, first + len(waiting)))
            if stored != waiting:
                self._tell(level, first, waiting, stored)

    def _tell(self, level: int, first: int, waiting: list[bytes], stored: list[bytes]) -> None:
        if len(stored) != len(waiting):
            more = len(stored) - len(waiting)
            what = f"has {more} too many" if more > 0 else f"lacks {-more} of {len(waiting)}"
            said = f"the Merkle tree kept beside the log {what} nodes at level {level}"
            self._found("tree", said, None)
            return
        for number, (wanted, there) in enumerate(zip(waiting, stored, strict=True), first):
            if wanted == there:
                continue
            if level == 0:
                self._bad_leaves.append(number)
                self._found(
                    "changed",
                    f"the entry at position {number + 1} is not the one that was appended, or its"
                    " leaf in the Merkle tree was changed: they do not belong together",
                    number + 1,
                )
            elif not self._explained(number << level, number + 1 << level):
                covers = f"{(number << level) + 1} to {number + 1 << level}"
                self._found(
                    "tree",
                    f"the node of the Merkle tree over positions {covers} is not the hash of what"
                    " is beneath it",
                    None,
                )

    def _explained(self, first: int, end: int) -> bool:
        """Whether one of these leaves differs itself."""
        at = bisect_left(self._bad_leaves, first)
        return at < len(self._bad_leaves) and self._bad_leaves[at] < end
