"""Run a script of this folder, as its short runs do."""

import subprocess
import sys
from pathlib import Path

import pytest


def run_script(script: str, *given: str) -> "subprocess.CompletedProcess[str]":
    """Run a script; skip the test if it cannot run here."""
    command = [sys.executable, str(Path(__file__).with_name(script)), *given]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.stdout.startswith("not run") or "there is no C compiler" in ended.stdout:
        pytest.skip(ended.stdout)
    return ended
