"""What is typed in an editor: into the log or kept, and never lost."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.desk import NEWS, Desk, editor


def test_what_is_typed_is_appended_and_the_draft_removed(desk: Desk) -> None:
    """`add` without a file opens the editor on a template."""
    source = desk.file(NEWS, "typed")
    result = desk("add", EDITOR=editor(desk.folder, f'cp "{source}" "$1"'))
    assert result.exit_code == 0, result.output
    assert desk.position() == 3
    assert desk.drafts() == []


def test_what_is_typed_is_never_lost(desk: Desk) -> None:
    """A draft with faults is kept, and its path printed."""
    source = desk.file(NEWS.replace("2020-11", "2020-13"), "typed")
    result = desk("add", EDITOR=editor(desk.folder, f'cp "{source}" "$1"'))
    assert result.exit_code == 2
    (draft,) = desk.drafts()
    assert str(draft) in result.stderr
    assert "2020-13" in draft.read_text(encoding="utf-8")
    assert desk.position() == 0


def test_an_editor_that_fails_after_typing_loses_nothing(desk: Desk) -> None:
    """What was typed before the editor failed is kept as well."""
    failing = editor(desk.folder, 'echo "typed: this" > "$1"; exit 3')
    result = desk("add", EDITOR=failing)
    assert result.exit_code == 2
    (draft,) = desk.drafts()
    assert str(draft) in result.stderr


@pytest.mark.parametrize("script", ["true", ': > "$1"', 'rm "$1"'])
def test_typing_nothing_is_no_announcement(desk: Desk, script: str) -> None:
    """An unchanged, emptied or removed template ends with 1 and leaves no draft."""
    result = desk("add", EDITOR=editor(desk.folder, script))
    assert result.exit_code == 1, result.output
    assert "nothing was typed" in result.stderr
    assert desk.drafts() == []


def test_a_correction_can_be_typed(busy: Desk) -> None:
    """`correct` without --set opens the editor on the claim."""
    result = busy(
        "correct",
        "3",
        "--reason",
        "misread",
        EDITOR=editor(busy.folder, "sed -i s/2020-11/2020-10/ $1"),
    )
    assert result.exit_code == 0, result.output
    assert "2020-10" in result.stdout


def test_a_trial_of_what_is_typed_keeps_it(desk: Desk) -> None:
    """After --dry-run nothing is in the log, so the draft stays and its path is printed."""
    source = desk.file(NEWS, "typed")
    result = desk("add", "--dry-run", EDITOR=editor(desk.folder, f'cp "{source}" "$1"'))
    assert result.exit_code == 0, result.output
    (draft,) = desk.drafts()
    assert str(draft) in result.stderr
    assert desk.position() == 0
    assert desk("add", str(draft)).exit_code == 0
    assert desk.position() == 3


def test_nothing_is_typed_where_there_is_no_ledger(desk: Desk) -> None:
    """Whoever has no ledger is told before typing."""
    desk.place.unlink()
    result = desk("add", EDITOR=editor(desk.folder, f'touch "{desk.folder}/opened"'))
    assert result.exit_code == 2
    assert "mission init" in result.stderr
    assert not (desk.folder / "opened").exists()
    assert desk.drafts() == []


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("no-such-editor", "cannot run the editor no-such-editor"),
        ("'unclosed", "No closing quotation"),
    ],
)
def test_an_editor_that_cannot_be_run_is_named(desk: Desk, named: str, said: str) -> None:
    """One clear error, and no empty draft left."""
    result = desk("add", EDITOR=named)
    assert result.exit_code == 2
    assert said in result.stderr
    assert desk.drafts() == []


def test_without_an_editor_one_is_asked_for(desk: Desk) -> None:
    """Where neither VISUAL nor EDITOR is set and none is found, the error says what to set."""
    result = desk("add", EDITOR=" ", PATH=str(desk.folder))
    assert result.exit_code == 2
    assert "set EDITOR" in result.stderr


def test_visual_goes_before_editor(desk: Desk) -> None:
    """As everywhere else."""
    source = desk.file(NEWS, "typed")
    result = desk("add", VISUAL=editor(desk.folder, f'cp "{source}" "$1"'), EDITOR="false")
    assert result.exit_code == 0, result.output


def test_what_the_log_refuses_is_kept(desk: Desk) -> None:
    """A source that is described otherwise in the log is no reason to lose what was typed."""
    desk("add", desk.file(NEWS))
    source = desk.file(NEWS.replace("Helicopters leave", "Another"), "typed")
    result = desk("add", EDITOR=editor(desk.folder, f'cp "{source}" "$1"'))
    assert result.exit_code == 2
    (draft,) = desk.drafts()
    assert str(draft) in result.stderr
    assert "Another" in draft.read_text(encoding="utf-8")
    assert desk.position() == 3


@pytest.mark.parametrize(
    ("script", "code", "said"),
    [
        ('sed -i "s/publisher: .*/publisher: B/" "$1"', 2, "must not change the source"),
        (
            'sed -i "s/^mission: .*/mission: kfor/" "$1"',
            2,
            "must not change the source or the mission",
        ),
        ('sed -i "s/2020-11/2020-13/" "$1"', 2, "month 13"),
        ("true", 1, "nothing was typed"),
        ('sed -i "s/^# Change.*//" "$1"', 2, "changes nothing"),
    ],
)
def test_a_typed_correction_changes_the_claim_alone(
    busy: Desk, script: str, code: int, said: str
) -> None:
    """What else is changed is refused rather than passed over, and kept."""
    result = busy("correct", "3", "--reason", "x", EDITOR=editor(busy.folder, script))
    assert result.exit_code == code, result.output
    assert said in result.stderr
    assert len(busy.drafts()) == (code == 2)
    assert busy.position() == 5


@pytest.mark.parametrize(("answer", "code", "end"), [("y", 0, 3), ("n", 2, 0)])
def test_on_a_terminal_faults_can_be_mended(desk: Desk, answer: str, code: int, end: int) -> None:
    """The faults are shown and the editor offered again, on the text as it was left."""
    source = desk.file(NEWS.replace("2020-11", "2020-13"), "typed")
    script = f'test -s "$1.seen" && sed -i s/2020-13/2020-11/ "$1" || cp "{source}" "$1"'
    keyboard, terminal = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "add", "--by", "anna"],
        cwd=Path(__file__).parents[3],
        env={
            "PATH": os.environ["PATH"],
            "MISSION_LEDGER": str(desk.place),
            "XDG_STATE_HOME": str(desk.folder / "state"),
            "EDITOR": editor(desk.folder, f'{script}; echo seen > "$1.seen"'),
        },
        stdin=terminal,
        stderr=terminal,
        stdout=subprocess.DEVNULL,
    )
    os.close(terminal)
    said = ""
    while "edit it again?" not in said:
        said += os.read(keyboard, 4096).decode()
    os.write(keyboard, f"{answer}\n".encode())
    assert running.wait(60) == code
    os.close(keyboard)
    assert said.count("month 13") == 1
    assert desk.position() == end
    assert len(desk.drafts()) == (code != 0)
