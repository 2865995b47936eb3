"""Text typed in an editor, saved as a draft until it is appended.

A draft is a file in the user's state folder, with the JSON Schema of announcement files beside it.
After any error the draft is still there, and its path is printed.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
import platformdirs

from cli.failures import NegativeAnswer
from cli.render.messages import say, say_error, say_fault
from events.errors import MissionLedgerError, PositionConflictError, StoreError
from events.files.diagnostics import AnnouncementError
from events.files.json_schema import announcement_schema
from events.files.template import SCHEMA_FILE

EDITORS = ("editor", "nano", "vi")


def edit_draft(
    start: str, name: str, finish: Callable[[bytes, str], None], *, keep: bool = False
) -> None:
    """Open an editor on the text `start`, and pass the edited text and its path to `finish`.

    The draft is deleted once `finish` returns, unless `keep`. If `finish` raises an error that
    editing can fix, it is printed on a terminal and the editor is offered again. After an error the
    draft is kept, and its path is printed. Raises NegativeAnswer if nothing was typed, and
    MissionLedgerError if there is no editor.
    """
    command = _editor()
    draft = _new_draft(start, name)
    try:
        while True:
            _edit(command, draft)
            if not _changed(draft, start):
                say("nothing was typed, so nothing is done")
                raise NegativeAnswer
            try:
                finish(draft.read_bytes(), str(draft))
            except (StoreError, PositionConflictError):
                raise
            except MissionLedgerError as error:
                if not (sys.stdin.isatty() and sys.stderr.isatty()):
                    raise
                if not _edit_again(error):
                    raise click.exceptions.Exit(2) from None
            else:
                if not keep:
                    draft.unlink()
                return
    finally:
        if _changed(draft, start):
            say(f"your text is saved in {draft}")
        else:
            draft.unlink(missing_ok=True)


def _changed(draft: Path, start: str) -> bool:
    text = draft.read_bytes() if draft.exists() else b""
    return bool(text.strip()) and text != start.encode()


def _editor() -> list[str]:
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if named and named.strip():
        try:
            return shlex.split(named)
        except ValueError as error:
            raise MissionLedgerError(
                f"cannot run the editor {named}: {error}", hint="set VISUAL or EDITOR"
            ) from None
    for name in EDITORS:
        if shutil.which(name):
            return [name]
    raise MissionLedgerError("no editor found", hint="set EDITOR, or name a file")


def _new_draft(start: str, name: str) -> Path:
    folder = platformdirs.user_state_path("mission-ledger") / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SCHEMA_FILE).write_text(json.dumps(announcement_schema(), indent=1), "utf-8")
    draft = folder / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.yaml"
    draft.write_text(start, encoding="utf-8")
    return draft


def _edit(command: list[str], draft: Path) -> None:
    try:
        done = subprocess.run([*command, str(draft)], check=False)  # noqa: S603 (the user's own)
    except OSError as error:
        raise MissionLedgerError(f"cannot run the editor {command[0]}: {error.strerror}") from None
    if done.returncode:
        raise MissionLedgerError(f"the editor {command[0]} exited with code {done.returncode}")


def _edit_again(error: MissionLedgerError) -> bool:
    if isinstance(error, AnnouncementError):
        for fault in error.faults:
            say_fault(fault)
        say(f"hint: {error.hint}")
    else:
        say_error(error.message, error.hint)
    return click.confirm("edit it again?", default=True, err=True)
