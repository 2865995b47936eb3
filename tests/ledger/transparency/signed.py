"""A log and the key that signs for it, for the tests of what is proved of logs."""

import re
import textwrap
from pathlib import Path
from types import ModuleType

from events.catalogue import CommandAttested
from ledger.log import Batch, Ledger
from ledger.transparency.checkpoints import Checkpoint, write_checkpoint
from ledger.transparency.keys import SigningKey
from projections.record import Record, open_record
from tests.ready import empty_ledger

KEY = SigningKey("example.org/mission-ledger", bytes(range(32)))
OTHER_KEY = SigningKey("example.org/mission-ledger", bytes(range(1, 33)))


POEM = """\
Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore \
NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""
"""The example of c2sp.org/signed-note."""


def new_log(place: str | Path, size: int, *, note: str = "as before") -> Record:
    """Make a ledger of so many entries: a file, or in a database that holds an empty one."""
    ready = empty_ledger(place) if isinstance(place, Path) else place
    ledger = open_record(ready, write=True)
    lengthen(ledger, size, note=note)
    return ledger


def lengthen(ledger: Record, size: int, *, note: str = "as before") -> None:
    """Append entries up to a size."""
    events = tuple(
        CommandAttested(
            mission="nato-mission-iraq", source="um", on="2021-05-01", by="DNK", note=f"{note} {at}"
        )
        for at in range(ledger.position(), size)
    )
    if events:
        ledger.append(Batch(events), by="anna")


def checkpoint_of(ledger: Ledger, size: int, key: SigningKey = KEY) -> bytes:
    """Sign a checkpoint of a ledger's first entries."""
    return write_checkpoint(Checkpoint(key.name, size, ledger.tree(size).root), key)


def examples(module: ModuleType) -> list[bytes]:
    """Return the examples that a module's docstring shows, as the files they are."""
    blocks = re.findall(r"(?:    .*\n|\n(?=    ))+", module.__doc__ or "")
    return [textwrap.dedent(block).lstrip("\n").encode() for block in blocks]
