"""Signed notes: what is written is read, and what is no note is refused with a reason."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import UnreadableProofError
from ledger.transparency import signed_notes
from ledger.transparency.signed_notes import (
    Note,
    Signature,
    from_base64,
    read_note,
    to_base64,
    write_note,
)
from tests.ledger.transparency.signed import POEM, examples


def test_the_module_shows_a_true_note() -> None:
    """The example in the documentation is a note, and written again it is the same bytes."""
    (data,) = examples(signed_notes)
    note = read_note(data)
    assert note.text.startswith("example.org/mission-ledger\n2\n")
    assert [each.name for each in note.signatures] == ["example.org/mission-ledger"]
    assert write_note(note) == data


def test_the_text_may_hold_blank_lines() -> None:
    """The last blank line parts the text from its signatures, as in the standard's example."""
    note = read_note(POEM.encode())
    assert note.text.endswith("\n\ned è subito sera.\n")
    assert note.signatures[0].key_id.hex() == "367ba04b"
    assert len(note.signatures[0].signature) == 64
    assert write_note(note) == POEM.encode()


texts = st.text(st.characters(codec="utf-8", min_codepoint=32) | st.just("\n"), max_size=60).map(
    lambda text: f"{text}\n"
)
names = st.text("abcæø./—-", min_size=1, max_size=20)
signatures = st.builds(
    Signature,
    names,
    st.binary(min_size=4, max_size=4),
    st.binary(min_size=1, max_size=80),
)


@given(st.builds(Note, texts, st.lists(signatures, min_size=1, max_size=4).map(tuple)))
def test_what_is_written_is_read(note: Note) -> None:
    """Any text, signed by any few keys, is read as it was written."""
    assert read_note(write_note(note)) == note


@given(
    st.binary(max_size=120)
    | st.text(max_size=120).map(lambda text: text.encode("utf-8", "replace"))
)
def test_anything_else_is_an_error(data: bytes) -> None:
    """Bytes are a note, and then written again the same, or they are refused."""
    try:
        note = read_note(data)
    except UnreadableProofError:
        return
    assert write_note(note) == data


SIGNED = f"— a.example/key {base64.b64encode(bytes(68)).decode()}\n"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("", "blank line"),
        ("text\n", "blank line"),
        ("text\n\n", "blank line"),
        (f"text\n{SIGNED}", "blank line"),
        (f"text\n\n{SIGNED[:-1]}", "blank line"),
        (f"te\rxt\n\n{SIGNED}", "control"),
        (f"te\0xt\n\n{SIGNED}", "control"),
        (f"text\r\n\r\n{SIGNED}", "control"),
        (f"text\n\n{SIGNED}more\n", "not a signature line"),
        (f"text\n\n- {SIGNED[2:]}", "not a signature line"),
        ("text\n\n— a.example/key\n", "not a signature line"),
        ("text\n\n— a.example/key AAAA\n", "too short"),
        ("text\n\n— a.example/key AAAAA===\n", "base64"),
        ("text\n\n— a.example/key AAAAAAB=\n", "base64"),
        ("text\n\n— a.example/key AAAAAAA\n", "base64"),
        ("text\n\n— a.example/key AAAA AAAA\n", "base64"),
        (f"text\n\n—  {SIGNED[2:].replace('a.example/key ', '')}", "name"),
        (f"text\n\n{SIGNED.replace('key', 'k+y')}", "name"),
        ("text\n\n" + SIGNED.replace("key", "k\u2003y"), "name"),
        (f"text\n\n{SIGNED * 101}", "more than 100 signatures"),
        (f"{'text' * 250_000}\n\n{SIGNED}", "more than 1,000,000 bytes"),
    ],
)
def test_what_is_no_note_is_refused(data: str, why: str) -> None:
    """Each way of not being a note is refused, and the message says which it was."""
    with pytest.raises(UnreadableProofError, match=why):
        read_note(data.encode())


def test_bytes_that_are_not_utf_8_are_refused() -> None:
    """Text in another encoding is no note."""
    with pytest.raises(UnreadableProofError, match="UTF-8"):
        read_note("té\n\n".encode("latin-1") + SIGNED.encode())


@pytest.mark.parametrize(
    "note",
    [
        Note("no newline", (Signature("a", b"1234", b"5"),)),
        Note("unsigned\n", ()),
        Note("text\n", (Signature("a b", b"1234", b"5"),)),
        Note("text\n", (Signature("a\n\n— b", b"1234", b"5"),)),
        Note("text\n", (Signature("a", b"12345", b""),)),
        Note("half \ud800\n", (Signature("a", b"1234", b"5"),)),
    ],
    ids=lambda note: repr(note.text),
)
def test_what_could_not_be_read_is_not_written(note: Note) -> None:
    """A note that would not come back the same is refused before it is written."""
    with pytest.raises(UnreadableProofError):
        write_note(note)


@given(st.binary(min_size=1, max_size=100))
def test_base64_is_read_in_the_one_way_it_is_written(data: bytes) -> None:
    """Base64 comes back as it went, and the same with spaces, tails or bits added does not."""
    text = to_base64(data)
    assert from_base64(text) == data
    for other in (f"{text}=", f" {text}", f"{text}\n", text[:-1], text.replace("=", "A=", 1) + "*"):
        with pytest.raises(UnreadableProofError):
            from_base64(other)


def test_a_hundred_signatures_are_read() -> None:
    """A note that many have signed is read whole."""
    assert len(read_note(f"text\n\n{SIGNED * 100}".encode()).signatures) == 100
