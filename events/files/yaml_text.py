"""Parse YAML 1.2 with every scalar as a string, without type inference.

    on: 2021-05        Text("2021-05"), not a date        NO, 012, 1:30    unchanged

Only mappings with text keys, lists and scalars are accepted. Aliases, tags, merge keys, duplicate
keys, empty values and second documents are reported as faults, each with its place. Size limits
are enforced for each parser event, so a file crafted to expand costs no more than any other.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

import yaml

from events.files.diagnostics import Diagnostic, diagnostic_at

LARGEST_FILE = 16 * 1024 * 1024
DEEPEST = 20
MOST_NODES = 500_000
MOST_FAULTS = 1000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_SURROGATE = re.compile("[\ud800-\udfff]")
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_BREAK = re.compile("\r\n|\r|\n")
_UTF16 = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_PARSER_TOO_DEEP = "exceeded maximum nesting depth"
_QUOTES = 'put quotes around the text: "..."'
_SYNTAX = (
    (
        "mapping values are not allowed",
        "unexpected colon",
        f"{_QUOTES} if it contains ': '",
    ),
    ("unexpected end of stream", "a quoted text is not closed", "close the quote"),
    ("cannot start any token", "unquoted text cannot start with this character", _QUOTES),
    ("expected ':'", "missing colon after a key", "write key: value"),
    (
        "expected <block end>",
        "this line does not fit the structure above it",
        "check the indentation and quotes",
    ),
    (
        "expected key",
        "this line does not fit the structure above it",
        "check the indentation and quotes",
    ),
    ("'-' indicator", "this line is not an item of the list above", "check the indentation"),
    ("or ']'", "a list in brackets is not closed", "write ], or put quotes around the text"),
    ("or '}'", "a mapping in braces is not closed", "write }, or put quotes around the text"),
)


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as written in the file; line and column count from 1."""

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
    """An invalid node whose fault is already reported; readers skip it."""

    line: int
    column: int


Node = Text | Items | Mapping | BrokenNode


@dataclass(slots=True)
class _Open:
    node: Items | Mapping
    key: Text | BrokenNode | None = None
    braces: bool = False
    values: int = 0
    empty: list[Diagnostic] = field(default_factory=list)


class Document:
    """A parsed file: its root node, None if there is none, and the faults found so far."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.root: Node | None = None
        self.faults: list[Diagnostic] = []

    @cached_property
    def lines(self) -> list[str]:
        """The file's lines, without line ends."""
        return _BREAK.split(self.text)

    def report(self, code: str, message: str, hint: str, line: int, column: int) -> Diagnostic:
        """Record a fault at a place, and return it; after MOST_FAULTS, only that there are more."""
        if len(self.faults) == MOST_FAULTS:
            code, message = "too-many-faults", f"more than {MOST_FAULTS} faults"
            hint = "fix those above first: the rest of the file was not checked"
        whole = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        diagnostic = diagnostic_at(
            code, message, hint, file=self.name, line=line, column=column, whole_line=whole
        )
        if not self.full:
            self.faults.append(diagnostic)
        return diagnostic

    @property
    def full(self) -> bool:
        """Whether there are too many faults to report more."""
        return len(self.faults) > MOST_FAULTS


def read_yaml(data: bytes, name: str) -> Document:
    """Parse a file's bytes. Never raises: problems are in the document's faults."""
    document = Document(name, "")
    text = _decoded(data, document)
    if text is None:
        return document
    document.text = text
    for found in _FORBIDDEN.finditer(text):
        line, column = _place(text, found.start())
        number = ord(found.group())
        document.report(
            "character",
            f"the character U+{number:04X} is not allowed",
            "delete it, or write it as an escape in quotes",
            line,
            column,
        )
        return document
    events = _events(document)
    try:
        _build(events, document)
    finally:
        events.close()
    if document.root is None and not document.faults:
        document.report(
            "empty-file",
            "the file is empty",
            "start from the template that `mission add` opens",
            1,
            1,
        )
    return document


def _place(text: str, offset: int) -> tuple[int, int]:
    before = _BREAK.split(text[:offset])
    return len(before), len(before[-1]) + 1


def _decoded(data: bytes, document: Document) -> str | None:
    if len(data) > LARGEST_FILE:
        document.report(
            "too-large",
            f"the file has {len(data):,} bytes; the limit is {LARGEST_FILE:,}",
            "split it into several announcements",
            0,
            0,
        )
        return None
    kind = _UTF16.get(data[:2])
    nul = data.find(b"\0")
    if kind or nul >= 0:
        at = 0 if kind else nul
        document.report(
            "encoding",
            f"byte {at} is not UTF-8 text: the file is {kind or 'binary or UTF-16'}",
            "save the file as UTF-8",
            data.count(b"\n", 0, at) + 1,
            1,
        )
        return None
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        good = data[: error.start].decode()
        wrong = data[error.start : error.start + 1]
        line, column = _place(good, len(good))
        rest = _BREAK.split(data[error.start : error.start + 400].decode("latin-1"))[0]
        document.faults.append(
            diagnostic_at(
                "encoding",
                f"byte {error.start} (0x{wrong.hex()}) is not UTF-8 text",
                f"save the file as UTF-8; in Latin-1 this would be {wrong.decode('latin-1')!r}",
                file=document.name,
                line=line,
                column=column,
                whole_line=_BREAK.split(good)[-1] + rest,
            )
        )
        return None


def _events(document: Document) -> Generator[Any, None, None]:
    """Yield the parser's events up to a syntax error, which is reported."""
    try:
        yield from _parsed(document.text)
    except yaml.MarkedYAMLError as error:
        _syntax_fault(error, document)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        document.report("yaml", f"not YAML: {error}", "check the quotes and escapes", 1, 1)


def _parsed(text: str) -> Iterator[Any]:
    """Yield the parser's events, including all those before the parser's own depth limit.

    From PyYAML 6.0.4 on the parser has its own limit, far beyond DEEPEST. It looks ahead, and may
    reach that limit before it has emitted the preceding events: the text before it is parsed again.
    """
    loader, emitted = _LOADER(text), 0
    try:
        while loader.check_event():
            yield loader.get_event()
            emitted += 1
    except yaml.MarkedYAMLError as error:
        if _PARSER_TOO_DEEP not in str(error.problem) or error.problem_mark is None:
            raise
        yield from islice(_parsed(text[: error.problem_mark.index]), emitted, None)
    finally:
        loader.dispose()


def _syntax_fault(error: yaml.MarkedYAMLError, document: Document) -> None:
    mark = error.problem_mark or error.context_mark
    problem = str(error.problem or error)
    if "unexpected end of stream" in problem and error.context_mark:
        mark = error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    whole = document.lines[line - 1] if line <= len(document.lines) else ""
    indent = whole[: len(whole) - len(whole.lstrip())]
    if "\t" in indent:
        document.report(
            "tab",
            "the line is indented with a tab",
            "indent with spaces",
            line,
            indent.index("\t") + 1,
        )
        return
    for words, message, hint in _SYNTAX:
        if words in problem:
            document.report("yaml", message, hint, line, column)
            return
    document.report(
        "yaml", f"not YAML: {problem}", "check the indentation and quotes", line, column
    )


def _build(events: Iterator[Any], document: Document) -> None:
    """Build the tree of nodes from parser events, without recursion; report faults."""
    stack: list[_Open] = []
    nodes = documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                mark: Any = event.start_mark
                document.report(
                    "documents",
                    "a second document starts here",
                    "move it to a separate file: one file is one announcement",
                    mark.line + 1,
                    mark.column + 1,
                )
                return
        elif isinstance(event, yaml.NodeEvent):
            nodes += 1
            start: Any = event.start_mark
            line, column = start.line + 1, start.column + 1
            if nodes > MOST_NODES:
                document.report(
                    "too-many",
                    f"more than {MOST_NODES:,} values",
                    "split it into several announcements",
                    line,
                    column,
                )
                document.root = None
                return
            if isinstance(event, yaml.CollectionStartEvent):
                if len(stack) >= DEEPEST:
                    document.report(
                        "too-deep",
                        f"nested more than {DEEPEST} levels deep",
                        "put quotes around text that starts with [ or {",
                        line,
                        column,
                    )
                    document.root = None
                    return
                _report_anchor_or_tag(event, document, line, column)
                is_list = isinstance(event, yaml.SequenceStartEvent)
                node: Node = Items([], line, column) if is_list else Mapping({}, {}, line, column)
                stack.append(_Open(node, braces=bool(event.flow_style)))  # type: ignore[arg-type]
            else:
                _place_node(_scalar(event, stack, document, line, column), stack, document)
        elif isinstance(event, yaml.CollectionEndEvent):
            _place_node(_closed(stack.pop(), document), stack, document)


def _report_anchor_or_tag(
    event: yaml.NodeEvent, document: Document, line: int, column: int
) -> bool:
    """Report an anchor or a tag on a node; return whether there is one."""
    if event.anchor is not None:
        document.report(
            "alias",
            f"the anchor &{event.anchor} is not allowed",
            "write the values out; put quotes around text that starts with &",
            line,
            column,
        )
        return True
    if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
        document.report(
            "tag",
            f"the tag {event.tag} is not allowed",
            "remove it; put quotes around text that starts with !",
            line,
            column,
        )
        return True
    return False


def _scalar(
    event: yaml.NodeEvent, stack: list[_Open], document: Document, line: int, column: int
) -> Node:
    if isinstance(event, yaml.AliasEvent):
        document.report(
            "alias",
            f"the alias *{event.anchor} is not allowed",
            "write the values out; put quotes around text that starts with *",
            line,
            column,
        )
        return BrokenNode(line, column)
    if _report_anchor_or_tag(event, document, line, column):
        return BrokenNode(line, column)
    assert isinstance(event, yaml.ScalarEvent)  # noqa: S101 (the only remaining kind)
    text: str = event.value
    if not event.style and text in _NULLS:
        fault = document.report(
            "empty", "the value is missing", "write a value, or remove the line", line, column
        )
        if stack and not text:
            stack[-1].empty.append(fault)
        return BrokenNode(line, column)
    if _SURROGATE.search(text):
        document.report(
            "character", "a lone surrogate is not a character", "delete it", line, column
        )
        return BrokenNode(line, column)
    return Text(text, line, column)


def _closed(opened: _Open, document: Document) -> Node:
    node = opened.node
    if isinstance(node, Mapping) and opened.braces and opened.empty:  # noqa: SIM102
        if len(opened.empty) == opened.values:
            replaced = {id(fault) for fault in opened.empty}
            document.faults = [fault for fault in document.faults if id(fault) not in replaced]
            document.report(
                "braces",
                "a mapping in braces without values",
                "an event falls on one day: write [2020-11,2020-12] for one of several",
                node.line,
                node.column,
            )
            return BrokenNode(node.line, node.column)
    return node


def _place_node(node: Node, stack: list[_Open], document: Document) -> None:
    """Attach a finished node: as the root, or to a list, or as a mapping's key or value."""
    if not stack:
        document.root = node
        return
    top = stack[-1]
    if isinstance(top.node, Items):
        top.node.items.append(node)
    elif top.key is None:
        top.key = _key(node, top.node, document)
    else:
        top.values += 1
        if isinstance(top.key, Text):
            top.node.values[top.key.value] = node
        top.key = None


def _key(node: Node, mapping: Mapping, document: Document) -> Text | BrokenNode:
    if isinstance(node, BrokenNode):
        return node
    if not isinstance(node, Text):
        document.report(
            "complex-key",
            "a key must be text, not a list or a mapping",
            "put quotes around it if it is text",
            node.line,
            node.column,
        )
    elif node.value == "<<":
        document.report(
            "merge-key",
            "the merge key << is not allowed",
            "write the values out",
            node.line,
            node.column,
        )
    elif (first := mapping.keys.get(node.value)) is not None:
        document.report(
            "duplicate-key",
            f"duplicate key {node.value}, first on line {first.line}",
            "remove one of them",
            node.line,
            node.column,
        )
    else:
        mapping.keys[node.value] = node
        return node
    return BrokenNode(node.line, node.column)
