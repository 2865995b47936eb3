"""The documents' examples run, and print what they say is printed; nothing is undocumented."""

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from cli.main import COMMANDS, GROUPS
from tests.docs.codes import findings, listed, refusals, warnings
from tests.docs.examples import run, shortened
from tests.docs.screenshot import answer, drawn
from tests.faults.report import SCRIPTS

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {path: path.read_text(encoding="utf-8") for path in DOCUMENTS}
WITH_EXAMPLES = [path for path, text in TEXTS.items() if "```console" in text]


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_print_what_the_document_says(path: Path, tmp_path: Path) -> None:
    """A reader who types a document's examples in order sees what it shows."""
    ran = 0
    for example, printed in run(TEXTS[path], tmp_path):
        assert example.fits(printed), f"$ {example.command}\n{printed}\n--- said:\n{example.said}"
        ran += 1
    assert ran


def test_what_an_output_leaves_out_stays_left_out() -> None:
    """Written anew, an output keeps its omissions where the lines beside them still stand."""
    printed = "MISSION\nnmi  certain\n\nSOURCES\n[1]  a\n[2]  b\n"
    assert shortened("MISSION\nnmi  possible\n\nSOURCES\n…\n", printed) == (
        "MISSION\nnmi  certain\n\nSOURCES\n…\n"
    )
    assert shortened("…\nSOURCES\n[1]  c\n", printed) == "…\nSOURCES\n[1]  a\n[2]  b\n"
    assert shortened("DISPUTES\n…\n", printed) == printed
    assert shortened("", "recorded  2026-01-05 12:00:00.5 UTC\n") == "recorded  … UTC\n"


def test_twenty_questions_have_one_command_each() -> None:
    """Each question a historian would ask is a heading, and one command answers it."""
    text = TEXTS[ROOT / "docs" / "questions.md"]
    questions = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    assert len(questions) >= 20
    for question in questions:
        assert len(re.findall(r"^\$ mission ", question, re.MULTILINE)) == 1, question
        assert question.splitlines()[0].endswith("?")


@pytest.mark.parametrize(
    ("title", "given"),
    [("Refusals", refusals), ("Warnings", warnings), ("Findings", findings)],
)
def test_the_reference_has_every_code(title: str, given: Callable[[], set[str]]) -> None:
    """The code of each refusal, warning and finding stands there, and no other."""
    assert set(listed(title)) == given()


def test_a_code_means_the_same_as_a_warning_and_as_a_finding() -> None:
    """What is warned of, and found where it was added all the same, is described in one way."""
    of_findings = listed("Findings")
    both = {each: text for each, text in listed("Warnings").items() if each in of_findings}
    assert both == {each: of_findings[each] for each in both}


def test_the_picture_is_of_the_answer(tmp_path: Path) -> None:
    """What the README shows as a picture is what the command answers."""
    assert drawn(answer(tmp_path)) == (ROOT / "docs" / "state.svg").read_text(encoding="utf-8")


def test_the_reference_has_every_command_in_its_group() -> None:
    """The reference lists the commands that `mission --help` does, in its groups and its order."""
    text = TEXTS[ROOT / "docs" / "reference.md"]
    table = text.partition("## Commands\n")[2].partition("\n## ")[0]
    found: dict[str, list[str]] = {}
    for first in re.findall(r"^\| ([`*].*?) \|", table, re.MULTILINE):
        if title := re.fullmatch(r"\*\*(.+)\*\*", first):
            found[title[1]] = []
        else:
            found[list(found)[-1]] += re.findall(r"`([a-z]+)", first)
    listed = {title: list(dict.fromkeys(names)) for title, names in found.items()}
    assert list(listed.items()) == [(title, list(some)) for title, some in GROUPS.items()]
    assert sum(map(len, listed.values())) == len(COMMANDS)


def test_links_lead_somewhere() -> None:
    """Every link to a file of the project finds it."""
    documents = [*DOCUMENTS, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
    for path in documents:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_ci_runs_the_readmes_test_command() -> None:
    """What CI runs is what the README tells a reader to run."""
    readme = TEXTS[ROOT / "README.md"]
    (command,) = [line for line in readme.splitlines() if line.endswith("-m pytest -q")]
    assert command.removeprefix("$ ") in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_readme_is_read_in_one_sitting() -> None:
    """The README stays short: what else there is to say stands in docs/."""
    assert len(TEXTS[ROOT / "README.md"].splitlines()) < 250


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_figures_of_every_fault_script_are_written_down(script: str) -> None:
    """The document has a run without faults of each script, and each control found out."""
    text = TEXTS[ROOT / "docs" / "faults.md"]
    section = text.partition(f"<!-- {script} -->")[2].partition(f"<!-- end of {script} -->")[0]
    assert "\nexit 0, " in section
    rows = [line for line in section.splitlines() if line.startswith("| `--control ")]
    controls = import_module(f"tests.faults.{script}").CONTROLS
    assert [row.split()[2].strip("`") for row in rows] == list(controls)
    assert all("| 1 |" in row and "NOT FOUND" not in row for row in rows)
