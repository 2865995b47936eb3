"""An announcement file as a tree of nodes, and the faults found in it.

    on: 2021-05        Text("2021-05"), not a date        NO, 012, 1:30    unchanged

Every scalar is text; lines and columns count from 1.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from events.files.diagnostics import Diagnostic, diagnostic_at

MOST_FAULTS = 1000

BREAK = re.compile("\r\n|\r|\n")
"""The end of a line."""


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as written in the file."""

    value: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: "list[Node]"
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping; its keys in file order, each with its place."""

    values: "dict[str, Node]"
    keys: dict[str, Text]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class BrokenNode:
    """An invalid part of the file; its fault is reported, and readers skip it."""

    line: int
    column: int


Node = Text | Items | Mapping | BrokenNode


class Document:
    """A parsed file: its root node, None if there is none, and the faults found so far."""

    def __init__(self, name: str, text: str = "") -> None:
        self.name = name
        self.text = text
        self.root: Node | None = None
        self.faults: list[Diagnostic] = []

    @cached_property
    def lines(self) -> list[str]:
        """The file's lines, without line ends."""
        return BREAK.split(self.text)

    def report(self, node: Node, code: str, message: str, hint: str) -> BrokenNode:
        """Record a fault at a node; after MOST_FAULTS, only that there are more."""
        line, column = node.line, node.column
        if len(self.faults) == MOST_FAULTS:
            code, message = "too-many-faults", f"more than {MOST_FAULTS} faults"
            hint = "fix those above first: the rest of the file was not checked"
        if not self.full:
            whole = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
            self.faults.append(
                diagnostic_at(
                    code, message, hint, file=self.name, line=line, column=column, whole_line=whole
                )
            )
        return BrokenNode(line, column)

    @property
    def full(self) -> bool:
        """Whether there are too many faults to report more."""
        return len(self.faults) > MOST_FAULTS
