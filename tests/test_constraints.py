"""What CI installs is fixed to the release, and what it fixes is what the package asks for."""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINNED = {
    canonicalize_name(name): version
    for name, _, version in (
        line.partition("==")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
}


def test_whatever_is_asked_for_is_pinned() -> None:
    """Each thing that the package, its tests or its build ask for has a release that fits."""
    project = PROJECT["project"]
    asked = [
        *project["dependencies"],
        *project["optional-dependencies"]["dev"],
        *PROJECT["build-system"]["requires"],
    ]
    for each in map(Requirement, asked):
        version = PINNED.get(canonicalize_name(each.name))
        assert version, f"{each.name} is not in constraints.txt"
        assert version in each.specifier, each


def test_ci_installs_what_is_pinned() -> None:
    """CI hands the pinned releases to every pip that it runs before its last step."""
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert run.index('export PIP_CONSTRAINT="$PWD/constraints.txt"') < run.index("pip install")
