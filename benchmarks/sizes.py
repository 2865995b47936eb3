"""The size of a ledger's file, compared with the stored bytes of its entries."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.missions import large_ledger
from projections.record import open_record


def figures(events: int, folder: Path) -> Iterator[Figure]:
    """Measure the file of the large ledger."""
    path = large_ledger(events, folder)
    with open_record(path) as store:
        payload = sum(len(raw) for _, raw in store.stored())
    size = path.stat().st_size
    said = f"{size / 1e6:,.0f} MB for {payload / 1e6:,.0f} MB"
    yield Figure(
        "bytes on disk, log and derived tables, of the payload", size / payload, "times", 1.4,
        beside=said,
    )  # fmt: skip
