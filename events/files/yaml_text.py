"""Parse YAML 1.2 with every scalar as a string, without type inference.

Only mappings with text keys, lists and scalars are accepted. Aliases, tags, merge keys, duplicate
keys, empty values and second documents are reported as faults, each with its place. Size limits
are enforced for each parser event, so a file crafted to expand costs no more than any other.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import yaml

from events.files.document import BrokenNode, Document, Items, Mapping, Node, Text
from events.files.file_text import decode

DEEPEST = 20
MOST_NODES = 500_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_SURROGATE = re.compile("[\ud800-\udfff]")
_PARSER_TOO_DEEP = "exceeded maximum nesting depth"
_QUOTES = 'put quotes around the text: "..."'
_MISFIT = ("this line does not fit the structure above it", "check the indentation and quotes")
_SYNTAX = {
    "mapping values are not allowed": ("unexpected colon", f"{_QUOTES} if it contains ': '"),
    "unexpected end of stream": ("a quoted text is not closed", "close the quote"),
    "cannot start any token": ("unquoted text cannot start with this character", _QUOTES),
    "expected ':'": ("missing colon after a key", "write key: value"),
    "expected <block end>": _MISFIT,
    "expected key": _MISFIT,
    "'-' indicator": ("this line is not an item of the list above", "check the indentation"),
    "or ']'": ("a list in brackets is not closed", "write ], or put quotes around the text"),
    "or '}'": ("a mapping in braces is not closed", "write }, or put quotes around the text"),
}
"""A message and a hint for each part of a parser's message."""


def read_yaml(data: bytes, name: str) -> Document:
    """Parse a file's bytes. Never raises: problems are in the document's faults."""
    document = Document(name)
    if not decode(data, document):
        return document
    events = _events(document)
    try:
        document.root = _root(events, document)
    finally:
        events.close()
    if document.root is None and not document.faults:
        hint = "start from the template that `mission add` opens"
        document.report(BrokenNode(1, 1), "empty-file", "the file is empty", hint)
    return document


def _events(document: Document) -> Generator[Any, None, None]:
    """Yield the parser's events up to a syntax error, which is reported."""
    try:
        yield from _parsed(document.text)
    except yaml.MarkedYAMLError as error:
        _report_syntax(error, document)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        document.report(
            BrokenNode(1, 1), "yaml", f"not YAML: {error}", "check the quotes and escapes"
        )


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


def _report_syntax(error: yaml.MarkedYAMLError, document: Document) -> None:
    problem = str(error.problem or error)
    mark = error.problem_mark or error.context_mark
    if "unexpected end of stream" in problem and error.context_mark:
        mark = error.context_mark
    place = BrokenNode(mark.line + 1, mark.column + 1) if mark else BrokenNode(1, 1)
    whole = document.lines[place.line - 1] if place.line <= len(document.lines) else ""
    indent = whole[: len(whole) - len(whole.lstrip())]
    if "\t" in indent:
        tab = BrokenNode(place.line, indent.index("\t") + 1)
        document.report(tab, "tab", "the line is indented with a tab", "indent with spaces")
        return
    described = (said for words, said in _SYNTAX.items() if words in problem)
    unknown = (f"not YAML: {problem}", "check the indentation and quotes")
    document.report(place, "yaml", *next(described, unknown))


@dataclass(slots=True)
class _Open:
    """A list or mapping that is not closed yet; `braces` is whether it is written in braces."""

    node: Items | Mapping
    braces: bool
    faults_before: int
    values: int = 0
    key: Text | BrokenNode | None = None


def _root(events: Iterator[Any], document: Document) -> Node | None:
    """Build the tree of nodes from parser events, without recursion; report faults."""
    root: Node | None = None
    stack: list[_Open] = []
    nodes = documents = 0
    for event in events:
        at = BrokenNode(event.start_mark.line + 1, event.start_mark.column + 1)
        node: Node | None = None
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                hint = "move it to a separate file: one file is one announcement"
                document.report(at, "documents", "a second document starts here", hint)
                return root
        elif isinstance(event, yaml.NodeEvent):
            nodes += 1
            if nodes > MOST_NODES:
                message = f"more than {MOST_NODES:,} values"
                document.report(at, "too-many", message, "split it into several announcements")
                return None
            if isinstance(event, yaml.CollectionStartEvent):
                if len(stack) >= DEEPEST:
                    message = f"nested more than {DEEPEST} levels deep"
                    hint = "put quotes around text that starts with [ or {"
                    document.report(at, "too-deep", message, hint)
                    return None
                _refused(event, at, document)
                stack.append(_opened(event, at, document))
            else:
                node = _refused(event, at, document) or _scalar(event, at, document)
        elif isinstance(event, yaml.CollectionEndEvent):
            node = _closed(stack.pop(), document)
        if node and stack:
            _attach(node, stack[-1], document)
        elif node:
            root = node
    return root


def _refused(event: Any, at: Node, document: Document) -> BrokenNode | None:  # noqa: ANN401
    """Report an alias, an anchor or a tag."""
    if isinstance(event, yaml.AliasEvent):
        code, what, sign = "alias", f"alias *{event.anchor}", "*"
    elif event.anchor is not None:
        code, what, sign = "alias", f"anchor &{event.anchor}", "&"
    elif event.tag is not None:
        code, what, sign = "tag", f"tag {event.tag}", "!"
    else:
        return None
    instead = "remove it" if code == "tag" else "write the values out"
    hint = f"{instead}; put quotes around text that starts with {sign}"
    return document.report(at, code, f"the {what} is not allowed", hint)


def _scalar(event: Any, at: Node, document: Document) -> Node:  # noqa: ANN401
    text: str = event.value
    if not event.style and text in _NULLS:
        hint = "write a value, or remove the line"
        return document.report(at, "empty", "the value is missing", hint)
    if _SURROGATE.search(text):
        message = "a lone surrogate is not a character"
        return document.report(at, "character", message, "delete it")
    return Text(text, at.line, at.column)


def _opened(event: yaml.CollectionStartEvent, at: Node, document: Document) -> _Open:
    is_list = isinstance(event, yaml.SequenceStartEvent)
    node = Items([], at.line, at.column) if is_list else Mapping({}, {}, at.line, at.column)
    braces = bool(event.flow_style) and not is_list
    return _Open(node, braces, len(document.faults))


def _closed(opened: _Open, document: Document) -> Node:
    """Return a finished list or mapping; report one fault for {2020,2021}, not one a value."""
    since = document.faults[opened.faults_before :]
    if opened.braces and since and len(since) == opened.values:  # noqa: SIM102
        if all(fault.code == "empty" for fault in since):
            del document.faults[opened.faults_before :]
            message = "a mapping in braces without values"
            hint = "an event falls on one day: write [2020-11,2020-12] for one of several"
            return document.report(opened.node, "braces", message, hint)
    return opened.node


def _attach(node: Node, parent: _Open, document: Document) -> None:
    """Attach a finished node to a list, or as a mapping's key or value."""
    if isinstance(parent.node, Items):
        parent.node.items.append(node)
    elif parent.key is None:
        parent.key = _key(node, parent.node, document)
    else:
        parent.values += 1
        if isinstance(parent.key, Text):
            parent.node.values[parent.key.value] = node
        parent.key = None


def _key(node: Node, mapping: Mapping, document: Document) -> Text | BrokenNode:
    if isinstance(node, BrokenNode):
        return node
    if not isinstance(node, Text):
        message = "a key must be text, not a list or a mapping"
        return document.report(node, "complex-key", message, "put quotes around it if it is text")
    if node.value == "<<":
        message = "the merge key << is not allowed"
        return document.report(node, "merge-key", message, "write the values out")
    if (first := mapping.keys.get(node.value)) is not None:
        message = f"duplicate key {node.value}, first on line {first.line}"
        return document.report(node, "duplicate-key", message, "remove one of them")
    mapping.keys[node.value] = node
    return node
