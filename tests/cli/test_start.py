"""What a command does not load: each question is a process, and starts as fast as its imports."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ready import shipped_ledger

_LOADED = """
import json, sys
from cli.main import main
sys.argv = ["mission", *sys.argv[1:]]
try:
    main()
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def loaded(*args: str) -> set[str]:
    """Return the packages that a command loads."""
    command = [sys.executable, "-c", _LOADED, *args]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    assert found.stdout
    return set(json.loads(found.stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    "question",
    [
        "state nmi --on 2021-06-15",
        "state nmi --on 2021-06-15 --known 2020-04-01 --format json",
        "state nmi --during 2021",
        "timeline nmi",
        "plans nmi",
        "find --who Denmark --on 2021",
        "diff nmi --on 2020-01-01..2021-01-01",
    ],
)
def test_a_question_on_a_ledger_reads_rows_alone(tmp_path: Path, question: str) -> None:
    """It needs neither the event models nor what validates them."""
    path = shipped_ledger(tmp_path / "ledger.sqlite")
    packages = loaded(*question.split(), "--ledger", str(path))
    assert "sqlalchemy" in packages
    assert not packages & {"pydantic", "pydantic_core", "yaml"}


@pytest.mark.parametrize("command", ["--version", "--help", "date 2021-05"])
def test_what_asks_no_ledger_loads_no_database(command: str) -> None:
    """These need neither SQLAlchemy nor the event models."""
    assert not loaded(*command.split()) & {"sqlalchemy", "pydantic"}
