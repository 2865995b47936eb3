"""Run the benchmarks, and print each figure beside its bar.

    python -m benchmarks --events 1000000
    python -m benchmarks --only state --only find

The ledgers to measure are created first, in a temporary folder or in `--folder`, where the next
run reuses them. Needs the extra `bench` (pip install -e '.[bench]'), and compares with MariaDB
where its server is on the PATH (Debian's package mariadb-server). A peer that is missing is named.
"""

import gc
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from benchmarks import (
    answers,
    appending,
    bitemporal,
    importing,
    publishing,
    sizes,
    starting,
    verifying,
)
from benchmarks.figures import Figure, plot, table, write_json

DOCS = Path(__file__).parents[1] / "docs"

GROUPS: dict[str, Callable[[int, Path], Iterator[Figure | str]]] = {
    "import": importing.figures,
    "verify": verifying.figures,
    "state": answers.states,
    "find": answers.finding,
    "diff": answers.differing,
    "append": appending.figures,
    "clocks": bitemporal.figures,
    "size": sizes.figures,
    "start": starting.figures,
    "publish": publishing.figures,
}
"""Each yields figures, or says what cannot be measured; given the number of events and a folder."""


@click.command()
@click.option(
    "--events", default=1_000_000, show_default=True, help="Number of events in the large ledger."
)
@click.option("--folder", type=click.Path(path_type=Path), help="Folder to keep the ledgers in.")
@click.option(
    "--only", multiple=True, type=click.Choice([*GROUPS]), help="A group to run, instead of all."
)
@click.option("--write/--no-write", default=False, help="Write docs/benchmarks.json and .svg.")
def main(events: int, folder: Path | None, only: tuple[str, ...], *, write: bool) -> None:
    """Run the benchmarks."""
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        for group in only or GROUPS:
            # The same garbage collector settings as in cli.main.
            gc.collect()
            gc.freeze()
            gc.set_threshold(500_000)
            for each in GROUPS[group](events, place):
                click.echo(each if isinstance(each, str) else table([each]))
                if isinstance(each, Figure):
                    found.append(each)
    if write:
        write_json(found, DOCS / "benchmarks.json")
        plot(found, DOCS / "benchmarks.svg")


if __name__ == "__main__":
    main()
