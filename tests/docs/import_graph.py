"""The import graph of the program, as `docs/architecture.md` shows it.

    python -m tests.docs.import_graph        writes it into the document

Each line has a group, and the groups that it imports. A group is a folder, or modules at the top of
a package that stand in layers next to each other in the contracts of `pyproject.toml`.
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

Group = tuple[str, ...]
"""Modules and packages that are drawn as one."""


def groups(package: str) -> Iterator[Group]:
    """Yield the groups of a package, the outermost first."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    (layers,) = (each["layers"] for each in contracts if each["name"] == f"Inside {package}")
    modules = [f"{package}.{name}" for layer in layers for name in layer.split(" | ")]
    for is_folder, found in groupby(modules, is_package):
        some = tuple(found)
        yield from [(module,) for module in some] if is_folder else [some]


def is_package(module: str) -> bool:
    """Whether a module is a folder."""
    return (ROOT / module.replace(".", "/")).is_dir()


def named(group: Group) -> str:
    """Return what a group is called: a folder's name, or the package's and the first module's."""
    return f"{group[0]}, …" if len(group) > 1 else group[0]


def lines(graph: grimp.ImportGraph) -> Iterator[str]:
    """Yield the lines of the graph."""
    for package in PACKAGES:
        inside = list(groups(package))
        for group in inside:
            imported = imports_of(graph, group)
            found = [other for other in inside if other != group and of(graph, other) & imported]
            others = {module.partition(".")[0] for module in imported} - {package}
            said = [*map(named, found), *(each for each in PACKAGES if each in others)]
            yield f"{named(group):25} {'  '.join(said)}".rstrip()


def of(graph: grimp.ImportGraph, group: Group) -> set[str]:
    """Return all modules of a group."""
    return {each for module in group for each in (module, *graph.find_descendants(module))}


def imports_of(graph: grimp.ImportGraph, group: Group) -> set[str]:
    """Return all modules that those of a group import."""
    return {
        imported
        for module in of(graph, group)
        for imported in graph.find_modules_directly_imported_by(module)
    }


def drawn() -> str:
    """Return the graph as text."""
    return "\n".join(lines(grimp.build_graph(*PACKAGES))) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(BLOCK.sub(lambda _: drawn(), DOCUMENT.read_text("utf-8")), "utf-8")
