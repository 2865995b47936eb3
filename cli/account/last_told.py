"""The position up to which changes were last told, for each ledger and choice of missions.

    …/mission-ledger/told/5f07….json
    {"ledger": "/home/anna/ledger.sqlite", "missions": [], "position": 167, "root": "kQ5…="}

A file in the user's state folder, named by a hash of the ledger's place, its first entry and the
missions: another ledger at the same place has a file of its own. The Merkle root shows whether the
entries up to that position are still those that were told.

Calls at the same time each replace the file whole, and none moves the position back: what was told
twice is the worst that can come of it.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from cli.account.starting_point import StartingPoint
from cli.render.counting import count
from cli.render.messages import say
from events.encoding.codec import canonical
from events.errors import ProofError
from ledger.files import drafted, make_folder
from ledger.log import Ledger
from ledger.merkle.tree import leaf_hash
from ledger.transparency.signed_notes import to_base64


@dataclass(frozen=True, slots=True)
class ToldPosition:
    """A position, and the Merkle root (base64) of the log up to it."""

    position: int
    root: str


@dataclass(frozen=True, slots=True)
class LastTold:
    """Where the position last told of one ledger is stored."""

    path: Path
    place: str
    missions: tuple[str, ...]

    def starting_point(self, store: Ledger) -> StartingPoint:
        """Return the position last told; the beginning where none is, which a line says.

        Raises ProofError where the log is shorter now, or no longer begins with the same entries.
        """
        told = self._read()
        if told is None:
            entries = count(store.position(), "entry", "entries")
            say(f"nothing of this ledger was told before: telling all of it, {entries}")
            return StartingPoint(0, "last", "since the beginning, for the first time")
        end = store.position()
        hint = (
            "`mission verify` checks the ledger, --since POSITION tells from any position;"
            f" to begin anew, delete {self.path}"
        )
        if told.position > end:
            raise ProofError(
                f"changes were told up to position {told.position}, and the log of {self.place}"
                f" ends at position {end}: entries were removed, or an older copy put in its place",
                hint=hint,
            )
        if to_base64(store.tree(told.position).root) != told.root:
            raise ProofError(
                f"the entries of {self.place} up to position {told.position} are not those that"
                " were told",
                hint=hint,
            )
        return StartingPoint(
            told.position, "last", f"since position {told.position}, told the last time"
        )

    def write(self, told: ToldPosition) -> None:
        """Store a position, unless a later one is there. What prevents it is said, not raised."""
        data = {
            "ledger": self.place,
            "missions": list(self.missions),
            "position": told.position,
            "root": told.root,
        }
        try:
            there = self._read(quiet=True)
            if there and there.position > told.position:
                return
            make_folder(self.path.parent)
            with drafted(self.path, mode=0o600, replace=True) as file:
                file.write(json.dumps(data, indent=1).encode() + b"\n")
        except OSError as error:
            say(
                f"{self.path} cannot be written ({error.strerror or error}): the next --since-last"
                " tells the same again"
            )

    def _read(self, *, quiet: bool = False) -> ToldPosition | None:
        try:
            data = json.loads(self.path.read_bytes())
            position, root = data["position"], data["root"]
            if type(position) is int and position >= 0 and isinstance(root, str):
                return ToldPosition(position, root)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            pass
        if not quiet:
            say(f"{self.path} cannot be read; it is taken as if it were not there")
        return None


def last_told(store: Ledger, missions: Collection[str]) -> LastTold | None:
    """Return where the position last told of a ledger is stored; None for an empty log."""
    first = next((raw for _, raw in store.stored(upto=1)), None)
    if first is None:
        return None
    place = store.place if "://" in store.place else str(Path(store.place).resolve())
    chosen = tuple(sorted(missions))
    name = hashlib.sha256(canonical([place, leaf_hash(first).hex(), list(chosen)])).hexdigest()
    folder = platformdirs.user_state_path("mission-ledger") / "told"
    return LastTold(folder / f"{name[:32]}.json", place, chosen)
