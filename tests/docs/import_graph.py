"""The import graph of the program, room by room, as `docs/architecture.md` shows it.

    python -m tests.docs.import_graph        writes it into the document

A room is a folder, or modules at the top of a package that stand in layers next to each other in
the contracts of `pyproject.toml`. Rooms are listed from the outside in, each with what it imports.
"""

import re
import tomllib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "architecture.md"
PACKAGES = ("cli", "projections", "ledger", "events")
BLOCK = re.compile(r"(?<=<!-- import graph -->\n```\n).*?(?=```\n)", re.DOTALL)

Room = tuple[str, ...]
"""Modules and packages that are drawn as one."""


def rooms(package: str) -> Iterator[Room]:
    """Yield the rooms of a package, the outermost first."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    (layers,) = (each["layers"] for each in contracts if each["name"] == f"Inside {package}")
    modules = [module for layer in layers for module in layer.split(" | ")]
    for is_folder, found in groupby(modules, is_package):
        some = tuple(found)
        yield from [(module,) for module in some] if is_folder else [some]


def is_package(module: str) -> bool:
    """Whether a module is a folder."""
    return (ROOT / module.replace(".", "/")).is_dir()


def named(room: Room) -> str:
    """Return what a room is called: a folder's name, or the package's and the first module's."""
    return f"{room[0]}, …" if len(room) > 1 else room[0]


def lines(graph: grimp.ImportGraph) -> Iterator[str]:
    """Yield the lines of the graph."""
    for package in PACKAGES:
        inside = list(rooms(package))
        for room in inside:
            imported = imports_of(graph, room)
            found = [other for other in inside if other != room and of(graph, other) & imported]
            others = {module.partition(".")[0] for module in imported} - {package}
            said = [*map(named, found), *(each for each in PACKAGES if each in others)]
            yield f"{named(room):22} {'  '.join(said)}".rstrip()


def of(graph: grimp.ImportGraph, room: Room) -> set[str]:
    """Return all modules of a room."""
    return {each for module in room for each in (module, *graph.find_descendants(module))}


def imports_of(graph: grimp.ImportGraph, room: Room) -> set[str]:
    """Return all modules that those of a room import."""
    return {
        imported
        for module in of(graph, room)
        for imported in graph.find_modules_directly_imported_by(module)
    }


def drawn() -> str:
    """Return the graph as text."""
    return "\n".join(lines(grimp.build_graph(*PACKAGES))) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(BLOCK.sub(lambda _: drawn(), DOCUMENT.read_text("utf-8")), "utf-8")
