"""A fault names its place and says what to do."""

from events.errors import MissionLedgerError
from events.files.diagnostics import EXCERPT, AnnouncementError, Diagnostic, diagnostic_at


def _fault(line: str, column: int) -> Diagnostic:
    return diagnostic_at(
        "date",
        "there is no month 13",
        "write a month from 01 to 12",
        file="nmi.yaml",
        line=14,
        column=column,
        whole_line=line,
    )


def test_renders_as_documented() -> None:
    """The example in the module's docstring is what comes out."""
    assert _fault("    on: 2021-13", 9).render() == (
        "nmi.yaml:14:9: date: there is no month 13\n"
        "   14 |     on: 2021-13\n"
        "      |         ^\n"
        "   = write a month from 01 to 12"
    )


def test_caret_stands_under_the_column() -> None:
    """Escapes and wide letters before the column move the caret with them."""
    for line in ("\tab: x", "日本: x", "e\u0301: x", "\u202e: x", "a" * 1000 + "x" + "b" * 1000):
        column = line.index("x") + 1
        fault = _fault(line, column)
        assert len(fault.text) <= EXCERPT + 20
        cells = "".join(c * (2 if c in "日本" else 1) for c in fault.text if c != "\u0301")
        assert cells[fault.caret - 1] == "x"


def test_without_a_place() -> None:
    """A fault of the whole file shows no line."""
    assert Diagnostic("too-large", "it is", file="a.yaml").render() == "a.yaml: too-large: it is"


def test_error_carries_all_faults_in_file_order() -> None:
    """All faults come at once, in the order they stand in."""
    late, early = Diagnostic("a", "x", line=9, column=1), Diagnostic("b", "y", line=2, column=7)
    error = AnnouncementError([late, early])
    assert error.faults == (early, late)
    assert isinstance(error, MissionLedgerError)
    assert error.code == "announcement"
    assert "2 faults" in error.message
    assert early.to_json()["line"] == 2
