"""YAML is read as text, and what is clever in it is refused with its place."""

from collections.abc import Callable

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from events.files import file_text, yaml_text
from events.files.document import Document, Items, Mapping, Text
from events.files.yaml_text import read_yaml


@pytest.fixture(params=["fast", "plain"], autouse=True)
def asked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Read with either of PyYAML's parsers; say how many events it has been asked for."""
    kind = yaml.SafeLoader if request.param == "plain" else yaml_text._LOADER
    events = []

    class Counting(kind):  # type: ignore[misc, valid-type]
        def get_event(self) -> object:
            events.append(super().get_event())
            return events[-1]

    monkeypatch.setattr(yaml_text, "_LOADER", Counting)
    return lambda: len(events)


def _found(document: Document) -> list[tuple[str, int, int]]:
    return [(fault.code, fault.line, fault.column) for fault in document.faults]


@pytest.mark.parametrize(
    "text", ["NO", "012", "1:30", "2021-05", "1e3", "0x1F", "yes", "1_000", "=", ".inf", "12.50"]
)
def test_scalars_are_text(text: str) -> None:
    """Every scalar is the characters that stand in the file, quoted or not."""
    for written in (text, f'"{text}"', f"'{text}'"):
        root = read_yaml(f"a: {written}\n".encode(), "f").root
        assert isinstance(root, Mapping)
        value = root.values["a"]
        assert isinstance(value, Text)
        assert (value.value, value.line, value.column) == (text, 1, 4)


def test_structure_and_places() -> None:
    """Lists and mappings know where they begin; a BOM and CRLF change nothing."""
    for data in (b"a:\n  - b: c\n  - d\n", b"\xef\xbb\xbfa:\r\n  - b: c\r\n  - d\r\n"):
        document = read_yaml(data, "f")
        assert document.faults == []
        assert isinstance(document.root, Mapping)
        items = document.root.values["a"]
        assert isinstance(items, Items)
        assert [(item.line, item.column) for item in items.items] == [(2, 5), (3, 5)]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", [("empty-file", 1, 1)]),
        (b"# nothing\n", [("empty-file", 1, 1)]),
        (b"a:\nb: ~\nc: null\nd: \"\"\ne: '~'\n",
         [("empty", 1, 3), ("empty", 2, 4), ("empty", 3, 4)]),
        (b"a: 1\nb: 2\na: 3\n", [("duplicate-key", 3, 1)]),
        (b"a: &x 1\nb: *x\n", [("alias", 1, 4), ("alias", 2, 4)]),
        (b"a: !!int 1\nb: !x 2\n", [("tag", 1, 4), ("tag", 2, 4)]),
        (b"[a]: 1\n", [("complex-key", 1, 1)]),
        (b"? {a: b}\n: 1\n", [("complex-key", 1, 3)]),
        (b"<<: {a: b}\n", [("merge-key", 1, 1)]),
        (b"a: 1\n---\nb: 2\n", [("documents", 2, 1)]),
        (b"a: {2020,2021}\n", [("braces", 1, 4)]),
        (b"a:\n\tb: 1\n", [("tab", 2, 1)]),
        (b"a: b: c\n", [("yaml", 1, 5)]),
        (b"a: @x\n", [("yaml", 1, 4)]),
        (b'a: "b\nc: d\n', [("yaml", 1, 4)]),
        (b"a: x\x00y\n", [("encoding", 1, 1)]),
        (b"a: \x07\n", [("character", 1, 4)]),
        ("a: \u2028\n".encode(), [("character", 1, 4)]),
        ("a: 1\nb: f\xf8r\n".encode("latin-1"), [("encoding", 2, 5)]),
        ("a: 1\n".encode("utf-16"), [("encoding", 1, 1)]),
        ("a: 1\n".encode("utf-16-le"), [("encoding", 1, 1)]),
        (b"[" * 100_000, [("too-deep", 1, 21)]),
        (b"{a: " * 100_000, [("too-deep", 1, 81)]),
        (b"- " * 100_000, [("too-deep", 1, 41)]),
        (("\u00e6: " + "[" * 100_000).encode(), [("too-deep", 1, 23)]),
        (b"a: 1\nb:\n- " + b"[{c: " * 100_000, [("too-deep", 3, 48)]),
        (b"a: 'x'\n " + b"[" * 100_000, [("yaml", 2, 2)]),
    ],
)  # fmt: skip
def test_refuses(data: bytes, found: list[tuple[str, int, int]], asked: Callable[[], int]) -> None:
    """Each trick or slip is one fault at its place, and little is read for it."""
    document = read_yaml(data, "f")
    assert _found(document) == found
    assert all(fault.hint for fault in document.faults)
    assert asked() < 100


def test_names_the_byte_that_is_not_utf8() -> None:
    """A Latin-1 file is told which byte, and what it would have been."""
    (fault,) = read_yaml("a: f\xf8r".encode("latin-1"), "f").faults
    assert "byte 4 (0xf8)" in fault.message
    assert "'ø'" in fault.hint


def test_a_billion_laughs_cost_nothing() -> None:
    """Aliases are never followed, so nothing is multiplied."""
    bomb = "a0: &a0 [x,x]\n" + "".join(
        f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
    )
    document = read_yaml(bomb.encode(), "f")
    assert {fault.code for fault in document.faults} == {"alias"}
    assert len(document.faults) == 10 + 81


def test_caps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too large a file and too many values are refused before they are built."""
    monkeypatch.setattr(file_text, "LARGEST_FILE", 100)
    assert _found(read_yaml(b"a" * 101, "f")) == [("too-large", 0, 0)]
    monkeypatch.setattr(yaml_text, "MOST_NODES", 10)
    assert _found(read_yaml(b"[" + b"a," * 40 + b"a]", "f")) == [("too-many", 1, 20)]


@given(
    st.binary(max_size=200) | st.text(alphabet="ab:-[]{}&*!|>'\"#%@?,~ \n\t\\<u0d").map(str.encode)
)
def test_never_raises(data: bytes) -> None:
    """Any bytes at all give a root or faults."""
    document = read_yaml(data, "f")
    assert document.root is not None or document.faults
    for fault in document.faults:
        fault.render().encode()
