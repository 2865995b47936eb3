"""Events of a file refer to events above them by labels, which are not stored."""

import pytest

from events.encoding.codec import event_id
from events.files.announcement import Announcement, read_announcement
from events.files.announcement_text import write_announcement
from events.files.diagnostics import AnnouncementError
from events.record_events import ClaimRetracted, ReadingPreferred, targets_of

HEAD = """\
mission: nmi
source: {id: a, publisher: P, title: T, language: en, published: 2023}
events:
"""
TWO = """\
  - {type: command-taken-over, by: DNK, on: 2020-11, label: text}
  - {type: command-taken-over, by: DNK, on: 2020-12, label: table}
"""
PREFERRED = (
    "  - {type: reading-preferred, facet: command, key: DNK, role: start, claims: %s, reason: r}\n"
)
STAY = "  - {type: place-opened, place: x, on: %s, label: stay}\n"
RETRACTED = "  - {type: claim-retracted, target: %s, reason: r}\n"


def read(events: str) -> Announcement:
    """Read a file of these events."""
    return read_announcement((HEAD + events).encode(), "f.yaml")


def test_a_label_stands_for_an_event_above() -> None:
    """Its id is put in the place of `=` and the label, and the event is stored without it."""
    first, second, preferred = read(TWO + PREFERRED % "[=text]").events
    assert isinstance(preferred, ReadingPreferred)
    assert preferred.claims == (event_id(first),)
    both = read(TWO + PREFERRED % "[=table, =text]").events[-1]
    assert targets_of(both) == (event_id(second), event_id(first))
    unlabelled = TWO.replace(", label: text", "").replace(", label: table", "")
    assert read(unlabelled).events == (first, second)


def test_an_event_about_the_record_can_have_a_label() -> None:
    """A retraction in the same file can be taken back."""
    labelled = (RETRACTED % "=text").replace("reason", "label: undone, reason")
    *_, retraction, again = read(TWO + labelled + RETRACTED % "=undone").events
    assert targets_of(again) == (event_id(retraction),)


@pytest.mark.parametrize(
    ("on", "reference", "target"),
    [
        ("2020/2021", "=stay", "place-opened"),
        ("2020/2021", "=stay.end", "place-closed"),
        ("2020/..", "=stay", "place-opened"),
        ("2020/..", "=stay.still", "place-attested"),
        ("../2021", "=stay", "place-closed"),
        ("../2021", "=stay.end", "place-closed"),
    ],
)
def test_parts_of_an_interval_have_names(on: str, reference: str, target: str) -> None:
    """The label alone is the first event, which is the start where there is one."""
    *events, retraction = read(STAY % on + RETRACTED % reference).events
    assert isinstance(retraction, ClaimRetracted)
    assert retraction.target in {event_id(each) for each in events if each.type == target}


@pytest.mark.parametrize(
    ("events", "line", "column", "said"),
    [
        (
            TWO + PREFERRED % "[=txt]",
            6,
            79,
            ("no event above has the label txt", "did you mean text"),
        ),
        (TWO + RETRACTED % "=", 6, 37, ("no event above has the label", "write label:")),
        (
            RETRACTED % "=text" + TWO,
            4,
            37,
            ("label text is further down, on line 5", "before this"),
        ),
        (TWO.replace("table", "text"), 5, 61, ("label text is that of the event on line 4",)),
        (TWO.replace("table", "=x"), 5, 61, ("lower-case letters",)),
        (TWO.replace("label: table", "label: [a]"), 5, 61, ("label must be text",)),
        (STAY % "2020" + RETRACTED % "=stay.end", 5, 37, ("stay has no part .end", "write .end")),
        (TWO + RETRACTED % "text", 6, 37, ("4 to 64 hex digits", "label: =x")),
        (TWO + RETRACTED % '"=text "', 6, 37, ("no event above", "did you mean text")),
        (
            TWO + "  - {type: claim-corrected, target: =text, reason: r, claim:"
            " {type: command-taken-over, by: DNK, on: 2020, label: x}}\n",
            6,
            108,
            ("unknown key label",),
        ),
    ],
)
def test_a_wrong_label_is_a_fault_at_its_place(
    events: str, line: int, column: int, said: tuple[str, ...]
) -> None:
    """Unknown, further down, given twice or no short name: one fault that says what to write."""
    with pytest.raises(AnnouncementError) as raised:
        read(events)
    (fault,) = raised.value.faults
    assert (fault.line, fault.column) == (line, column)
    assert all(each in f"{fault.message} {fault.hint}" for each in said), fault


@pytest.mark.parametrize("wrong", ["on: 2021-13", "type: command-takn-over", "nation: X"])
def test_an_event_with_a_fault_is_one_fault(wrong: str) -> None:
    """What refers to it is not reported as well."""
    broken = TWO.replace("on: 2020-11", wrong) if "on" in wrong[:2] else TWO
    if wrong.startswith("type"):
        broken = TWO.replace("type: command-taken-over", wrong, 1)
    elif wrong.startswith("nation"):
        broken = TWO.replace("by: DNK", f"by: DNK, {wrong}", 1)
    with pytest.raises(AnnouncementError) as raised:
        read(broken + PREFERRED % "[=text, =table]")
    assert len(raised.value.faults) == 1


def test_a_part_of_an_event_with_a_fault_is_no_fault_either() -> None:
    """What parts it has is not known."""
    with pytest.raises(AnnouncementError) as raised:
        read(STAY % "2020-13/2021" + RETRACTED % "=stay.end")
    assert [fault.line for fault in raised.value.faults] == [4]


def test_a_file_written_anew_refers_by_ids() -> None:
    """Labels are gone, and what is referred to is the same."""
    announcement = read(TWO + PREFERRED % "[=text]")
    text = write_announcement(announcement)
    assert "label" not in text
    assert read_announcement(text.encode(), "f.yaml") == announcement
