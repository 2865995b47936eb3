"""Run all benchmarks and compare each figure with its target.

    python -m benchmarks --events 1000000

The ledgers to measure are created first, in a temporary folder or in `--folder`, where the next
run reuses them. Needs the extra `bench` (pip install -e '.[bench]') and a MariaDB server on the
PATH (Debian's package mariadb-server).
"""

import gc
import tempfile
from itertools import chain
from pathlib import Path

import click

from benchmarks import answers, bitemporal, eventsourced, loading
from benchmarks.figures import Figure, plot, table, write_json
from benchmarks.missions import ledger_of

DOCS = Path(__file__).parents[1] / "docs"
FEW, LOADED = 10_000, 100_000


@click.command()
@click.option(
    "--events", default=1_000_000, show_default=True, help="Number of events in the large ledger."
)
@click.option("--folder", type=click.Path(path_type=Path), help="Folder to keep the ledgers in.")
@click.option("--write/--no-write", default=False, help="Write docs/benchmarks.json and .svg.")
def main(events: int, folder: Path | None, *, write: bool) -> None:
    """Run all benchmarks."""
    with tempfile.TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        few = ledger_of(FEW, place / f"{FEW}.sqlite")
        many = ledger_of(events, place / f"{events}.sqlite")
        # The same garbage collector settings as in cli.main.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000)
        found: list[Figure] = []
        every = chain(
            answers.figures(few, many),
            loading.figures(ledger_of(LOADED, place / f"{LOADED}.sqlite"), Path(temporary)),
            loading.startup(Path(temporary)),
            bitemporal.figures(),
            eventsourced.figures(),
        )
        for each in every:
            found.append(each)
            click.echo(table([each]))
    if write:
        write_json(found, DOCS / "benchmarks.json")
        plot(found, DOCS / "benchmarks.svg")


if __name__ == "__main__":
    main()
