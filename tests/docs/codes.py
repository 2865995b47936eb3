"""The stable codes: those that the program gives, and those that the reference lists.

The program's are read from its source, where each is a literal: an argument of a function that
makes a diagnostic or a finding, or what is assigned to the name `code`.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from events.errors import EventError, LookupFailure, SourceConflictError
from projections.checks.ceilings import over_ceiling
from projections.checks.registry import INCONSISTENCY_CHECKS
from projections.checks.source_fields import read_early

ROOT = Path(__file__).parents[2]

_IN_FILES = {"report": 1, "_refuse": 0, "_matching": 1, "diagnostic_at": 0}
_OF_WARNINGS = {"warning": 0}
_OF_FINDINGS = {"RecordFinding": 0, "of_period": 2, "of_claims": 1, "of_source": 0}
"""The functions that are given a code, with the number of the argument that it is."""


@cache
def listed(title: str) -> dict[str, str]:
    """Return the codes under a heading of the reference (Refusals, …), with their meanings."""
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    table = text.partition(f"### {title}\n")[2].partition("\n#")[0]
    return dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", table, re.MULTILINE))


def refusals() -> set[str]:
    """Return the codes of what refuses a file, or an append."""
    errors = (EventError, *EventError.__subclasses__(), SourceConflictError, LookupFailure)
    files = (ROOT / "events").rglob("*.py")
    return {each.code for each in errors} | _codes(files, _IN_FILES)


def warnings() -> set[str]:
    """Return the codes of warnings about an announcement; what is refused comes to none."""
    found = _codes((ROOT / "projections").glob("*.py"), _OF_WARNINGS)
    specs = [
        find_spec(check.__module__) for check in (*INCONSISTENCY_CHECKS, over_ceiling, read_early)
    ]
    modules = {Path(spec.origin) for spec in specs if spec and spec.origin}
    return found | (_codes(modules, _OF_FINDINGS) - refusals())


def findings() -> set[str]:
    """Return the codes of what is found to be odd in a record."""
    return _codes((ROOT / "projections" / "checks").glob("*.py"), _OF_FINDINGS)


def _codes(paths: Iterable[Path], arguments: dict[str, int]) -> set[str]:
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    found = {code for node in nodes for code in _given(node, arguments)}
    if arguments is _IN_FILES:
        found.update(code for node in nodes for code in _named(node))
    return found


def _given(node: ast.AST, arguments: dict[str, int]) -> Iterator[str]:
    """Yield the code that a call is given as a literal."""
    if isinstance(node, ast.Call):
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        number = arguments.get(name, len(node.args))
        yield from (code for each in node.args[number : number + 1] for code in _texts(each))


def _named(node: ast.AST) -> Iterator[str]:
    """Yield what a function assigns to `code`, or returns as the first of code, message, hint."""
    if not isinstance(node, ast.FunctionDef):
        return
    describes = node.name == "_described"
    for each in ast.walk(node):
        if isinstance(each, ast.Assign) and _is_code(each.targets[0]):
            yield from _texts(_head(each.value))
        if describes and isinstance(each, ast.Return) and each.value:
            yield from _texts(_head(each.value))


def _head(node: ast.expr) -> ast.expr:
    """Return the first part of a tuple, or what is none."""
    return node.elts[0] if isinstance(node, ast.Tuple) else node


def _texts(node: ast.expr) -> list[str]:
    """Return the texts that an expression can be, as far as it is made of literals."""
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return [str(node.value)] if is_text else []


def _is_code(target: ast.expr) -> bool:
    head = _head(target)
    return isinstance(head, ast.Name) and head.id == "code"
