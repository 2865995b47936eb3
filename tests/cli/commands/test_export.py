"""`mission export` of tables, sources and pictures: what every format promises."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import Result

from cli.output_file import whole_folder
from events.errors import MissionLedgerError
from projections.exports.registry import FORMATS, Format
from projections.record import open_record
from tests.cli.conftest import ROOT, Run
from tests.projections.exports.hostile import target

BY_NAME = {each.name: each for each in FORMATS}


def export(run: Run, form: Format, place: object, *more: str) -> Result:
    """Export the small ledger, or the mission of it."""
    mission = ["nmi"] if form.one_mission else []
    return run("export", form.name, str(place), *mission, "--on", "2021-06-15", *more)


def content(place: Path) -> str:
    """Return the text of a file, of the files of a folder, or of those in an archive."""
    if place.is_dir():
        return "\n".join(map(content, sorted(place.iterdir())))
    data = place.read_bytes()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(data)) as parts:
            data = b"\n".join(parts.read(name) for name in parts.namelist())
    return data.decode("utf-8", "replace")


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_file_repeats_its_clocks_and_its_limits(
    form: Format, run: Run, asked: Path, tmp_path: Path
) -> None:
    """It has the day, the clocks, the position, the root, and what its format cannot hold."""
    place = tmp_path / "out"
    done = export(run, form, place, "--known", "2022-01", "--recorded", "9")
    assert done.exit_code == 0, done.stderr
    assert "as of the close of 2021-06-15" in done.stderr
    store = open_record(asked)
    root = store.tree(9).root.hex()
    store.close()
    text = content(place)
    for each in ("2021-06-15", "2022-01-31", "position 9 (asked: 9)", root):
        assert each in text, each
    unescaped = text.replace("&amp;", "&").replace("&lt;", "<").replace("\\\\", "\\")
    for limit in form.limits:
        assert limit in unescaped or limit in unescaped.replace("\\_", "_"), limit
    assert form.limits


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_what_is_there_is_never_overwritten(form: Format, run: Run, tmp_path: Path) -> None:
    """A name that is taken is refused before anything is written, and stays as it is."""
    place = tmp_path / "out"
    place.write_text("mine")
    done = export(run, form, place)
    assert done.exit_code == 2
    assert "was not changed" in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["out"]
    assert place.read_text() == "mine"


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_mission_that_is_not_there_is_told_and_nothing_written(
    form: Format, run: Run, tmp_path: Path
) -> None:
    """A wrong name is one error with the nearest ones, and leaves no file."""
    done = run("export", form.name, str(tmp_path / "out"), "nmj")
    assert done.exit_code == 1
    assert "no mission is called nmj" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", [f for f in FORMATS if not f.folder], ids=lambda form: form.name)
def test_a_dash_is_standard_output(form: Format, run: Run, tmp_path: Path) -> None:
    """What is written there is what a file would have; messages go elsewhere."""
    assert export(run, form, tmp_path / "out").exit_code == 0
    shown = export(run, form, "-")
    assert shown.exit_code == 0
    if form.binary:
        assert len(shown.stdout_bytes) > 1000
    else:
        assert shown.stdout_bytes == (tmp_path / "out").read_bytes()


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_nothing_is_alive_in_a_file(form: Format, run: Run, tmp_path: Path) -> None:
    """Marks that hide or turn text around are written out, wherever they stand."""
    assert export(run, form, tmp_path / "out").exit_code == 0
    assert "\u202e" not in content(tmp_path / "out")


def test_a_folder_takes_the_place_of_an_empty_one_alone(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that holds anything is refused, and so is the one that the caller stands in."""
    form, place = BY_NAME["csv"], tmp_path / "out"
    place.mkdir()
    assert export(run, form, place).exit_code == 0
    before = sorted(each.stat().st_mtime_ns for each in place.iterdir())
    again = export(run, form, place)
    assert (again.exit_code, "holds files" in again.stderr) == (2, True)
    assert sorted(each.stat().st_mtime_ns for each in place.iterdir()) == before
    missing = export(run, form, tmp_path / "no" / "such")
    assert (missing.exit_code, "cannot be written" in missing.stderr) == (2, True)
    monkeypatch.chdir(target(tmp_path, "empty"))
    here = export(run, form, ".")
    assert (here.exit_code, "is the current folder" in here.stderr) == (2, True)


def test_a_folder_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    """What breaks off half-way leaves nothing behind."""
    place = tmp_path / "out"

    def write(name: str, before: Callable[[], object]) -> None:
        with whole_folder(place) as folder:
            (folder / name).write_text("a,b")
            before()

    with pytest.raises(ZeroDivisionError):
        write("half.csv", lambda: 1 / 0)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(MissionLedgerError, match="cannot be written"):
        write("late.csv", lambda: shutil.copytree(ROOT / ".ci", place))  # another was faster
    assert [each.name for each in tmp_path.iterdir()] == ["out"]
    assert not (place / "late.csv").exists()


def test_tables_are_a_folder(run: Run) -> None:
    """They cannot be written to standard output, and the error says what to write."""
    done = export(run, BY_NAME["csv"], "-")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "mission export csv DIR" in done.stderr


def test_a_library_that_is_missing_is_named_with_what_installs_it(tmp_path: Path) -> None:
    """The error has the line to type, and comes before anything is opened or written."""
    program = "import sys; sys.modules['xlsxwriter'] = None; from cli.main import main; main()"
    command = [sys.executable, "-c", program, "export", "xlsx", str(tmp_path / "out")]
    command += ["--ledger", str(tmp_path / "none")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "xlsxwriter, which is not installed" in done.stderr
    assert "pip install 'mission-ledger[xlsx]'" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_whose_parts_find_no_room_is_one_line(tmp_path: Path) -> None:
    """Temporary files that cannot be written are an error like any other, and are removed."""
    limit = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (1000, r.RLIM_INFINITY))"
    program = f"{limit}; from cli.main import main; main()"
    command = [sys.executable, "-B", "-c", program, "export", "xlsx", "-"]
    place = {"TMPDIR": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "none"), "MISSION_LEDGER": ""}
    environment = {**os.environ, **place}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.endswith(b"\nerror: File too large\n")
    assert list(tmp_path.iterdir()) == []


def test_sources_that_may_have_been_public_are_counted(run: Run, tmp_path: Path) -> None:
    """What is left out through the publication clock is told."""
    done = export(run, BY_NAME["csv"], tmp_path / "out", "--known", "2022-07")
    assert "left out, as only perhaps public by then: 1 source" in done.stderr
    assert "left out, since they may have been: 1" in content(tmp_path / "out")
