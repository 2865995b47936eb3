"""Verification of a whole ledger, compared with SHA-256 of its entries alone."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.figures import Figure, seconds
from benchmarks.missions import large_ledger
from ledger.merkle.tree import leaf_hash
from ledger.upkeep.verify import verify
from projections.record import open_record

HASHED = 20_000


def figures(events: int, folder: Path) -> Iterator[Figure]:
    """Measure a quick verification, and a full one."""
    with open_record(large_ledger(events, folder)) as store:
        count = store.position()
        raws = [raw for _, raw in islice(store.stored(), HASHED)]
        hashed = len(raws) / seconds(lambda: [leaf_hash(raw) for raw in raws])
        limit = f"SHA-256 of the leaves alone {hashed:,.0f}/s"
        for name, quick, bar in (
            (f"verify --quick of {count:,} entries: hashes, ids, tree", True, 200_000),
            (f"verify of {count:,} entries in full", False, 40_000),
        ):
            taken = seconds(verify, store, quick=quick, share_out=True)
            yield Figure(name, count / taken, "entries/s", bar, most=False, beside=limit)
